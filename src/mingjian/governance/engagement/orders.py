"""Order brushing (刷单): a merchant's orders that differ from everybody's in how they came about.

Signs: ordered from a device that several buyers use; ordered without having looked at anything of the merchant before;
the same buyer again and again; buyers who do nothing else. Each sign's share is held against that of all other
merchants; the sign, not the number of orders, is what counts.
"""

from __future__ import annotations

import numpy as np

from mingjian.governance.engagement.chance import share_surprise
from mingjian.governance.engagement.graph import grouped
from mingjian.governance.engagement.log import ACTIONS, Flags, Ints, Log
from mingjian.governance.engagement.model import Figure, Group
from mingjian.governance.engagement.settings import Settings

_SIGNS = ("shared", "unseen", "repeated", "thin")
_REPEATED = 3
_THIN = 2


def orders(log: Log, settings: Settings) -> list[Group]:
    """Merchants whose orders bear a sign far more often than others'."""
    own = settings.of("orders")
    events = log.of("order")
    if len(events) < own["least_orders"]:
        return []
    owner = log.owner()[log.item[events]]
    signs = _signs(log, events, owner)
    least = own["least_surprise"] + float(np.log10(len(_SIGNS)))
    found = []
    for some in grouped(owner):
        if len(some) < own["least_orders"]:
            continue
        grave: dict[str, float] = {}
        marked: Flags = np.zeros(len(some), bool)
        told: dict[str, Figure] = {}
        for name, flags in signs.items():
            count = int(flags[some].sum())
            usual = (float(flags.sum()) - count + 1) / (len(flags) - len(some) + 2)
            strange = float(share_surprise(count, len(some), usual))
            if strange >= least:
                grave[name] = strange
                marked |= flags[some]
                told |= {f"{name}_share": round(count / len(some), 3), f"{name}_usual": round(usual, 3)}
        mine = events[some[marked]]
        actors = np.unique(log.actor[mine])
        if not grave or len(actors) < settings.least_actors:
            continue
        amounts = log.amount[mine][log.amount[mine] >= 0]
        found.append(Group(
            "orders", actors, np.unique(log.item[mine]), mine, max(grave.values()),
            {"action": "order", "orders": len(some), "marked": len(mine), **told,
             **({"amount": int(amounts.sum())} if len(amounts) else {})},
        ))  # fmt: skip
    return found


def _signs(log: Log, events: Ints, owner: Ints) -> dict[str, Flags]:
    actor, device = log.actor[events], log.device[events]
    size = len(log.actors)
    used = device >= 0
    pairs = np.unique(device[used] * size + actor[used])
    buyers = np.bincount(pairs // size, minlength=len(log.devices) + 1)
    shared = used & (buyers[device] >= 2)
    owners = int(log.owner().max()) + 1
    code = actor * owners + owner
    _, where, count = np.unique(code, return_inverse=True, return_counts=True)
    busy = np.bincount(log.actor, minlength=size)
    return {
        "shared": shared, "unseen": _unseen(log, events, code, owners), "repeated": count[where] >= _REPEATED,
        "thin": busy[actor] - count[where] <= _THIN,
    }  # fmt: skip


def _unseen(log: Log, events: Ints, code: Ints, owners: int) -> Flags:
    """Orders of buyers who did nothing else with the merchant before."""
    others = np.flatnonzero(log.action != ACTIONS.index("order"))
    looked = log.actor[others] * owners + log.owner()[log.item[others]]
    known, first = np.unique(looked, return_index=True)  # events are in the order of time
    if not len(known):
        return np.zeros(len(events), bool)  # nothing but orders was told: nothing can be said
    place = np.minimum(np.searchsorted(known, code), len(known) - 1)
    seen = (known[place] == code) & (log.at[others[first[place]]] <= log.at[events])
    return np.asarray(~seen)
