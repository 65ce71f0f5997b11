"""Items: their rows, how events fold into them, and how they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from mingjian.records.items.model import Stored
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.hot import Hot, adding, changing, removing, within
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

ITEMS = sa.Table(
    "items",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False),  # of the submitting event: the order of arrival
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("external", sa.String(200), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(32)),
    sa.Column("platform", sa.String(64)),
    sa.Column("channel", sa.String(32)),
    sa.Column("publisher", sa.String(200)),
    sa.Column("publisher_kind", sa.String(32)),
    sa.Column("published_on", sa.String(10)),
    sa.Column("submitted_at", Micros, nullable=False),
    sa.Column("submitted_by", sa.String(128), nullable=False),
    sa.Column("judged_at", Micros),
    sa.Column("verdict", sa.String(64)),
    sa.Column("value", sa.String(16)),
    sa.Column("severity", sa.String(16)),
    sa.Column("nature", sa.String(32)),
    sa.Column("domain", sa.String(32)),
    sa.Column("rulebook", sa.String(80)),
    sa.Column("as_of", sa.String(10)),
    sa.Column("findings", sa.Integer, nullable=False, default=0),
    sa.Column("standing", sa.String(32)),
    sa.UniqueConstraint("external", "source", "version"),  # the number first: it leaves few, a source may be all
    sa.Index("ix_items_seq", "seq", unique=True),
    sa.Index("ix_items_digest", "digest"),
    sa.Index("ix_items_verdict", "verdict"),  # erasing asks whether another item has the same
)
# What lists filter by, each in the order of arrival: a rare value is found without reading the items before it.
LISTED_BY = ("publisher", "standing", "severity", "nature", "state", "kind", "channel", "platform", "value", "source")
for _name in LISTED_BY:
    _there = ITEMS.c[_name].is_not(None) if ITEMS.c[_name].nullable else None
    sa.Index(f"ix_items_{_name}_seq", ITEMS.c[_name], ITEMS.c.seq, sqlite_where=_there, postgresql_where=_there)
# Items that wait to be judged: what the screening duty claims.
PENDING = sa.Table(
    "pending",
    metadata,
    sa.Column("item", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, index=True),
)
FINDINGS = sa.Table(
    "findings",
    metadata,
    sa.Column("item", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("code", sa.String(80), nullable=False),
    sa.Column("family", sa.String(64), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("seq", SequenceType, nullable=False),  # of the judging event
    sa.Index("ix_findings_code_seq", "code", "seq"),
    sa.Index("ix_findings_family_seq", "family", "seq"),
)
projection(ITEMS, PENDING, FINDINGS)
_SHOWN = [ITEMS.c[field.name] for field in fields(Stored)]
_AT_ONCE = 500  # values in one question
# Every item that comes in runs these.
_SAID = ("source", "external", "version", "digest", "kind", "platform", "channel", "publisher", "publisher_kind",
         "published_on")  # fmt: skip
_GIVEN = ("verdict", "value", "severity", "nature", "domain", "rulebook", "as_of")
_ADD = adding(ITEMS, ("id", "seq", "submitted_at", "submitted_by", "state", "findings", *_SAID))
_WAIT = adding(PENDING, ("item", "seq"))
_FIND = adding(FINDINGS, ("item", "number", "code", "family", "severity", "status", "seq"))
_JUDGED = changing(ITEMS, ("judged_at", "state", "findings", *_GIVEN), "id")
_STANDS = changing(ITEMS, ("standing",), "id")
_WAITS_NO_LONGER, _FOUND_NO_LONGER = removing(PENDING, "item"), removing(FINDINGS, "item")
_STILL = Hot(lambda dialect: sa.select(PENDING.c.item).where(within(dialect, PENDING.c.item, "ids")))
_BY_ID = Hot(lambda dialect: sa.select(*_SHOWN).where(within(dialect, ITEMS.c.id, "ids")))
_VERSIONS = Hot(
    lambda dialect: (
        sa.select(*_SHOWN)
        .where(ITEMS.c.source == sa.bindparam("source"), within(dialect, ITEMS.c.external, "externals"))
        .order_by(ITEMS.c.version)
    )
)


def stored(row: Sequence[Any]) -> Stored:
    """A row of the shown columns as the noun."""
    return Stored(*row)


def _row(event: Recorded) -> dict[str, Any]:
    body = event.body
    return {"id": event.subject, "submitted_at": event.at, "submitted_by": event.actor, "state": "pending",
            "findings": 0, **{name: body.get(name) for name in _SAID}}  # fmt: skip


def fresh(event: Recorded) -> Stored:
    """The item an ``item.submitted`` has just made, without asking the store for it."""
    return Stored(**_row(event))


@folds("item.submitted")
def _submitted(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.fresh.update(event.subject for event in events)
    rows: list[tuple[Any, ...]] = []
    for event in events:
        body = event.body
        told = (body.get(name) for name in _SAID)
        rows.append((event.subject, event.seq, event.at, event.actor, "pending", 0, *told))
    tx.put(_ADD, rows)
    tx.put(_WAIT, [(event.subject, event.seq) for event in events])


def _given(event: Recorded, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"judged_at": event.at, "state": "judged", "findings": len(body["findings"]),
            **{name: body.get(name) for name in _GIVEN}}  # fmt: skip


def judged(item: Stored, event: Recorded) -> Stored:
    """The item as its ``item.judged`` leaves it, without asking the store for it."""
    return replace(item, **_given(event, event.body))


@folds("item.judged")
def _judged(tx: Tx, events: Sequence[Recorded]) -> None:
    bodies = [event.body for event in events]
    found = [
        (event.subject, number, *finding, event.seq)
        for event, body in zip(events, bodies, strict=True) for number, finding in enumerate(body["findings"])
    ]  # fmt: skip
    _forget(tx, [event.subject for event in events])
    tx.fresh.difference_update(event.subject for event in events)
    changed = zip(events, bodies, strict=True)
    tx.put(_JUDGED, [(*_given(event, body).values(), event.subject) for event, body in changed])
    tx.put(_FIND, found)


@folds("item.failed")
def _failed(tx: Tx, events: Sequence[Recorded]) -> None:
    """Judging was given up after several tries: a person must look."""
    _forget(tx, [event.subject for event in events])
    tx.run(ITEMS.update().where(ITEMS.c.id.in_([event.subject for event in events])), {"state": "failed"})


@folds("item.erased")
def _erased(tx: Tx, events: Sequence[Recorded]) -> None:
    _forget(tx, [event.subject for event in events])
    tx.run(ITEMS.update().where(ITEMS.c.id.in_([event.subject for event in events])), {"state": "erased"})


@folds("item.stands")
def _stands(tx: Tx, events: Sequence[Recorded]) -> None:
    """What is in force on the item has changed: governance/actions says so after each action and reversal."""
    tx.put(_STANDS, [(event.body["standing"], event.subject) for event in events])


def _forget(tx: Tx, ids: Sequence[str]) -> None:
    older = [id for id in ids if id not in tx.fresh]  # the others have no findings yet
    tx.put(_WAITS_NO_LONGER, [(id,) for id in ids])
    tx.put(_FOUND_NO_LONGER, [(id,) for id in older])


def claim_pending(tx: Tx, limit: int) -> list[Stored]:
    """Items that wait, oldest first; held until the transaction ends and skipped by other workers meanwhile."""
    held = sa.select(PENDING.c.item).order_by(PENDING.c.seq).limit(limit).with_for_update(skip_locked=True)
    ids = [row.item for row in tx.rows(held)]
    return list(items_by_id(tx, ids).values())


def still_pending(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Which of these still wait."""
    found: set[str] = set()
    for first in range(0, len(ids), _AT_ONCE):
        found |= {row[0] for row in tx.ask(_STILL, {"ids": ids[first : first + _AT_ONCE]})}
    return found


def count_pending(tx: Tx) -> int:
    """How many items wait."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(PENDING)))


def count_judged(tx: Tx) -> int:
    """How many items are judged and not erased."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(ITEMS).where(ITEMS.c.state == "judged")))


def item_by_id(tx: Tx, id: str) -> Stored | None:
    """One item."""
    row = tx.one(sa.select(*_SHOWN).where(ITEMS.c.id == id))
    return None if row is None else stored(row)


def items_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Stored]:
    """Items by id, in the order asked; those that are not there are left out."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Stored] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = map(stored, tx.ask(_BY_ID, {"ids": wanted[first : first + _AT_ONCE]}))
        found |= {item.id: item for item in some}
    return {id: found[id] for id in wanted if id in found}


def latest_versions(tx: Tx, source: str, externals: Iterable[str]) -> dict[str, Stored]:
    """The newest version of each of a source's items, by its outside number."""
    wanted = list(dict.fromkeys(externals))
    found: dict[str, Stored] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        values = {"source": source, "externals": wanted[first : first + _AT_ONCE]}
        found |= {item.external: item for item in map(stored, tx.ask(_VERSIONS, values))}
    return found
