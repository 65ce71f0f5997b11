"""What the same would look like by chance: logs with their actors exchanged, and times exchanged within items."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mingjian.governance.engagement.log import Ints, Log
from mingjian.governance.engagement.model import Group

_DAY = 86_400
_MOST = 20_000_000  # events shuffled for one group: larger groups get fewer rounds
_RULED = 0.7
_FEW = 2000  # events of an action among which actors are exchanged, at least
_ONE = 0.8  # of the events of members about the publisher each acts on most: they may be followers
_SAME = 0.8  # as many coincidences as this share of the real ones are as near: what is left is not worth an alarm


def exchanged(log: Log, chance: np.random.Generator) -> Log:
    """The log with who acted (with their words and devices) exchanged among events of the same action and day (or
    stretch of some days, where a day has few). Each actor keeps how much they do then, each item its curve of events;
    who acted on what with whom is by chance."""
    stratum = _strata(log)
    before = np.argsort(stratum, kind="stable")
    after = np.lexsort((chance.random(len(log)), stratum))
    columns = {}
    for name in ("actor", "device", "text"):
        values = getattr(log, name).copy()
        values[before] = getattr(log, name)[after]
        columns[name] = values
    return log.with_events(**columns)


def _strata(log: Log) -> Ints:
    found = np.zeros(len(log), np.int64)
    for action in np.unique(log.action).tolist():
        mine = np.flatnonzero(log.action == action)
        days, where = np.unique(log.at[mine] // _DAY, return_inverse=True)
        ends = np.cumsum(np.bincount(where, minlength=len(days)))
        found[mine] = (ends // _FEW)[where] * 16 + action  # days until there are enough
    return found


def by_times(log: Log, group: Group, window: int, rounds: int, chance: np.random.Generator) -> float | None:
    """How often the group's members are as near to each other in time when the times of all events of each of their
    items are exchanged: (1 + times as near) / (1 + rounds). Items that are the group's own for the most part say
    nothing; None when all are."""
    mine = np.zeros(len(log), bool)
    mine[group.events] = True
    touched = np.zeros(len(log.items), bool)
    touched[group.items] = True
    places = np.flatnonzero(touched[log.item] & np.isin(log.action, np.unique(log.action[group.events])))
    object = log.item[places] * 16 + log.action[places]
    _, where, many = np.unique(object, return_inverse=True, return_counts=True)
    ruled = np.bincount(where, mine[places]) > _RULED * many
    keep = ~ruled[where]
    places, where = places[keep], where[keep]
    flags = mine[places]
    if flags.sum() < 2:
        return None
    order = np.argsort(where, kind="stable")
    where, at, flags = where[order], log.at[places][order], flags[order]

    def near(times: Ints) -> int:
        return coincidences(where[flags], times[flags], window)

    return _as_often(near, at, lambda: at[np.lexsort((chance.random(len(at)), where))], rounds)


def by_ages(log: Log, group: Group, window: int, rounds: int, chance: np.random.Generator) -> float | None:
    """How often the group is as near when the ages of items at which its members act are exchanged among its own
    events with the same publisher. Followers act on whatever their publisher posts, soon after it is posted: exchanging
    changes nothing for them, while an order is worked off at a moment of its own for each item. None when the members
    are no publisher's followers, each acting on more than one. Where the time of publication is not known, the first
    event of an item stands for it."""
    events = group.events
    owner, actor = log.owner()[log.item[events]], log.actor[events]
    code, count = np.unique(actor * (int(owner.max()) + 1) + owner, return_counts=True)
    most = np.zeros(len(log.actors), np.int64)
    np.maximum.at(most, code // (int(owner.max()) + 1), count)
    if most.sum() < _ONE * len(events):
        return None
    events = events[np.argsort(owner, kind="stable")]
    item, owner = log.item[events], np.sort(owner)
    born = _born(log)[item]

    def near(ages: Ints) -> int:
        return coincidences(item, born + ages, window)

    age = log.at[events] - born
    return _as_often(near, age, lambda: age[np.lexsort((chance.random(len(age)), owner))], rounds)


def _born(log: Log) -> Ints:
    first = np.full(len(log.items), np.iinfo(np.int64).max)
    np.minimum.at(first, log.item, log.at)
    return np.where(log.published >= 0, log.published, first)


def coincidences(object: Ints, at: Ints, window: int) -> int:
    """Pairs of events on the same thing within the window."""
    start = int(at.min())
    key = np.sort(object * (int(at.max()) - start + 2 * window + 2) + at - start)
    return int((np.searchsorted(key, key + window, "right") - np.arange(len(key)) - 1).sum())


def _as_often(near: Callable[[Ints], int], real: Ints, other: Callable[[], Ints], rounds: int) -> float | None:
    found = near(real)
    if not found:
        return None
    rounds = max(1, min(rounds, _MOST // max(len(real), 1)))
    return (1 + sum(near(other()) >= _SAME * found for _ in range(rounds))) / (1 + rounds)
