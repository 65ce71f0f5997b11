"""Loads of engagement and alarms about it. Times in microseconds, chances in millionths."""

from __future__ import annotations

from dataclasses import dataclass

LOAD_STATES = ("waiting", "looked", "failed")
ALARM_STATES = ("open", "confirmed", "dismissed")
ROLES = ("actor", "item", "publisher")
"""What a member of an alarm is: who acted, on what, whose that is."""


@dataclass(frozen=True, slots=True)
class Load:
    """A file of engagement that was pushed. ``digest`` names its bytes among the blobs, ``suffix`` says what they
    are. ``events`` were read, ``bad`` rows could not be; ``seen`` counts events looked through together with those of
    earlier loads; ``alarms`` are new, ``again`` were known."""

    id: str
    seq: int
    digest: str
    suffix: str
    size: int
    state: str
    received_at: int
    received_by: str
    events: int = 0
    bad: int = 0
    seen: int = 0
    alarms: int = 0
    again: int = 0
    finished_at: int | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An alarm in the store. ``content`` names its members and evidence among the contents; ``kind`` is the strongest
    of ``kinds``. ``load`` is the last load it was seen in."""

    id: str
    seq: int
    state: str
    kind: str
    kinds: tuple[str, ...]
    content: str
    load: str
    actors: int
    items: int
    events: int
    since: int
    until: int
    chance: int
    raised_at: int
    seen_at: int
    decided_at: int | None = None
    decided_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Who or what belongs to an alarm, and how many of its events are theirs. ``place`` orders members of a role."""

    alarm: str
    role: str
    ref: str
    place: int
    events: int


@dataclass(frozen=True, slots=True)
class Day:
    """A publisher's day in an alarm: the alarm's events and all events that were pushed of that day."""

    alarm: str
    publisher: str
    day: int
    events: int
    total: int
