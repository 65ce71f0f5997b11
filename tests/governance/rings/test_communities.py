"""Parts of graphs, against what is known of small ones and against brute force."""

from __future__ import annotations

import random
from itertools import combinations

from mingjian.governance.rings.communities import communities, connected, densest


def graph(*edges: tuple[int, int], weight: float = 1.0) -> dict[int, dict[int, float]]:
    made: dict[int, dict[int, float]] = {}
    for one, other in edges:
        made.setdefault(one, {})[other] = weight
        made.setdefault(other, {})[one] = weight
    return made


def edge(chance: random.Random, nodes: int) -> tuple[int, int]:
    one, other = sorted(chance.sample(range(nodes), 2))
    return one, other


def clique(*nodes: int) -> list[tuple[int, int]]:
    return list(combinations(nodes, 2))


def test_two_cliques_with_a_bridge() -> None:
    made = graph(*clique(0, 1, 2, 3, 4), *clique(5, 6, 7, 8, 9), (4, 5))
    assert communities(made, 1.0) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert communities(made, 0.0) == [list(range(10))]


def test_a_clique_is_never_cut() -> None:
    assert communities(graph(*clique(*range(12))), 1.0) == [list(range(12))]


def test_every_part_is_connected_and_every_node_is_in_one() -> None:
    chance = random.Random(5)
    made = graph(*{edge(chance, 60) for _ in range(90)})
    parts = communities(made, 1.0)
    assert sorted(node for part in parts for node in part) == sorted(made)
    for part in parts:
        inner = {node: {other: much for other, much in made[node].items() if other in part} for node in part}
        assert len(connected(inner)) == 1


def test_the_densest_part_is_at_least_half_as_dense_as_the_best() -> None:
    chance = random.Random(6)
    for _ in range(10):
        made = graph(*{edge(chance, 9) for _ in range(14)})
        nodes, density = densest(made)

        def of(some: tuple[int, ...] | list[int], made: dict[int, dict[int, float]] = made) -> float:
            return sum(made[one].get(other, 0.0) for one, other in combinations(some, 2)) / len(some)

        best = max(of(some) for size in range(1, len(made) + 1) for some in combinations(sorted(made), size))
        assert abs(of(nodes) - density) < 1e-9 and density >= best / 2


def test_a_clique_in_a_tail_is_the_densest_part() -> None:
    made = graph(*clique(0, 1, 2, 3), (3, 4), (4, 5), (5, 6))
    assert densest(made)[0] == [0, 1, 2, 3]
