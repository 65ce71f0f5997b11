"""Policies: their versions, what each rule may do, and which clause each item met."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.policies.model import PolicyVersion, RuleState
from mingjian.records.storage.database import Tx
from mingjian.records.storage.hot import Hot
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

POLICIES = sa.Table(
    "policies",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),  # name@version
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("title_en", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("percent", sa.SmallInteger, nullable=False),
    sa.Column("authors", Document, nullable=False),
    sa.Column("drafted_at", Micros, nullable=False),
    sa.Column("revision", SequenceType, nullable=False, index=True),  # seq of the last event about it
    sa.Column("trial", sa.String(64)),
    sa.Column("staged_by", sa.String(128)),
    sa.Column("staged_at", Micros),
    sa.Column("staged_seq", SequenceType),
    sa.Column("lived_seq", SequenceType),
    sa.Column("rolled_back", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.UniqueConstraint("name", "version"),
    sa.Index("ix_policies_state", "state"),
)
RULE_STATES = sa.Table(
    "rule_states",
    metadata,
    sa.Column("subject", sa.String(120), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("set_by", sa.String(128), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("seq", SequenceType, nullable=False, index=True),
    sa.Column("baseline", SequenceType, nullable=False),
    sa.Column("details", Document, nullable=False),
)
projection(POLICIES, RULE_STATES)
_SHOWN = [POLICIES.c[field.name] for field in fields(PolicyVersion)]
_RULE = [RULE_STATES.c[field.name] for field in fields(RuleState)]
_ONE = POLICIES.update().where(POLICIES.c.id == sa.bindparam("b_id"))


@folds("policy.drafted")
def _drafted(tx: Tx, events: Sequence[Recorded]) -> None:
    """A new version, or a new text of one that is still a draft: what was tried was another text."""
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("title", "title_en", "digest")} | {
            "state": "draft", "percent": 0, "drafted_at": event.at, "revision": event.seq, "trial": None,
        }  # fmt: skip
        before = version_by_id(tx, event.subject)
        authors = [*(before.authors if before is not None else ()), event.actor]
        given["authors"] = canonical(list(dict.fromkeys(authors))).decode()
        if before is not None:
            tx.run(_ONE, given | {"b_id": event.subject})
        else:
            number = {"name": body["name"], "version": body["version"]}
            tx.run(POLICIES.insert(), given | number | {"id": event.subject, "rolled_back": False, "reason": ""})


@folds("policy.tried")
def _tried(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "tried", "trial": event.body["trial"], "revision": event.seq}
                  for event in events])  # fmt: skip


@folds("policy.deployed", "policy.restored")
def _deployed(tx: Tx, events: Sequence[Recorded]) -> None:
    """Where it goes; a version that was live makes room for the one that becomes live."""
    for event in events:
        body = event.body
        stage, before = body["stage"], body.get("replaces")
        if before is not None:
            tx.run(_ONE, {"b_id": before, "state": "retired", "percent": 0, "revision": event.seq,
                          "rolled_back": event.kind == "policy.restored", "reason": body["reason"]})  # fmt: skip
        tx.run(_ONE, {"b_id": event.subject, "state": stage, "percent": body["percent"], "revision": event.seq,
                      "staged_by": event.actor, "staged_at": event.at, "staged_seq": event.seq,
                      "reason": body["reason"]})  # fmt: skip
        if stage == "live":
            first = POLICIES.update().where(POLICIES.c.id == event.subject, POLICIES.c.lived_seq.is_(None))
            tx.run(first, {"lived_seq": event.seq})


@folds("policy.retired")
def _retired(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "retired", "percent": 0, "revision": event.seq,
                   "reason": event.body["reason"]} for event in events])  # fmt: skip


@folds("rule.shadowed", "rule.suspended", "rule.restored")
def _ruled(tx: Tx, events: Sequence[Recorded]) -> None:
    states = {"rule.shadowed": "shadow", "rule.suspended": "suspended", "rule.restored": "active"}
    for event in events:
        body = event.body
        row = {"subject": event.subject, "state": states[event.kind], "reason": body["reason"], "set_by": event.actor,
               "at": event.at, "seq": event.seq, "baseline": body["baseline"],
               "details": canonical(body["details"]).decode() if "details" in body else ""}  # fmt: skip
        tx.run(RULE_STATES.delete().where(RULE_STATES.c.subject == event.subject))
        tx.run(RULE_STATES.insert(), row)


def _version(row: sa.Row[Any]) -> PolicyVersion:
    values = {field.name: value for field, value in zip(fields(PolicyVersion), row, strict=True)}
    return PolicyVersion(**values | {"authors": tuple(json.loads(values["authors"]))})


def version_by_id(tx: Tx, id: str) -> PolicyVersion | None:
    """One version of a policy."""
    row = tx.one(sa.select(*_SHOWN).where(POLICIES.c.id == id))
    return None if row is None else _version(row)


def versions(tx: Tx, *, name: str | None = None, states: Sequence[str] = ()) -> list[PolicyVersion]:
    """Versions of a policy or of all, by name, the newest first."""
    asked = sa.select(*_SHOWN).order_by(POLICIES.c.name, POLICIES.c.version.desc())
    if name is not None:
        asked = asked.where(POLICIES.c.name == name)
    if states:
        asked = asked.where(POLICIES.c.state.in_(states))
    return [_version(row) for row in tx.rows(asked)]


_BOOK_VERSION = Hot(
    sa.select(
        sa.select(sa.func.max(POLICIES.c.revision)).scalar_subquery(),
        sa.select(sa.func.max(RULE_STATES.c.seq)).scalar_subquery(),
    )
)  # asked for every batch


def book_version(tx: Tx) -> int:
    """Changes with every policy and rule state: the journal's place of the last event about either."""
    return max((value for row in tx.ask(_BOOK_VERSION) for value in row if value is not None), default=0)


def rule_states(tx: Tx, states: Sequence[str] = ()) -> list[RuleState]:
    """What people or the breaker said of rules and clauses, by subject; a subject that is not here is active."""
    asked = sa.select(*_RULE).order_by(RULE_STATES.c.subject)
    if states:
        asked = asked.where(RULE_STATES.c.state.in_(states))
    return [RuleState(*row) for row in tx.rows(asked)]


def rule_state(tx: Tx, subject: str) -> RuleState | None:
    """The same of one."""
    row = tx.one(sa.select(*_RULE).where(RULE_STATES.c.subject == subject))
    return None if row is None else RuleState(*row)
