"""The graph of who acted on what, without times: each pair once. numpy and scipy."""

from __future__ import annotations

import numpy as np

from mingjian.governance.engagement.graph import components, grouped
from mingjian.governance.engagement.log import Ints, Log
from mingjian.governance.engagement.model import Figure, Group


def edges_of(log: Log, action: str) -> tuple[Ints, Ints]:
    """(actor, item) pairs of an action, each once, sorted."""
    events = log.of(action)
    code = np.unique(log.actor[events] * len(log.items) + log.item[events])
    return code // max(len(log.items), 1), code % max(len(log.items), 1)


def group_of(log: Log, kind: str, action: str, actors: Ints, items: Ints, score: float, **figures: Figure) -> Group:
    """A group of what some actors did to some items."""
    mine, theirs = np.zeros(len(log.actors), bool), np.zeros(len(log.items), bool)
    mine[actors], theirs[items] = True, True
    events = log.of(action)
    events = events[mine[log.actor[events]] & theirs[log.item[events]]]
    told = {"action": action, "actors": len(actors), "items": len(items), **figures}
    return Group(kind, np.sort(actors), np.sort(items), events, score, told)


def parts_of(log: Log, actor: Ints, item: Ints, least_actors: int, usual: Ints) -> list[tuple[Ints, Ints]]:
    """Actors in parts that share items with at least ``least_actors`` of them, where these are at least half of all
    the item's (``usual``: all actors of each item). Pairs of (actors, items)."""
    many = np.bincount(item, minlength=len(log.items))
    good = (many >= least_actors) & (many * 2 >= usual)
    actor, item = actor[good[item]], item[good[item]]
    if not len(actor):
        return []
    labels = components(actor, len(log.actors) + item, len(log.actors) + len(log.items))
    found = []
    for some in grouped(labels[actor]):
        actors, items = np.unique(actor[some]), np.unique(item[some])
        if len(actors) >= least_actors and len(items) >= 2:
            found.append((actors, items))
    return found
