"""An alarm from the groups that make it up: members, days, a timeline and a map of where and when."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mingjian.governance.engagement.log import ACTIONS, Ints, Log
from mingjian.governance.engagement.model import Alarm, Group, Method

_BARS, _COLUMNS, _ROWS = 240, 60, 40
_STEPS = (300, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000)
_DAY = 86_400
_CHINA = 8 * 3600
_SAMPLES, _LONGEST = 12, 200


def alarm_of(
    log: Log, groups: Sequence[Group], methods: Sequence[Method], chance: float,
    timed: tuple[float | None, float | None],
) -> Alarm:  # fmt: skip
    """One alarm of the groups. Actors and items are ordered by how much of it is theirs."""
    events = _events(log, groups)
    actors, per_actor = _ranked(log.actor[events])
    items, per_item = _ranked(log.item[events])
    owners = np.unique(log.publisher[items][log.publisher[items] >= 0])
    actions = np.bincount(log.action[events], minlength=len(ACTIONS))
    step = _step(log, events)
    return Alarm(
        kinds=tuple(dict.fromkeys(one.kind for one in methods)),
        actors=tuple(log.actors[one] for one in actors), items=tuple(log.items[one] for one in items),
        publishers=tuple(log.publishers[one] for one in owners),
        actions={name: int(count) for name, count in zip(ACTIONS, actions, strict=True) if count},
        events=len(events), since=int(log.at[events].min()) * 1_000_000, until=int(log.at[events].max()) * 1_000_000,
        chance=round(chance, 4), by_times=_rounded(timed[0]), by_ages=_rounded(timed[1]), methods=tuple(methods),
        days=_days(log, events, owners), step=step, timeline=_timeline(log, events, items, step),
        heat=_heat(log, events, items[:_ROWS]), per_actor=tuple(per_actor.tolist()),
        per_item=tuple(per_item.tolist()),
        samples=_samples(log, events), figures=_figures(log, events),
    )  # fmt: skip


def _events(log: Log, groups: Sequence[Group]) -> Ints:
    """The groups' events; and of those beside them, those of members, of accounts that came along more than once,
    and all where it is about one item."""
    events = np.unique(np.concatenate([group.events for group in groups]))
    beside = np.setdiff1d(np.concatenate([group.beside for group in groups]), events)
    if not len(beside) or len(np.unique(log.item[events])) == 1:
        return np.union1d(events, beside)
    code = np.unique(log.actor[beside] * len(log.items) + log.item[beside])
    often = np.bincount(code // len(log.items), minlength=len(log.actors)) >= 2
    often[log.actor[events]] = True
    return np.union1d(events, beside[often[log.actor[beside]]])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _ranked(values: Ints) -> tuple[Ints, Ints]:
    found, counts = np.unique(values, return_counts=True)
    order = np.lexsort((found, -counts))
    return found[order], counts[order]


def _step(log: Log, events: Ints, most: int = _BARS) -> int:
    span = int(log.at[events].max() - log.at[events].min())
    return next((step for step in _STEPS if span // step < most), _STEPS[-1])


def _days(log: Log, events: Ints, owners: Ints) -> tuple[tuple[str, int, int, int], ...]:
    """(publisher, day, the alarm's events, all events) on the days the alarm has any."""
    place = log.publisher[log.item]
    day = (log.at + _CHINA) // _DAY
    last = int(day.max()) + 1
    code = place * last + day
    mine = events[place[events] >= 0]
    codes, counts = np.unique(code[mine], return_counts=True)
    everything = np.flatnonzero(np.isin(place, owners))
    all_codes, all_counts = np.unique(code[everything], return_counts=True)
    totals = all_counts[np.searchsorted(all_codes, codes)] if len(codes) else counts
    return tuple((log.publishers[one // last], one % last, count, total) for one, count, total in
                 zip(codes.tolist(), counts.tolist(), totals.tolist(), strict=True))  # fmt: skip


def _timeline(log: Log, events: Ints, items: Ints, step: int) -> tuple[tuple[int, int, int], ...]:
    """Steps from shortly before to shortly after: the alarm's events, and others of the same actions and items."""
    first, last = int(log.at[events].min()) // step - 6, int(log.at[events].max()) // step + 6
    touched = np.zeros(len(log.items), bool)
    touched[items] = True
    near = touched[log.item] & np.isin(log.action, np.unique(log.action[events]))
    slot = log.at // step
    near &= (slot >= first) & (slot <= last)
    mine = np.bincount(slot[events] - first, minlength=last - first + 1)
    every = np.bincount(slot[near] - first, minlength=last - first + 1)
    return tuple(((first + place) * step, count, whole - count)
                 for place, (count, whole) in enumerate(zip(mine.tolist(), every.tolist(), strict=True)))  # fmt: skip


def _heat(log: Log, events: Ints, items: Ints) -> tuple[tuple[int, int, int], ...]:
    place = np.full(len(log.items), -1)
    place[items] = np.arange(len(items))
    mine = events[place[log.item[events]] >= 0]
    start, end = int(log.at[events].min()), int(log.at[events].max()) + 1
    column = (log.at[mine] - start) * _COLUMNS // (end - start)
    code, counts = np.unique(place[log.item[mine]] * _COLUMNS + column, return_counts=True)
    return tuple((one // _COLUMNS, one % _COLUMNS, count)
                 for one, count in zip(code.tolist(), counts.tolist(), strict=True))  # fmt: skip


def _samples(log: Log, events: Ints) -> tuple[tuple[str, int], ...]:
    said = log.text[events]
    texts, counts = np.unique(said[said >= 0], return_counts=True)
    order = np.lexsort((texts, -counts))[:_SAMPLES]
    return tuple((log.texts[texts[one]][:_LONGEST], int(counts[one])) for one in order.tolist())


def _figures(log: Log, events: Ints) -> dict[str, int | float | str]:
    actors = np.unique(log.actor[events])
    whole = np.bincount(log.actor, minlength=len(log.actors))[actors]
    found: dict[str, int | float | str] = {"acts_of_members": int(whole.sum())}
    devices = log.device[events]
    used = devices >= 0
    if used.any():
        found["devices"] = len(np.unique(devices[used]))
        found["actors_with_device"] = len(np.unique(log.actor[events[used]]))
    made = log.created[actors]
    if (made >= 0).any():
        found["median_age_days"] = int(np.median(int(log.at[events].min()) - made[made >= 0]) // _DAY)
    amounts = log.amount[events]
    if (amounts >= 0).any():
        found["amount"] = int(amounts[amounts >= 0].sum())
    return found
