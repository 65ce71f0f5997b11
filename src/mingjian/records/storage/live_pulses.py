"""How running rooms are just now, told by whoever watches them every few seconds: operational, made by no fold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mingjian.records.canonical import canonical
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata

PULSES = sa.Table(
    "live_pulses",
    metadata,
    sa.Column("room", sa.String(64), primary_key=True),
    sa.Column("session", sa.Integer, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("worker", sa.String(128), nullable=False),
    sa.Column("now", sa.Float(53), nullable=False),
    sa.Column("lights", Document, nullable=False),
    sa.Column("rate", sa.Float(53), nullable=False),
    sa.Column("facts", Document, nullable=False),
    sa.Column("picture", sa.LargeBinary),
    sa.Index("ix_live_pulses_at", "at"),
)


@dataclass(frozen=True, slots=True)
class Pulse:
    """A room as it was at ``at``: ``now`` is its room time, ``lights`` channel → ``on``, ``gap`` or ``off``, ``rate``
    comments a second, ``picture`` a small JPEG of what is on the screen."""

    room: str
    session: int
    at: int
    worker: str
    now: float
    lights: Mapping[str, str] = field(default_factory=dict)
    rate: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)
    picture: bytes | None = None


def put_pulses(tx: Tx, pulses: Sequence[Pulse]) -> None:
    """How these rooms are; one without a picture leaves the one before."""
    for one in sorted(pulses, key=lambda one: one.room):
        told: dict[str, Any] = {
            "session": one.session, "at": one.at, "worker": one.worker, "now": one.now, "rate": one.rate,
            "lights": canonical(dict(one.lights)).decode(), "facts": canonical(dict(one.facts)).decode(),
        }  # fmt: skip
        seen = {} if one.picture is None else {"picture": one.picture}
        insert = (postgresql if tx.dialect == "postgresql" else sqlite).insert(PULSES)
        made = insert.values(room=one.room, picture=one.picture, **told)
        tx.run(made.on_conflict_do_update(index_elements=["room"], set_={**told, **seen}))


def pulses(tx: Tx, rooms: Iterable[str], *, pictures: bool = False) -> dict[str, Pulse]:
    """How these rooms were when it was last told; without ``pictures`` those are None."""
    columns = [column for column in PULSES.c if pictures or column.name != "picture"]
    found = {}
    for row in tx.rows(sa.select(*columns).where(among(tx, PULSES.c.room, rooms))):
        picture = bytes(row.picture) if pictures and row.picture is not None else None
        found[row.room] = Pulse(row.room, row.session, row.at, row.worker, row.now, json.loads(row.lights), row.rate,
                                json.loads(row.facts), picture)  # fmt: skip
    return found


def forget_pulses(tx: Tx, before: int) -> int:
    """Forget rooms that nobody has told of since; how many."""
    return tx.run(PULSES.delete().where(PULSES.c.at < before))
