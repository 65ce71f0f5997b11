"""Bursts: more in some hours than an account's own history lets expect, from accounts of an unusual sort.

Counts of hours are held against the account's own rate at the same age of an item (its other items, the hour itself
left out), as in scan statistics (Kulldorff, "A spatial scan statistic", 1997). Things that go viral burst as well, so a
burst alone raises nothing: those behind it must also differ from those who usually act, by how many of them are new,
do nothing else or share devices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mingjian.governance.engagement.chance import share_surprise, surprise
from mingjian.governance.engagement.log import ACTIONS, Flags, Ints, Log
from mingjian.governance.engagement.model import Figure, Group
from mingjian.governance.engagement.settings import Settings

_AGES = np.array([1, 3, 6, 12, 24, 72, 168, 720])  # hours: the account's history is told apart by the item's age
_PRIOR = 24.0  # hours of everybody's rate that a short history is filled up with
_LEAST_RATIO = 3.0
_LEAST_EXCESS = 0.25  # of a burst's accounts, more than usual
_MOST_OF_IT, _USUAL = 1 / 3, 0.2
_SIGNS = ("new", "thin", "shared")


@dataclass(frozen=True, slots=True)
class Burst:
    """Events of one item in one stretch of hours, against what was expected."""

    events: Ints
    owner: int
    expected: float
    surprise: float


def bursts(log: Log, settings: Settings) -> list[Group]:
    """Bursts whose actors are of an unusual sort, action by action and all
    together."""
    found = []
    for action in (*ACTIONS, "any"):
        events = log.of(action) if action in ACTIONS else np.arange(len(log))
        seen: list[Burst] = []
        for hours in settings.lists["bursts.hours"]:
            for shift in (0, hours * 1800):
                seen += _bursts(log, events, hours, shift, settings)
        if seen:
            signs = _Signs(log, events, settings)
            found += [group for one in seen if (group := _group(log, action, one, signs, settings)) is not None]
    return found


def _bursts(log: Log, events: Ints, hours: int, shift: int, settings: Settings) -> list[Burst]:
    own = settings.of("bursts")
    if len(events) < own["least_events"]:
        return []
    width = hours * 3600
    item, at = log.item[events], log.at[events]
    start, end = int(log.at[0]) - shift, int(log.at[-1])
    slots = (end - start) // width + 1
    code, count = np.unique(item * slots + (at - start) // width, return_counts=True)
    items, slot = code // slots, code % slots
    born = _born(log, item, at)
    owner = log.owner()
    age = np.searchsorted(_AGES, np.maximum((start + slot * width - born[items]) / 3600, 0), "right")
    exposed = _exposed(owner, born, np.unique(item), end, hours)
    ages = len(_AGES) + 1
    place = owner[items] * ages + age
    told, where = np.unique(place, return_inverse=True)
    total = np.bincount(where, count)
    everybody = np.bincount(age, count, minlength=ages)
    slots_of = np.array([exposed.get(int(one), 1.0) for one in told])
    all_slots = np.bincount(np.fromiter((one % ages for one in exposed), np.int64, len(exposed)),
                            np.fromiter(exposed.values(), np.float64, len(exposed)), minlength=ages)  # fmt: skip
    rate = everybody / np.maximum(all_slots, 1.0)
    prior = _PRIOR / hours
    expected = (total[where] - count + prior * rate[age]) / (np.maximum(slots_of[where] - 1, 0) + prior)
    strange = surprise(count, expected)
    good = (count >= own["least_events"]) & (strange >= own["least_surprise"]) & (count >= _LEAST_RATIO * expected)
    if not good.any():
        return []
    labels = np.searchsorted(code, item * slots + (at - start) // width)
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(len(code) + 1))
    return [Burst(events[np.sort(order[edges[one] : edges[one + 1]])], int(owner[items[one]]), float(expected[one]),
                  float(strange[one])) for one in np.flatnonzero(good)]  # fmt: skip


def _born(log: Log, item: Ints, at: Ints) -> Ints:
    """When each item was published, or first acted on where that is not known."""
    first = np.full(len(log.items), np.iinfo(np.int64).max)
    np.minimum.at(first, item, at)
    return np.where(log.published >= 0, np.minimum(log.published, first), first)


def _exposed(owner: Ints, born: Ints, items: Ints, end: int, hours: int) -> dict[int, float]:
    """How many stretches of time each owner's items stood at each age: owner·ages + age → stretches."""
    ages = len(_AGES) + 1
    lived = np.maximum((end - born[items]) / 3600, 1.0)
    found: dict[int, float] = {}
    low = 0.0
    for age in range(ages):
        high = float(_AGES[age]) if age < len(_AGES) else np.inf
        held = np.clip(lived, low, high) - low
        if age == 0:
            held = np.maximum(held, 1.0)
        sums = np.bincount(owner[items], held / hours)
        for one in np.flatnonzero(sums).tolist():
            found[one * ages + age] = float(sums[one])
        low = high
    return found


