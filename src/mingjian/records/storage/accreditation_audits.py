"""Audits and nonconformities of accreditations: rows, folds, questions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from mingjian.records.accreditation.model import Audit, Nonconformity
from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

AUDITS = sa.Table(
    "accreditation_audits",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("accreditation", sa.String(32), nullable=False, index=True),
    sa.Column("certificate", sa.String(32), index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("lead", sa.String(128), nullable=False),
    sa.Column("auditors", Document, nullable=False),
    sa.Column("first", sa.String(10), nullable=False),
    sa.Column("last", sa.String(10), nullable=False),
    sa.Column("planned_by", sa.String(128), nullable=False),
    sa.Column("planned_at", Micros, nullable=False),
    sa.Column("declared", Document, nullable=False),
    sa.Column("opened_at", Micros),
    sa.Column("closed_at", Micros),
    sa.Column("summary", sa.String(64)),
    sa.Column("points", sa.BigInteger),
    sa.Column("band", sa.String(32)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_accreditation_audits_state_first", "state", "first"),
)
NONCONFORMITIES = sa.Table(
    "accreditation_nonconformities",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("accreditation", sa.String(32), nullable=False, index=True),
    sa.Column("audit", sa.String(32), nullable=False, index=True),
    sa.Column("clause", sa.String(16), nullable=False),
    sa.Column("grade", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("words", sa.String(64), nullable=False),
    sa.Column("raised_by", sa.String(128), nullable=False),
    sa.Column("raised_at", Micros, nullable=False),
    sa.Column("due_at", Micros, nullable=False),
    sa.Column("cause", sa.String(64)),
    sa.Column("action", sa.String(64)),
    sa.Column("evidence", Document, nullable=False),
    sa.Column("answered_by", sa.String(128)),
    sa.Column("answered_at", Micros),
    sa.Column("verified_by", sa.String(128)),
    sa.Column("verified_at", Micros),
    sa.Column("remark", sa.String(64)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_accreditation_nonconformities_state_due_at", "state", "due_at"),
)
projection(AUDITS, NONCONFORMITIES)
_AUDIT = [AUDITS.c[field.name] for field in fields(Audit)]
_NONCONFORMITY = [NONCONFORMITIES.c[field.name] for field in fields(Nonconformity)]
_PLANNED = ("accreditation", "certificate", "kind", "lead", "first", "last")
_AUDIT_MOVES = (
    "state", "lead", "auditors", "first", "last", "declared", "opened_at", "closed_at", "summary", "points", "band",
)  # fmt: skip
_RAISED = ("accreditation", "audit", "clause", "grade", "words", "due_at")
_MOVES = (
    "state", "grade", "words", "due_at", "cause", "action", "evidence", "answered_by", "answered_at", "verified_by",
    "verified_at", "remark",
)  # fmt: skip
_DOCUMENTS = ("auditors", "declared", "evidence")


def _after(event: Recorded, names: Sequence[str]) -> dict[str, Any]:
    """The columns that an event says of its noun."""
    given = {name: value for name, value in event.body["after"].items() if name in names}
    return {name: canonical(value).decode() if name in _DOCUMENTS else value for name, value in given.items()}


@folds("audit.planned")
def _planned(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        rows.append({"id": event.subject, "seq": event.seq, **{name: body[name] for name in _PLANNED},
                     "state": "planned", "auditors": canonical(body["auditors"]).decode(), "declared": "[]",
                     "planned_by": event.actor, "planned_at": event.at, "version": 1})  # fmt: skip
    tx.run(AUDITS.insert(), rows)


@folds("audit.replanned", "audit.declared", "audit.cancelled", "audit.opened", "audit.closed", "audit.reopened")
def _audit_moved(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        here = AUDITS.update().where(AUDITS.c.id == event.subject)
        tx.run(here.values(version=AUDITS.c.version + 1, **_after(event, _AUDIT_MOVES)))


@folds("nonconformity.raised")
def _raised(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        rows.append({"id": event.subject, "seq": event.seq, **{name: body[name] for name in _RAISED}, "state": "open",
                     "evidence": "[]", "raised_by": event.actor, "raised_at": event.at, "version": 1})  # fmt: skip
    tx.run(NONCONFORMITIES.insert(), rows)


@folds(
    "nonconformity.changed", "nonconformity.withdrawn", "nonconformity.restored", "nonconformity.answered",
    "nonconformity.closed", "nonconformity.refused", "nonconformity.reopened", "nonconformity.extended",
)  # fmt: skip
def _nonconformity_moved(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        here = NONCONFORMITIES.update().where(NONCONFORMITIES.c.id == event.subject)
        tx.run(here.values(version=NONCONFORMITIES.c.version + 1, **_after(event, _MOVES)))


def _audit(row: sa.Row[Any]) -> Audit:
    given = dict(row._mapping)
    given |= {name: tuple(json.loads(given[name])) for name in ("auditors", "declared")}
    return Audit(**given | {name: date.fromisoformat(given[name]) for name in ("first", "last")})


def _nonconformity(row: sa.Row[Any]) -> Nonconformity:
    given = dict(row._mapping)
    return Nonconformity(**given | {"evidence": tuple(json.loads(given["evidence"]))})


def audit_by_id(tx: Tx, id: str) -> Audit | None:
    """One audit; in a writing transaction its row is held until the end."""
    asked = sa.select(*_AUDIT).where(AUDITS.c.id == id)
    row = tx.one(asked.with_for_update() if tx.writes else asked)
    return None if row is None else _audit(row)


def audits_of(tx: Tx, accreditation: str) -> list[Audit]:
    """All audits of an application, also those of its certificate's surveillance, in order."""
    asked = sa.select(*_AUDIT).where(AUDITS.c.accreditation == accreditation).order_by(AUDITS.c.seq)
    return [_audit(row) for row in tx.rows(asked)]


