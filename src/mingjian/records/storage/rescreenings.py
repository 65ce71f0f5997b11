"""Re-screening: what is being judged again, and the new verdicts beside the old ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.items.model import Stored
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.patrols.model import Rejudged, Rescreening
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

RESCREENINGS = sa.Table(
    "rescreenings",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("publishers", Document, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("started_at", Micros, nullable=False),
    sa.Column("started_by", sa.String(128), nullable=False),
    sa.Column("upto", SequenceType, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("worse_only", sa.Boolean, nullable=False),
    sa.Column("run", sa.String(32)),
    sa.Column("cursor", SequenceType, nullable=False),
    sa.Column("judged", sa.Integer, nullable=False),
    sa.Column("skipped", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("worse", sa.Integer, nullable=False),
    sa.Column("cases", sa.Integer, nullable=False),
    sa.Column("finished_at", Micros),
    sa.Index("ix_rescreenings_entity_seq", "entity", "seq"),
    sa.Index("ix_rescreenings_state_seq", "state", "seq"),
    sa.Index("ix_rescreenings_run", "run"),
)
REJUDGED = sa.Table(
    "rejudged",
    metadata,
    sa.Column("rescreening", sa.String(32), primary_key=True),
    sa.Column("item", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("at", Micros, nullable=False),
    sa.Column("verdict", sa.String(64), nullable=False),
    sa.Column("read", sa.String(64), nullable=False),
    sa.Column("value", sa.String(16), nullable=False),
    sa.Column("severity", sa.String(16)),
    sa.Column("before", sa.String(64), nullable=False),
    sa.Column("before_value", sa.String(16)),
    sa.Column("before_severity", sa.String(16)),
    sa.Column("change", sa.String(8), nullable=False),
    sa.Column("gone", Document, nullable=False),
    sa.Column("come", Document, nullable=False),
    sa.Column("case_id", sa.String(32)),
    sa.Index("ix_rejudged_rescreening_change", "rescreening", "change", "seq"),
    sa.Index("ix_rejudged_item_seq", "item", "seq"),
)
projection(RESCREENINGS, REJUDGED)
_SCREENING = [RESCREENINGS.c[field.name] for field in fields(Rescreening)]
_NAMES = {"case": "case_id"}
_REJUDGED = [REJUDGED.c[_NAMES.get(field.name, field.name)] for field in fields(Rejudged)]
_SHOWN = [ITEMS.c[field.name] for field in fields(Stored)]
_COUNTS = ("judged", "skipped", "changed", "worse", "cases")


def _screening(row: Sequence[Any]) -> Rescreening:
    values = {field.name: value for field, value in zip(fields(Rescreening), row, strict=True)}
    told = tuple((platform, publisher) for platform, publisher in json.loads(values["publishers"]))
    return Rescreening(**values | {"publishers": told, "worse_only": bool(values["worse_only"])})


def _rejudged(row: Sequence[Any]) -> Rejudged:
    values = {field.name: value for field, value in zip(fields(Rejudged), row, strict=True)}
    return Rejudged(**values | {name: tuple(json.loads(values[name])) for name in ("gone", "come")})


@folds("rescreening.started")
def _started(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("entity", "why", "upto", "total", "worse_only", "run")}
        tx.run(RESCREENINGS.insert(), {
            "id": event.subject, "seq": event.seq, "state": "running", "started_at": event.at,
            "started_by": event.actor, "publishers": canonical(body["publishers"]).decode(), "cursor": 0,
            **dict.fromkeys(_COUNTS, 0), **given,
        })  # fmt: skip


@folds("rescreening.advanced")
def _advanced(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        more = {name: RESCREENINGS.c[name] + event.body[name] for name in _COUNTS}
        there = RESCREENINGS.update().where(RESCREENINGS.c.id == event.subject)
        tx.run(there.values(cursor=event.body["cursor"], **more))


@folds("rescreening.finished")
def _finished(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(RESCREENINGS.update().where(RESCREENINGS.c.id == event.subject),
               {"state": "finished", "finished_at": event.at})  # fmt: skip


@folds("item.rejudged")
def _again(tx: Tx, events: Sequence[Recorded]) -> None:
    """The item's own row keeps the verdict it was given first."""
    rows = []
    for event in events:
        body = event.body
        rows.append({
            "item": event.subject, "seq": event.seq, "at": event.at, "case_id": body["case"],
            **{name: body[name] for name in ("rescreening", "verdict", "read", "value", "severity", "before",
                                             "before_value", "before_severity", "change")},
            **{name: canonical(body[name]).decode() for name in ("gone", "come")},
        })  # fmt: skip
    tx.run(REJUDGED.insert(), rows)


