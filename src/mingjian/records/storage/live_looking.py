"""Who is looking at a live room just now, so that two operators do not act at once. Operational: none of it is folded,
and what is older than half a minute says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mingjian.records.clock import MICROSECONDS
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata

FRESH = 30 * MICROSECONDS
"""A look counts for this long."""
_KEPT = 3600 * MICROSECONDS

LOOKS = sa.Table(
    "live_looks",
    metadata,
    sa.Column("room", sa.String(64), primary_key=True),
    sa.Column("actor", sa.String(128), primary_key=True),
    sa.Column("seen_at", Micros, nullable=False, index=True),
)


def look(tx: Tx, room: str, actor: str) -> None:
    """Somebody looks at a room, from now for a while."""
    insert = (postgresql if tx.dialect == "postgresql" else sqlite).insert(LOOKS)
    made = insert.values(room=room, actor=actor, seen_at=tx.now)
    tx.run(made.on_conflict_do_update(index_elements=["room", "actor"], set_={"seen_at": tx.now}))
    tx.run(LOOKS.delete().where(LOOKS.c.seen_at < tx.now - _KEPT))


def lookers(tx: Tx, rooms: Sequence[str]) -> dict[str, list[str]]:
    """Who looks at each of some rooms, those who came last first."""
    asked = sa.select(LOOKS.c.room, LOOKS.c.actor).where(among(tx, LOOKS.c.room, rooms))
    asked = asked.where(LOOKS.c.seen_at > tx.now - FRESH)
    found: dict[str, list[str]] = {}
    for row in tx.rows(asked.order_by(LOOKS.c.seen_at.desc(), LOOKS.c.actor)):
        found.setdefault(row.room, []).append(row.actor)
    return found
