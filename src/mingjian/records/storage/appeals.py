"""Appeals: their rows, how events fold into them, and how they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

import sqlalchemy as sa

from mingjian.records.actions.model import Appeal
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

APPEALS = sa.Table(
    "appeals",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("decision", sa.String(32), nullable=False, unique=True),  # one appeal a decision
    sa.Column("item", sa.String(32)),
    sa.Column("publisher", sa.String(200)),
    sa.Column("lodged_by", sa.String(128), nullable=False),
    sa.Column("grounds", sa.String(64), nullable=False),
    sa.Column("lodged_at", Micros, nullable=False),
    sa.Column("due_at", Micros, nullable=False),
    sa.Column("request", sa.String(200), unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("decided_by", sa.String(128)),
    sa.Column("decided_at", Micros),
    sa.Column("reason", sa.Text),
    sa.Column("replaced_by", sa.String(32)),
    sa.Index("ix_appeals_publisher_seq", "publisher", "seq"),
    sa.Index("ix_appeals_state_due_at_seq", "state", "due_at", "seq"),
)
projection(APPEALS)
_SHOWN = [APPEALS.c[field.name] for field in fields(Appeal)]


@folds("appeal.lodged")
def _lodged(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("decision", "item", "publisher", "grounds", "due_at", "request")}
        rows.append({"id": event.subject, "seq": event.seq, "lodged_by": event.actor, "lodged_at": event.at,
                     "state": "lodged", **given})  # fmt: skip
    tx.run(APPEALS.insert(), rows)


@folds("appeal.decided")
def _decided(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        tx.run(APPEALS.update().where(APPEALS.c.id == event.subject),
               {"state": body["outcome"], "decided_by": event.actor, "decided_at": event.at,
                "reason": body["reason"], "replaced_by": body["replaced_by"]})  # fmt: skip


def appeal_by_id(tx: Tx, id: str) -> Appeal | None:
    """One appeal."""
    row = tx.one(sa.select(*_SHOWN).where(APPEALS.c.id == id))
    return None if row is None else Appeal(*row)


def appeals_of(tx: Tx, decisions: Iterable[str]) -> dict[str, Appeal]:
    """Appeals by the decision they are against."""
    wanted = list(dict.fromkeys(decisions))
    found: dict[str, Appeal] = {}
    for first in range(0, len(wanted), 500):
        asked = sa.select(*_SHOWN).where(APPEALS.c.decision.in_(wanted[first : first + 500]))
        found |= {appeal.decision: appeal for appeal in (Appeal(*row) for row in tx.rows(asked))}
    return found


def grounds_about(tx: Tx, item: str) -> list[str]:
    """The digests of what was written in appeals about an item and in no appeal about another."""
    other = APPEALS.alias()
    elsewhere = sa.exists().where(other.c.grounds == APPEALS.c.grounds, other.c.item.is_distinct_from(item))
    return [row.grounds for row in tx.rows(sa.select(APPEALS.c.grounds).where(APPEALS.c.item == item, ~elsewhere))]


def appeals_waiting(tx: Tx, after: tuple[int, int] | None, limit: int) -> list[Appeal]:
    """Appeals without an answer, the most urgent first, behind ``after`` (due_at, seq of the last one seen)."""
    asked = sa.select(*_SHOWN).where(APPEALS.c.state == "lodged")
    if after is not None:
        asked = asked.where(sa.tuple_(APPEALS.c.due_at, APPEALS.c.seq) > sa.tuple_(*map(sa.literal, after)))
    return [Appeal(*row) for row in tx.rows(asked.order_by(APPEALS.c.due_at, APPEALS.c.seq).limit(limit))]


def appeals_decided(tx: Tx, before: int | None, limit: int) -> list[Appeal]:
    """Answered appeals, the last lodged first, those lodged before the sequence number ``before``."""
    asked = sa.select(*_SHOWN).where(APPEALS.c.state != "lodged")
    if before is not None:
        asked = asked.where(APPEALS.c.seq < before)
    return [Appeal(*row) for row in tx.rows(asked.order_by(APPEALS.c.seq.desc()).limit(limit))]
