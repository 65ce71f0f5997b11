"""What an investigation asks beyond counts: chosen values in another stretch of time, and the items behind a bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from mingjian.records.items.model import Stored
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import FINDINGS, ITEMS
from mingjian.records.storage.statistics import (
    OF_FINDINGS,
    FindingFilter,
    Stretch,
    in_order,
    on_findings,
    on_items,
)

__all__ = ["Stored", "counts_of", "items_behind"]
_SHOWN = [ITEMS.c[field.name] for field in fields(Stored)]


def counts_of(
    tx: Tx, stretch: Stretch, by: str, names: Sequence[str | None], about: FindingFilter | None = None
) -> dict[str | None, int]:
    """How often these values of a dimension of items, or of findings, come in a stretch."""
    wanted = [name for name in names if name is not None]
    if not wanted:
        return {}
    column = FINDINGS.c[by] if by in OF_FINDINGS else ITEMS.c[by]
    asked = sa.select(column, sa.func.count()).where(column.in_(wanted)).group_by(column)
    asked = asked.where(*(on_findings(tx, stretch, about) if by in OF_FINDINGS else on_items(tx, stretch, about)))
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def items_behind(
    tx: Tx, stretch: Stretch, about: FindingFilter | None, before: int | None, limit: int
) -> tuple[list[Stored], int | None]:
    """Items of a stretch, newest first, those before the place ``before``; and the place to go on from."""
    asked = sa.select(*_SHOWN, ITEMS.c.seq).where(*in_order(tx, stretch, about))
    if before is not None:
        asked = asked.where(ITEMS.c.seq < before)
    rows = tx.rows(asked.order_by(ITEMS.c.seq.desc()).limit(limit + 1))
    found = [Stored(*row[:-1]) for row in rows[:limit]]
    return found, int(rows[limit - 1].seq) if len(rows) > limit else None