def _of(publishers: Sequence[tuple[str | None, str]]) -> sa.ColumnElement[bool]:
    """Items of any of these."""
    anywhere = [publisher for platform, publisher in publishers if platform is None]
    told: list[sa.ColumnElement[bool]] = [ITEMS.c.publisher.in_(anywhere)] if anywhere else []
    for platform in sorted({platform for platform, _ in publishers if platform is not None}):
        theirs = [publisher for where, publisher in publishers if where == platform]
        told.append((ITEMS.c.platform == platform) & ITEMS.c.publisher.in_(theirs))
    return sa.or_(*told)


def count_items_of(tx: Tx, publishers: Sequence[tuple[str | None, str]]) -> tuple[int, int]:
    """How many judged items somebody has, and the place of the last."""
    asked = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(ITEMS.c.seq), 0))
    row = tx.one(asked.where(_of(publishers), ITEMS.c.state == "judged"))
    assert row is not None
    return int(row[0]), int(row[1])


def next_items(tx: Tx, held: Rescreening, limit: int) -> tuple[list[Stored], int | None]:
    """The next judged items of a re-screening in the order of arrival, and the place of the last (None: no more)."""
    asked = sa.select(*_SHOWN, ITEMS.c.seq).where(
        _of(held.publishers), ITEMS.c.state == "judged", ITEMS.c.seq > held.cursor, ITEMS.c.seq <= held.upto
    )
    rows = tx.rows(asked.order_by(ITEMS.c.seq).limit(limit))
    return [Stored(*row[:-1]) for row in rows], rows[-1].seq if rows else None


def rescreening_by_id(tx: Tx, id: str) -> Rescreening | None:
    """One re-screening."""
    row = tx.one(sa.select(*_SCREENING).where(RESCREENINGS.c.id == id))
    return None if row is None else _screening(row)


def oldest_running(tx: Tx) -> Rescreening | None:
    """The one to go on with."""
    asked = sa.select(*_SCREENING).where(RESCREENINGS.c.state == "running").order_by(RESCREENINGS.c.seq).limit(1)
    row = tx.one(asked)
    return None if row is None else _screening(row)


def running_of(tx: Tx, entity: str) -> Rescreening | None:
    """A re-screening of this entity that goes on."""
    asked = sa.select(*_SCREENING).where(RESCREENINGS.c.entity == entity, RESCREENINGS.c.state == "running").limit(1)
    row = tx.one(asked)
    return None if row is None else _screening(row)


def list_rescreenings(
    tx: Tx, *, entity: str | None = None, run: str | None = None, before: int | None = None, limit: int = 50
) -> list[Rescreening]:
    """Re-screenings, newest first."""
    asked = sa.select(*_SCREENING).order_by(RESCREENINGS.c.seq.desc()).limit(limit)
    for column, value in ((RESCREENINGS.c.entity, entity), (RESCREENINGS.c.run, run)):
        asked = asked.where(column == value) if value is not None else asked
    return [_screening(row) for row in tx.rows(asked.where(RESCREENINGS.c.seq < before) if before else asked)]


def rejudged_of(
    tx: Tx, rescreening: str, *, changed: bool, after: int = 0, limit: int = 50
) -> tuple[list[Rejudged], int | None]:
    """New verdicts of a re-screening in order, with ``changed`` only those that differ, behind a place; and the place
    to go on from."""
    asked = sa.select(*_REJUDGED).where(REJUDGED.c.rescreening == rescreening, REJUDGED.c.seq > after)
    asked = asked.where(REJUDGED.c.change != "same") if changed else asked
    found = [_rejudged(row) for row in tx.rows(asked.order_by(REJUDGED.c.seq).limit(limit + 1))]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def rejudgings_of_item(tx: Tx, item: str) -> list[Rejudged]:
    """All later verdicts of one item, in order."""
    asked = sa.select(*_REJUDGED).where(REJUDGED.c.item == item).order_by(REJUDGED.c.seq)
    return [_rejudged(row) for row in tx.rows(asked)]
