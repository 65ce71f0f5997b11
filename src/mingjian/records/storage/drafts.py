"""Drafts, their versions and seals: their rows and how events fold into them. How they are asked is in
draft_queries; what is said about them (steps, comments, waivers, comparisons) in draft_remarks."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

DRAFTS = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("author", sa.String(128), nullable=False),
    sa.Column("department", sa.String(64)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("level", sa.String(40)),
    sa.Column("case", sa.String(32)),
    sa.Column("resume", sa.String(40)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("locked", sa.Boolean, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("platform", sa.String(64)),
    sa.Column("nature", sa.String(32)),
    sa.Column("domain", sa.String(32)),
    sa.Column("publisher_kind", sa.String(32)),
    sa.Column("value", sa.String(16)),
    sa.Column("severity", sa.String(16)),
    sa.Column("violations", sa.Integer, nullable=False),
    sa.Column("created_at", Micros, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Column("sealed_at", Micros),
    sa.Column("drift", sa.String(16)),
    sa.Column("drift_at", Micros),
    sa.Index("ix_drafts_author_seq", "author", "seq"),
    sa.Index("ix_drafts_department_seq", "department", "seq"),
    sa.Index("ix_drafts_state_seq", "state", "seq"),
)
VERSIONS = sa.Table(
    "draft_versions",
    metadata,
    sa.Column("draft", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(64), nullable=False),
    sa.Column("read", sa.String(64)),
    sa.Column("rulebook", sa.String(80), nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("value", sa.String(16), nullable=False),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("submitted_at", Micros),
    sa.Column("submitted_by", sa.String(128)),
)
SEALS = sa.Table(
    "draft_seals",
    metadata,
    sa.Column("draft", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("at", Micros, nullable=False),
    sa.Column("evidence", Document, nullable=False),
)
projection(DRAFTS, VERSIONS, SEALS)
_ONE = DRAFTS.update().where(DRAFTS.c.id == sa.bindparam("b_id"))
_SHOWN = ("version", "digest", "platform", "nature", "domain", "publisher_kind", "value", "severity", "violations")
_MADE = ("digest", "verdict", "read", "rulebook", "as_of", "value")


@folds("draft.created")
def _created(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(
        DRAFTS.insert(),
        [
            {"id": event.subject, "seq": event.seq, "author": event.actor, "department": event.body["department"],
             "state": "writing", "version": 0, "locked": False, "digest": "", "violations": 0,
             "created_at": event.at, "changed_at": event.at}
            for event in events
        ],
    )  # fmt: skip


@folds("draft.saved")
def _saved(tx: Tx, events: Sequence[Recorded]) -> None:
    """A version that was not submitted is written over; the service gives a submitted one's edit a new number."""
    for event in events:
        body = event.body
        made = {name: body[name] for name in _MADE} | {"made_by": event.actor, "made_at": event.at}
        here = (VERSIONS.c.draft == event.subject) & (VERSIONS.c.number == body["version"])
        if not tx.run(VERSIONS.update().where(here), made):
            tx.run(VERSIONS.insert(), {"draft": event.subject, "number": body["version"], **made})
    tx.run(
        _ONE,
        [
            {"b_id": event.subject, "locked": False, "changed_at": event.at, "state": event.body["state"],
             "level": None, "case": None, "resume": event.body["resume"],
             **{name: event.body[name] for name in _SHOWN}}
            for event in events
        ],
    )  # fmt: skip


@folds("draft.submitted")
def _submitted(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        here = (VERSIONS.c.draft == event.subject) & (VERSIONS.c.number == event.body["version"])
        tx.run(VERSIONS.update().where(here), {"submitted_at": event.at, "submitted_by": event.actor})
    tx.run(
        _ONE,
        [
            {"b_id": event.subject, "state": "review", "locked": True, "changed_at": event.at,
             "level": event.body["level"], "case": event.body["case"], "resume": None}
            for event in events
        ],
    )  # fmt: skip


@folds("draft.reviewed", "draft.undone")
def _moved(tx: Tx, events: Sequence[Recorded]) -> None:
    """Where the draft stands after an answer, or after one was taken back, the event says itself."""
    tx.run(
        _ONE,
        [
            {"b_id": event.subject, "changed_at": event.at,
             **{name: event.body["after"][name] for name in ("state", "level", "case", "resume")}}
            for event in events
        ],
    )  # fmt: skip


@folds("draft.withdrawn")
def _withdrawn(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "withdrawn", "level": None, "case": None, "resume": None,
                   "changed_at": event.at} for event in events])  # fmt: skip


@folds("draft.sealed")
def _sealed(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(
        SEALS.insert(),
        [
            {"draft": event.subject, "seq": event.seq, "version": event.body["version"],
             "digest": event.body["digest"], "at": event.at, "evidence": canonical(event.body).decode()}
            for event in events
        ],
    )  # fmt: skip
    tx.run(_ONE, [{"b_id": event.subject, "state": "sealed", "level": None, "case": None, "resume": None,
                   "sealed_at": event.at, "changed_at": event.at} for event in events])  # fmt: skip


@folds("draft.matched", "draft.drifted")
def _compared(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "drift": event.kind.partition(".")[2], "drift_at": event.at}
                  for event in events])  # fmt: skip