def audits_ahead(tx: Tx, auditor: str | None, limit: int) -> list[Audit]:
    """Audits that are planned or open, the first to come first; of one auditor or of all."""
    asked = sa.select(*_AUDIT).where(AUDITS.c.state.in_(("planned", "open"))).order_by(AUDITS.c.first, AUDITS.c.seq)
    if auditor is not None:
        asked = asked.where(AUDITS.c.auditors.contains(f'"{auditor}"', autoescape=True))
    return [_audit(row) for row in tx.rows(asked.limit(limit))]


def audited_by(tx: Tx, auditor: str) -> list[str]:
    """The applications that somebody audits or audited."""
    asked = sa.select(AUDITS.c.accreditation).where(AUDITS.c.auditors.contains(f'"{auditor}"', autoescape=True))
    return [row[0] for row in tx.rows(asked.distinct())]


def nonconformity_by_id(tx: Tx, id: str) -> Nonconformity | None:
    """One nonconformity; in a writing transaction its row is held until the end."""
    asked = sa.select(*_NONCONFORMITY).where(NONCONFORMITIES.c.id == id)
    row = tx.one(asked.with_for_update() if tx.writes else asked)
    return None if row is None else _nonconformity(row)


def nonconformities_of(tx: Tx, accreditation: str, audit: str | None = None) -> list[Nonconformity]:
    """Those of an application, or of one of its audits, in order."""
    asked = sa.select(*_NONCONFORMITY).where(NONCONFORMITIES.c.accreditation == accreditation)
    if audit is not None:
        asked = asked.where(NONCONFORMITIES.c.audit == audit)
    return [_nonconformity(row) for row in tx.rows(asked.order_by(NONCONFORMITIES.c.seq))]


def nonconformities_by_id(tx: Tx, ids: Iterable[str]) -> list[Nonconformity]:
    """Those of these ids, in order."""
    wanted = list(dict.fromkeys(ids))
    asked = sa.select(*_NONCONFORMITY).where(NONCONFORMITIES.c.id.in_(wanted)).order_by(NONCONFORMITIES.c.seq)
    return [_nonconformity(row) for row in tx.rows(asked)]


def overdue_nonconformities(tx: Tx, before: int, limit: int) -> list[Nonconformity]:
    """Open ones whose time was up before a moment, the longest first."""
    asked = sa.select(*_NONCONFORMITY).where(NONCONFORMITIES.c.state == "open", NONCONFORMITIES.c.due_at < before)
    return [_nonconformity(row) for row in tx.rows(asked.order_by(NONCONFORMITIES.c.due_at).limit(limit))]
