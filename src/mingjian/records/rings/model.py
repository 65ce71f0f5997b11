"""A ring in the store."""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("open", "acted", "dismissed", "merged")
"""open: for people to look at · acted: measures taken on all of it · dismissed: looked at, no ring, not raised again ·
merged: part of another one (``into``)."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A ring as the lists show it. ``story`` is the digest of what there is to tell (governance/rings/stories.py);
    ``confidence`` in thousandths; times in microseconds. ``pinned``: people have said who belongs to it, so that
    recounting adds to it and takes nobody away. ``work`` is the last acting on it, ``origin`` the ring it was split
    from."""

    id: str
    seq: int
    state: str
    story: str
    accounts: int
    items: int
    materials: int
    confidence: int
    since: int
    until: int
    institution: str | None
    found_at: int
    changed_at: int
    pinned: bool
    into: str | None
    origin: str | None
    reason: str
    by: str
    work: str | None


@dataclass(frozen=True, slots=True)
class Work:
    """One acting on all of a ring: the ``measure``, on items or publishers (``on``), for one ``reason``; the decisions
    it made. ``undone_at`` is set once it was taken back."""

    id: str
    ring: str
    seq: int
    measure: str
    on: str
    reason: str
    at: int
    by: str
    count: int
    undone_at: int | None
    undone_by: str | None
    undone_why: str | None
