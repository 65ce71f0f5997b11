"""The nouns of a live room, frozen: a moment (something said, shown or written), a gap, and what a room is told about.

Room time is in seconds since the room was opened, on our own clock: it never runs backwards, whatever the stream says.
Wall-clock times are in microseconds since 1970-01-01 UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CHANNELS = ("speech", "screen", "comment", "pinned", "product", "title")
"""What is said; read in the picture (subtitles, boards, stickers, hand-held signs); written by viewers and the house;
pinned on top of the comments; a product card put up; the room's title."""
SPEAKERS = ("host", "house", "viewer")
"""The host; an account of the room's own (assistant, field control); anybody else."""
GAP_CHANNELS = ("stream", "picture", "sound", "speech", "comments", "judging")
ENDS = ("ended", "left", "lost")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something perceived in a room, once. ``number`` counts a room's moments from 1 in the order they were taken in;
    ``start`` to ``end`` is when it was said or shown (room time), ``at`` when that was on the wall clock and
    ``taken_at`` when we had it. ``source`` says how we know: ``ocr``, ``recogniser``, ``pushed``, ``feed`` or ``api``;
    ``ref`` what else is known (``box`` in pixels, ``comment`` and ``account`` ids, ``product``, ``url``, ``price``,
    ``merchant``, ``institution``)."""

    room: str
    number: int
    channel: str
    start: float
    end: float
    text: str
    at: int
    taken_at: int
    speaker: str | None = None
    source: str = "pushed"
    ref: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of room time in which a channel was not perceived, and ``why``: ``stalled``, ``ended``, ``restarted``,
    ``connecting_failed``, ``no_picture``, ``no_sound``, ``no_recogniser``, ``recogniser_failed``, ``reader_failed``,
    ``looped``, ``overload``, ``feed_lost``, ``process_died``, ``store_away``. ``end`` is None while it lasts."""

    room: str
    channel: str
    start: float
    end: float | None
    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a room from outside. ``facts`` are those of the public item schema."""

    id: str
    platform: str | None = None
    title: str = ""
    url: str | None = None
    external: str | None = None
    publisher: Mapping[str, Any] = field(default_factory=dict)
    domain: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """Something in a moment that counts: ``kind`` is ``name`` (a restricted item), ``hint`` (a code word for one),
    ``steer`` (the host's or the house's guidance: 扣1, 看背景板), ``point`` (a gesture to a board), ``ask`` (viewers
    ask or answer as told), ``promote`` (price, link, order). ``start`` and ``end`` count code points of the moment's
    text; ``what`` is the item a name or a hint stands for, ``disguise`` how it was hidden."""

    moment: int
    kind: str
    start: int
    end: int
    quote: str
    what: str = ""
    disguise: str = ""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A code word newly used beside restricted items of a room: for people to look at, never acted on alone."""

    word: str
    stands_for: str
    moments: tuple[int, ...]
    times: int


@dataclass(frozen=True, slots=True)
class Incident:
    """Evidence that joins to a finding. ``key`` names it within the room for ever (a judge that goes on after a restart
    gives the same one); ``moments`` are the numbers of its evidence, ``said_at`` when the last of them was said or
    shown (wall clock), ``from_`` to ``to`` their stretch of room time. ``item`` is the object of the public item schema
    that the engine judged, ``codes`` the findings' codes that make the incident, ``split`` the channels it took."""

    room: str
    key: str
    kind: str
    moments: tuple[int, ...]
    signals: tuple[Signal, ...]
    from_: float
    to: float
    said_at: int
    item: Mapping[str, Any]
    codes: tuple[str, ...]
    severity: str
    what: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
