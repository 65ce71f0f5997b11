"""What is said about drafts: answers at each level, comments, waivers, comparisons with what was published."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

STEPS = sa.Table(
    "draft_steps",
    metadata,
    sa.Column("review", sa.String(32), primary_key=True),
    sa.Column("draft", sa.String(32), nullable=False, index=True),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("level", sa.String(40), nullable=False),
    sa.Column("case", sa.String(32), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("reviewer", sa.String(128), nullable=False),
    sa.Column("measure", sa.String(16), nullable=False),
    sa.Column("reasons", Document, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("undone", sa.Boolean, nullable=False),
)
COMMENTS = sa.Table(
    "draft_comments",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("draft", sa.String(32), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("thread", sa.String(32)),
    sa.Column("anchor", Document, nullable=False),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("resolved_by", sa.String(128)),
    sa.Column("resolved_at", Micros),
)
WAIVERS = sa.Table(
    "draft_waivers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("draft", sa.String(32), nullable=False, index=True),
    sa.Column("code", sa.String(80), nullable=False),
    sa.Column("quote", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("until", Micros, nullable=False),
)
CHECKS = sa.Table(
    "draft_drift_checks",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("draft", sa.String(32), nullable=False, index=True),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("severity", sa.String(16)),
    sa.Column("changes", sa.Integer, nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("item", sa.String(32)),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("case", sa.String(32)),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("answer", sa.String(16)),
)
projection(STEPS, COMMENTS, WAIVERS, CHECKS)


@folds("draft.reviewed")
def _reviewed(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(
        STEPS.insert(),
        [
            {"draft": event.subject, "seq": event.seq, "reviewer": event.actor, "at": event.at, "undone": False,
             "reasons": canonical(event.body["reasons"]).decode(),
             **{name: event.body[name] for name in ("review", "level", "case", "version", "measure", "note")}}
            for event in events
        ],
    )  # fmt: skip


@folds("draft.undone")
def _undone(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(STEPS.update().where(STEPS.c.review == event.body["review"]), {"undone": True})


@folds("draft.commented")
def _commented(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(
        COMMENTS.insert(),
        [
            {"id": event.body["comment"], "seq": event.seq, "draft": event.subject, "made_by": event.actor,
             "made_at": event.at, "anchor": canonical(event.body["anchor"]).decode(),
             **{name: event.body[name] for name in ("version", "thread", "content")}}
            for event in events
        ],
    )  # fmt: skip


@folds("draft.resolved")
def _resolved(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        done = {"resolved_by": event.actor, "resolved_at": event.at} if event.body["resolved"] else {
            "resolved_by": None, "resolved_at": None}  # fmt: skip
        tx.run(COMMENTS.update().where(COMMENTS.c.id == event.body["comment"]), done)


@folds("draft.waived")
def _waived(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(
        WAIVERS.insert(),
        [
            {"id": event.body["waiver"], "draft": event.subject, "made_by": event.actor, "made_at": event.at,
             **{name: event.body[name] for name in ("code", "quote", "reason", "until")}}
            for event in events
        ],
    )  # fmt: skip


@folds("draft.matched", "draft.drifted")
def _compared(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("severity", "changes", "source", "item", "content", "case")
    tx.run(
        CHECKS.insert(),
        [
            {"id": event.body["check"], "draft": event.subject, "seq": event.seq, "made_by": event.actor,
             "made_at": event.at, "outcome": event.kind.partition(".")[2],
             **{name: event.body[name] for name in names}}
            for event in events
        ],
    )  # fmt: skip


@folds("draft.drift_answered")
def _answered(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(CHECKS.update().where(CHECKS.c.id == event.body["check"]), {"answer": event.body["measure"]})
