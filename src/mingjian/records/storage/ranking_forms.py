"""Rating forms and appeals of rankings: rows, folds, questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.ranking.model import Form, RankingAppeal
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

FORMS = sa.Table(
    "ranking_forms",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("edition", sa.String(32), nullable=False),
    sa.Column("entrant", sa.String(32), nullable=False),
    sa.Column("rater", sa.String(128), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("marks", Document, nullable=False),
    sa.Column("assigned_at", Micros, nullable=False),
    sa.Column("submitted_at", Micros),
    sa.Column("why", sa.Text),
    sa.UniqueConstraint("entrant", "rater"),
    sa.Index("ix_ranking_forms_edition_state", "edition", "state"),
    sa.Index("ix_ranking_forms_rater_state", "rater", "state"),
)
APPEALS = sa.Table(
    "ranking_appeals",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("edition", sa.String(32), nullable=False),
    sa.Column("entrant", sa.String(32), nullable=False),
    sa.Column("grounds", sa.String(64), nullable=False),
    sa.Column("lodged_by", sa.String(128), nullable=False),
    sa.Column("lodged_at", Micros, nullable=False),
    sa.Column("due_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("decided_at", Micros),
    sa.Column("reason", sa.Text),
    sa.Index("ix_ranking_appeals_edition_seq", "edition", "seq"),
    sa.Index("ix_ranking_appeals_entrant_seq", "entrant", "seq"),
)
projection(FORMS, APPEALS)
_FORM = [FORMS.c[field.name] for field in fields(Form)]
_APPEAL = [APPEALS.c[field.name] for field in fields(RankingAppeal)]


@folds("edition.assigned")
def _assigned(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"id": form, "edition": event.subject, "entrant": entrant, "rater": rater, "state": "assigned",
             "marks": "{}", "assigned_at": event.at}
            for event in events for form, entrant, rater in event.body["forms"]]  # fmt: skip
    if rows:
        tx.run(FORMS.insert(), rows)


@folds("form.carried")
def _carried(tx: Tx, events: Sequence[Recorded]) -> None:
    """A correction takes over what experts said of the edition before."""
    rows = []
    for event in events:
        body = event.body
        rows.append({"id": event.subject, "state": "submitted", "marks": canonical(body["marks"]).decode(),
                     "submitted_at": event.at, "assigned_at": event.at,
                     **{name: body[name] for name in ("edition", "entrant", "rater")}})  # fmt: skip
    tx.run(FORMS.insert(), rows)


@folds("form.marked")
def _marked(tx: Tx, events: Sequence[Recorded]) -> None:
    wanted = list(dict.fromkeys(event.subject for event in events))
    marks: dict[str, dict[str, Any]] = {}
    for first in range(0, len(wanted), 500):
        asked = sa.select(FORMS.c.id, FORMS.c.marks).where(FORMS.c.id.in_(wanted[first : first + 500]))
        marks |= {row.id: json.loads(row.marks) for row in tx.rows(asked)}
    for event in events:
        marks[event.subject].update(event.body["marks"])
    rows = [
        {"b_id": id, "b_marks": canonical({key: mark for key, mark in own.items() if mark is not None}).decode()}
        for id, own in marks.items()
    ]
    tx.run(FORMS.update().where(FORMS.c.id == sa.bindparam("b_id")).values(marks=sa.bindparam("b_marks")), rows)


@folds("form.submitted")
def _submitted(tx: Tx, events: Sequence[Recorded]) -> None:
    change = FORMS.update().where(FORMS.c.id == sa.bindparam("b_id"))
    rows = [{"b_id": event.subject, "b_at": event.at} for event in events]
    tx.run(change.values(state="submitted", submitted_at=sa.bindparam("b_at")), rows)


@folds("form.declared", "form.voided")
def _ended(tx: Tx, events: Sequence[Recorded]) -> None:
    """A conflict of interest was declared, or the form is not wanted any more."""
    for event in events:
        state = "conflict" if event.kind == "form.declared" else "void"
        tx.run(FORMS.update().where(FORMS.c.id == event.subject), {"state": state, "why": event.body["reason"]})


@folds("ranking_appeal.lodged")
def _lodged(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("edition", "entrant", "grounds", "due_at")}
        rows.append({"id": event.subject, "seq": event.seq, "lodged_by": event.actor, "lodged_at": event.at,
                     "state": "lodged", **given})  # fmt: skip
    tx.run(APPEALS.insert(), rows)


@folds("ranking_appeal.decided")
def _decided(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(APPEALS.update().where(APPEALS.c.id == event.subject),
               {"state": event.body["outcome"], "decided_by": event.actor, "decided_at": event.at,
                "reason": event.body["reason"]})  # fmt: skip


def form_by_id(tx: Tx, id: str) -> Form | None:
    """One form."""
    row = tx.one(sa.select(*_FORM).where(FORMS.c.id == id))
    return None if row is None else _form(row)


def forms_of_edition(tx: Tx, edition: str, state: str | None = None) -> list[Form]:
    """The forms of an edition, by entrant and rater."""
    asked = sa.select(*_FORM).where(FORMS.c.edition == edition)
    asked = asked.where(FORMS.c.state == state) if state is not None else asked
    return [_form(row) for row in tx.rows(asked.order_by(FORMS.c.entrant, FORMS.c.rater))]


def forms_of_entrant(tx: Tx, entrant: str) -> list[Form]:
    """The forms about one entrant, by rater."""
    return [_form(row) for row in tx.rows(sa.select(*_FORM).where(FORMS.c.entrant == entrant).order_by(FORMS.c.rater))]


def forms_of_rater(tx: Tx, rater: str, state: str, limit: int = 500) -> list[Form]:
    """A rater's forms in one state, in the order in which they came."""
    asked = sa.select(*_FORM).where(FORMS.c.rater == rater, FORMS.c.state == state)
    return [_form(row) for row in tx.rows(asked.order_by(FORMS.c.edition, FORMS.c.id).limit(limit))]


