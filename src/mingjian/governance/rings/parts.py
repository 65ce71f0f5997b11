"""Parts: which accounts belong together. Strong ties first, loose ones cut, then those who show much of a ring's
material though no single account shares enough of it with them."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from mingjian.governance.rings.communities import communities, connected
from mingjian.governance.rings.pairing import count_distinct
from mingjian.governance.rings.settings import Settings
from mingjian.governance.rings.ties import Ties

_ROUNDS = 3


def parts_of(ties: Ties, settings: Settings) -> list[list[int]]:
    """Accounts (by index) that belong together, each at most once; the largest part first. A tie of marks alone joins
    nobody to a ring: people live together and share a telephone."""
    parts = _seeds(ties, settings)
    for _ in range(_ROUNDS):
        grown = _attached(ties, _joined(ties, parts, settings), settings)
        if grown == parts:
            break
        parts = grown
    whole = [part for part in parts if len(part) >= settings.least_accounts]
    return sorted(whole, key=lambda part: (-len(part), part))


def _seeds(ties: Ties, settings: Settings) -> list[list[int]]:
    strong = np.flatnonzero((ties.weight >= settings.tie) & (ties.reuse + ties.lockstep > 0))
    graph: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, weight in zip(
        ties.one[strong].tolist(), ties.other[strong].tolist(), ties.weight[strong].tolist(), strict=True
    ):
        graph[one][other] = weight
        graph[other][one] = weight
    found: list[list[int]] = []
    for component in connected(graph):
        if len(component) <= settings.least_accounts:
            found.append(component)
            continue
        found += communities({node: graph[node] for node in component}, settings.resolution)
    return found


def _joined(ties: Ties, parts: list[list[int]], settings: Settings) -> list[list[int]]:
    """Parts that speak for one institution and are tied across, each pair of accounts a little, are one."""
    place = _places(ties, parts)
    here, there = place[ties.one], place[ties.other]
    across = (here >= 0) & (there >= 0) & (here != there)
    speaks = np.array([_speaks_for(ties.home[part]) for part in parts] or [-1], np.int64)
    across &= (speaks[here] >= 0) & (speaks[here] == speaks[there])
    if not across.any():
        return parts
    left, right = ties.one[across], ties.other[across]
    low, high = np.minimum(here[across], there[across]), np.maximum(here[across], there[across])
    key = low * len(parts) + high
    keys, row = np.unique(key, return_inverse=True)
    much = np.bincount(row, (ties.reuse + ties.marks + ties.lockstep)[across])
    swap = here[across] != low
    tied = [count_distinct(key, np.where(swap, b, a), keys) for a, b in ((left, right), (right, left))]
    graph: dict[int, dict[int, float]] = {number: {} for number in range(len(parts))}
    for row_at, each in enumerate(keys.tolist()):
        first, second = divmod(each, len(parts))
        smaller = 0 if len(parts[first]) <= len(parts[second]) else 1
        # Two agencies may work for one clinic, and honest patients of it share a thing with either: fragments of one
        # ring are tied by many of their accounts.
        wide = tied[smaller][row_at] >= settings.across * min(len(parts[first]), len(parts[second]))
        if much[row_at] >= settings.attach and wide:
            graph[first][second] = graph[second][first] = 1.0
    return [sorted(account for number in some for account in parts[number]) for some in connected(graph)]


def _speaks_for(home: np.ndarray) -> int:
    """The institution most accounts of a part speak for, -1 where there is none."""
    named, counts = np.unique(home[home >= 0], return_counts=True)
    return int(named[counts.argmax()]) if len(named) and 2 * counts.max() > len(home) else -1


def _places(ties: Ties, parts: list[list[int]]) -> np.ndarray:
    place = np.full(len(ties.home), -1, np.int64)
    for number, part in enumerate(parts):
        place[part] = number
    return place


def _attached(ties: Ties, parts: list[list[int]], settings: Settings) -> list[list[int]]:
    """The parts with those who belong to one by many small ties: at least two occasions, together ``attach``."""
    if not parts:
        return parts
    home = _places(ties, parts)
    gained = _gains(ties, home, len(parts), settings)
    best: dict[int, tuple[float, int]] = {}
    for account, number, much in gained:
        if much >= settings.attach and (much, -number) > best.get(account, (0.0, 1)):
            best[account] = (much, -number)
    if not best:
        return parts
    made = [list(part) for part in parts]
    for account, (_, number) in sorted(best.items()):
        made[-number].append(account)
    return [sorted(part) for part in made]


def _gains(ties: Ties, home: np.ndarray, count: int, settings: Settings) -> list[tuple[int, int, float]]:
    """(account without a part, part, pieces of evidence): each post once, by its best sight."""
    account = np.concatenate((ties.row_one, ties.row_other))
    with_whom = np.concatenate((ties.row_other, ties.row_one))
    post = np.concatenate((ties.row_post, ties.row_counterpart))
    weight = np.concatenate((ties.row_weight, ties.row_weight))
    loose = (home[account] < 0) & (home[with_whom] >= 0)
    if not loose.any():
        return []
    account, post, weight = account[loose], post[loose], weight[loose]
    part = home[with_whom[loose]]
    order = np.lexsort((weight, post, part, account))
    account, part, post, weight = account[order], part[order], post[order], weight[order]
    last = np.ones(len(order), np.bool_)
    last[:-1] = (np.diff(account) != 0) | (np.diff(part) != 0) | (np.diff(post) != 0)
    account, part, weight = account[last], part[last], weight[last]
    key = account * count + part
    keys, place = np.unique(key, return_inverse=True)
    total = np.bincount(place, weight)
    occasions = np.bincount(place)
    extra = _beside(ties, home, count, keys, settings)
    return [
        (int(each) // count, int(each) % count, float(much + more))
        for each, much, more, seen in zip(keys, total, extra, occasions, strict=True)
        if seen >= 2 or (seen == 1 and more >= settings.institution)
    ]


def _beside(ties: Ties, home: np.ndarray, count: int, keys: np.ndarray, settings: Settings) -> np.ndarray:
    """What marks, lockstep and a common institution add, at their best with any account of the part."""
    most = np.zeros(len(keys))
    for one, other in ((ties.one, ties.other), (ties.other, ties.one)):
        mine = (home[one] < 0) & (home[other] >= 0)
        key = one[mine] * count + home[other[mine]]
        place = np.searchsorted(keys, key)
        known = (place < len(keys)) & (keys[np.minimum(place, len(keys) - 1)] == key)
        much = ties.marks[mine] + ties.lockstep[mine] + settings.institution * ties.same[mine]
        np.maximum.at(most, place[known], much[known])
    return most
