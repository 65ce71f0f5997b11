"""Conditions of actions that were met: their rows, how events fold into them, and how they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

import sqlalchemy as sa

from mingjian.records.actions.model import Reinstatement
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.actions import ACTIONS, actions_by_id
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

REINSTATEMENTS = sa.Table(
    "reinstatements",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("condition", sa.String(40), nullable=False),
    sa.Column("evidence", sa.String(64), nullable=False),
    sa.Column("file", sa.String(64)),
    sa.Column("recorded_by", sa.String(128), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("withdrawn_at", Micros),
    sa.Column("withdrawn_by", sa.String(128)),
    sa.Column("withdrawn_why", sa.Text),
    sa.Index("ix_reinstatements_action_seq", "action", "seq"),
)
projection(REINSTATEMENTS)
_SHOWN = [REINSTATEMENTS.c[field.name] for field in fields(Reinstatement)]


@folds("reinstatement.recorded")
def _recorded(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"id": event.subject, "seq": event.seq, "recorded_by": event.actor, "at": event.at, "state": "recorded",
             **{name: event.body[name] for name in ("action", "condition", "evidence", "file")}}
            for event in events]  # fmt: skip
    tx.run(REINSTATEMENTS.insert(), rows)
    _recount(tx, [event.body["action"] for event in events])


@folds("reinstatement.withdrawn")
def _withdrawn(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "state": "withdrawn", "withdrawn_at": event.at, "withdrawn_by": event.actor,
             "withdrawn_why": event.body["reason"]} for event in events]  # fmt: skip
    tx.run(REINSTATEMENTS.update().where(REINSTATEMENTS.c.id == sa.bindparam("b_id")), rows)
    _recount(tx, [event.body["action"] for event in events])


def _recount(tx: Tx, ids: Iterable[str]) -> None:
    """How many conditions are still open, counted anew."""
    met = records_of(tx, ids)
    for action in actions_by_id(tx, met).values():
        there = {one.condition for one in met[action.id] if one.state == "recorded"}
        waits = sum(condition not in there for condition in action.conditions)
        tx.run(ACTIONS.update().where(ACTIONS.c.id == action.id), {"waits": waits})


def record_by_id(tx: Tx, id: str) -> Reinstatement | None:
    """One record."""
    row = tx.one(sa.select(*_SHOWN).where(REINSTATEMENTS.c.id == id))
    return None if row is None else Reinstatement(*row)


def records_of(tx: Tx, actions: Iterable[str]) -> dict[str, list[Reinstatement]]:
    """What is on record for each of these actions, in order, the withdrawn ones too."""
    wanted = list(dict.fromkeys(actions))
    found: dict[str, list[Reinstatement]] = {action: [] for action in wanted}
    for first in range(0, len(wanted), 500):
        asked = sa.select(*_SHOWN).where(REINSTATEMENTS.c.action.in_(wanted[first : first + 500]))
        for row in tx.rows(asked.order_by(REINSTATEMENTS.c.seq)):
            found[row.action].append(Reinstatement(*row))
    return found
