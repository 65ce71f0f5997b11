"""Signed checkpoints, their time stamps, and the keys that signed them.

Checkpoints and time stamps are no projection: they speak for the journal from outside of it. The keys are: each was
announced by an event.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mingjian.records.evidence.model import Announced, Checkpoint, Timestamp
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

CHECKPOINTS = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("number", SequenceType, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("at", Micros, nullable=False),
    sa.Column("hash", sa.LargeBinary(32), nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("key", sa.String(16), nullable=False),
    sa.Column("signature", sa.LargeBinary(64), nullable=False),
)
TIMESTAMPS = sa.Table(
    "timestamps",
    metadata,
    sa.Column("checkpoint", SequenceType, primary_key=True, autoincrement=False),
    sa.Column("authority", sa.String(500), primary_key=True),
    sa.Column("at", Micros, nullable=False),
    sa.Column("token", sa.LargeBinary, nullable=False),
)
SIGNERS = sa.Table(
    "signers",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("public", sa.LargeBinary(32), nullable=False),
    sa.Column("seq", SequenceType, nullable=False, index=True),
    sa.Column("at", Micros, nullable=False),
    sa.Column("by", sa.String(16)),
    sa.Column("signature", sa.LargeBinary(64)),
)
projection(SIGNERS)
_SHOWN = [CHECKPOINTS.c[name] for name in ("number", "seq", "at", "hash", "previous", "key", "signature")]


@folds("signer.announced")
def _announced(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        signature = bytes.fromhex(body["signature"]) if body["signature"] else None
        rows.append({"id": event.subject, "public": bytes.fromhex(body["public"]), "seq": event.seq, "at": event.at,
                     "by": body["by"], "signature": signature})  # fmt: skip
    tx.run(SIGNERS.insert(), rows)


def _checkpoint(row: sa.Row[Any]) -> Checkpoint:
    return Checkpoint(row[0], row[1], row[2], bytes(row[3]), row[4], row[5], bytes(row[6]))


def put_checkpoint(tx: Tx, checkpoint: Checkpoint) -> None:
    """Keep one."""
    values = (checkpoint.number, checkpoint.seq, checkpoint.at, checkpoint.hash, checkpoint.previous, checkpoint.key,
              checkpoint.signature)  # fmt: skip
    tx.run(CHECKPOINTS.insert(), dict(zip((column.name for column in _SHOWN), values, strict=True)))


def last_checkpoint(tx: Tx) -> Checkpoint | None:
    """The latest."""
    row = tx.one(sa.select(*_SHOWN).order_by(CHECKPOINTS.c.number.desc()).limit(1))
    return None if row is None else _checkpoint(row)


def checkpoint_at(tx: Tx, seq: int) -> Checkpoint | None:
    """The first that vouches for an event."""
    row = tx.one(sa.select(*_SHOWN).where(CHECKPOINTS.c.seq >= seq).order_by(CHECKPOINTS.c.number).limit(1))
    return None if row is None else _checkpoint(row)


def checkpoints(tx: Tx) -> list[Checkpoint]:
    """All, in order."""
    return [_checkpoint(row) for row in tx.rows(sa.select(*_SHOWN).order_by(CHECKPOINTS.c.number))]


def signers(tx: Tx) -> list[Announced]:
    """Every key that was announced, in order."""
    asked = sa.select(SIGNERS.c.id, SIGNERS.c.public, SIGNERS.c.seq, SIGNERS.c.at, SIGNERS.c.by, SIGNERS.c.signature)
    return [
        Announced(row[0], bytes(row[1]), row[2], row[3], row[4], None if row[5] is None else bytes(row[5]))
        for row in tx.rows(asked.order_by(SIGNERS.c.seq))
    ]


def put_timestamp(tx: Tx, stamp: Timestamp) -> None:
    """Keep an authority's answer; a later one about the same takes its place."""
    same = (TIMESTAMPS.c.checkpoint == stamp.checkpoint) & (TIMESTAMPS.c.authority == stamp.authority)
    tx.run(TIMESTAMPS.delete().where(same))
    tx.run(TIMESTAMPS.insert(), {"checkpoint": stamp.checkpoint, "authority": stamp.authority, "at": stamp.at,
                                 "token": stamp.token})  # fmt: skip


def timestamps(tx: Tx, checkpoint: int | None = None) -> list[Timestamp]:
    """All, or those of one checkpoint, in order."""
    asked = sa.select(TIMESTAMPS.c.checkpoint, TIMESTAMPS.c.authority, TIMESTAMPS.c.at, TIMESTAMPS.c.token)
    if checkpoint is not None:
        asked = asked.where(TIMESTAMPS.c.checkpoint == checkpoint)
    rows = tx.rows(asked.order_by(TIMESTAMPS.c.checkpoint, TIMESTAMPS.c.authority))
    return [Timestamp(row[0], row[1], row[2], bytes(row[3])) for row in rows]
