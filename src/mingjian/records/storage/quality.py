"""Golden items, and what reviews tell of reviewers: everything counted when it is asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.cases.model import Golden
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.cases import CASES, REVIEWS
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata

GOLDENS = sa.Table(
    "goldens",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("queue", sa.String(40), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("measures", Document, nullable=False),
    sa.Column("facts", Document, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("added_at", Micros, nullable=False),
    sa.Column("added_by", sa.String(128), nullable=False),
)
projection(GOLDENS)
_GIVEN = (
    sa.select(sa.func.count())
    .select_from(REVIEWS.join(CASES, CASES.c.id == REVIEWS.c.case))
    .where(CASES.c.golden == GOLDENS.c.id, REVIEWS.c.undone_at.is_(None))
    .scalar_subquery()
)
_GOLDEN = [*(GOLDENS.c[field.name] for field in fields(Golden) if field.name != "used"), _GIVEN.label("used")]


@folds("golden.added")
def _added(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(
        GOLDENS.insert(),
        [
            {
                "id": event.subject, "added_at": event.at, "added_by": event.actor, "active": True,
                **{name: body[name] for name in ("queue", "kind", "subject", "reason")},
                **{name: canonical(body[name]).decode() for name in ("measures", "facts")},
            }
            for event in events
            for body in (event.body,)
        ],
    )  # fmt: skip


@folds("golden.retired")
def _retired(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(GOLDENS.update().where(GOLDENS.c.id.in_([event.subject for event in events])), {"active": False})


def _golden(row: sa.Row[Any]) -> Golden:
    values: dict[str, Any] = dict(row._mapping)
    values["measures"] = tuple(json.loads(values["measures"]))
    values["facts"] = json.loads(values["facts"])
    return Golden(**values)


def golden_by_id(tx: Tx, id: str) -> Golden | None:
    """One golden item."""
    row = tx.one(sa.select(*_GOLDEN).where(GOLDENS.c.id == id))
    return None if row is None else _golden(row)


def goldens(tx: Tx, queue: str | None = None) -> list[Golden]:
    """Golden items of a queue or all, newest first."""
    asked = sa.select(*_GOLDEN).order_by(GOLDENS.c.added_at.desc(), GOLDENS.c.id.desc())
    return [_golden(row) for row in tx.rows(asked if queue is None else asked.where(GOLDENS.c.queue == queue))]


def goldens_given(tx: Tx, actor: str) -> int:
    """How many golden items this reviewer has answered or holds."""
    answered = sa.exists().where(REVIEWS.c.case == CASES.c.id, REVIEWS.c.reviewer == actor)
    held = sa.and_(CASES.c.lease_holder == actor, CASES.c.closed_at.is_(None))
    golden = CASES.c.golden.in_(sa.select(GOLDENS.c.id))
    return int(tx.scalar(sa.select(sa.func.count()).select_from(CASES).where(golden, sa.or_(held, answered))))


def goldens_unknown_to(tx: Tx, queue: str, actor: str) -> list[Golden]:
    """The queue's active golden items whose subject this actor has neither reviewed in any case nor added."""
    answered = sa.exists().where(REVIEWS.c.case == CASES.c.id, REVIEWS.c.reviewer == actor)
    known = sa.exists().where(CASES.c.subject == GOLDENS.c.subject, answered)
    asked = sa.select(*_GOLDEN).where(GOLDENS.c.queue == queue, GOLDENS.c.active, GOLDENS.c.added_by != actor, ~known)
    return [_golden(row) for row in tx.rows(asked.order_by(GOLDENS.c.id))]
