"""Decisions and actions: their rows, how events fold into them, and how they are asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.actions.model import Action, Decision, ItemFinding
from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.items import FINDINGS
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

DECISIONS = sa.Table(
    "decisions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("item", sa.String(32)),
    sa.Column("publisher", sa.String(200)),
    sa.Column("measure", sa.String(32), nullable=False),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("case_id", sa.String(32)),
    sa.Column("policy", sa.String(120), nullable=False),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("verdict", sa.String(64)),
    sa.Column("rulebook", sa.String(80)),
    sa.Column("law", sa.String(64), nullable=False),
    sa.Column("cites", Document, nullable=False),
    sa.Column("codes", Document, nullable=False),
    sa.Column("reasons", Document, nullable=False),
    sa.Column("facts", Document, nullable=False),
    sa.Column("replaces", Document, nullable=False),
    sa.Column("appeal_until", Micros),
    sa.Column("request", sa.String(200), unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("closed_at", Micros),
    sa.Column("closed_by", sa.String(128)),
    sa.Column("closed_why", sa.Text),
    sa.Index("ix_decisions_item_seq", "item", "seq"),
    sa.Index("ix_decisions_publisher_seq", "publisher", "seq"),
    sa.Index("ix_decisions_case_id", "case_id"),
)
ACTIONS = sa.Table(
    "actions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("decision", sa.String(32), nullable=False),
    sa.Column("item", sa.String(32)),
    sa.Column("publisher", sa.String(200)),
    sa.Column("measure", sa.String(32), nullable=False),
    sa.Column("of_right", sa.String(32)),  # "right" is a word of SQL
    sa.Column("step", sa.String(80)),
    sa.Column("policy", sa.String(120), nullable=False),
    sa.Column("law", sa.String(64), nullable=False),
    sa.Column("taken_by", sa.String(128), nullable=False),
    sa.Column("taken_at", Micros, nullable=False),
    sa.Column("until", Micros),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("ended_at", Micros),
    sa.Column("ended_by", sa.String(128)),
    sa.Column("ended_why", sa.Text),
    sa.Column("ended_for", sa.String(32)),
    sa.Column("conditions", Document, nullable=False, server_default="[]"),
    sa.Column("waits", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("early_from", Micros),
    sa.Index("ix_actions_decision", "decision"),
    # With the state in them, so that a planner without statistics does not take all that is in force instead.
    sa.Index("ix_actions_item_state", "item", "state"),
    sa.Index("ix_actions_publisher_state_item", "publisher", "state", "item"),
    sa.Index("ix_actions_publisher_seq", "publisher", "seq"),
    sa.Index("ix_actions_state_until", "state", "until"),
    sa.Index("ix_actions_ended_for", "ended_for"),
    sa.Index("ix_actions_waits_seq", "waits", "seq"),
    sa.Index("ix_actions_early_from", "early_from"),
)
projection(DECISIONS, ACTIONS)
_NAMES = {"case": "case_id", "right": "of_right"}
_LISTS = ("cites", "codes", "reasons", "replaces")
_DECISION = [DECISIONS.c[_NAMES.get(field.name, field.name)] for field in fields(Decision)]
_ACTION = [ACTIONS.c[_NAMES.get(field.name, field.name)] for field in fields(Action)]
_GIVEN = ("item", "publisher", "measure", "origin", "policy", "as_of", "verdict", "rulebook", "law",
          "appeal_until", "request")  # fmt: skip

_OPEN = {"closed_at": None, "closed_by": None, "closed_why": None}
_GOING = {"ended_at": None, "ended_by": None, "ended_why": None, "ended_for": None}


def _decision(row: sa.Row[Any]) -> Decision:
    values = {field.name: value for field, value in zip(fields(Decision), row, strict=True)}
    values |= {name: tuple(json.loads(values[name])) for name in _LISTS}
    return Decision(**values | {"facts": json.loads(values["facts"])})


def _action(row: sa.Row[Any]) -> Action:
    values = {field.name: value for field, value in zip(fields(Action), row, strict=True)}
    return Action(**values | {"conditions": tuple(json.loads(values["conditions"]))})


@folds("decision.made")
def _made(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        documents = {name: canonical(body[name]).decode() for name in (*_LISTS, "facts")}
        rows.append({"id": event.subject, "seq": event.seq, "made_by": event.actor, "at": event.at,
                     "case_id": body["case"], "state": "in_force", **documents,
                     **{name: body[name] for name in _GIVEN}})  # fmt: skip
    tx.run(DECISIONS.insert(), rows)


@folds("decision.closed")
def _closed(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "state": event.body["state"], "closed_at": event.at, "closed_by": event.actor,
             "closed_why": event.body["reason"]} for event in events]  # fmt: skip
    tx.run(DECISIONS.update().where(DECISIONS.c.id == sa.bindparam("b_id")), rows)


@folds("decision.reopened")
def _reopened(tx: Tx, events: Sequence[Recorded]) -> None:
    """What had replaced it was undone."""
    rows = [{"b_id": event.subject, "state": "in_force", **_OPEN} for event in events]
    tx.run(DECISIONS.update().where(DECISIONS.c.id == sa.bindparam("b_id")), rows)


@folds("action.taken")
def _taken(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        given = {
            name: body[name] for name in ("decision", "item", "publisher", "measure", "step", "policy", "law", "until")
        }
        conditions = body.get("conditions", [])
        rows.append({"id": event.subject, "seq": event.seq, "taken_by": event.actor, "taken_at": event.at,
                     "of_right": body["right"], "state": "in_force", "early_from": body.get("early_from"),
                     "conditions": canonical(conditions).decode(), "waits": len(conditions), **given})  # fmt: skip
    tx.run(ACTIONS.insert(), rows)


@folds("action.reversed", "action.replaced", "action.reinstated")
def _ended(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        rows.append({"b_id": event.subject, "state": event.kind.partition(".")[2], "ended_at": event.at,
                     "ended_by": event.actor, "ended_why": body["reason"],
                     "ended_for": body["decision"]})  # fmt: skip
    _change(tx, rows)


@folds("action.lapsed")
def _lapsed(tx: Tx, events: Sequence[Recorded]) -> None:
    """The term ended when it ended, not when the duty came by."""
    _change(tx, [
        {"b_id": event.subject, "state": "lapsed", "ended_at": event.body["until"], "ended_by": event.actor}
        for event in events
    ])  # fmt: skip


@folds("action.resumed")
def _resumed(tx: Tx, events: Sequence[Recorded]) -> None:
    """What had ended it was undone: it binds again, to its old term."""
    _change(tx, [{"b_id": event.subject, "state": "in_force", **_GOING} for event in events])


def _change(tx: Tx, rows: list[dict[str, Any]]) -> None:
    tx.run(ACTIONS.update().where(ACTIONS.c.id == sa.bindparam("b_id")), rows)


def decisions_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Decision]:
    """Decisions by id; those that are not there are left out."""
    return {one.id: one for one in _decisions(tx, DECISIONS.c.id, ids)}


def decisions_by_request(tx: Tx, requests: Iterable[str]) -> dict[str, Decision]:
    """Decisions by the request that asked for them."""
    return {one.request: one for one in _decisions(tx, DECISIONS.c.request, requests) if one.request}


def decisions_of_case(tx: Tx, case: str) -> list[Decision]:
    """Decisions made in one case, in order."""
    return _decisions(tx, DECISIONS.c.case_id, [case])


def decisions_of_item(tx: Tx, item: str) -> list[Decision]:
    """Decisions about one item, in order."""
    return _decisions(tx, DECISIONS.c.item, [item])


def decisions_of_publishers(tx: Tx, publishers: Iterable[str], measures: Iterable[str], since: int) -> list[Decision]:
    """Decisions in force of these measures that concern these publishers or their items, made after ``since``, in
    order: what ladders count."""
    return _decisions(tx, DECISIONS.c.publisher, publishers, DECISIONS.c.state == "in_force",
                      DECISIONS.c.measure.in_(sorted(measures)), DECISIONS.c.at > since)  # fmt: skip


def publisher_decisions(tx: Tx, publisher: str, before: int | None, limit: int) -> list[Decision]:
    """A publisher's decisions in any state, newest first, those before the sequence number ``before``."""
    asked = sa.select(*_DECISION).where(DECISIONS.c.publisher == publisher)
    if before is not None:
        asked = asked.where(DECISIONS.c.seq < before)
    return [_decision(row) for row in tx.rows(asked.order_by(DECISIONS.c.seq.desc()).limit(limit))]


