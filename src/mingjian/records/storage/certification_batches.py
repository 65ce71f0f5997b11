"""Batches of certification: rows, folds, questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import sqlalchemy as sa

from mingjian.records.certification.model import Batch, Member
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

BATCHES = sa.Table(
    "certification_batches",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("programme", sa.String(40), nullable=False),
    sa.Column("policy", sa.String(120), nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("list", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("approved_by", sa.String(128)),
    sa.Column("approved_at", Micros),
    sa.Column("done_at", Micros),
    sa.Column("undone_by", sa.String(128)),
    sa.Column("undone_why", sa.Text),
    sa.Index("ix_certification_batches_state", "state"),
)
MEMBERS = sa.Table(
    "certification_batch_members",
    metadata,
    sa.Column("batch", sa.String(32), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entity", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("certificate", sa.String(32), nullable=False),
    sa.Column("qualified", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("effect", sa.String(32)),
    sa.Column("made", sa.String(32)),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", Micros),
    sa.Index("ix_certification_batch_members_batch_state_place", "batch", "state", "place"),
    sa.Index("ix_certification_batch_members_entity", "entity"),
)
projection(BATCHES, MEMBERS)
_BATCH = [BATCHES.c[one.name] for one in fields(Batch)]
_MEMBER = [MEMBERS.c[one.name] for one in fields(Member)]
_ONE = BATCHES.update().where(BATCHES.c.id == sa.bindparam("b_id"))


@folds("certification_batch.previewed")
def _previewed(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("kind", "programme", "policy", "as_of", "list", "number", "reason")
    tx.run(BATCHES.insert(), [
        {"id": event.subject, "seq": event.seq, "made_by": event.actor, "made_at": event.at, "state": "previewed",
         **{name: event.body[name] for name in names}} for event in events
    ])  # fmt: skip


@folds("certification_batch.listed")
def _listed(tx: Tx, events: Sequence[Recorded]) -> None:
    """A stretch of the list: [entity, kind, certificate, qualified], from the place ``first`` on."""
    rows = [
        {"batch": event.subject, "place": place, "entity": entity, "kind": kind, "certificate": certificate,
         "qualified": qualified, "state": "waiting", "why": ""}
        for event in events
        for place, (entity, kind, certificate, qualified) in enumerate(event.body["members"], event.body["first"])
    ]  # fmt: skip
    tx.run(MEMBERS.insert(), rows)


@folds("certification_batch.approved")
def _approved(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "approved", "approved_by": event.actor, "approved_at": event.at}
                  for event in events])  # fmt: skip


@folds("certification_batch.cancelled")
def _cancelled(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "cancelled", "undone_by": event.actor,
                   "undone_why": event.body["reason"]} for event in events])  # fmt: skip


@folds("certification_batch.ran")
def _ran(tx: Tx, events: Sequence[Recorded]) -> None:
    """A stretch was carried out: [place, state, effect, made, why]; ``last``: that was the end."""
    for event in events:
        body = event.body
        _change(tx, event)
        state = {"state": "done", "done_at": event.at} if body["last"] else {"state": "running"}
        tx.run(_ONE, {"b_id": event.subject, **state})


@folds("certification_batch.undoing")
def _undoing(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "undoing", "undone_by": event.actor,
                   "undone_why": event.body["reason"]} for event in events])  # fmt: skip


@folds("certification_batch.unran")
def _unran(tx: Tx, events: Sequence[Recorded]) -> None:
    """The same backwards."""
    for event in events:
        _change(tx, event)
        if event.body["last"]:
            tx.run(_ONE, {"b_id": event.subject, "state": "undone"})


def _change(tx: Tx, event: Recorded) -> None:
    change = MEMBERS.update().where(
        MEMBERS.c.batch == sa.bindparam("b_batch"), MEMBERS.c.place == sa.bindparam("b_place")
    )
    rows = [{"b_batch": event.subject, "b_place": place, "state": state, "effect": effect, "made": made, "why": why,
             "at": event.at} for place, state, effect, made, why in event.body["members"]]  # fmt: skip
    if rows:
        tx.run(change, rows)


def batch_by_id(tx: Tx, id: str) -> Batch | None:
    """One batch."""
    row = tx.one(sa.select(*_BATCH).where(BATCHES.c.id == id))
    return None if row is None else Batch(*row)


def batches(tx: Tx, states: Sequence[str] = (), limit: int = 200) -> list[Batch]:
    """Batches, the newest first."""
    asked = sa.select(*_BATCH).order_by(BATCHES.c.seq.desc()).limit(limit)
    if states:
        asked = asked.where(BATCHES.c.state.in_(list(states)))
    return [Batch(*row) for row in tx.rows(asked)]


def members(tx: Tx, batch: str, states: Sequence[str] = (), after: int = -1, limit: int | None = None) -> list[Member]:
    """A batch's members in order, behind the place ``after``."""
    asked = sa.select(*_MEMBER).where(MEMBERS.c.batch == batch, MEMBERS.c.place > after).order_by(MEMBERS.c.place)
    if states:
        asked = asked.where(MEMBERS.c.state.in_(list(states)))
    return [Member(*row) for row in tx.rows(asked.limit(limit))]


def progress(tx: Tx, batch: str) -> dict[str, int]:
    """How many members are in each state."""
    asked = sa.select(MEMBERS.c.state, sa.func.count()).where(MEMBERS.c.batch == batch).group_by(MEMBERS.c.state)
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def memberships(tx: Tx, entity: str) -> list[Member]:
    """The batches an entity was or is in."""
    return [Member(*row) for row in tx.rows(sa.select(*_MEMBER).where(MEMBERS.c.entity == entity))]
