"""CatchSync: accounts whose targets are too alike among themselves and too unlike everybody's.

Jiang, Cui, Beutel, Faloutsos, Yang, "CatchSync: Catching Synchronized Behavior in Large Directed Graphs", KDD 2014.
Targets are put on a grid of in-degree and authority (HITS); an account's synchronicity is how often two of its targets
share a cell, its normality how often one of its and one of everybody's do. Flagged are those more than some deviations
above the least synchronicity that their normality allows (the paper's parabola).
"""

from __future__ import annotations

import numpy as np

from mingjian.governance.engagement.chance import Floats
from mingjian.governance.engagement.edges import edges_of, group_of, parts_of
from mingjian.governance.engagement.log import ACTIONS, Ints, Log
from mingjian.governance.engagement.model import Group
from mingjian.governance.engagement.settings import Settings

_TURNS = 20


def catchsync(log: Log, settings: Settings) -> list[Group]:
    """Groups of flagged accounts that share items, action by action."""
    found = []
    for action in ACTIONS:
        actor, item = edges_of(log, action)
        if len(actor) < 2 * settings.least_actors:
            continue
        excess = _excess(actor, item, len(log.actors), len(log.items), settings)
        flagged = excess > settings.of("catchsync")["deviations"]
        inside = flagged[actor]
        usual = np.bincount(item, minlength=len(log.items))
        for actors, items in parts_of(log, actor[inside], item[inside], settings.least_actors, usual):
            score = float(excess[actors].mean() * np.log2(1 + len(actors)))
            found.append(group_of(log, "catchsync", action, actors, items, score,
                                  deviations=round(float(excess[actors].mean()), 1)))  # fmt: skip
    return found


def _excess(actor: Ints, item: Ints, actors: int, items: int, settings: Settings) -> Floats:
    """Of each account, by how many deviations it is above what is usual; 0 for those with too few targets."""
    own = settings.of("catchsync")
    cell = _cells(actor, item, actors, items, int(own["grid"]))
    busy = np.bincount(actor, minlength=actors)
    whole = np.bincount(cell[item]) / len(item)
    code, count = np.unique(actor * len(whole) + cell[item], return_counts=True)
    who, where = code // len(whole), code % len(whole)
    share = count / busy[who]
    sync = np.bincount(who, share**2, minlength=actors)
    usual = np.bincount(who, share * whole[where], minlength=actors)
    cells, middle = float((whole > 0).sum()), float((whole**2).sum())
    room = 1 - cells * middle
    least = (-cells * usual**2 + 2 * usual - middle) / room if abs(room) > 1e-9 else np.zeros(actors)
    above = sync - least
    looked = busy >= own["least_targets"]
    if looked.sum() < 2 or not above[looked].std():
        return np.zeros(actors)
    return np.where(looked, (above - above[looked].mean()) / above[looked].std(), 0.0)


def _cells(actor: Ints, item: Ints, actors: int, items: int, grid: int) -> Ints:
    from scipy.sparse import csr_array

    links = csr_array((np.ones(len(actor)), (actor, item)), shape=(actors, items))
    authority = np.ones(items)
    for _ in range(_TURNS):
        authority = links.T @ (links @ authority)
        authority = authority / max(float(np.linalg.norm(authority)), 1e-300)
    degree = np.bincount(item, minlength=items)
    across = _stepped(np.log1p(degree.astype(np.float64)), grid)
    return across * grid + _stepped(np.log(np.maximum(authority, 1e-30)), grid)


def _stepped(values: Floats, grid: int) -> Ints:
    low, high = float(values.min()), float(values.max())
    return np.clip(((values - low) / max(high - low, 1e-12) * grid).astype(np.int64), 0, grid - 1)
