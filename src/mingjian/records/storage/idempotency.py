"""Answers given under a caller's key: the same request sent twice has one effect and one answer.

The key is claimed in the transaction of the effect, so that there is never an effect without its key, nor a key
without its effect. Operational, not a projection.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mingjian.records.errors import Conflict
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata

KEPT = 24 * 3600 * 1_000_000  # microseconds for which an answer is kept
ANSWERS = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("actor", sa.String(128), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("request", sa.String(64), nullable=False),  # SHA-256 of what was asked
    sa.Column("status", sa.Integer, nullable=False),  # 0 until the effect is done
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("at", Micros, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status and the body's bytes."""

    status: int
    body: bytes


def claim(tx: Tx, actor: str, key: str, request: str) -> Answer | None:
    """None when the key is new: it is the caller's until the transaction ends, and ``keep`` gives it its answer.
    Otherwise what was answered before. Another transaction that holds the key is waited for. Conflict when the key
    was used for another ``request`` (digest)."""
    mine = (ANSWERS.c.actor == actor) & (ANSWERS.c.key == key)
    tx.run(ANSWERS.delete().where(mine, ANSWERS.c.at <= tx.now - KEPT))
    insert = (postgresql if tx.dialect == "postgresql" else sqlite).insert(ANSWERS)
    row = {"actor": actor, "key": key, "request": request, "status": 0, "answer": b"", "at": tx.now}
    mine_now = insert.on_conflict_do_nothing(index_elements=["actor", "key"]).returning(ANSWERS.c.key)
    if tx.scalar(mine_now, row) is not None:  # an insert's count of rows is not to be relied on
        return None
    found = tx.one(sa.select(ANSWERS.c.request, ANSWERS.c.status, ANSWERS.c.answer).where(mine))
    if found is None or found.status == 0:
        raise Conflict("同一幂等键的请求正在处理,请稍后再试。", field="Idempotency-Key")
    if found.request != request:
        raise Conflict("这个幂等键已用于另一个请求,请换一个键。", field="Idempotency-Key")
    return Answer(found.status, bytes(found.answer))


def keep(tx: Tx, actor: str, key: str, answer: Answer) -> None:
    """Give a claimed key its answer."""
    mine = (ANSWERS.c.actor == actor) & (ANSWERS.c.key == key)
    tx.run(ANSWERS.update().where(mine), {"status": answer.status, "answer": answer.body})


def forget_answers(tx: Tx) -> int:
    """Delete what is older than a day; how many."""
    return tx.run(ANSWERS.delete().where(ANSWERS.c.at <= tx.now - KEPT))
