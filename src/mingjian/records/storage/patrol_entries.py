"""The work list of patrols and what the other side was told: rows folded from the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.patrols.model import Entry, Notice
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

ENTRIES = sa.Table(
    "patrol_entries",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("patrol", sa.String(40), nullable=False),
    sa.Column("run", sa.String(32), nullable=False),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("credential", sa.String(32)),
    sa.Column("stage", sa.Integer),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("due_at", Micros, nullable=False),
    sa.Column("opened_at", Micros, nullable=False),
    sa.Column("assignee", sa.String(128)),
    sa.Column("snoozed_until", Micros),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("closed_at", Micros),
    sa.Column("closed_by", sa.String(128)),
    sa.Index("ix_patrol_entries_state_due_at", "state", "due_at", "seq"),
    sa.Index("ix_patrol_entries_entity_state", "entity", "state"),
    sa.Index("ix_patrol_entries_run", "run"),
    sa.Index("ix_patrol_entries_opened_at", "opened_at"),
)
NOTICES = sa.Table(
    "patrol_notices",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("patrol", sa.String(40), nullable=False),
    sa.Column("run", sa.String(32), nullable=False),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("credential", sa.String(32)),
    sa.Column("text", sa.String(64), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Index("ix_patrol_notices_entity_seq", "entity", "seq"),
    sa.Index("ix_patrol_notices_run", "run"),
)
projection(ENTRIES, NOTICES)
_ENTRY = [ENTRIES.c[field.name] for field in fields(Entry)]
_NOTICE = [NOTICES.c[field.name] for field in fields(Notice)]
_GIVEN = ("patrol", "run", "entity", "credential")


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries a list shows. ``state``: open (and not put off), snoozed, done, superseded or live (open or put
    off); ``overdue`` narrows to those whose time is up."""

    state: str = "open"
    patrol: str | None = None
    assignee: str | None = None
    entity: str | None = None
    run: str | None = None
    overdue: bool = False


@folds("entry.opened")
def _opened(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(ENTRIES.insert(), [
        {"id": event.subject, "seq": event.seq, "state": "open", "opened_at": event.at, "reason": "",
         **{name: event.body.get(name) for name in (*_GIVEN, "stage", "why", "due_at")}} for event in events
    ])  # fmt: skip


@folds("entry.superseded", "entry.done")
def _closed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        values = {"state": event.kind.partition(".")[2], "closed_at": event.at, "closed_by": event.actor,
                  "reason": event.body["reason"], "snoozed_until": None}  # fmt: skip
        tx.run(ENTRIES.update().where(ENTRIES.c.id == event.subject), values)


@folds("entry.assigned")
def _assigned(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        tx.run(ENTRIES.update().where(ENTRIES.c.id == event.subject), {"assignee": event.body["assignee"]})


@folds("entry.snoozed")
def _snoozed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        values = {"snoozed_until": event.body["until"], "reason": event.body["reason"]}
        tx.run(ENTRIES.update().where(ENTRIES.c.id == event.subject), values)


@folds("entry.reopened")
def _reopened(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        values = {"state": "open", "closed_at": None, "closed_by": None, "snoozed_until": None,
                  "reason": event.body["reason"]}  # fmt: skip
        tx.run(ENTRIES.update().where(ENTRIES.c.id == event.subject), values)


@folds("patrol.noticed")
def _noticed(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(NOTICES.insert(), [
        {"id": event.subject, "seq": event.seq, "at": event.at,
         **{name: event.body.get(name) for name in (*_GIVEN, "text")}} for event in events
    ])  # fmt: skip


def entry_by_id(tx: Tx, id: str) -> Entry | None:
    """One entry."""
    row = tx.one(sa.select(*_ENTRY).where(ENTRIES.c.id == id))
    return None if row is None else Entry(*row)


def list_entries(
    tx: Tx, wanted: EntryFilter, after: tuple[int, int] | None, limit: int
) -> tuple[list[Entry], tuple[int, int] | None]:
    """Up to ``limit`` entries, the first due first, those behind a place (due_at, seq); and the place to go on from."""
    asked = sa.select(*_ENTRY).order_by(ENTRIES.c.due_at, ENTRIES.c.seq).limit(limit + 1)
    for condition in _conditions(tx, wanted):
        asked = asked.where(condition)
    if after is not None:
        due, seq = after
        behind = sa.or_(ENTRIES.c.due_at > due, ENTRIES.c.seq > seq)
        asked = asked.where(ENTRIES.c.due_at >= due, behind)
    found = [Entry(*row) for row in tx.rows(asked)]
    return found[:limit], (found[limit - 1].due_at, found[limit - 1].seq) if len(found) > limit else None


def _conditions(tx: Tx, wanted: EntryFilter) -> list[sa.ColumnElement[bool]]:
    live, until = ENTRIES.c.state == "open", ENTRIES.c.snoozed_until
    found: list[sa.ColumnElement[bool]] = {
        "open": [live, sa.or_(until.is_(None), until <= tx.now)],
        "snoozed": [live, until > tx.now],
        "live": [live],
    }.get(wanted.state) or [ENTRIES.c.state == wanted.state]
    for name in ("patrol", "assignee", "entity", "run"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(ENTRIES.c[name] == value)
    return [*found, ENTRIES.c.due_at < tx.now] if wanted.overdue else found


def live_entries(tx: Tx, patrol: str, entities: Iterable[str]) -> list[Entry]:
    """Entries of a patrol about these entities that are not closed."""
    asked = sa.select(*_ENTRY).where(ENTRIES.c.patrol == patrol, ENTRIES.c.state == "open")
    return [Entry(*row) for row in tx.rows(asked.where(among(tx, ENTRIES.c.entity, entities)))]


def count_entries(tx: Tx) -> dict[str, int]:
    """How many are open, put off and overdue now."""
    found = {}
    for name, wanted in (("open", EntryFilter()), ("snoozed", EntryFilter("snoozed")),
                         ("overdue", EntryFilter(overdue=True))):  # fmt: skip
        asked = sa.select(sa.func.count()).select_from(ENTRIES).where(*_conditions(tx, wanted))
        found[name] = int(tx.scalar(asked))
    return found


def entries_between(tx: Tx, since: int, until: int) -> list[tuple[str, str, int]]:
    """Entries opened in a stretch of time: (patrol, state, how many)."""
    group = (ENTRIES.c.patrol, ENTRIES.c.state)
    asked = sa.select(*group, sa.func.count()).where(ENTRIES.c.opened_at >= since, ENTRIES.c.opened_at < until)
    return [(row[0], row[1], int(row[2])) for row in tx.rows(asked.group_by(*group).order_by(*group))]


def notice_by_id(tx: Tx, id: str) -> Notice | None:
    """One notice."""
    row = tx.one(sa.select(*_NOTICE).where(NOTICES.c.id == id))
    return None if row is None else Notice(*row)


def notices_of(tx: Tx, *, entity: str | None = None, run: str | None = None, limit: int = 100) -> list[Notice]:
    """Notices to one entity, or of one run, newest first."""
    asked: sa.Select[Any] = sa.select(*_NOTICE).order_by(NOTICES.c.seq.desc()).limit(limit)
    asked = asked.where(NOTICES.c.entity == entity) if entity is not None else asked
    return [Notice(*row) for row in tx.rows(asked.where(NOTICES.c.run == run) if run is not None else asked)]
