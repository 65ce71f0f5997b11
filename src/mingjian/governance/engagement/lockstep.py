"""Lockstep: the same accounts on the same items in the same windows of time, again and again.

After SynchroTrap (Cao, Yang, Yu, Palow, "Uncovering Large Groups of Active Malicious Accounts in Online Social
Networks", CCS 2014): pairs of accounts are matched action by action within a window and clustered. The paper takes
pairs whose Jaccard similarity passes a threshold and single linkage; camouflage (likes elsewhere) lowers that
similarity, so here a pair counts when so many matches are too many for chance, given how busy both accounts and those
windows are, and accounts stay only in a core of several such pairs. ``synchrotrap`` is the paper's own way, kept for
comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mingjian.governance.engagement.chance import Floats, surprise
from mingjian.governance.engagement.graph import components, core, grouped
from mingjian.governance.engagement.log import ACTIONS, Ints, Log
from mingjian.governance.engagement.model import Group
from mingjian.governance.engagement.settings import Settings
from mingjian.governance.engagement.windows import Keyed

_PIECE = 20_000_000  # pairs counted at once: bounds the memory
_JACCARD = 0.5
_TOGETHER = {"any": ("like", "favourite", "repost", "comment", "follow"), "play": ("play",), "order": ("order",)}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of actors with the number of items on which they acted within a window."""

    one: Ints
    other: Ints
    matched: Ints


def lockstep(log: Log, settings: Settings) -> list[Group]:
    """Groups in lockstep: in what they like, keep, pass on, say and follow together, in what they play, in orders."""
    windows = settings.lists["lockstep.windows"]
    return [group for name, actions in _TOGETHER.items() for minutes in windows
            for group in _found(log, name, log.among(actions), minutes, settings)]  # fmt: skip


def synchrotrap(log: Log, settings: Settings) -> list[Group]:
    """As the paper does: Jaccard similarity at least one half, single linkage."""
    minutes = settings.lists["lockstep.windows"][0]
    return [group for action in ACTIONS
            for group in _found(log, action, log.of(action), minutes, settings, plain=True)]  # fmt: skip


def _found(
    log: Log, action: str, events: Ints, minutes: int, settings: Settings, *, plain: bool = False
) -> list[Group]:  # fmt: skip
    own = settings.of("lockstep")
    size, least = len(log.actors), settings.least_actors
    keyed = Keyed(log, events, minutes * 60)
    if not len(keyed):
        return []
    busy = np.bincount(keyed.actor, minlength=size).astype(np.float64)
    total = float(len(keyed))
    keyed.prune(size, least, int(own["least_items"]))
    pairs = matched_pairs(keyed, size, int(own["least_items"]), int(own["most_neighbours"]))
    if not len(pairs.one):
        return []
    one, other, count = pairs.one, pairs.other, pairs.matched
    if plain:
        told = count / (busy[one] + busy[other] - count)
        good = told >= _JACCARD
    else:
        near = np.bincount(keyed.actor, keyed.neighbours(), minlength=size)
        expected = np.maximum(busy[other] * near[one], busy[one] * near[other]) / total
        told = surprise(count, expected)
        busy_ones = len(np.unique(keyed.actor))  # more accounts, more pairs by chance: less than one an account is left
        good = told >= max(own["least_surprise"], np.log10(busy_ones))
    one, other, told = one[good], other[good], told[good]
    alive = core(one, other, size, 1 if plain else least - 1)
    inside = alive[one] & alive[other]
    one, other, told = one[inside], other[inside], told[inside]
    if not len(one):
        return []
    return _groups(log, "synchrotrap" if plain else "lockstep", action, keyed, (one, other, told), settings)


def _groups(
    log: Log, kind: str, action: str, keyed: Keyed, edges: tuple[Ints, Ints, Floats], settings: Settings
) -> list[Group]:  # fmt: skip
    one, other, told = edges
    members, places = np.unique(np.concatenate((one, other)), return_inverse=True)
    labels = components(places[: len(one)], places[len(one) :], len(members))
    found = []
    for some in grouped(labels):
        actors = members[some]
        if len(actors) < settings.least_actors:
            continue
        crowd = keyed.crowded(actors, len(log.actors), settings.least_actors)
        items = np.unique(keyed.item[crowd])
        if len(items) < 2:
            continue
        mine = labels[places[: len(one)]] == labels[some[0]]
        score = float(told[mine].mean() * np.log2(1 + len(actors)))
        found.append(Group(
            kind, actors, items, np.sort(keyed.events[crowd]), score,
            {"action": action, "actors": len(actors), "items": len(items), "pairs": int(mine.sum()),
             "surprise": round(float(told[mine].mean()), 1), "window_minutes": keyed.window // 60},
        ))  # fmt: skip
    return found


def matched_pairs(keyed: Keyed, size: int, least: int, most_neighbours: int) -> Pairs:
    """Pairs of actors that acted on at least ``least`` items within the window of each other. Of an event, only the
    nearest ``most_neighbours`` on each side are paired."""
    codes: list[Ints] = []
    counts: list[Ints] = []
    waiting: list[Ints] = []
    held = 0
    active = np.arange(len(keyed))
    for lag in range(1, most_neighbours + 1):
        active = active[active + lag < len(keyed)]
        active = active[keyed.key[active + lag] - keyed.key[active] <= keyed.window]
        if not len(active):
            break
        a, b = keyed.actor[active], keyed.actor[active + lag]
        waiting.append(np.minimum(a, b) * size + np.maximum(a, b))
        held += len(active)
        if held > _PIECE:
            _count(waiting, codes, counts)
            held = 0
    _count(waiting, codes, counts)
    if not codes:
        empty = np.zeros(0, np.int64)
        return Pairs(empty, empty, empty)
    code, count = codes[0], counts[0]
    if len(codes) > 1:
        code, where = np.unique(np.concatenate(codes), return_inverse=True)
        count = np.bincount(where, np.concatenate(counts), minlength=len(code)).astype(np.int64)
    good = count >= least
    return Pairs(code[good] // size, code[good] % size, count[good])


def _count(waiting: list[Ints], codes: list[Ints], counts: list[Ints]) -> None:
    if waiting:
        code, count = np.unique(np.concatenate(waiting), return_counts=True)
        codes.append(code)
        counts.append(count.astype(np.int64))
        waiting.clear()
