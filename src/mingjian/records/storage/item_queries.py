"""More ways of asking for items: what the pages show beside one."""

from __future__ import annotations

from dataclasses import fields

import sqlalchemy as sa

from mingjian.records.items.model import Stored
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS, stored

_SHOWN = [ITEMS.c[field.name] for field in fields(Stored)]


def items_of_publisher(tx: Tx, publisher: str, limit: int) -> list[Stored]:
    """A publisher's items, newest first."""
    asked = sa.select(*_SHOWN).where(ITEMS.c.publisher == publisher).order_by(ITEMS.c.seq.desc()).limit(limit)
    return [stored(row) for row in tx.rows(asked)]


def versions_of(tx: Tx, item: Stored, limit: int = 20) -> list[Stored]:
    """All versions of an item, newest first."""
    asked = sa.select(*_SHOWN).where(ITEMS.c.source == item.source, ITEMS.c.external == item.external)
    return [stored(row) for row in tx.rows(asked.order_by(ITEMS.c.version.desc()).limit(limit))]


def same_content(tx: Tx, item: Stored, limit: int = 10) -> list[Stored]:
    """Other items of the very same content, newest first."""
    asked = sa.select(*_SHOWN).where(ITEMS.c.digest == item.digest, ITEMS.c.id != item.id)
    return [stored(row) for row in tx.rows(asked.order_by(ITEMS.c.seq.desc()).limit(limit))]
