"""A case is one piece of work on a desk; a review is one reviewer's answer on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CASE_KINDS = ("item", "actor", "product", "draft", "appeal")
ORIGINS = ("policy", "sample", "golden", "manual", "appeal", "drift", "patrol")
STAGES = ("first", "second", "expert", "closed")  # whose answer the case waits for
STATES = ("open", "leased", "second", "expert", "closed")  # as the lists show it: leased is held by somebody now
PRIORITIES = ("urgent", "high", "normal", "low")  # a case's priority is the place in here: 0 goes first


@dataclass(frozen=True, slots=True)
class Case:
    """One piece of work. Times in microseconds. ``subject`` is the id of what it is about (item, publisher, draft,
    decision …). ``stage`` is one of STAGES, ``state`` one of STATES as of the moment it was read: a lease that has
    run out is no lease, and its holder is not shown. ``priority`` is a place in PRIORITIES. ``outcome`` is the measure
    the case ended with, None while it is open or when it was withdrawn. ``version`` changes with everything that
    happens to the case but leases. ``assignee`` and ``lease_holder`` are actors (``user:usr_…``). ``parent`` is the
    case this one arose from. ``facts`` is what it was routed by."""

    id: str
    queue: str
    kind: str
    subject: str
    origin: str
    stage: str
    state: str
    priority: int
    due_at: int
    opened_at: int
    opened_by: str
    version: int
    reason: str = ""
    assignee: str | None = None
    lease_holder: str | None = None
    lease_until: int | None = None
    outcome: str | None = None
    closed_at: int | None = None
    parent: str | None = None
    platform: str | None = None
    nature: str | None = None
    severity: str | None = None
    value: str | None = None
    publisher: str | None = None
    publisher_kind: str | None = None
    department: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Review:
    """One answer. ``stage`` is first, second or expert; ``reviewer`` an actor; ``seconds`` the time spent on it;
    ``terms`` what the measure needs besides (a right, a number of days); ``cites`` law named besides that of the rules,
    as written. ``undone_at`` is set when its author took it back."""

    id: str
    case: str
    queue: str
    stage: str
    reviewer: str
    measure: str
    reasons: tuple[str, ...]
    codes: tuple[str, ...]
    note: str
    seconds: float
    terms: Mapping[str, Any]
    at: int
    undone_at: int | None = None
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases a list shows; None and empty mean any. ``state`` is one of STATES, or ``live`` for all that are
    not closed. ``queues`` narrows to several queues at once (what somebody may see)."""

    queue: str | None = None
    state: str | None = None
    assignee: str | None = None
    holder: str | None = None
    origin: str | None = None
    kind: str | None = None
    platform: str | None = None
    value: str | None = None
    severity: str | None = None
    publisher: str | None = None
    department: str | None = None
    subject: str | None = None
    overdue: bool = False
    queues: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class QueueCount:
    """A queue's work at one moment, counted: ``open``, ``second`` and ``expert`` wait, ``leased`` are being looked
    at, ``overdue`` are all of these whose time is up; ``oldest_due`` is the earliest due time (microseconds)."""

    queue: str
    open: int = 0
    leased: int = 0
    second: int = 0
    expert: int = 0
    overdue: int = 0
    oldest_due: int | None = None

    @property
    def live(self) -> int:
        """All that are not closed."""
        return self.open + self.leased + self.second + self.expert


@dataclass(frozen=True, slots=True)
class Golden:
    """An item whose right answer is known: any of ``measures``. It is put among the cases of ``queue``, looking like
    one of them, until it is retired."""

    id: str
    queue: str
    kind: str
    subject: str
    measures: tuple[str, ...]
    facts: Mapping[str, Any]
    reason: str
    active: bool
    added_at: int
    added_by: str
    used: int = 0
