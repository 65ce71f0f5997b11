"""What detectors find, and the alarm that people look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mingjian.governance.engagement.log import Ints

Figure = int | float | str


@dataclass(frozen=True, slots=True)
class Group:
    """What one method found: places of actors, items and events in the log, sorted. ``score`` orders what the same
    method finds; ``figures`` are its evidence; ``beside`` are events that came with them and bear no sign."""

    kind: str
    actors: Ints
    items: Ints
    events: Ints
    score: float
    figures: Mapping[str, Figure]
    beside: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class Method:
    """What a method says in an alarm. ``expected``: how many alarms at least as strong the same method raises, on
    average, in a log whose actors were exchanged at random (degrees, days and items' curves kept); ``rounds`` such
    logs were looked through, so an ``expected`` of 0 means less than one in ``rounds``. ``share``: that as a share of
    the alarms so strong that it raised in the real log, an estimate of how many of them are false."""

    kind: str
    score: float
    figures: Mapping[str, Figure]
    expected: float
    rounds: int
    share: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """Engagement that goes together. ``kinds``: methods that saw it, the strongest first. ``since`` and ``until`` are
    microseconds. ``chance`` estimates that it is a false alarm: the larger of the best method's share and of
    ``by_times``, how often its members coincide as closely when times are exchanged among the events of each item
    (None where that says nothing: other methods speak as well), and of ``by_ages``, how often they do when the ages of
    items are exchanged, which is what followers of one publisher look like. ``days``: (publisher, day number, its
    events, all events); ``timeline``: (second, its events, others on the same items) in steps of ``step`` seconds;
    ``heat``: (item place, step place, its events); ``samples``: the commonest of its comments and how often each."""

    kinds: tuple[str, ...]
    actors: tuple[str, ...]
    items: tuple[str, ...]
    publishers: tuple[str, ...]
    actions: Mapping[str, int]
    events: int
    since: int
    until: int
    chance: float
    by_times: float | None
    by_ages: float | None
    methods: tuple[Method, ...]
    days: tuple[tuple[str, int, int, int], ...] = ()
    step: int = 3600
    timeline: tuple[tuple[int, int, int], ...] = ()
    heat: tuple[tuple[int, int, int], ...] = ()
    per_actor: tuple[int, ...] = ()
    per_item: tuple[int, ...] = ()
    samples: tuple[tuple[str, int], ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)
