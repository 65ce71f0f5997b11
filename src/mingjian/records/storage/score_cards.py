"""Scorecards' versions: their rows, how events fold into them, and how they are asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.scores.model import CardVersion, Halt
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

CARDS = sa.Table(
    "scorecards",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),  # name@version
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("title_en", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("authors", Document, nullable=False),
    sa.Column("drafted_at", Micros, nullable=False),
    sa.Column("revision", SequenceType, nullable=False, index=True),  # seq of the last event about it
    sa.Column("trial", sa.String(64)),
    sa.Column("staged_by", sa.String(128)),
    sa.Column("staged_at", Micros),
    sa.Column("lived_seq", SequenceType),
    sa.Column("rolled_back", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.UniqueConstraint("name", "version"),
    sa.Index("ix_scorecards_state", "state"),
)
HALTS = sa.Table(
    "score_halts",
    metadata,
    sa.Column("card", sa.String(40), primary_key=True),
    sa.Column("band", sa.String(40), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("set_by", sa.String(128), nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("details", Document, nullable=False),
)
projection(CARDS, HALTS)
_SHOWN = [CARDS.c[field.name] for field in fields(CardVersion)]
_HALT = [HALTS.c[field.name] for field in fields(Halt)]
_ONE = CARDS.update().where(CARDS.c.id == sa.bindparam("b_id"))


@folds("scorecard.drafted")
def _drafted(tx: Tx, events: Sequence[Recorded]) -> None:
    """A new version, or a new text of one that is still a draft: what was tried was another text."""
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("title", "title_en", "digest")} | {
            "state": "draft", "drafted_at": event.at, "revision": event.seq, "trial": None,
        }  # fmt: skip
        before = card_by_id(tx, event.subject)
        authors = [*(before.authors if before is not None else ()), event.actor]
        given["authors"] = canonical(list(dict.fromkeys(authors))).decode()
        if before is not None:
            tx.run(_ONE, given | {"b_id": event.subject})
        else:
            number = {"name": body["name"], "version": body["version"]}
            tx.run(CARDS.insert(), given | number | {"id": event.subject, "rolled_back": False, "reason": ""})


@folds("scorecard.tried")
def _tried(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "tried", "trial": event.body["trial"], "revision": event.seq}
                  for event in events])  # fmt: skip


@folds("scorecard.deployed", "scorecard.restored")
def _deployed(tx: Tx, events: Sequence[Recorded]) -> None:
    """Live; the version that was live makes room."""
    for event in events:
        body = event.body
        before = body.get("replaces")
        if before is not None:
            tx.run(_ONE, {"b_id": before, "state": "retired", "revision": event.seq, "reason": body["reason"],
                          "rolled_back": event.kind == "scorecard.restored"})  # fmt: skip
        tx.run(_ONE, {"b_id": event.subject, "state": "live", "revision": event.seq, "staged_by": event.actor,
                      "staged_at": event.at, "reason": body["reason"]})  # fmt: skip
        first = CARDS.update().where(CARDS.c.id == event.subject, CARDS.c.lived_seq.is_(None))
        tx.run(first, {"lived_seq": event.seq})


@folds("scorecard.retired")
def _retired(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "retired", "revision": event.seq,
                   "reason": event.body["reason"]} for event in events])  # fmt: skip


@folds("score.halted", "score.resumed")
def _halted(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        row = {"card": event.subject, "band": body["band"], "state": event.kind.partition(".")[2],
               "reason": body["reason"], "set_by": event.actor, "at": event.at, "seq": event.seq,
               "details": canonical(body.get("details", {})).decode()}  # fmt: skip
        tx.run(HALTS.delete().where(HALTS.c.card == event.subject, HALTS.c.band == body["band"]))
        tx.run(HALTS.insert(), row)


def _version(row: sa.Row[Any]) -> CardVersion:
    values = {field.name: value for field, value in zip(fields(CardVersion), row, strict=True)}
    return CardVersion(**values | {"authors": tuple(json.loads(values["authors"]))})


def card_by_id(tx: Tx, id: str) -> CardVersion | None:
    """One version of a card."""
    row = tx.one(sa.select(*_SHOWN).where(CARDS.c.id == id))
    return None if row is None else _version(row)


def card_versions(tx: Tx, *, name: str | None = None, states: Sequence[str] = ()) -> list[CardVersion]:
    """Versions of a card or of all, by name, the newest first."""
    asked = sa.select(*_SHOWN).order_by(CARDS.c.name, CARDS.c.version.desc())
    if name is not None:
        asked = asked.where(CARDS.c.name == name)
    if states:
        asked = asked.where(CARDS.c.state.in_(states))
    return [_version(row) for row in tx.rows(asked)]


_LAST = sa.select(sa.func.max(CARDS.c.revision))


def cards_version(tx: Tx) -> int:
    """Changes with everything that happens to any card."""
    return int(tx.scalar(_LAST) or 0)


def halts(tx: Tx, card: str | None = None) -> list[Halt]:
    """What was stopped or let go again, by card and band."""
    asked = sa.select(*_HALT).order_by(HALTS.c.card, HALTS.c.band)
    if card is not None:
        asked = asked.where(HALTS.c.card == card)
    rows = [dict(zip((field.name for field in fields(Halt)), row, strict=True)) for row in tx.rows(asked)]
    return [Halt(**row | {"details": json.loads(row["details"])}) for row in rows]