def actions_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Action]:
    """Actions by id; those that are not there are left out."""
    return {one.id: one for one in _actions(tx, ACTIONS.c.id, ids)}


def actions_of_decisions(tx: Tx, decisions: Iterable[str]) -> list[Action]:
    """All actions of these decisions, in order."""
    return _actions(tx, ACTIONS.c.decision, decisions)


def actions_ended_for(tx: Tx, decision: str) -> list[Action]:
    """Actions that a decision ended."""
    return _actions(tx, ACTIONS.c.ended_for, [decision])


def actions_on_items(tx: Tx, items: Iterable[str]) -> list[Action]:
    """Actions on these items that nobody has ended; those whose term has passed are still among them."""
    return _actions(tx, ACTIONS.c.item, items, ACTIONS.c.state == "in_force")


def actions_on_publishers(tx: Tx, publishers: Iterable[str]) -> list[Action]:
    """The same on publishers themselves."""
    return _actions(tx, ACTIONS.c.publisher, publishers, ACTIONS.c.state == "in_force", ACTIONS.c.item.is_(None))


def actions_ever_on(tx: Tx, publisher: str) -> list[Action]:
    """Everything that was ever done to a publisher itself, in order."""
    return _actions(tx, ACTIONS.c.publisher, [publisher], ACTIONS.c.item.is_(None))


