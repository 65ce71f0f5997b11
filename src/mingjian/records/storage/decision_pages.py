"""Lists of decisions, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from mingjian.records.actions.model import Decision
from mingjian.records.storage.actions import DECISIONS, decisions_by_id
from mingjian.records.storage.database import Tx

# What lists and statistics ask of a stretch of time is answered from this index alone.
sa.Index("ix_decisions_at", *(DECISIONS.c[name] for name in ("at", "seq", "measure", "origin", "state")))
_EQUAL = ("measure", "origin", "state", "publisher")


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions a list shows; None means any. ``since`` and ``until`` in microseconds, of deciding."""

    measure: str | None = None
    origin: str | None = None
    state: str | None = None
    publisher: str | None = None
    since: int | None = None
    until: int | None = None


def list_decisions(
    tx: Tx, wanted: DecisionFilter, before: tuple[int, int] | None, limit: int
) -> tuple[list[Decision], tuple[int, int] | None]:
    """Up to ``limit`` decisions before the place ``before`` (``at``, ``seq`` of the last one seen), and the place to
    go on from, None at the end."""
    asked = sa.select(DECISIONS.c.id, DECISIONS.c.at, DECISIONS.c.seq)
    for name in _EQUAL:
        value = getattr(wanted, name)
        if value is not None:
            asked = asked.where(DECISIONS.c[name] == value)
    if wanted.since is not None:
        asked = asked.where(DECISIONS.c.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(DECISIONS.c.at < wanted.until)
    if before is not None:
        asked = asked.where(sa.tuple_(DECISIONS.c.at, DECISIONS.c.seq) < sa.tuple_(*map(sa.literal, before)))
    rows = tx.rows(asked.order_by(DECISIONS.c.at.desc(), DECISIONS.c.seq.desc()).limit(limit + 1))
    found = decisions_by_id(tx, [row.id for row in rows[:limit]])
    last = rows[limit - 1] if len(rows) > limit else None
    return [found[row.id] for row in rows[:limit]], (last.at, last.seq) if last is not None else None
