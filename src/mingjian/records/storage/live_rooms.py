"""Live rooms, their product cards and the gaps in what was perceived of them: rows folded from the journal.

What is known of a room from outside lies among the contents; the event names its digest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.live.model import Card, Room, RoomGap
from mingjian.records.storage import contents
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

Seconds = sa.Float(53)

ROOMS = sa.Table(
    "live_rooms",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("session", sa.Integer, nullable=False),
    sa.Column("platform", sa.String(64)),
    sa.Column("external", sa.String(200)),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("publisher", sa.String(200)),
    sa.Column("publisher_kind", sa.String(32)),
    sa.Column("domain", sa.String(32)),
    sa.Column("about", sa.String(64), nullable=False),
    sa.Column("opened_at", Micros, nullable=False),
    sa.Column("opened_by", sa.String(128), nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Column("closed_at", Micros),
    sa.Column("closed_by", sa.String(128)),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Index("ix_live_rooms_state_seq", "state", "seq"),
    sa.Index("ix_live_rooms_publisher", "publisher"),
    sa.Index("ix_live_rooms_platform_external", "platform", "external"),
)
GAPS = sa.Table(
    "live_gaps",
    metadata,
    sa.Column("room", sa.String(32), primary_key=True),
    sa.Column("session", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("start", Seconds, primary_key=True, autoincrement=False),
    sa.Column("end", Seconds),
    sa.Column("why", sa.String(32), nullable=False),
    sa.Column("detail", sa.String(200), nullable=False),
    sa.Column("at", Micros, nullable=False),
)
CARDS = sa.Table(
    "live_cards",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("room", sa.String(32), nullable=False),
    sa.Column("session", sa.Integer, nullable=False),
    sa.Column("product", sa.String(200), nullable=False),
    sa.Column("merchant", sa.String(200)),
    sa.Column("institution", sa.String(200)),
    sa.Column("said", sa.String(64), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("down_at", Micros),
    sa.Index("ix_live_cards_room_session_seq", "room", "session", "seq"),
    sa.Index("ix_live_cards_merchant", "merchant"),
)
projection(ROOMS, GAPS, CARDS)
_ROOM = [ROOMS.c[field.name] for field in fields(Room)]
_GAP = [GAPS.c[field.name] for field in fields(RoomGap)]
_CARD = [CARDS.c[field.name] for field in fields(Card)]


@dataclass(frozen=True, slots=True)
class RoomFilter:
    """Which rooms a list shows: ``state`` (None: all), of one platform or publisher."""

    state: str | None = "open"
    platform: str | None = None
    publisher: str | None = None


def touch(tx: Tx, events: Iterable[Recorded]) -> None:
    """Rooms in which something happened have a new version; events name their room in the body."""
    newest = {str(event.body["room"]): event.seq for event in events}
    for room, seq in newest.items():
        tx.run(ROOMS.update().where(ROOMS.c.id == room), {"version": seq})


def _about(tx: Tx, digest: str) -> dict[str, Any]:
    found = contents.get(tx, digest)
    about = {} if found is None else json.loads(found)
    publisher = about.get("publisher") or {}
    return {
        "title": about.get("title") or "", "url": about.get("url"), "platform": about.get("platform"),
        "external": about.get("external"), "domain": about.get("domain"), "publisher": publisher.get("id"),
        "publisher_kind": publisher.get("kind"), "about": digest,
    }  # fmt: skip


@folds("live.room_opened")
def _opened(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        values = {
            "state": "open", "session": body["session"], **_about(tx, body["about"]), "opened_at": event.at,
            "opened_by": event.actor, "changed_at": event.at, "closed_at": None, "closed_by": None, "why": "",
            "version": event.seq, "seq": event.seq,
        }  # fmt: skip
        if not tx.run(ROOMS.update().where(ROOMS.c.id == event.subject), values):
            tx.run(ROOMS.insert(), {"id": event.subject, **values})


@folds("live.room_changed")
def _changed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        about = _about(tx, body["about"]) if "about" in body else {}
        tx.run(ROOMS.update().where(ROOMS.c.id == event.subject),
               {**about, "changed_at": event.at, "version": event.seq})  # fmt: skip
        for card in body.get("cards", ()):
            tx.run(CARDS.insert(), {
                "id": card["id"], "seq": event.seq, "room": event.subject, "session": body["session"],
                "product": card["product"], "merchant": card.get("merchant"), "institution": card.get("institution"),
                "said": card["said"], "at": event.at, "down_at": None,
            })  # fmt: skip
        for id in body.get("cards_down", ()):
            tx.run(CARDS.update().where(CARDS.c.id == id), {"down_at": event.at})


@folds("live.room_closed")
def _closed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(ROOMS.update().where(ROOMS.c.id == event.subject), {
            "state": "closed", "closed_at": event.at, "closed_by": event.actor, "changed_at": event.at,
            "why": event.body["reason"], "version": event.seq,
        })  # fmt: skip


@folds("live.gap")
def _gap(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        mine = ((GAPS.c.room == event.subject) & (GAPS.c.session == body["session"])
                & (GAPS.c.channel == body["channel"]) & (GAPS.c.start == body["start"]))  # fmt: skip
        told = {"end": body["end"], "why": body["why"], "detail": body["detail"]}
        if not tx.run(GAPS.update().where(mine), told):
            tx.run(GAPS.insert(), {"room": event.subject, "session": body["session"], "channel": body["channel"],
                                   "start": body["start"], "at": event.at, **told})  # fmt: skip
        tx.run(ROOMS.update().where(ROOMS.c.id == event.subject), {"version": event.seq})


def room_by_id(tx: Tx, id: str) -> Room | None:
    """One room."""
    row = tx.one(sa.select(*_ROOM).where(ROOMS.c.id == id))
    return None if row is None else Room(*row)


def rooms_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Room]:
    """Rooms by id; those that are not there are left out."""
    return {row.id: Room(*row) for row in tx.rows(sa.select(*_ROOM).where(among(tx, ROOMS.c.id, ids)))}


def list_rooms(tx: Tx, wanted: RoomFilter, before: int | None, limit: int) -> tuple[list[Room], int | None]:
    """Up to ``limit``, the last opened first, those before a ``seq``; and the one to go on from."""
    asked = _matching(sa.select(*_ROOM), wanted).order_by(ROOMS.c.seq.desc()).limit(limit + 1)
    if before is not None:
        asked = asked.where(ROOMS.c.seq < before)
    found = [Room(*row) for row in tx.rows(asked)]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def quiet_rooms(tx: Tx, wanted: RoomFilter, but: Iterable[str], offset: int, limit: int) -> list[Room]:
    """Rooms but for some, the last opened first, from a place on."""
    asked = _matching(sa.select(*_ROOM), wanted).where(sa.not_(among(tx, ROOMS.c.id, but)))
    return [Room(*row) for row in tx.rows(asked.order_by(ROOMS.c.seq.desc()).offset(offset).limit(limit))]


def count_matching(tx: Tx, wanted: RoomFilter) -> int:
    """How many rooms a list shows in all."""
    return int(tx.scalar(_matching(sa.select(sa.func.count()).select_from(ROOMS), wanted)))


def _matching(asked: sa.Select[Any], wanted: RoomFilter) -> sa.Select[Any]:
    for name in ("state", "platform", "publisher"):
        if (value := getattr(wanted, name)) is not None:
            asked = asked.where(ROOMS.c[name] == value)
    return asked


def count_rooms(tx: Tx) -> dict[str, int]:
    """How many are in each state."""
    return {row[0]: int(row[1]) for row in tx.rows(sa.select(ROOMS.c.state, sa.func.count()).group_by(ROOMS.c.state))}


def gap_at(tx: Tx, room: str, session: int, channel: str, start: float) -> RoomGap | None:
    """The gap of a channel that began at a moment."""
    row = tx.one(sa.select(*_GAP).where(GAPS.c.room == room, GAPS.c.session == session, GAPS.c.channel == channel,
                                        GAPS.c.start == start))  # fmt: skip
    return None if row is None else RoomGap(*row)


def gaps_of(tx: Tx, room: str, session: int, *, since: float | None = None, limit: int = 500) -> list[RoomGap]:
    """The gaps of a session, the last first; with ``since`` those that reach beyond it."""
    asked = sa.select(*_GAP).where(GAPS.c.room == room, GAPS.c.session == session)
    if since is not None:
        asked = asked.where(sa.or_(GAPS.c.end.is_(None), GAPS.c.end >= since))
    return [RoomGap(*row) for row in tx.rows(asked.order_by(GAPS.c.start.desc(), GAPS.c.channel).limit(limit))]


def open_gaps(tx: Tx, rooms: Iterable[str]) -> list[RoomGap]:
    """The gaps of these rooms' sessions of now that still last."""
    asked = (sa.select(*_GAP).join(ROOMS, (ROOMS.c.id == GAPS.c.room) & (ROOMS.c.session == GAPS.c.session))
             .where(among(tx, GAPS.c.room, rooms), GAPS.c.end.is_(None)).order_by(GAPS.c.start))  # fmt: skip
    return [RoomGap(*row) for row in tx.rows(asked)]


def cards_of(tx: Tx, room: str, session: int, *, up: bool = False, limit: int = 500) -> list[Card]:
    """The cards of a session, the last first; with ``up`` only those not taken down."""
    asked = sa.select(*_CARD).where(CARDS.c.room == room, CARDS.c.session == session)
    if up:
        asked = asked.where(CARDS.c.down_at.is_(None))
    return [Card(*row) for row in tx.rows(asked.order_by(CARDS.c.seq.desc(), CARDS.c.id).limit(limit))]
