"""Prints of items: what a new one is compared by. Not a projection: they are taken from contents and files and can be
taken again (`mingjian reuse rebuild`). They go with the item when it is erased.

Readers keep their own index and catch up by ``number``. Numbers are given while the journal's end is held, so they
become visible in their order; a deleted print leaves a row ``gone`` behind, which tells readers to forget it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields

import sqlalchemy as sa

from mingjian.records.reuse.model import Behind, KeptPrint, NewPrint
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import EVENTS, hold_head
from mingjian.records.storage.hot import Hot, adding
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.storage.metadata import metadata

GONE = "gone"
PRINTS = sa.Table(
    "reuse_prints",
    metadata,
    sa.Column("number", SequenceType, primary_key=True),
    sa.Column("item", sa.String(32), nullable=False),
    sa.Column("matter", sa.String(8), nullable=False),
    sa.Column("place", sa.String(64), nullable=False),
    sa.Column("page", sa.Integer),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("of", sa.BigInteger),
    sa.Index("ix_reuse_prints_item", "item"),
    sqlite_autoincrement=True,  # a number is never given twice
)  # fmt: skip
_C = PRINTS.c
_SHOWN = tuple(_C[field.name] for field in fields(KeptPrint))
_ADD = PRINTS.insert()
# Asked for at every item that comes in.
_PUT = adding(PRINTS, ("item", "matter", "place", "page", "body"))
_AFTER = Hot(
    sa.select(*_SHOWN).where(_C.number > sa.bindparam("after")).order_by(_C.number).limit(sa.bindparam("many"))
)
_BODY = sa.select(_C.body).where(_C.number == sa.bindparam("number"))
_BEHIND = (
    sa.select(
        _C.number, _C.item, _C.matter, _C.place, _C.page,
        *(ITEMS.c[name] for name in ("seq", "source", "external", "platform", "publisher", "published_on",
                                     "submitted_at")),
    )
    .select_from(PRINTS.join(ITEMS, ITEMS.c.id == _C.item))
    .where(_C.number.in_(sa.bindparam("numbers", expanding=True)), ITEMS.c.state != "erased")
)  # fmt: skip
_AT_ONCE = 500


def put_prints(tx: Tx, prints: Sequence[NewPrint]) -> None:
    """Keep prints; the journal's end is held."""
    if prints:
        hold_head(tx)
        tx.put(_PUT, [(one.item, one.matter, one.place, one.page, one.body) for one in prints])


def prints_after(tx: Tx, number: int, limit: int = 5000) -> list[KeptPrint]:
    """Up to ``limit`` prints behind a number, in order."""
    return [KeptPrint(*row) for row in tx.ask(_AFTER, {"after": number, "many": limit})]


def drop_prints(tx: Tx, items: Iterable[str]) -> int:
    """Delete all prints of items; readers are told. How many it were."""
    wanted = list(dict.fromkeys(items))
    gone: list[int] = []
    for first in range(0, len(wanted), _AT_ONCE):
        asked = sa.select(_C.number).where(_C.item.in_(wanted[first : first + _AT_ONCE]), _C.matter != GONE)
        gone += [row.number for row in tx.rows(asked)]
    if not gone:
        return 0
    hold_head(tx)
    empty = {"item": "", "matter": GONE, "place": "", "page": None, "body": b""}
    tx.run(_ADD, [{**empty, "of": number} for number in gone])
    for first in range(0, len(gone), _AT_ONCE):
        tx.run(PRINTS.delete().where(_C.number.in_(gone[first : first + _AT_ONCE])))
    return len(gone)


def behind(tx: Tx, numbers: Iterable[int]) -> dict[int, Behind]:
    """The items behind prints, by number; of items that are still there."""
    wanted = sorted(set(numbers))
    found: dict[int, Behind] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = tx.rows(_BEHIND, {"numbers": wanted[first : first + _AT_ONCE]})
        found |= {row.number: Behind(*row) for row in some}
    return found


def body_of(tx: Tx, number: int) -> bytes | None:
    """One print, None once it is gone."""
    row = tx.one(_BODY, {"number": number})
    return None if row is None else bytes(row.body)


def with_prints(tx: Tx, items: Iterable[str]) -> set[str]:
    """Which of these items have prints."""
    wanted = list(dict.fromkeys(items))
    found: set[str] = set()
    for first in range(0, len(wanted), _AT_ONCE):
        asked = sa.select(_C.item).distinct().where(_C.item.in_(wanted[first : first + _AT_ONCE]))
        found |= {row.item for row in tx.rows(asked)}
    return found


def count_prints(tx: Tx) -> dict[str, int]:
    """How many prints there are of each matter."""
    asked = sa.select(_C.matter, sa.func.count()).where(_C.matter != GONE).group_by(_C.matter)
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def arrived(tx: Tx, after: int, limit: int) -> list[tuple[int, str]]:
    """Judged items that are not erased, behind a place in the order of arrival: (place, id)."""
    asked = sa.select(ITEMS.c.seq, ITEMS.c.id).where(ITEMS.c.seq > after, ITEMS.c.state == "judged")
    return [(row.seq, row.id) for row in tx.rows(asked.order_by(ITEMS.c.seq).limit(limit))]


def judged_reads(tx: Tx, items: Iterable[str]) -> dict[str, str]:
    """The digests of items as they were judged, by item."""
    wanted = list(dict.fromkeys(items))
    found: dict[str, str] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        asked = sa.select(EVENTS.c.subject, EVENTS.c.body).where(
            EVENTS.c.subject.in_(wanted[first : first + _AT_ONCE]), EVENTS.c.kind == "item.judged"
        )
        for row in tx.rows(asked.order_by(EVENTS.c.seq)):
            found[row.subject] = str(json.loads(row.body)["read"])
    return found
