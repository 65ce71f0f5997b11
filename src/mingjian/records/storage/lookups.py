"""Look-ups: their rows fold from the journal; whose turn it is to ask which source does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.lookups.model import Lookup, LookupCount
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

LOOKUPS = sa.Table(
    "lookups",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("credential", sa.String(32), nullable=False),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("asked_for", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("asked_at", Micros, nullable=False),
    sa.Column("asked_by", sa.String(128), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("run", sa.String(32)),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", Micros),
    sa.Column("error", sa.String(200)),
    sa.Column("outcome", sa.String(16)),
    sa.Column("said", sa.Text),
    sa.Column("facts", sa.String(64)),
    sa.Column("evidence", sa.String(64)),
    sa.Column("answered_at", Micros),
    sa.Column("answered_by", sa.String(128)),
    sa.Column("expires_at", Micros),
    sa.Column("cached", sa.Boolean, nullable=False),
    sa.Column("case_id", sa.String(32)),
    sa.Index("ix_lookups_credential_seq", "credential", "seq"),
    sa.Index("ix_lookups_entity_seq", "entity", "seq"),
    sa.Index("ix_lookups_state_next_at", "state", "next_at"),
    sa.Index("ix_lookups_asked_for_state", "asked_for", "state", "source"),
    sa.Index("ix_lookups_run", "run"),
    sa.Index("ix_lookups_asked_at", "asked_at"),
)
projection(LOOKUPS)
# Whose turn it is: a source is asked by one at a time, and not again before its time.
TURNS = sa.Table(
    "lookup_turns",
    metadata,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("free_at", Micros, nullable=False),
)
_NAMES = {"case": "case_id"}
_SHOWN = [LOOKUPS.c[_NAMES.get(field.name, field.name)] for field in fields(Lookup)]


def _lookup(row: sa.Row[Any]) -> Lookup:
    values = {field.name: value for field, value in zip(fields(Lookup), row, strict=True)}
    return Lookup(**values | {"cached": bool(values["cached"])})


@folds("lookup.asked")
def _asked(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        rows.append({
            "id": event.subject, "seq": event.seq, "asked_at": event.at, "asked_by": event.actor, "tries": 0,
            "cached": False, "next_at": event.at if body["state"] == "waiting" else None, "run": body.get("run"),
            **{name: body[name] for name in ("credential", "entity", "kind", "source", "asked_for", "state", "why")},
        })  # fmt: skip
    tx.run(LOOKUPS.insert(), rows)


@folds("lookup.tried")
def _tried(tx: Tx, events: Sequence[Recorded]) -> None:
    """The source could not be asked: again later, or by hand."""
    _change(tx, [{"b_id": event.subject, **{n: event.body[n] for n in ("state", "tries", "next_at", "error")}}
                 for event in events])  # fmt: skip


@folds("lookup.answered")
def _answered(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("outcome", "said", "source", "facts", "evidence", "expires_at")}
        rows.append({"b_id": event.subject, "state": "answered", "next_at": None, "answered_at": body["at"],
                     "answered_by": event.actor, "cached": body["cached"], "case_id": body["case"],
                     **given})  # fmt: skip
    _change(tx, rows)


@folds("lookup.cancelled")
def _cancelled(tx: Tx, events: Sequence[Recorded]) -> None:
    _change(tx, [{"b_id": event.subject, "state": "cancelled", "next_at": None} for event in events])


def _change(tx: Tx, rows: list[dict[str, Any]]) -> None:
    for row in rows:  # neighbours may name different columns
        values = {name: value for name, value in row.items() if name != "b_id"}
        tx.run(LOOKUPS.update().where(LOOKUPS.c.id == row["b_id"]), values)


def lookup_by_id(tx: Tx, id: str) -> Lookup | None:
    """One look-up."""
    row = tx.one(sa.select(*_SHOWN).where(LOOKUPS.c.id == id))
    return None if row is None else _lookup(row)


def lookups_of(tx: Tx, *, credential: str | None = None, entity: str | None = None, limit: int = 50) -> list[Lookup]:
    """Those of one credential or one entity, newest first."""
    asked = sa.select(*_SHOWN).order_by(LOOKUPS.c.seq.desc()).limit(limit)
    asked = asked.where(LOOKUPS.c.credential == credential) if credential is not None else asked
    return [_lookup(row) for row in tx.rows(asked.where(LOOKUPS.c.entity == entity) if entity is not None else asked)]


def lookups_of_run(tx: Tx, run: str, limit: int) -> list[Lookup]:
    """Those that a patrol's run asked for, in order."""
    asked = sa.select(*_SHOWN).where(LOOKUPS.c.run == run).order_by(LOOKUPS.c.seq).limit(limit)
    return [_lookup(row) for row in tx.rows(asked)]


