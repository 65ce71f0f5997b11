"""Campaigns, what is linked to them, their batches, announcements and samples. Times in microseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CAMPAIGN_STATES = ("open", "closed")
LINKS = ("sweep", "ring", "alarm", "case", "certification_batch", "decision", "live")
"""What a campaign may hold (``live``: an incident of a live room).
Appeals are not linked: they follow the decisions they are against."""
ANNOUNCEMENT_STATES = ("drafted", "published", "withdrawn")
SIDES = ("before", "after")
SAMPLE_STATES = ("drawn", "asked", "dropped")


@dataclass(frozen=True, slots=True)
class Campaign:
    """A dated undertaking. ``since`` and ``until`` are days in China (None: no end is set). ``scope`` says what it is
    about: ``platforms``, ``kinds``, ``channels``, ``publisher_kinds``, ``domains``, each a list, none meaning all;
    ``policy`` is name@version, where one was set; ``batch`` is the number of the batch that is open (the last one,
    once it is closed)."""

    id: str
    seq: int
    title: str
    since: str
    until: str | None
    scope: Mapping[str, Any]
    policy: str | None
    purpose: str
    made_by: str
    made_at: int
    batch: int = 1
    state: str = "open"
    ended_by: str | None = None
    ended_at: int | None = None
    ended_why: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Something that belongs to a campaign, in the batch that was open when it was linked. ``kind`` is one of LINKS,
    ``ref`` its id."""

    campaign: str
    kind: str
    ref: str
    seq: int
    batch: int
    linked_by: str
    linked_at: int
    why: str


@dataclass(frozen=True, slots=True)
class CampaignBatch:
    """A batch of a campaign: what was linked while it was open. ``counted_to`` is the journal's number at which it
    was closed."""

    campaign: str
    number: int
    opened_at: int
    closed_at: int | None = None
    closed_by: str | None = None
    counted_to: int | None = None


@dataclass(frozen=True, slots=True)
class Announcement:
    """A public governance announcement of a batch. ``seal`` is the digest of its content, which is kept under that
    name; ``counted_to`` the journal's number up to which its figures were counted."""

    id: str
    seq: int
    campaign: str
    batch: int
    seal: str
    counted_to: int
    drafted_by: str
    drafted_at: int
    state: str = "drafted"
    published_by: str | None = None
    published_at: int | None = None
    withdrawn_by: str | None = None
    withdrawn_at: int | None = None
    withdrawn_why: str | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One stratum of a sample: how many there were, how many were drawn, and in how many of those that were there the
    engine had found a violation, of how many it had judged."""

    name: str
    size: int
    drawn: int
    flagged: int = 0
    judged: int = 0


@dataclass(frozen=True, slots=True)
class Sample:
    """A random sample for a campaign, drawn ``before`` or ``after``. ``frame`` is desk or the name of an archive,
    ``as_of`` the day it was drawn (in China), ``by`` the fields it is stratified by, ``seed`` what it was drawn with,
    ``list`` the digest of the list."""

    id: str
    seq: int
    campaign: str
    side: str
    frame: str
    as_of: str
    by: tuple[str, ...]
    seed: str
    list: str
    number: int
    strata: tuple[Drawn, ...]
    drawn_by: str
    drawn_at: int
    state: str = "drawn"
    asked_at: int | None = None
    dropped_why: str | None = None

    @property
    def size(self) -> int:
        """How many there were to draw from."""
        return sum(one.size for one in self.strata)


@dataclass(frozen=True, slots=True)
class SampleItem:
    """One of a sample. ``flagged``: whether the engine found a violation, None when it had not judged; ``case`` is
    where people are asked."""

    sample: str
    place: int
    item: str
    stratum: str
    flagged: bool | None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class SampleRow:
    """What a frame tells of an item."""

    item: str
    stratum: str
    flagged: bool | None
    more: Mapping[str, Any] = field(default_factory=dict)
