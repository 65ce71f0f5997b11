"""Likenesses, folded from the journal: every pair that was found, in the order of finding."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.reuse.model import Likeness
from mingjian.records.storage.database import Tx
from mingjian.records.storage.hot import adding
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

LIKENESSES = sa.Table(
    "likenesses",
    metadata,
    sa.Column("seq", SequenceType, primary_key=True, autoincrement=False),  # of the event
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),  # within it
    sa.Column("one", sa.String(32), nullable=False),
    sa.Column("other", sa.String(32), nullable=False),
    sa.Column("matter", sa.String(8), nullable=False),
    sa.Column("how", sa.String(16), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("distance", sa.Integer),
    sa.Column("share", sa.Integer),
    sa.Column("own", sa.Boolean, nullable=False),
    sa.Column("detail", Document, nullable=False),
    sa.Index("ix_likenesses_one_seq", "one", "seq", "number"),
    sa.Index("ix_likenesses_other_seq", "other", "seq", "number"),
)
projection(LIKENESSES)
_C = LIKENESSES.c
_SHOWN = (_C.one, _C.other, _C.matter, _C.how, _C.at, _C.distance, _C.share, _C.detail, _C.own, _C.seq, _C.number)
_ADD = adding(
    LIKENESSES,
    ("seq", "number", "one", "other", "matter", "how", "at", "distance", "share", "own", "detail"),
)
_FIELDS = ("other", "matter", "how", "distance", "share", "own", "detail")
Place = tuple[int, int]
"""Where a list goes on: event and number within it."""


def pair_of(likeness: Likeness) -> dict[str, Any]:
    """A likeness as its event tells it."""
    return {name: getattr(likeness, name) for name in _FIELDS}


@folds("reuse.found")
def _found(tx: Tx, events: Sequence[Recorded]) -> None:
    rows: list[tuple[Any, ...]] = []
    for event in events:
        body = event.body
        for number, pair in enumerate(body["with"]):
            rows.append((event.seq, number, event.subject, pair["other"], pair["matter"], pair["how"], body["at"],
                         pair["distance"], pair["share"], pair["own"], canonical(pair["detail"]).decode()))  # fmt: skip
    tx.put(_ADD, rows)


def likenesses_of(
    tx: Tx, item: str, before: Place | None = None, limit: int = 50
) -> tuple[list[Likeness], Place | None]:
    """Likenesses of one item, whichever side it is on, the newest first; and where the list goes on."""
    sides = []
    for side in (_C.one, _C.other):  # each by its own index
        asked = sa.select(*_SHOWN).where(side == item)
        if side is _C.other:
            asked = asked.where(_C.one != item)
        if before is not None:
            asked = asked.where(_behind(before))
        asked = asked.order_by(_C.seq.desc(), _C.number).limit(limit + 1)
        sides.append(sa.select(asked.subquery()))
    both = sa.union_all(*sides).subquery()
    rows = tx.rows(sa.select(both).order_by(both.c.seq.desc(), both.c.number).limit(limit + 1))
    found = [_likeness(row) for row in rows[:limit]]
    return found, (found[-1].seq, found[-1].number) if len(rows) > limit else None


def _behind(place: Place) -> sa.ColumnElement[bool]:
    seq, number = place
    return sa.or_(_C.seq < seq, sa.and_(_C.seq == seq, _C.number > number))


def likenesses_after(tx: Tx, seq: int, limit: int = 1000) -> list[Likeness]:
    """Likenesses of the events behind ``seq``, in order; the last event whole, so that a reader goes on from the last
    one's ``seq``."""
    last = tx.scalar(
        sa.select(_C.seq).where(_C.seq > seq).order_by(_C.seq, _C.number).offset(max(limit, 1) - 1).limit(1)
    )
    asked = sa.select(*_SHOWN).where(_C.seq > seq)
    if last is not None:
        asked = asked.where(_C.seq <= last)
    return [_likeness(row) for row in tx.rows(asked.order_by(_C.seq, _C.number))]


def likeness_at(tx: Tx, seq: int, number: int) -> Likeness | None:
    """One likeness by its place."""
    row = tx.one(sa.select(*_SHOWN).where(_C.seq == seq, _C.number == number))
    return None if row is None else _likeness(row)


def pairs_of(tx: Tx, items: Iterable[str]) -> set[tuple[str, str, str]]:
    """Which pairs (later, earlier, matter) are known with any of these items on either side."""
    wanted = list(dict.fromkeys(items))
    found: set[tuple[str, str, str]] = set()
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        for side in (_C.one, _C.other):
            asked = sa.select(_C.one, _C.other, _C.matter).where(side.in_(some))
            found |= {(row.one, row.other, row.matter) for row in tx.rows(asked)}
    return found


def counts_of(tx: Tx, items: Iterable[str]) -> dict[str, tuple[int, int]]:
    """How many earlier items of others each of these is like, and of how many other publishers; those that are like
    none are left out."""
    wanted = list(dict.fromkeys(items))
    found: dict[str, tuple[int, int]] = {}
    joined = LIKENESSES.join(ITEMS, ITEMS.c.id == _C.other)
    for first in range(0, len(wanted), 500):
        asked = sa.select(_C.one, sa.func.count(_C.other.distinct()), sa.func.count(ITEMS.c.publisher.distinct()))
        asked = asked.select_from(joined).where(_C.one.in_(wanted[first : first + 500]), _C.own.is_(sa.false()))
        found |= {row[0]: (int(row[1]), int(row[2])) for row in tx.rows(asked.group_by(_C.one))}
    return found


def publishers_of(tx: Tx, items: Iterable[str]) -> set[tuple[str, str, str]]:
    """The publishers (id, kind) and days (YYYY-MM-DD) of items that have a publisher, a known kind and a day."""
    wanted = list(dict.fromkeys(items))
    found: set[tuple[str, str, str]] = set()
    for first in range(0, len(wanted), 500):
        asked = sa.select(ITEMS.c.publisher, ITEMS.c.publisher_kind, ITEMS.c.published_on).where(
            ITEMS.c.id.in_(wanted[first : first + 500])
        )
        found |= {(row[0], row[1], row[2]) for row in tx.rows(asked) if row[0] and row[1] and row[2]}
    return found


def reusing_on(tx: Tx, publisher: str, day: str) -> int:
    """How many items of a publisher, published on a day, are like earlier items of others."""
    asked = sa.select(sa.func.count(_C.one.distinct())).select_from(LIKENESSES.join(ITEMS, ITEMS.c.id == _C.one))
    asked = asked.where(ITEMS.c.publisher == publisher, ITEMS.c.published_on == day, _C.own.is_(sa.false()))
    return int(tx.scalar(asked) or 0)


def count_likenesses(tx: Tx) -> int:
    """How many pairs are known."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(LIKENESSES)) or 0)


def _likeness(row: sa.Row[Any]) -> Likeness:
    return Likeness(
        one=row.one, other=row.other, matter=row.matter, how=row.how, at=row.at, distance=row.distance,
        share=row.share, detail=json.loads(row.detail), own=bool(row.own), seq=row.seq, number=row.number,
    )  # fmt: skip
