"""Loads of engagement: rows folded from the journal, and who is looking through one just now (operational: a process
that is killed leaves its hold to run out)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from mingjian.records.engagement.model import Load
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

LOADS = sa.Table(
    "engagement_loads",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("suffix", sa.String(16), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("received_at", Micros, nullable=False),
    sa.Column("received_by", sa.String(128), nullable=False),
    sa.Column("events", sa.BigInteger, nullable=False),
    sa.Column("bad", sa.BigInteger, nullable=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("alarms", sa.Integer, nullable=False),
    sa.Column("again", sa.Integer, nullable=False),
    sa.Column("finished_at", Micros),
    sa.Column("why", sa.Text),
    sa.Index("ix_engagement_loads_state_seq", "state", "seq"),
    sa.Index("ix_engagement_loads_received_at", "received_at"),
)
HOLDS = sa.Table(
    "engagement_holds",
    metadata,
    sa.Column("load", sa.String(32), primary_key=True),
    sa.Column("until", Micros, nullable=False),
)
projection(LOADS)
_SHOWN = [LOADS.c[field.name] for field in fields(Load)]
_COUNTS = ("events", "bad", "seen", "alarms", "again")


@folds("engagement.received")
def _received(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(LOADS.insert(), [
        {"id": event.subject, "seq": event.seq, "state": "waiting", "received_at": event.at,
         "received_by": event.actor, **{name: event.body[name] for name in ("digest", "suffix", "size")},
         **dict.fromkeys(_COUNTS, 0)} for event in events
    ])  # fmt: skip


@folds("engagement.looked")
def _looked(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        counts = {name: event.body[name] for name in _COUNTS}
        tx.run(LOADS.update().where(LOADS.c.id == event.subject),
               {"state": "looked", "finished_at": event.at, "why": None, **counts})  # fmt: skip


@folds("engagement.failed")
def _failed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(LOADS.update().where(LOADS.c.id == event.subject),
               {"state": "failed", "finished_at": event.at, "why": event.body["reason"]})  # fmt: skip


def load_by_id(tx: Tx, id: str) -> Load | None:
    """One load."""
    row = tx.one(sa.select(*_SHOWN).where(LOADS.c.id == id))
    return None if row is None else Load(*row)


def list_loads(tx: Tx, before: int | None, limit: int) -> tuple[list[Load], int | None]:
    """Up to ``limit`` loads, newest first, those before a place; and the place to go on from."""
    asked = sa.select(*_SHOWN).order_by(LOADS.c.seq.desc()).limit(limit + 1)
    found = [Load(*row) for row in tx.rows(asked.where(LOADS.c.seq < before) if before is not None else asked)]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def waiting_of(tx: Tx, digest: str) -> Load | None:
    """A load of the same bytes that has not been looked through."""
    row = tx.one(sa.select(*_SHOWN).where(LOADS.c.digest == digest, LOADS.c.state == "waiting").limit(1))
    return None if row is None else Load(*row)


def loads_since(tx: Tx, since: int, last: int) -> list[Load]:
    """Loads received since a moment, up to the one at ``last`` (a seq), newest first; without those that failed."""
    asked = sa.select(*_SHOWN).where(LOADS.c.received_at >= since, LOADS.c.seq <= last, LOADS.c.state != "failed")
    return [Load(*row) for row in tx.rows(asked.order_by(LOADS.c.seq.desc()))]


def file_wanted(tx: Tx, digest: str) -> bool:
    """Whether a load names these bytes."""
    return tx.one(sa.select(LOADS.c.id).where(LOADS.c.digest == digest).limit(1)) is not None


def any_waiting(tx: Tx) -> bool:
    """Whether a load waits, held or not."""
    return tx.one(sa.select(LOADS.c.id).where(LOADS.c.state == "waiting").limit(1)) is not None


def hold_next(tx: Tx, seconds: int) -> Load | None:
    """The oldest load that waits and that nobody holds; held from now on for so long."""
    held = sa.select(HOLDS.c.load).where(HOLDS.c.until > tx.now)
    asked = sa.select(*_SHOWN).where(LOADS.c.state == "waiting", LOADS.c.id.not_in(held)).order_by(LOADS.c.seq)
    row = tx.one(asked.limit(1))
    if row is None:
        return None
    found = Load(*row)
    tx.run(HOLDS.delete().where(HOLDS.c.load == found.id))
    tx.run(HOLDS.insert(), {"load": found.id, "until": tx.now + seconds * 1_000_000})
    return found


def let_go(tx: Tx, id: str) -> None:
    """Nobody holds it any more."""
    tx.run(HOLDS.delete().where(HOLDS.c.load == id))
