"""A live room in the store, what was found in it and what was done about it.

Wall-clock times in microseconds since 1970-01-01 UTC; ``from_``, ``to``, ``start`` and ``end`` are room time in seconds
since the room was opened (core/live/model.py).
"""

from __future__ import annotations

from dataclasses import dataclass

ROOM_STATES = ("open", "closed")
INCIDENT_STATES = ("open", "dismissed")
"""open: stands · dismissed: looked at, a false alarm (``reinstate`` is the reverse)."""
ACT_STATES = ("proposed", "sent", "acknowledged", "failed", "declined", "lapsed", "lifted")
"""proposed: waits for an operator · sent: on its way to the platform, no word yet · acknowledged: the platform says it
is done · failed: the platform refused, or never answered · declined: an operator said no · lapsed: nobody answered in
time · lifted: taken back."""
LIVING = ("sent", "acknowledged", "failed")
"""The states of an act that was carried out (as far as we could) and was not taken back."""
WORD_STATES = ("proposed", "accepted", "declined")
MEASURES = ("warn", "mask", "interrupt")
"""What may be done to a room while it runs, mildest first (governance/data/measures.yaml)."""
BY_HAND = "by_hand"
"""The kind of an incident that an operator raised without the judge."""


@dataclass(frozen=True, slots=True)
class Room:
    """A room. ``session`` counts how often it was opened, from 1; ``about`` is the digest of what is known of it from
    outside (core.live.model.About as JSON; the title is empty once that was deleted). ``version`` is the number of the
    last event about it in the journal, which operators show to each other: it changes with everything that happens in
    the room."""

    id: str
    seq: int
    state: str
    session: int
    platform: str | None
    external: str | None
    title: str
    url: str | None
    publisher: str | None
    publisher_kind: str | None
    domain: str | None
    about: str
    opened_at: int
    opened_by: str
    changed_at: int
    closed_at: int | None
    closed_by: str | None
    why: str
    version: int


@dataclass(frozen=True, slots=True)
class RoomGap:
    """A stretch in which a channel of a room was not perceived; ``end`` None while it lasts."""

    room: str
    session: int
    channel: str
    start: float
    end: float | None
    why: str
    detail: str
    at: int


@dataclass(frozen=True, slots=True)
class Card:
    """A product card put up in a room. ``merchant`` and ``institution`` are ids of the registry or of the platform;
    ``said`` is the digest of its words ({"title", "price", "url"}), ``down_at`` when it was taken down."""

    id: str
    seq: int
    room: str
    session: int
    product: str
    merchant: str | None
    institution: str | None
    said: str
    at: int
    down_at: int | None


@dataclass(frozen=True, slots=True)
class Happening:
    """An incident in the store. ``evidence`` is the digest of its object (``governance.live.evidence.evidence_of``:
    moments with their words, signals); ``item`` the id of the judged item; ``sealed`` the digest of the seal, None
    until the seconds after it have run. ``merchants`` are ids of those behind the goods (registry's, or the
    platform's)."""

    id: str
    seq: int
    room: str
    session: int
    key: str
    kind: str
    state: str
    severity: str
    item: str
    publisher: str | None
    codes: tuple[str, ...]
    what: tuple[str, ...]
    split: tuple[str, ...]
    merchants: tuple[str, ...]
    from_: float
    to: float
    said_at: int
    raised_at: int
    evidence: str
    sealed: str | None
    sealed_at: int | None
    reason: str
    by: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class Act:
    """Something done (or to be done) to a room because of an incident. ``step`` is the escalation's step that asked for
    it (empty: an operator did), ``text`` the digest of what the host is told, ``decision`` the decision that carries it
    (None while it is only proposed). ``due_at``: of a proposed one when it lapses, of a sent one when it is sent again;
    ``tries`` how often it was sent. ``outcome`` says why it failed, was declined, lapsed or lifted."""

    id: str
    seq: int
    room: str
    session: int
    incident: str
    measure: str
    step: str
    state: str
    reason: str
    text: str
    asked_at: int
    asked_by: str
    sent_at: int | None
    answered_at: int | None
    answered_by: str | None
    decision: str | None
    due_at: int | None
    tries: int
    outcome: str
    changed_at: int

    @property
    def automatic(self) -> bool:
        """Whether no person asked for it."""
        return self.asked_by.startswith("duty:")


@dataclass(frozen=True, slots=True)
class CodeWord:
    """A code word proposed for all rooms. ``said`` is the digest of {"word", "stands_for"}; ``rooms`` in how many rooms
    it was met, ``times`` how often in all."""

    id: str
    seq: int
    state: str
    word: str
    stands_for: str
    said: str
    rooms: int
    times: int
    first_at: int
    changed_at: int
    by: str
    reason: str
