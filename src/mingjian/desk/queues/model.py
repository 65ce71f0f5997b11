"""A queue, the routes to it and the book of all of them, as the queue file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Literal

from mingjian.desk.queues.conditions import Condition
from mingjian.desk.queues.workdays import Calendar, china, due_after
from mingjian.records.errors import NotFound


@dataclass(frozen=True, slots=True)
class Due:
    """Time to answer in: working hours, or whole working days (then until closing time of the last)."""

    amount: float
    unit: Literal["hours", "days"]


@dataclass(frozen=True, slots=True)
class Urgency:
    """What matches goes with this priority (a place in PRIORITIES) and this time; None leaves the queue's own."""

    when: Condition
    priority: int | None = None
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class SecondReview:
    """When a second reviewer is asked: in a share of all cases, after certain answers, or for certain facts."""

    share: float = 0.0
    measures: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason a reviewer may give; ``note``: it says nothing without a note."""

    name: str
    title: str
    title_en: str
    note: bool = False

    def label(self, lang: str = "zh") -> str:
        """The reason for people."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True, slots=True)
class Queue:
    """A desk. ``permission`` is what its reviewers need; ``measures`` the answers they may give, ``reasons_for``
    those that need a reason; ``sample_share`` of closed cases come again in ``sample_queue``; ``golden_share`` is how
    many golden items come to one ordinary case; an answer in ``onward_measures`` sends the case on to ``onward``;
    ``own_department`` lets reviewers see their own department's cases only; where ``acts`` is False the answers
    measure reviewing and nothing is carried out."""

    name: str
    title: str
    title_en: str
    kinds: tuple[str, ...]
    permission: str
    measures: tuple[str, ...]
    reasons: tuple[Reason, ...]
    reasons_for: tuple[str, ...]
    priority: int
    due: Due
    urgency: tuple[Urgency, ...] = ()
    lease_minutes: int = 30
    undo_minutes: int = 10
    second: SecondReview = field(default_factory=SecondReview)
    sample_share: float = 0.0
    sample_queue: str | None = None
    golden_share: float = 0.0
    onward: str | None = None
    onward_measures: tuple[str, ...] = ()
    own_department: bool = False
    acts: bool = True

    def label(self, lang: str = "zh") -> str:
        """The queue's name for people."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True, slots=True)
class Route:
    """What matches goes to ``queue``."""

    when: Condition
    queue: str


@dataclass(frozen=True, slots=True)
class Book:
    """The queue file, read. Office hours are in China."""

    queues: Mapping[str, Queue]
    routes: tuple[Route, ...]
    opens: time
    closes: time
    calendar: Calendar = field(default_factory=china)

    def queue(self, name: str) -> Queue:
        """A queue; NotFound when the file has none of this name."""
        found = self.queues.get(name)
        if found is None:
            raise NotFound(f"没有名为“{name}”的队列。现有:{'、'.join(self.queues)}。", field="queue")
        return found

    def route(self, facts: Mapping[str, Any]) -> str:
        """The queue of the first route that matches; ``facts`` includes kind and origin."""
        return next(route.queue for route in self.routes if route.when.matches(facts))  # the file's last always does

    def urgency(self, queue: Queue, facts: Mapping[str, Any], at: int) -> tuple[int, int]:
        """Priority and due time (microseconds) of a case opened at ``at``."""
        priority, due = queue.priority, queue.due
        for urgency in queue.urgency:
            if urgency.when.matches(facts):
                priority = queue.priority if urgency.priority is None else urgency.priority
                due = urgency.due or queue.due
                break
        return priority, due_after(at, due.amount, due.unit, self.opens, self.closes, self.calendar)
