"""Items: their rows, how events fold into them, and how they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from mingjian.records.items.model import Stored
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
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
# Built once: every item that comes in runs them, and building one takes SQLAlchemy longer than running it.
_IDS: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
_ADD, _WAIT, _FIND = ITEMS.insert(), PENDING.insert(), FINDINGS.insert()
_CHANGE = ITEMS.update().where(ITEMS.c.id == sa.bindparam("b_id"))
_WAITS_NO_LONGER, _FOUND_NO_LONGER = (table.delete().where(table.c.item.in_(_IDS)) for table in (PENDING, FINDINGS))
_STILL = sa.select(PENDING.c.item).where(PENDING.c.item.in_(_IDS))
_BY_ID = sa.select(*_SHOWN).where(ITEMS.c.id.in_(_IDS))
_VERSIONS = (
    sa.select(*_SHOWN)
    .where(ITEMS.c.source == sa.bindparam("source"), ITEMS.c.external.in_(sa.bindparam("externals", expanding=True)))
    .order_by(ITEMS.c.version)
)


def stored(row: sa.Row[tuple[object, ...]]) -> Stored:
    """A row of the shown columns as the noun."""
    return Stored(*row)


def _row(event: Recorded) -> dict[str, Any]:
    names = ("source", "external", "version", "digest", "kind", "platform", "channel", "publisher", "publisher_kind",
             "published_on")  # fmt: skip
    return {"id": event.subject, "submitted_at": event.at, "submitted_by": event.actor, "state": "pending",
            "findings": 0, **{name: event.body.get(name) for name in names}}  # fmt: skip


def fresh(event: Recorded) -> Stored:
    """The item an ``item.submitted`` has just made, without asking the store for it."""
    return Stored(**_row(event))


@folds("item.submitted")
def _submitted(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.fresh.update(event.subject for event in events)
    tx.run(_ADD, [_row(event) | {"seq": event.seq} for event in events])
    tx.run(_WAIT, [{"item": event.subject, "seq": event.seq} for event in events])


_GIVEN = ("verdict", "value", "severity", "nature", "domain", "rulebook", "as_of")


def _given(event: Recorded) -> dict[str, Any]:
    return {"judged_at": event.at, "state": "judged", "findings": len(event.body["findings"]),
            **{name: event.body.get(name) for name in _GIVEN}}  # fmt: skip


def judged(item: Stored, event: Recorded) -> Stored:
    """The item as its ``item.judged`` leaves it, without asking the store for it."""
    return replace(item, **_given(event))


@folds("item.judged")
def _judged(tx: Tx, events: Sequence[Recorded]) -> None:
    found = [
        {"item": event.subject, "number": number, "code": code, "family": family, "severity": severity,
         "status": status, "seq": event.seq}
        for event in events for number, (code, family, severity, status) in enumerate(event.body["findings"])
    ]  # fmt: skip
    _forget(tx, [event.subject for event in events])
    tx.fresh.difference_update(event.subject for event in events)
    tx.run(_CHANGE, [_given(event) | {"b_id": event.subject} for event in events])
    if found:
        tx.run(_FIND, found)


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
    rows = [{"b_id": event.subject, "standing": event.body["standing"]} for event in events]
    tx.run(_CHANGE, rows)


def _forget(tx: Tx, ids: Sequence[str]) -> None:
    older = [id for id in ids if id not in tx.fresh]  # the others have no findings yet
    for statement, some in ((_WAITS_NO_LONGER, ids), (_FOUND_NO_LONGER, older)):
        for first in range(0, len(some), _AT_ONCE):
            tx.run(statement, {"ids": some[first : first + _AT_ONCE]})


def claim_pending(tx: Tx, limit: int) -> list[Stored]:
    """Items that wait, oldest first; held until the transaction ends and skipped by other workers meanwhile."""
    held = sa.select(PENDING.c.item).order_by(PENDING.c.seq).limit(limit).with_for_update(skip_locked=True)
    ids = [row.item for row in tx.rows(held)]
    return list(items_by_id(tx, ids).values())


def still_pending(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Which of these still wait."""
    found: set[str] = set()
    for first in range(0, len(ids), _AT_ONCE):
        found |= {row.item for row in tx.rows(_STILL, {"ids": ids[first : first + _AT_ONCE]})}
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
        found |= {row.id: stored(row) for row in tx.rows(_BY_ID, {"ids": wanted[first : first + _AT_ONCE]})}
    return {id: found[id] for id in wanted if id in found}


def latest_versions(tx: Tx, source: str, externals: Iterable[str]) -> dict[str, Stored]:
    """The newest version of each of a source's items, by its outside number."""
    wanted = list(dict.fromkeys(externals))
    found: dict[str, Stored] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        values = {"source": source, "externals": wanted[first : first + _AT_ONCE]}
        found |= {row.external: stored(row) for row in tx.rows(_VERSIONS, values)}
    return found
