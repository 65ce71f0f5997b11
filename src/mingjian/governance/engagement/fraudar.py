"""FRAUDAR: dense blocks of accounts and items, whatever else the accounts did.

Hooi, Song, Beutel, Shah, Shin, Faloutsos, "FRAUDAR: Bounding Graph Fraud in the Face of Camouflage", KDD 2016: edges
weigh 1/log(degree of the item + 5), and the point with the least weight left is taken away until none is; the block is
what stood when weight per point was greatest. Found blocks' edges are taken out and the search goes on.
"""

from __future__ import annotations

import heapq

import numpy as np

from mingjian.governance.engagement.edges import edges_of, group_of
from mingjian.governance.engagement.log import ACTIONS, Ints, Log
from mingjian.governance.engagement.model import Group
from mingjian.governance.engagement.settings import Settings


def fraudar(log: Log, settings: Settings) -> list[Group]:
    """The densest blocks of each action, the densest first."""
    found = []
    own = settings.of("fraudar")
    for action in ACTIONS:
        actor, item = edges_of(log, action)
        weight = 1 / np.log(np.bincount(item, minlength=len(log.items)) + 5.0)
        for _ in range(int(own["blocks"])):
            actor, item = _trimmed(actor, item, log, settings.least_actors, int(own["least_items"]))
            if not len(actor):
                break
            actors, items, density = densest(actor, item, weight)
            if len(actors) < settings.least_actors or len(items) < own["least_items"]:
                break
            found.append(group_of(log, "fraudar", action, actors, items, density, density=round(density, 3)))
            mine, theirs = np.zeros(len(log.actors), bool), np.zeros(len(log.items), bool)
            mine[actors], theirs[items] = True, True
            left = ~(mine[actor] & theirs[item])
            actor, item = actor[left], item[left]
    return found


def densest(actor: Ints, item: Ints, weight: np.ndarray) -> tuple[Ints, Ints, float]:
    """The block of the greatest weight per point: its actors, its items, that weight."""
    actors, a = np.unique(actor, return_inverse=True)
    items, i = np.unique(item, return_inverse=True)
    size = len(actors) + len(items)
    ends = np.concatenate((a, i + len(actors)))
    others = np.concatenate((i + len(actors), a))
    worth = np.concatenate((weight[item], weight[item]))
    order = np.argsort(ends, kind="stable")
    first = np.searchsorted(ends[order], np.arange(size + 1)).tolist()
    near, cost = others[order].tolist(), worth[order].tolist()
    left = np.bincount(ends, worth, minlength=size).tolist()
    heap = [(value, point) for point, value in enumerate(left)]
    heapq.heapify(heap)
    gone = bytearray(size)
    total, best, best_at = float(weight[item].sum()), -1.0, 0
    taken: list[int] = []
    while heap:
        value, point = heapq.heappop(heap)
        if gone[point] or value > left[point]:
            continue
        density = total / (size - len(taken))
        if density > best:
            best, best_at = density, len(taken)
        gone[point] = 1
        taken.append(point)
        total -= left[point]
        for place in range(first[point], first[point + 1]):
            other = near[place]
            if not gone[other]:
                left[other] -= cost[place]
                heapq.heappush(heap, (left[other], other))
    kept = np.array(sorted(set(range(size)) - set(taken[:best_at])), np.int64)
    return actors[kept[kept < len(actors)]], items[kept[kept >= len(actors)] - len(actors)], best


def _trimmed(actor: Ints, item: Ints, log: Log, least_actors: int, least_items: int) -> tuple[Ints, Ints]:
    """Without what cannot be in a block of that size."""
    while len(actor):
        good = np.bincount(actor, minlength=len(log.actors)) >= least_items
        well = np.bincount(item, minlength=len(log.items)) >= least_actors
        keep = good[actor] & well[item]
        if keep.all():
            break
        actor, item = actor[keep], item[keep]
    return actor, item