def actions_due(tx: Tx, limit: int) -> list[Action]:
    """Actions whose term has passed and is not recorded as such, the longest past first; those that wait for a
    condition are not among them."""
    due = sa.select(*_ACTION).where(ACTIONS.c.state == "in_force", ACTIONS.c.until <= tx.now, ACTIONS.c.waits == 0)
    due = due.order_by(ACTIONS.c.until, ACTIONS.c.seq).limit(limit)
    return [_action(row) for row in tx.rows(due)]


def actions_waiting(tx: Tx, after: int, limit: int) -> list[Action]:
    """Actions in force with a condition that is not met, in the order they were taken, behind the sequence number
    ``after``."""
    asked = sa.select(*_ACTION).where(ACTIONS.c.state == "in_force", ACTIONS.c.waits > 0, ACTIONS.c.seq > after)
    return [_action(row) for row in tx.rows(asked.order_by(ACTIONS.c.seq).limit(limit))]


def early_due(tx: Tx, limit: int) -> list[Action]:
    """Actions whose conditions are all met and that may end before their term by now."""
    due = sa.select(*_ACTION).where(ACTIONS.c.state == "in_force", ACTIONS.c.waits == 0, ACTIONS.c.early_from <= tx.now)
    return [_action(row) for row in tx.rows(due.order_by(ACTIONS.c.early_from, ACTIONS.c.seq).limit(limit))]


def steps_on(tx: Tx, publishers: Iterable[str]) -> list[Action]:
    """What ladders ever did to these publishers, in any state, in order."""
    return _actions(tx, ACTIONS.c.publisher, publishers, ACTIONS.c.step.is_not(None))


def findings_of_items(tx: Tx, items: Iterable[str]) -> dict[str, list[ItemFinding]]:
    """What the engine found in each item, in the verdict's order; items without findings are left out."""
    found: dict[str, list[ItemFinding]] = {}
    asked = sa.select(FINDINGS.c.item, FINDINGS.c.code, FINDINGS.c.family, FINDINGS.c.severity, FINDINGS.c.status)
    for some in _some(items):
        for row in tx.rows(asked.where(FINDINGS.c.item.in_(some)).order_by(FINDINGS.c.item, FINDINGS.c.number)):
            found.setdefault(row.item, []).append(ItemFinding(*row[1:]))
    return found


def _decisions(
    tx: Tx, column: sa.Column[Any], values: Iterable[str], *conditions: sa.ColumnElement[bool]
) -> list[Decision]:
    asked = sa.select(*_DECISION).where(*conditions)
    rows = [row for some in _some(values) for row in tx.rows(asked.where(column.in_(some)))]
    return sorted((_decision(row) for row in rows), key=lambda one: one.seq)


def _actions(
    tx: Tx, column: sa.Column[Any], values: Iterable[str], *conditions: sa.ColumnElement[bool]
) -> list[Action]:
    asked = sa.select(*_ACTION).where(*conditions)
    rows = [row for some in _some(values) for row in tx.rows(asked.where(column.in_(some)))]
    return sorted((_action(row) for row in rows), key=lambda one: one.seq)


def _some(values: Iterable[str]) -> Iterable[list[str]]:
    wanted = list(dict.fromkeys(values))
    return (wanted[first : first + 500] for first in range(0, len(wanted), 500))