def list_lookups(
    tx: Tx, state: str | None, outcome: str | None, source: str | None, before: int | None, limit: int
) -> tuple[list[Lookup], int | None]:
    """Up to ``limit``, newest first, those before a place; and the place to go on from."""
    asked = sa.select(*_SHOWN, LOOKUPS.c.seq).order_by(LOOKUPS.c.seq.desc()).limit(limit + 1)
    for column, value in ((LOOKUPS.c.state, state), (LOOKUPS.c.outcome, outcome), (LOOKUPS.c.source, source)):
        asked = asked.where(column == value) if value is not None else asked
    rows = tx.rows(asked.where(LOOKUPS.c.seq < before) if before is not None else asked)
    found = [_lookup(row[:-1]) for row in rows[:limit]]  # type: ignore[arg-type]
    return found, rows[limit - 1].seq if len(rows) > limit else None


def live_of(tx: Tx, credentials: Iterable[str]) -> dict[str, Lookup]:
    """Questions about these credentials that still wait (for a program or a person), by credential."""
    some = among(tx, LOOKUPS.c.credential, credentials)
    asked = sa.select(*_SHOWN).where(some, LOOKUPS.c.state.in_(("waiting", "by_hand"))).order_by(LOOKUPS.c.seq)
    return {row.credential: _lookup(row) for row in tx.rows(asked)}


def lookups_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Lookup]:
    """Look-ups by id; those that are not there are left out."""
    return {row.id: _lookup(row) for row in tx.rows(sa.select(*_SHOWN).where(among(tx, LOOKUPS.c.id, ids)))}


def fresh_answers(tx: Tx, asked_for: Iterable[str]) -> dict[str, Lookup]:
    """The newest answer to each of these questions that may still be used."""
    asked = sa.select(*_SHOWN).where(
        among(tx, LOOKUPS.c.asked_for, asked_for), LOOKUPS.c.state == "answered", LOOKUPS.c.expires_at > tx.now
    )
    return {row.asked_for: _lookup(row) for row in tx.rows(asked.order_by(LOOKUPS.c.answered_at, LOOKUPS.c.seq))}


def any_due(tx: Tx) -> bool:
    """Whether the time of any question has come."""
    due = (LOOKUPS.c.state == "waiting") & (LOOKUPS.c.next_at <= tx.now)
    return tx.one(sa.select(LOOKUPS.c.id).where(due).limit(1)) is not None


def claim_due(tx: Tx, held: int) -> Lookup | None:
    """A question whose time and whose source's time have come; the source is ours for ``held`` microseconds: others
    leave it alone, and if we are killed it is free again then."""
    busy = sa.select(TURNS.c.source).where(TURNS.c.free_at > tx.now)
    due = (LOOKUPS.c.state == "waiting") & (LOOKUPS.c.next_at <= tx.now) & LOOKUPS.c.source.not_in(busy)
    asked = sa.select(*_SHOWN).where(due).order_by(LOOKUPS.c.next_at, LOOKUPS.c.seq).limit(1)
    row = tx.one(asked)
    if row is None:
        return None
    found = _lookup(row)
    return found if take_turn(tx, found.source, held) else None


def take_turn(tx: Tx, source: str, held: int) -> bool:
    """Hold a source for so long; False when somebody else was quicker."""
    mine = tx.run(TURNS.update().where(TURNS.c.source == source, TURNS.c.free_at <= tx.now), {"free_at": tx.now + held})
    if mine:
        return True
    insert = (postgresql if tx.dialect == "postgresql" else sqlite).insert(TURNS)
    first = insert.on_conflict_do_nothing(index_elements=["source"]).returning(TURNS.c.source)
    return tx.scalar(first, {"source": source, "free_at": tx.now + held}) is not None


def end_turn(tx: Tx, source: str, free_at: int) -> None:
    """The source may be asked again from then on."""
    tx.run(TURNS.update().where(TURNS.c.source == source), {"free_at": free_at})


def counted(tx: Tx, since: int, until: int) -> list[LookupCount]:
    """What was asked in a stretch of time, by source, state and outcome."""
    group = (LOOKUPS.c.source, LOOKUPS.c.state, LOOKUPS.c.outcome)
    asked = sa.select(*group, sa.func.count()).where(LOOKUPS.c.asked_at >= since, LOOKUPS.c.asked_at < until)
    return [LookupCount(*row) for row in tx.rows(asked.group_by(*group).order_by(*group))]
