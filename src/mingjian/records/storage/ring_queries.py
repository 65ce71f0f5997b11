"""Likenesses inside a ring: what its pages show side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from mingjian.records.reuse.model import Likeness
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.reuse import LIKENESSES

_C = LIKENESSES.c
_SHOWN = (_C.one, _C.other, _C.matter, _C.how, _C.at, _C.distance, _C.share, _C.detail, _C.own, _C.seq, _C.number)


def likenesses_among(tx: Tx, items: Iterable[str], limit: int = 2000) -> list[Likeness]:
    """Likenesses of which both sides are among these items, in the order of finding, up to ``limit``."""
    wanted = list(items)
    asked = sa.select(*_SHOWN).where(among(tx, _C.one, wanted), among(tx, _C.other, wanted))
    rows = tx.rows(asked.order_by(_C.seq, _C.number).limit(limit))
    return [
        Likeness(one=row.one, other=row.other, matter=row.matter, how=row.how, at=row.at, distance=row.distance,
                 share=row.share, detail=json.loads(row.detail), own=bool(row.own), seq=row.seq, number=row.number)
        for row in rows
    ]  # fmt: skip
