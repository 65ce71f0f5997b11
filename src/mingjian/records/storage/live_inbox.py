"""What was pushed about live rooms and waits for the process that watches them: operational, made by no fold. Once it
is safe in the room's log its words go; the row stays a while, so that what is pushed again is known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mingjian.records.canonical import canonical
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

INBOX = sa.Table(
    "live_inbox",
    metadata,
    sa.Column("seq", SequenceType, primary_key=True, autoincrement=True),
    sa.Column("room", sa.String(64), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("ref", sa.String(200), nullable=False),
    sa.Column("body", Document),  # NULL once it is in the room's log
    sa.Column("pushed_at", Micros, nullable=False),
    sa.Column("waits", sa.Boolean, nullable=False),
    sa.UniqueConstraint("room", "source", "ref"),
    sa.Index("ix_live_inbox_waits_room_seq", "waits", "room", "seq"),
    sa.Index("ix_live_inbox_pushed_at", "pushed_at"),
)
_ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtext('live_inbox'), hashtext(:room))")
_SHOWN = (INBOX.c.seq, INBOX.c.room, INBOX.c.source, INBOX.c.ref, INBOX.c.body, INBOX.c.pushed_at)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Pushed:
    """One that waits. ``ref`` is what its ``source`` calls it."""

    seq: int
    room: str
    source: str
    ref: str
    body: Mapping[str, Any]
    pushed_at: int


def push(tx: Tx, room: str, source: str, entries: Sequence[tuple[str, Mapping[str, Any]]]) -> int:
    """Let them wait; how many were new. The same room, source and ref is the same thing."""
    rows = {ref: {"room": room, "source": source, "ref": ref, "body": canonical(dict(body)).decode(),
                  "pushed_at": tx.now, "waits": True}
            for ref, body in reversed(entries)}  # fmt: skip
    if not rows:
        return 0
    if tx.dialect == "postgresql":  # one pusher of a room at a time: the order told is the order kept, and no two
        tx.run(_ALONE, {"room": room})  # wait for each other
    mine = (INBOX.c.room == room) & (INBOX.c.source == source)
    asked = sa.select(INBOX.c.ref).where(mine, among(tx, INBOX.c.ref, rows))
    known = {row.ref for row in tx.rows(asked)}
    fresh = [row for ref, row in reversed(rows.items()) if ref not in known]
    if fresh:
        insert = (postgresql if tx.dialect == "postgresql" else sqlite).insert(INBOX)
        tx.run(insert.on_conflict_do_nothing(index_elements=["room", "source", "ref"]), fresh)
    return len(fresh)


def waiting(tx: Tx, rooms: Iterable[str], limit: int) -> list[Pushed]:
    """Up to ``limit`` that wait for some rooms' logs, the first pushed first; told again until they are ``taken``."""
    asked = sa.select(*_SHOWN).where(INBOX.c.waits, among(tx, INBOX.c.room, rooms)).order_by(INBOX.c.seq).limit(limit)
    return [Pushed(row.seq, row.room, row.source, row.ref, json.loads(row.body), row.pushed_at)
            for row in tx.rows(asked)]  # fmt: skip


def taken(tx: Tx, seqs: Sequence[int]) -> int:
    """They are safe in a room's log: their words go; how many waited."""
    done = 0
    for first in range(0, len(seqs), _AT_ONCE):
        some = INBOX.c.seq.in_(list(seqs[first : first + _AT_ONCE]))
        done += tx.run(INBOX.update().where(some, INBOX.c.waits), {"waits": False, "body": None})
    return done


def backlog(tx: Tx, room: str) -> int:
    """How many wait for a room's log."""
    return int(tx.scalar(sa.select(sa.func.count()).where(INBOX.c.waits, INBOX.c.room == room)) or 0)


def forget_inbox(tx: Tx, taken_before: int, pushed_before: int) -> int:
    """Forget what was taken and pushed before a moment, and what nobody took since another; how many."""
    old = sa.or_(sa.not_(INBOX.c.waits) & (INBOX.c.pushed_at < taken_before), INBOX.c.pushed_at < pushed_before)
    return tx.run(INBOX.delete().where(old))
