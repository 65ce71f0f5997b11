"""Lists of items, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass, fields

import sqlalchemy as sa

from mingjian.records.items.model import Stored
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.search import first_seq_at

_SHOWN = [ITEMS.c[field.name] for field in fields(Stored)]
_EQUAL = ("source", "external", "state", "platform", "channel", "kind", "publisher", "value", "severity", "nature",
          "standing")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which items a list shows; None means any. ``since`` and ``until`` in microseconds, of submitting; ``value`` is
    the verdict's."""

    source: str | None = None
    external: str | None = None
    state: str | None = None
    platform: str | None = None
    channel: str | None = None
    kind: str | None = None
    publisher: str | None = None
    value: str | None = None
    severity: str | None = None
    nature: str | None = None
    standing: str | None = None
    since: int | None = None
    until: int | None = None


def list_items(tx: Tx, wanted: ItemFilter, before: int | None, limit: int) -> tuple[list[Stored], int | None]:
    """Up to ``limit`` items that arrived before the place ``before`` (None: the newest), and the place to go on
    from, None at the end."""
    asked = sa.select(*_SHOWN, ITEMS.c.seq).order_by(ITEMS.c.seq.desc()).limit(limit + 1)
    for name in _EQUAL:
        value = getattr(wanted, name)
        if value is not None:
            asked = asked.where(ITEMS.c[name] == value)
    # The order of arrival is the order of time: a time becomes a place in it, which the indexes know.
    if wanted.since is not None:
        first = first_seq_at(tx, wanted.since)
        if first is None:
            return [], None
        asked = asked.where(ITEMS.c.seq >= first)
    if wanted.until is not None and (last := first_seq_at(tx, wanted.until)) is not None:
        asked = asked.where(ITEMS.c.seq < last)
    if before is not None:
        asked = asked.where(ITEMS.c.seq < before)
    rows = tx.rows(asked)
    found = [Stored(*row[:-1]) for row in rows[:limit]]
    return found, rows[limit - 1].seq if len(rows) > limit else None


def others_with(tx: Tx, item: Stored) -> tuple[bool, bool]:
    """Whether another item that is not erased has the same content, and whether one has the same verdict."""
    live = (ITEMS.c.id != item.id) & (ITEMS.c.state != "erased")
    content = tx.one(sa.select(ITEMS.c.id).where(ITEMS.c.digest == item.digest, live).limit(1))
    if item.verdict is None:
        return content is not None, False
    verdict = tx.one(sa.select(ITEMS.c.id).where(ITEMS.c.verdict == item.verdict, live).limit(1))
    return content is not None, verdict is not None