class _Signs:
    """What is unusual about accounts, and how usual each sign is among all who do such a thing."""

    def __init__(self, log: Log, events: Ints, settings: Settings) -> None:
        self.log, self.events = log, events
        own = settings.of("bursts")
        self.new_seconds, self.thin = own["new_days"] * 86_400, own["thin_events"]
        self.owner = log.owner()
        self.busy = np.bincount(log.actor, minlength=len(log.actors))
        self.by_owner = self._acts_by_owner()
        self.shares = self._sharing()
        self.flags = {name: self._flags(name, events) for name in _SIGNS}
        self.bearing = {name: int(flags.sum()) for name, flags in self.flags.items()}

    def _acts_by_owner(self) -> tuple[Ints, Ints]:
        owners = len(self.log.publishers) + len(self.log.items)
        return np.unique(self.log.actor * owners + self.owner[self.log.item], return_counts=True)

    def _sharing(self) -> Flags:
        """Accounts that act from a device which other accounts use as well."""
        log = self.log
        used = log.device >= 0
        code = np.unique(log.device[used] * len(log.actors) + log.actor[used])
        device, actor = code // max(len(log.actors), 1), code % max(len(log.actors), 1)
        found = np.zeros(len(log.actors), bool)
        found[actor[np.bincount(device)[device] >= 2] if len(device) else actor] = True
        return found

    def _flags(self, name: str, events: Ints) -> Flags:
        log = self.log
        actor = log.actor[events]
        if name == "new":
            made = log.created[actor]
            return (made >= 0) & (log.at[events] - made < self.new_seconds)
        if name == "shared":
            return self.shares[actor]
        owners = len(log.publishers) + len(log.items)
        codes, counts = self.by_owner
        here = counts[np.searchsorted(codes, actor * owners + self.owner[log.item[events]])]
        return self.busy[actor] - here <= self.thin

    def told(self, burst: Burst) -> dict[str, tuple[float, Flags, int, float]]:
        """Sign → (surprise, which of the burst's events bear it, how many do, its usual share)."""
        places = np.searchsorted(self.events, burst.events)
        _, first = np.unique(self.log.actor[burst.events], return_index=True)
        found = {}
        for name, flags in self.flags.items():
            mine = flags[places]
            count, of = int(mine[first].sum()), len(first)
            rest = max(len(flags) - len(places), 1)
            usual = (self.bearing[name] - int(mine.sum()) + 1) / (rest + 2)
            strange = float(share_surprise(count, of, usual)) if count / of >= usual + _LEAST_EXCESS else 0.0
            found[name] = strange, mine, count, usual
        return found


def _group(log: Log, action: str, burst: Burst, signs: _Signs, settings: Settings) -> Group | None:
    own = settings.of("bursts")
    told = signs.told(burst)
    least = own["least_composition"] + float(np.log10(len(_SIGNS)))
    grave = {name: one for name, one in told.items() if one[0] >= least}
    if not grave:
        return None
    marked: Flags = np.zeros(len(burst.events), bool)
    for _, mine, _, _ in grave.values():
        marked |= mine
    many = len(np.unique(log.actor[burst.events]))
    few = len(np.unique(log.actor[burst.events[marked]])) < _MOST_OF_IT * many
    events, beside = burst.events[marked], burst.events[~marked]
    if few or burst.expected > _USUAL * len(burst.events):
        beside = beside[:0]  # else hardly anybody would have come: those without a sign came with the others
    actors = np.unique(log.actor[events])
    if len(actors) < settings.least_actors:
        return None
    shares: dict[str, Figure] = {}
    for name, (_, _, count, usual) in grave.items():
        shares |= {f"{name}_share": round(count / many, 3),
                   f"{name}_usual": round(usual, 3)}  # fmt: skip
    return Group(
        "bursts", actors, np.unique(log.item[events]), events, float(max(one[0] for one in grave.values())),
        {"action": action, "count": len(burst.events), "expected": round(burst.expected, 2),
         "surprise": round(burst.surprise, 1), **shares}, beside,
    )  # fmt: skip

