"""Cases and reviews: their rows and how events fold into them. How they are asked is in case_queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

FACTS = ("platform", "nature", "severity", "value", "publisher", "publisher_kind", "department")
CASES = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("queue", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("stage", sa.String(8), nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("due_at", Micros, nullable=False),
    sa.Column("opened_at", Micros, nullable=False),
    sa.Column("opened_by", sa.String(128), nullable=False),
    sa.Column("version", SequenceType, nullable=False),  # seq of the last event but leases: grows, never repeats
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("assignee", sa.String(128)),
    sa.Column("lease_holder", sa.String(128)),
    sa.Column("lease_until", Micros),  # in the past: run out, as if there were none
    sa.Column("outcome", sa.String(16)),
    sa.Column("closed_at", Micros),
    sa.Column("parent", sa.String(32), index=True),
    sa.Column("golden", sa.String(32), index=True),
    sa.Column("platform", sa.String(64)),
    sa.Column("nature", sa.String(32)),
    sa.Column("severity", sa.String(16)),
    sa.Column("value", sa.String(16)),
    sa.Column("publisher", sa.String(200)),
    sa.Column("publisher_kind", sa.String(32)),
    sa.Column("department", sa.String(64)),
    sa.Column("facts", Document, nullable=False),
    sa.Index("ix_cases_subject", "subject"),
)
_ORDER = ("priority", "due_at", "id")
# What live lists filter by, in their indices: a question about live work reads these alone, and only as many entries
# as there are live cases, however many closed ones there are.
_BESIDE = ("stage", "lease_until", "lease_holder", "assignee", "origin", "kind", "platform", "value", "severity",
           "publisher", "department", "closed_at")  # fmt: skip
_LIVE: dict[str, Any] = {"sqlite_where": CASES.c.closed_at.is_(None), "postgresql_where": CASES.c.closed_at.is_(None)}
sa.Index("ix_cases_live", *(CASES.c[name] for name in (*_ORDER, "queue", *_BESIDE)), **_LIVE)
sa.Index("ix_cases_live_queue", *(CASES.c[name] for name in ("queue", *_ORDER, *_BESIDE)), **_LIVE)
sa.Index("ix_cases_live_counts", *(CASES.c[name] for name in ("queue", "stage", "lease_until", "due_at", "closed_at")),
         **_LIVE)  # fmt: skip
sa.Index("ix_cases_live_due", CASES.c.due_at, **_LIVE)
sa.Index("ix_cases_live_holder", CASES.c.lease_holder, CASES.c.lease_until, **_LIVE)
# Of a queue the closed cases only: a planner without statistics would take an index of all for the live ones too.
_CLOSED = CASES.c.closed_at.is_not(None)
sa.Index("ix_cases_closed_queue", *(CASES.c[name] for name in ("queue", *_ORDER)), sqlite_where=_CLOSED,
         postgresql_where=_CLOSED)  # fmt: skip
for _field in ("assignee", "origin", "platform", "value", "severity", "publisher"):
    sa.Index(f"ix_cases_{_field}_order", *(CASES.c[name] for name in (_field, *_ORDER)))
sa.Index("ix_cases_order", *(CASES.c[name] for name in _ORDER))

REVIEWS = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("case", sa.String(32), nullable=False),
    sa.Column("queue", sa.String(40), nullable=False),
    sa.Column("stage", sa.String(8), nullable=False),
    sa.Column("reviewer", sa.String(128), nullable=False),
    sa.Column("measure", sa.String(16), nullable=False),
    sa.Column("reasons", Document, nullable=False),
    sa.Column("codes", Document, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("terms", Document, nullable=False),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("undone_at", Micros),
    sa.Column("cites", Document, nullable=False, server_default="[]"),
    sa.Index("ix_reviews_case_reviewer", "case", "reviewer"),
    sa.Index("ix_reviews_reviewer_at", "reviewer", "at"),
    sa.Index("ix_reviews_at", "at"),
)
# Who may not review a case: its author, whoever decided on it before.
BARS = sa.Table(
    "case_bars",
    metadata,
    sa.Column("case", sa.String(32), primary_key=True),
    sa.Column("actor", sa.String(128), primary_key=True),
)
projection(CASES, REVIEWS, BARS)
_ONE = CASES.update().where(CASES.c.id == sa.bindparam("b_id"))


@folds("case.opened")
def _opened(tx: Tx, events: Sequence[Recorded]) -> None:
    rows, bars = [], []
    for event in events:
        body = event.body
        facts = body["facts"]
        rows.append(
            {
                "id": event.subject, "stage": "first", "opened_at": event.at, "opened_by": event.actor,
                "version": event.seq, "reason": body.get("reason", ""), "facts": canonical(facts).decode(),
                **{name: body[name] for name in ("queue", "kind", "subject", "origin", "priority", "due_at")},
                **{name: body.get(name) for name in ("parent", "golden")},
                **{name: facts.get(name) for name in FACTS},
            }
        )  # fmt: skip
        bars += [{"case": event.subject, "actor": actor} for actor in body.get("barred", ())]
    tx.run(CASES.insert(), rows)
    if bars:
        tx.run(BARS.insert(), bars)


@folds("case.leased")
def _leased(tx: Tx, events: Sequence[Recorded]) -> None:
    _set(tx, [{"b_id": event.subject, "lease_holder": event.actor, "lease_until": event.body["until"]}
              for event in events])  # fmt: skip


@folds("case.released")
def _released(tx: Tx, events: Sequence[Recorded]) -> None:
    _set(tx, [{"b_id": event.subject, **_FREE} for event in events])


@folds("case.assigned")
def _assigned(tx: Tx, events: Sequence[Recorded]) -> None:
    """Somebody else's lease ends with it; so they cannot answer what is another's now."""
    _set(tx, [{"b_id": event.subject, "assignee": event.body["assignee"], "version": event.seq, **_FREE}
              for event in events])  # fmt: skip


@folds("case.moved")
def _moved(tx: Tx, events: Sequence[Recorded]) -> None:
    _set(tx, [{"b_id": event.subject, "queue": body["queue"], "priority": body["priority"], "due_at": body["due_at"],
               "assignee": None, "version": event.seq, **_FREE}
              for event in events for body in (event.body,)])  # fmt: skip


@folds("case.withdrawn")
def _withdrawn(tx: Tx, events: Sequence[Recorded]) -> None:
    _set(tx, [{"b_id": event.subject, "stage": "closed", "closed_at": event.at, "version": event.seq, **_FREE}
              for event in events])  # fmt: skip


@folds("case.reviewed")
def _reviewed(tx: Tx, events: Sequence[Recorded]) -> None:
    reviews: list[dict[str, Any]] = []
    after: list[dict[str, Any]] = []
    closing: list[dict[str, Any]] = []
    for event in events:
        body = event.body
        reviews.append(
            {
                "id": body["review"], "case": event.subject, "reviewer": event.actor, "seq": event.seq, "at": event.at,
                **{name: body[name] for name in ("queue", "stage", "measure", "note", "seconds")},
                **{name: canonical(body[name]).decode() for name in ("reasons", "codes", "terms")},
                "cites": canonical(body.get("cites", [])).decode(),
            }
        )  # fmt: skip
        closed = body["after"] == "closed"
        (closing if closed else after).append(
            {"b_id": event.subject, "stage": body["after"], "version": event.seq, **_FREE}
            # A closed case keeps its assignee; a further review is another person's.
            | ({"outcome": body["outcome"], "closed_at": event.at} if closed else {"assignee": None})
        )
    tx.run(REVIEWS.insert(), reviews)
    _set(tx, after)  # in this order: a case that goes on and closes among these events ends closed
    _set(tx, closing)


@folds("case.undone")
def _undone(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(
        REVIEWS.update().where(REVIEWS.c.id == sa.bindparam("b_id")),
        [{"b_id": event.body["review"], "undone_at": event.at} for event in events],
    )
    _set(tx, [{"b_id": event.subject, "stage": event.body["stage"], "outcome": None, "closed_at": None,
               "version": event.seq, **_FREE}
              for event in events])  # fmt: skip


_FREE: dict[str, Any] = {"lease_holder": None, "lease_until": None}


def _set(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        tx.run(_ONE, list(rows))
