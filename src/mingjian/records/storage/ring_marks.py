"""What items tell of who is behind them: contact handles and devices as digests, and the institution they name.

An index, no projection: it is made again from the contents (cursor ``ring-marks``). Erasing an item takes its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from mingjian.records.journal.fold import folds
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.bulk import among, insert_rows
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import metadata

MARKS = sa.Table(
    "ring_marks",
    metadata,
    sa.Column("item", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("value", sa.String(200), primary_key=True),
    sa.Column("publisher", sa.String(200), nullable=False),
    sa.Index("ix_ring_marks_publisher_kind", "publisher", "kind"),
    sa.Index("ix_ring_marks_kind_value", "kind", "value"),
)


class ItemMark(NamedTuple):
    """A mark of an item: ``kind`` is contact, device, payment or institution."""

    item: str
    kind: str
    value: str
    publisher: str


@folds("item.erased")
def _erased(tx: Tx, events: Sequence[Recorded]) -> None:
    forget_marks(tx, [event.subject for event in events])


def forget_marks(tx: Tx, items: Iterable[str]) -> None:
    """Take the rows of items out."""
    tx.run(MARKS.delete().where(among(tx, MARKS.c.item, items)))


def put_marks(tx: Tx, rows: Iterable[ItemMark]) -> None:
    """Keep the marks of items, in place of those they had."""
    found = sorted(set(rows))
    forget_marks(tx, {row.item for row in found})
    insert_rows(tx, MARKS, ItemMark._fields, found)


def marks_of_publishers(tx: Tx, publishers: Iterable[str], kinds: Sequence[str]) -> list[tuple[str, str, str]]:
    """(publisher, kind, value), each once."""
    asked = sa.select(MARKS.c.publisher, MARKS.c.kind, MARKS.c.value).distinct()
    asked = asked.where(MARKS.c.kind.in_(list(kinds)), among(tx, MARKS.c.publisher, publishers))
    return [(row[0], row[1], row[2]) for row in tx.rows(asked)]


def marks_of_items(tx: Tx, items: Iterable[str], kind: str) -> dict[str, str]:
    """The mark of a kind of each item; of several the first by name."""
    asked = sa.select(MARKS.c.item, sa.func.min(MARKS.c.value)).where(
        MARKS.c.kind == kind, among(tx, MARKS.c.item, items)
    )
    return {row[0]: row[1] for row in tx.rows(asked.group_by(MARKS.c.item))}


def count_values(tx: Tx, kind: str, values: Iterable[str]) -> dict[str, int]:
    """How many items have each of these marks."""
    asked = sa.select(MARKS.c.value, sa.func.count()).where(MARKS.c.kind == kind, among(tx, MARKS.c.value, values))
    return {row[0]: int(row[1]) for row in tx.rows(asked.group_by(MARKS.c.value))}


def count_publishers(tx: Tx) -> int:
    """How many publishers there are."""
    return int(tx.scalar(sa.select(sa.func.count(sa.distinct(ITEMS.c.publisher)))) or 0)


def kinds_of_publishers(tx: Tx, publishers: Iterable[str]) -> dict[str, str]:
    """What kind each publisher's items say it is; those of unknown kind are left out."""
    asked = sa.select(ITEMS.c.publisher, sa.func.max(ITEMS.c.publisher_kind)).where(
        among(tx, ITEMS.c.publisher, publishers), ITEMS.c.publisher_kind.is_not(None)
    )
    return {row[0]: row[1] for row in tx.rows(asked.group_by(ITEMS.c.publisher))}
