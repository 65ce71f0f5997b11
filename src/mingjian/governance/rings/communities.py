"""Parts that hang together closely: modularity by local moving with refinement into connected parts (Traag, Waltman
and van Eck 2019, "From Louvain to Leiden", simplified: the moves are greedy and in a fixed order, so that the same
graph always gives the same parts), and the densest part by peeling (Charikar 2000)."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

Graph = Mapping[int, Mapping[int, float]]
"""Node → neighbour → weight; every edge stands on both sides."""
_ROUNDS = 20


def communities(graph: Graph, resolution: float) -> list[list[int]]:
    """Parts of a graph, each connected. At resolution 0 these are its connected components."""
    if resolution <= 0:
        return connected(graph)
    level: dict[int, dict[int, float]] = {node: dict(near) for node, near in graph.items()}
    inside: dict[int, list[int]] = {node: [node] for node in graph}
    loops = dict.fromkeys(graph, 0.0)
    for _ in range(_ROUNDS):
        home = _moved(level, loops, resolution)
        parts = _refined(level, home)
        if len(parts) == len(level):
            break
        level, loops, inside = _folded(level, loops, inside, parts)
    return sorted((sorted(nodes) for nodes in inside.values()), key=lambda nodes: (-len(nodes), nodes))


def _moved(graph: Graph, loops: Mapping[int, float], resolution: float) -> dict[int, int]:
    """Each node to the neighbouring part where it gains most, until nobody wants to move."""
    degree = {node: sum(near.values()) + 2 * loops[node] for node, near in graph.items()}
    total = sum(degree.values()) or 1.0
    home = {node: node for node in graph}
    weight = dict(degree)
    for _ in range(_ROUNDS):
        moves = 0
        for node in sorted(graph):
            here = home[node]
            weight[here] -= degree[node]
            joined: dict[int, float] = {here: 0.0}
            for other, much in graph[node].items():
                joined[home[other]] = joined.get(home[other], 0.0) + much
            best = max(sorted(joined), key=lambda part: joined[part] - resolution * degree[node] * weight[part] / total)
            gain = joined[best] - resolution * degree[node] * weight[best] / total
            stay = joined[here] - resolution * degree[node] * weight[here] / total
            if gain <= stay + 1e-12:
                best = here
            weight[best] += degree[node]
            home[node] = best
            moves += best != here
        if not moves:
            break
    return home


def _refined(graph: Graph, home: Mapping[int, int]) -> list[list[int]]:
    """The parts, each cut into what is connected within."""
    inner = {node: {other: much for other, much in near.items() if home[other] == home[node]}
             for node, near in graph.items()}  # fmt: skip
    return connected(inner)


def _folded(
    graph: Graph, loops: Mapping[int, float], inside: Mapping[int, list[int]], parts: Sequence[Sequence[int]]
) -> tuple[dict[int, dict[int, float]], dict[int, float], dict[int, list[int]]]:
    """Each part as one node."""
    name = {node: min(part) for part in parts for node in part}
    made: dict[int, dict[int, float]] = {min(part): {} for part in parts}
    inner = dict.fromkeys(made, 0.0)
    kept: dict[int, list[int]] = {one: [] for one in made}
    for node, near in graph.items():
        own = name[node]
        kept[own] += inside[node]
        inner[own] += loops[node]
        for other, much in near.items():
            if name[other] == own:
                inner[own] += much / 2
            else:
                made[own][name[other]] = made[own].get(name[other], 0.0) + much
    return made, inner, kept


def connected(graph: Graph) -> list[list[int]]:
    """Connected components, the largest first."""
    left, parts = set(graph), []
    for start in sorted(graph):
        if start not in left:
            continue
        left.discard(start)
        part, waiting = [start], [start]
        while waiting:
            for other in graph[waiting.pop()]:
                if other in left:
                    left.discard(other)
                    part.append(other)
                    waiting.append(other)
        parts.append(sorted(part))
    return sorted(parts, key=lambda nodes: (-len(nodes), nodes))


def densest(graph: Graph) -> tuple[list[int], float]:
    """The part with the most weight for each node, at least half of the best there is (Charikar's peeling: take the
    weakest node away again and again, keep the best moment); and that weight for each node."""
    if not graph:
        return [], 0.0
    degree = {node: sum(near.values()) for node, near in graph.items()}
    inside = sum(degree.values()) / 2
    heap = [(much, node) for node, much in degree.items()]
    heapq.heapify(heap)
    gone: list[int] = []
    out: set[int] = set()
    best, best_at = inside / len(graph), 0
    while heap and len(gone) < len(graph) - 1:
        much, node = heapq.heappop(heap)
        if node in out or much > degree[node] + 1e-12:
            continue
        out.add(node)
        gone.append(node)
        inside -= degree[node]
        for other, weight in graph[node].items():
            if other not in out:
                degree[other] -= weight
                heapq.heappush(heap, (degree[other], other))
        density = inside / (len(graph) - len(gone))
        if density > best + 1e-12:
            best, best_at = density, len(gone)
    without = set(gone[:best_at])
    return sorted(node for node in graph if node not in without), best
