"""Looking through a log: every method, what they see together as one alarm, and how likely it is false."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from mingjian.governance.engagement.baseline import by_ages, by_times, exchanged
from mingjian.governance.engagement.bursts import bursts
from mingjian.governance.engagement.catchsync import catchsync
from mingjian.governance.engagement.copycatch import copycatch
from mingjian.governance.engagement.evidence import alarm_of
from mingjian.governance.engagement.fraudar import fraudar
from mingjian.governance.engagement.graph import components, grouped
from mingjian.governance.engagement.lockstep import lockstep, synchrotrap
from mingjian.governance.engagement.log import Log
from mingjian.governance.engagement.model import Alarm, Group, Method
from mingjian.governance.engagement.orders import orders
from mingjian.governance.engagement.settings import Settings
from mingjian.governance.engagement.templates import families_of, templates

DETECTORS: Mapping[str, Callable[[Log, Settings], list[Group]]] = {
    "lockstep": lockstep, "synchrotrap": synchrotrap, "copycatch": copycatch, "catchsync": catchsync,
    "fraudar": fraudar, "bursts": bursts, "templates": templates, "orders": orders,
}  # fmt: skip
BY_TIMES = ("lockstep", "synchrotrap", "copycatch")
"""Methods that go by times, whose groups are held against times exchanged."""
_OVERLAP = 0.5
_CIRCLE = 0.5  # of a group's events are on its own members' items: a circle of friends
Said = Callable[[str], None]


def find(
    log: Log, settings: Settings, methods: Sequence[str] | None = None, *, seed: int = 0, all: bool = False,
    said: Said | None = None,
) -> list[Alarm]:  # fmt: skip
    """The alarms of a log, the largest first. The same log, settings and seed give the same alarms. ``all``: also
    those more likely false than the settings allow. ``said`` hears of each step."""
    tell = said or (lambda _: None)
    chosen = tuple(methods or settings.methods)
    if not len(log):
        return []
    if "templates" in chosen:
        log = replace(log, family=families_of(log, settings))
    groups: list[Group] = []
    for name in chosen:
        tell(name)
        groups += DETECTORS[name](log, settings)
    chance = np.random.default_rng(seed)
    nulls: dict[str, list[float]] = {name: [] for name in chosen}
    if groups:
        seen = {group.kind for group in groups}
        for number in range(settings.rounds):
            tell(f"{number + 1}/{settings.rounds}")
            other = exchanged(log, chance)
            for name in chosen:
                if name in seen:
                    nulls[name] += [group.score for group in DETECTORS[name](other, settings)]
    found = []
    for some in merged(groups, len(log.actors)):
        told = _methods(some, groups, nulls, settings.rounds)
        timed, aged = _by_times(log, some, settings, chance)
        likely = max(min(one.share for one in told), timed or 0.0, aged or 0.0)
        if all_by_times(some) and circle(log, some):
            likely = 1.0  # people who act on one another's posts: friends, colleagues
        if all or likely <= settings.most_chance:
            found.append(alarm_of(log, some, told, likely, (timed, aged)))
    return sorted(found, key=lambda one: (-one.events, one.since, one.actors))


def merged(groups: Sequence[Group], actors: int) -> list[list[Group]]:
    """Groups together that share at least half of the smaller one's actors: one operation, seen more than once."""
    from scipy.sparse import csr_array

    if not groups:
        return []
    rows = np.concatenate([np.full(len(group.actors), place) for place, group in enumerate(groups)])
    columns = np.concatenate([group.actors for group in groups])
    member = csr_array((np.ones(len(rows), np.int64), (rows, columns)), shape=(len(groups), actors))
    shared = (member @ member.T).tocoo()
    sizes = np.array([len(group.actors) for group in groups])
    good = shared.data >= _OVERLAP * np.minimum(sizes[shared.row], sizes[shared.col])
    labels = components(shared.row[good].astype(np.int64), shared.col[good].astype(np.int64), len(groups))
    return [[groups[place] for place in some] for some in grouped(labels)]


def all_by_times(some: Sequence[Group]) -> bool:
    """Whether nothing but coincidence in time speaks for the groups."""
    return all(group.kind in BY_TIMES for group in some)


def circle(log: Log, some: Sequence[Group]) -> bool:
    """Whether most of what the groups act on is by their own members."""
    events = np.unique(np.concatenate([group.events for group in some]))
    members = {log.actors[one] for one in np.unique(log.actor[events])}
    own = np.array([name in members for name in log.publishers] + [False])
    return bool(own[log.publisher[log.item[events]]].mean() >= _CIRCLE)


def _methods(
    some: Sequence[Group], groups: Sequence[Group], nulls: Mapping[str, Sequence[float]], rounds: int
) -> list[Method]:
    best: dict[str, Group] = {}
    for group in some:
        if group.kind not in best or group.score > best[group.kind].score:
            best[group.kind] = group
    found = []
    for kind, group in best.items():
        as_strong = sum(score >= group.score for score in nulls.get(kind, ())) / max(rounds, 1)
        real = sum(one.kind == kind and one.score >= group.score for one in groups)
        found.append(Method(kind, round(group.score, 3), group.figures, round(as_strong, 4), rounds,
                            round(min(1.0, as_strong / real), 4)))  # fmt: skip
    return sorted(found, key=lambda one: (one.share, -one.score))


def _by_times(
    log: Log, some: Sequence[Group], settings: Settings, chance: np.random.Generator
) -> tuple[float | None, float | None]:
    """The best of the groups that go by times, where no method that does not go by times speaks for them."""
    if not all_by_times(some) or not settings.time_rounds:
        return None, None
    told = []
    for test in (by_times, by_ages):
        each = [test(log, group, int(group.figures["window_minutes"]) * 60, settings.time_rounds, chance)
                for group in some]  # fmt: skip
        told.append(min((one for one in each if one is not None), default=None))
    return told[0], told[1]
