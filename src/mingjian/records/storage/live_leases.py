"""Who reads which live room (operational, made by no fold): a process holds a room for some seconds and renews that
while it lives; the rooms of one that died are free again by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.live_rooms import ROOMS
from mingjian.records.storage.metadata import Micros, metadata

LEASES = sa.Table(
    "live_leases",
    metadata,
    sa.Column("room", sa.String(32), primary_key=True),
    sa.Column("worker", sa.String(128), nullable=False),
    sa.Column("until", Micros, nullable=False),
    sa.Column("term", sa.BigInteger, nullable=False),  # how often it changed hands
    sa.Index("ix_live_leases_until", "until"),
)


def _insert(tx: Tx, table: sa.Table) -> Any:
    return (postgresql if tx.dialect == "postgresql" else sqlite).insert(table)


def claim(tx: Tx, worker: str, most: int, until: int) -> dict[str, int]:
    """Up to ``most`` open rooms that nobody holds (any more), ours now; each with its term. Two who claim at once get
    different rooms."""
    lapsed = (
        sa.select(LEASES.c.room, LEASES.c.term)
        .join(ROOMS, ROOMS.c.id == LEASES.c.room)
        .where(LEASES.c.until <= tx.now, ROOMS.c.state == "open")
        .order_by(LEASES.c.until)
        .limit(most)
        .with_for_update(skip_locked=True, of=LEASES)
    )
    mine: dict[str, int] = {}
    for row in tx.rows(lapsed):
        tx.run(LEASES.update().where(LEASES.c.room == row.room),
               {"worker": worker, "until": until, "term": row.term + 1})  # fmt: skip
        mine[row.room] = row.term + 1
    free = (
        sa.select(ROOMS.c.id)
        .outerjoin(LEASES, LEASES.c.room == ROOMS.c.id)
        .where(ROOMS.c.state == "open", LEASES.c.room.is_(None))
        .order_by(ROOMS.c.seq)
        .limit(max(most - len(mine), 0))
    )
    for row in tx.rows(free):
        made = _insert(tx, LEASES).values(room=row.id, worker=worker, until=until, term=1)
        if tx.one(made.on_conflict_do_nothing(index_elements=["room"]).returning(LEASES.c.room)) is not None:
            mine[row.id] = 1
    return mine


def hold(tx: Tx, worker: str, room: str, until: int) -> bool:
    """One room by name, ours unless another holds it now; whether it is."""
    made = _insert(tx, LEASES).on_conflict_do_nothing(index_elements=["room"])
    tx.run(made, {"room": room, "worker": worker, "until": until, "term": 1})
    free = (LEASES.c.room == room) & ((LEASES.c.until <= tx.now) | (LEASES.c.worker == worker))
    tx.run(LEASES.update().where(free).values(worker=worker, until=until, term=LEASES.c.term + 1))
    return bool(tx.scalar(sa.select(LEASES.c.worker).where(LEASES.c.room == room)) == worker)


def renew(tx: Tx, worker: str, rooms: Iterable[str], until: int) -> list[str]:
    """The rooms of these that are still ours (open, and not taken by another), held until then."""
    ours = (LEASES.c.worker == worker) & among(tx, LEASES.c.room, rooms)
    tx.run(LEASES.update().where(ours), {"until": until})
    asked = sa.select(LEASES.c.room).join(ROOMS, ROOMS.c.id == LEASES.c.room)
    return [row.room for row in tx.rows(asked.where(ours, ROOMS.c.state == "open").order_by(LEASES.c.room))]


def release(tx: Tx, worker: str, rooms: Iterable[str]) -> int:
    """Anybody may take them from now on; how many were ours."""
    ours = (LEASES.c.worker == worker) & among(tx, LEASES.c.room, rooms)
    return tx.run(LEASES.update().where(ours), {"until": tx.now})


def forget_leases(tx: Tx) -> int:
    """Closed rooms are nobody's."""
    closed = sa.select(ROOMS.c.id).where(ROOMS.c.state == "closed")
    return tx.run(LEASES.delete().where(LEASES.c.room.in_(closed), LEASES.c.until <= tx.now))


def holders(tx: Tx, rooms: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Who holds these rooms now, and until when."""
    asked = sa.select(LEASES).where(among(tx, LEASES.c.room, rooms), LEASES.c.until > tx.now)
    return {row.room: (row.worker, row.until) for row in tx.rows(asked)}


def rooms_waiting(tx: Tx) -> int:
    """How many open rooms nobody holds."""
    held = sa.select(LEASES.c.room).where(LEASES.c.until > tx.now)
    return int(tx.scalar(sa.select(sa.func.count()).select_from(ROOMS)
                         .where(ROOMS.c.state == "open", ROOMS.c.id.not_in(held))))  # fmt: skip
