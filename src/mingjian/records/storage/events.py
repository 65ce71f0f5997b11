"""The journal's own tables: events in one unbroken chain, the chain's head, and how far each duty has read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from mingjian.records.journal.model import Head, Recorded
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.hot import Hot, adding, changing
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

EVENTS = sa.Table(
    "events",
    metadata,
    sa.Column("seq", SequenceType, primary_key=True, autoincrement=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("actor", sa.String(128), nullable=False),
    sa.Column("body", Document, nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Index("ix_events_subject_seq", "subject", "seq"),
    sa.Index("ix_events_kind_seq", "kind", "seq"),
    sa.Index("ix_events_at", "at"),
)
HEAD = sa.Table(
    "journal_head",
    metadata,
    sa.Column("id", sa.SmallInteger, primary_key=True, autoincrement=False),  # always 1
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
)
CURSORS = sa.Table(
    "cursors",
    metadata,
    sa.Column("duty", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
)
_COLUMNS = (EVENTS.c.seq, EVENTS.c.at, EVENTS.c.kind, EVENTS.c.subject, EVENTS.c.actor, EVENTS.c.body, EVENTS.c.hash)
# Every transaction that records anything runs these.
_INSERT = adding(EVENTS, ("seq", "at", "kind", "subject", "actor", "body", "hash"))
_ADVANCE = changing(HEAD, ("seq", "at", "hash"), "id")
_HELD = Hot(sa.select(HEAD.c.seq, HEAD.c.at, HEAD.c.hash).where(HEAD.c.id == 1).with_for_update())


def hold_head(tx: Tx) -> Head:
    """The end of the chain, held until the transaction ends: events are added one transaction after another."""
    if isinstance(tx.held, Head):
        return tx.held
    rows = tx.ask(_HELD)
    if not rows:
        head = Head()
        tx.run(HEAD.insert(), {"id": 1, "seq": head.seq, "at": head.at, "hash": head.hash})
    else:
        seq, at, hash = rows[0]
        head = Head(seq, at, bytes(hash))
    tx.held = head
    return head


def head(tx: Tx) -> Head:
    """The end of the chain."""
    if isinstance(tx.held, Head):
        return tx.held
    row = tx.one(sa.select(HEAD.c.seq, HEAD.c.at, HEAD.c.hash).where(HEAD.c.id == 1))
    return Head() if row is None else Head(row.seq, row.at, bytes(row.hash))


def insert_events(tx: Tx, events: Sequence[Recorded]) -> None:
    """Add events behind the held head."""
    tx.put(_INSERT, [event.row() for event in events])
    last = events[-1]
    tx.held = Head(last.seq, last.at, last.hash)
    tx.before_commit["journal_head"] = lambda: _advance(tx, last)


def _advance(tx: Tx, last: Recorded) -> None:
    tx.put(_ADVANCE, [(last.seq, last.at, last.hash, 1)])


def events_after(
    tx: Tx, seq: int, *, limit: int = 1000, kinds: Sequence[str] = (), subject: str | None = None
) -> list[Recorded]:
    """Up to ``limit`` events behind ``seq``, in order, optionally of some kinds or of one subject."""
    asked = sa.select(*_COLUMNS).where(EVENTS.c.seq > seq).order_by(EVENTS.c.seq).limit(limit)
    if kinds:
        asked = asked.where(EVENTS.c.kind.in_(kinds))
    if subject is not None:
        asked = asked.where(EVENTS.c.subject == subject)
    return [Recorded.of(row) for row in tx.rows(asked)]


def events_of(tx: Tx, subject: str) -> list[Recorded]:
    """Everything that happened to one subject."""
    asked = sa.select(*_COLUMNS).where(EVENTS.c.subject == subject).order_by(EVENTS.c.seq)
    return [Recorded.of(row) for row in tx.rows(asked)]


def events_of_many(tx: Tx, subjects: Iterable[str]) -> list[Recorded]:
    """Everything that happened to any of many subjects, in the chain's order."""
    asked = sa.select(*_COLUMNS).where(among(tx, EVENTS.c.subject, subjects)).order_by(EVENTS.c.seq)
    return [Recorded.of(row) for row in tx.rows(asked)]


def all_events(tx: Tx, *, after: int = 0, batch: int = 5000) -> Iterator[list[Recorded]]:
    """Every event behind ``after``, in batches."""
    while events := events_after(tx, after, limit=batch):
        yield events
        after = events[-1].seq


def raw_events(tx: Tx, *, after: int = 0, batch: int = 10_000) -> Iterator[Sequence[Any]]:
    """Every event behind ``after`` as bare rows (seq, at, kind, subject, actor, body, hash), a batch at a time."""
    asked = sa.select(*_COLUMNS).where(EVENTS.c.seq > after).order_by(EVENTS.c.seq)
    result = tx.connection.execution_options(stream_results=True).execute(asked)
    while rows := result.fetchmany(batch):
        yield rows


def cursor_of(tx: Tx, duty: str) -> int:
    """How far a duty has read; 0 when it never began. In a writing transaction the row is held."""
    asked = sa.select(CURSORS.c.seq).where(CURSORS.c.duty == duty)
    found = tx.scalar(asked.with_for_update() if tx.writes else asked)
    return 0 if found is None else int(found)


def move_cursor(tx: Tx, duty: str, seq: int) -> None:
    """Remember how far a duty has read, in the transaction of its effects."""
    if not tx.run(CURSORS.update().where(CURSORS.c.duty == duty), {"seq": seq}):
        tx.run(CURSORS.insert(), {"duty": duty, "seq": seq})
