"""Runs of patrols, the work list, notices, and re-screening, as the store knows them. Times in microseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RUN_STATES = ("running", "finished", "abandoned")
RUN_ORIGINS = ("calendar", "recovery", "manual")
ENTRY_STATES = ("open", "done", "superseded")
CHANGES = ("same", "better", "worse", "other")
"""How a new verdict stands to the old one; ``other``: as grave, but other rules."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a patrol is: every planned moment up to ``since`` is accounted for."""

    patrol: str
    since: int
    paused: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``planned`` is the moment the calendar gave, ``covers`` how many planned moments it stands for,
    ``as_of`` the day it looks at (YYYY-MM-DD), ``definition`` the digest of what the patrol was then. ``seen`` of
    ``total`` subjects were looked at; ``counts`` say what followed, by word."""

    id: str
    seq: int
    patrol: str
    origin: str
    planned: int
    covers: int
    as_of: str
    definition: str
    state: str
    started_at: int
    started_by: str
    total: int
    cursor: str | None = None
    seen: int = 0
    hits: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    finished_at: int | None = None

    @property
    def coverage(self) -> float | None:
        """The share of subjects that were looked at; None when there were none."""
        return min(1.0, self.seen / self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class Missed:
    """A planned moment at which nothing ran in time. ``run`` made up for it, None where nothing did."""

    patrol: str
    planned: int
    noted_at: int
    run: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something for a person to do. ``credential`` and ``stage`` (days before the end) where it is about one."""

    id: str
    seq: int
    patrol: str
    run: str
    entity: str
    credential: str | None
    stage: int | None
    why: str
    state: str
    due_at: int
    opened_at: int
    assignee: str | None = None
    snoozed_until: int | None = None
    reason: str = ""
    closed_at: int | None = None
    closed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What the other side is told; ``text`` is the digest of the words."""

    id: str
    seq: int
    patrol: str
    run: str
    entity: str
    credential: str | None
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Rescreening:
    """Somebody's whole content judged again, items up to ``upto`` in the order of arrival. ``publishers`` are
    (platform or None, publisher's number). ``cursor`` is how far it is."""

    id: str
    seq: int
    entity: str
    publishers: tuple[tuple[str | None, str], ...]
    why: str
    state: str
    started_at: int
    started_by: str
    upto: int
    total: int
    worse_only: bool
    run: str | None = None
    cursor: int = 0
    judged: int = 0
    skipped: int = 0
    changed: int = 0
    worse: int = 0
    cases: int = 0
    finished_at: int | None = None


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A new verdict beside the old one. ``verdict`` and ``read`` are digests; ``before`` the old verdict's."""

    rescreening: str
    item: str
    seq: int
    at: int
    verdict: str
    read: str
    value: str
    severity: str | None
    before: str
    before_value: str | None
    before_severity: str | None
    change: str
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()
    case: str | None = None
