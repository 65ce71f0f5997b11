"""Enquiries to regulators: rows folded from the journal, and how they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa

from mingjian.records.enquiries.model import Enquiry
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

ENQUIRIES = sa.Table(
    "enquiries",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("credential", sa.String(32)),
    sa.Column("regulator", sa.String(200), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("letter", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("drafted_at", Micros, nullable=False),
    sa.Column("drafted_by", sa.String(128), nullable=False),
    sa.Column("run", sa.String(32)),
    sa.Column("due_at", Micros),
    sa.Column("sent_at", Micros),
    sa.Column("sent_by", sa.String(128)),
    sa.Column("how", sa.String(40)),
    sa.Column("number", sa.String(100)),
    sa.Column("reminded", sa.Integer, nullable=False),
    sa.Column("reminded_at", Micros),
    sa.Column("answered_at", Micros),
    sa.Column("outcome", sa.String(16)),
    sa.Column("answer", sa.String(64)),
    sa.Column("evidence", sa.String(64)),
    sa.Column("closed_at", Micros),
    sa.Column("closed_by", sa.String(128)),
    sa.Column("closed_why", sa.Text),
    sa.Column("warned_for", Micros),  # the due time that was said to be near
    sa.Index("ix_enquiries_state_due_at", "state", "due_at"),
    sa.Index("ix_enquiries_entity_seq", "entity", "seq"),
    sa.Index("ix_enquiries_credential_state", "credential", "state"),
    sa.Index("ix_enquiries_drafted_at", "drafted_at"),
)
projection(ENQUIRIES)
_SHOWN = [ENQUIRIES.c[field.name] for field in fields(Enquiry)]


@dataclass(frozen=True, slots=True)
class EnquiryFilter:
    """Which enquiries a list shows; ``state`` may be ``live`` for all that are not closed."""

    state: str | None = None
    entity: str | None = None
    credential: str | None = None
    overdue: bool = False


@folds("enquiry.drafted")
def _drafted(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("entity", "credential", "regulator", "reason", "letter", "run")
    tx.run(ENQUIRIES.insert(), [
        {"id": event.subject, "seq": event.seq, "state": "drafted", "drafted_at": event.at, "drafted_by": event.actor,
         "reminded": 0, **{name: event.body.get(name) for name in names}} for event in events
    ])  # fmt: skip


def _change(tx: Tx, event: Recorded, **values: object) -> None:
    tx.run(ENQUIRIES.update().where(ENQUIRIES.c.id == event.subject).values(**values))


@folds("enquiry.edited")
def _edited(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _change(tx, event, letter=event.body["letter"], regulator=event.body["regulator"])


@folds("enquiry.sent")
def _sent(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        _change(tx, event, state="sent", sent_at=body["at"], sent_by=event.actor, how=body["how"],
                number=body["number"], due_at=body["due_at"])  # fmt: skip


@folds("enquiry.reminded")
def _reminded(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _change(tx, event, reminded=ENQUIRIES.c.reminded + 1, reminded_at=event.at, due_at=event.body["due_at"])


@folds("enquiry.due_soon")
def _due_soon(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _change(tx, event, warned_for=event.body["due_at"])


@folds("enquiry.answered")
def _answered(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        _change(tx, event, state="answered", answered_at=body["at"], outcome=body["outcome"], answer=body["answer"],
                evidence=body["evidence"])  # fmt: skip


@folds("enquiry.closed")
def _closed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _change(tx, event, state="closed", closed_at=event.at, closed_by=event.actor, closed_why=event.body["reason"])


def enquiry_by_id(tx: Tx, id: str) -> Enquiry | None:
    """One enquiry."""
    row = tx.one(sa.select(*_SHOWN).where(ENQUIRIES.c.id == id))
    return None if row is None else Enquiry(*row)


def unwarned(tx: Tx, until: int, limit: int) -> list[Enquiry]:
    """Enquiries without an answer that are due up to a time, and of whose due time nobody was told yet."""
    told = sa.and_(ENQUIRIES.c.warned_for.is_not(None), ENQUIRIES.c.warned_for == ENQUIRIES.c.due_at)
    asked = sa.select(*_SHOWN).where(ENQUIRIES.c.state == "sent", ENQUIRIES.c.due_at <= until, sa.not_(told))
    return [Enquiry(*row) for row in tx.rows(asked.order_by(ENQUIRIES.c.due_at).limit(limit))]


def list_enquiries(
    tx: Tx, wanted: EnquiryFilter, before: int | None, limit: int
) -> tuple[list[Enquiry], int | None]:  # fmt: skip
    """Up to ``limit`` enquiries, newest first, those before a place; and the place to go on from."""
    asked = sa.select(*_SHOWN).order_by(ENQUIRIES.c.seq.desc()).limit(limit + 1)
    for condition in _conditions(tx, wanted):
        asked = asked.where(condition)
    found = [Enquiry(*row) for row in tx.rows(asked.where(ENQUIRIES.c.seq < before) if before is not None else asked)]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def _conditions(tx: Tx, wanted: EnquiryFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.state == "live":
        found.append(ENQUIRIES.c.state != "closed")
    elif wanted.state is not None:
        found.append(ENQUIRIES.c.state == wanted.state)
    for name in ("entity", "credential"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(ENQUIRIES.c[name] == value)
    if wanted.overdue:
        found += [ENQUIRIES.c.state == "sent", ENQUIRIES.c.due_at < tx.now]
    return found


def count_enquiries(tx: Tx) -> dict[str, int]:
    """How many there are in each state, and how many are overdue now."""
    asked = sa.select(ENQUIRIES.c.state, sa.func.count()).group_by(ENQUIRIES.c.state)
    found = {row[0]: int(row[1]) for row in tx.rows(asked)}
    late = sa.select(sa.func.count()).select_from(ENQUIRIES).where(*_conditions(tx, EnquiryFilter(overdue=True)))
    return found | {"overdue": int(tx.scalar(late))}


def drafted_between(tx: Tx, since: int, until: int) -> list[Enquiry]:
    """Enquiries drafted in a stretch of time, in order."""
    asked = sa.select(*_SHOWN).where(ENQUIRIES.c.drafted_at >= since, ENQUIRIES.c.drafted_at < until)
    return [Enquiry(*row) for row in tx.rows(asked.order_by(ENQUIRIES.c.seq))]