def form_counts(tx: Tx, edition: str) -> dict[tuple[str, str], int]:
    """(rater, state) → how many forms."""
    asked = sa.select(FORMS.c.rater, FORMS.c.state, sa.func.count()).where(FORMS.c.edition == edition)
    return {(row[0], row[1]): int(row[2]) for row in tx.rows(asked.group_by(FORMS.c.rater, FORMS.c.state))}


def appeal_by_id(tx: Tx, id: str) -> RankingAppeal | None:
    """One appeal."""
    row = tx.one(sa.select(*_APPEAL).where(APPEALS.c.id == id))
    return None if row is None else RankingAppeal(*row)


def appeals_of_edition(tx: Tx, edition: str) -> list[RankingAppeal]:
    """All appeals of an edition, in order."""
    asked = sa.select(*_APPEAL).where(APPEALS.c.edition == edition).order_by(APPEALS.c.seq)
    return [RankingAppeal(*row) for row in tx.rows(asked)]


def appeals_of_entrant(tx: Tx, entrant: str) -> list[RankingAppeal]:
    """An entrant's appeals, in order."""
    asked = sa.select(*_APPEAL).where(APPEALS.c.entrant == entrant).order_by(APPEALS.c.seq)
    return [RankingAppeal(*row) for row in tx.rows(asked)]


def appeals_waiting(tx: Tx, limit: int = 200) -> list[RankingAppeal]:
    """Appeals without an answer, the most urgent first."""
    asked = sa.select(*_APPEAL).where(APPEALS.c.state == "lodged").order_by(APPEALS.c.due_at, APPEALS.c.seq)
    return [RankingAppeal(*row) for row in tx.rows(asked.limit(limit))]


def _form(row: Any) -> Form:
    values = dict(zip((field.name for field in fields(Form)), row, strict=True))
    return Form(**{**values, "marks": json.loads(values["marks"])})
