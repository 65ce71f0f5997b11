"""Code words proposed out of live rooms: rows folded from the journal. The word itself lies among the contents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.live.model import CodeWord
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

WORDS = sa.Table(
    "live_words",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("stands_for", sa.Text, nullable=False),
    sa.Column("said", sa.String(64), nullable=False),
    sa.Column("rooms", sa.Integer, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("first_at", Micros, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Column("by", sa.String(128), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Index("ix_live_words_state_seq", "state", "seq"),
    sa.Index("ix_live_words_said", "said"),
)
WORD_ROOMS = sa.Table(
    "live_word_rooms",
    metadata,
    sa.Column("word", sa.String(32), primary_key=True),
    sa.Column("room", sa.String(32), primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("moments", sa.Text, nullable=False),
    sa.Column("at", Micros, nullable=False),
)
projection(WORDS, WORD_ROOMS)
_WORD = [WORDS.c[field.name] for field in fields(CodeWord)]


@folds("live.word_proposed")
def _proposed(tx: Tx, events: Sequence[Recorded]) -> None:
    """Again from the same room takes the place of what that room told before."""
    for event in events:
        body = event.body
        told = {"times": body["times"], "moments": json.dumps(body["moments"]), "at": event.at}
        mine = (WORD_ROOMS.c.word == event.subject) & (WORD_ROOMS.c.room == body["room"])
        if not tx.run(WORD_ROOMS.update().where(mine), told):
            tx.run(WORD_ROOMS.insert(), {"word": event.subject, "room": body["room"], **told})
        counted = tx.one(sa.select(sa.func.count(), sa.func.sum(WORD_ROOMS.c.times))
                         .where(WORD_ROOMS.c.word == event.subject))  # fmt: skip
        numbers = {"rooms": int(counted[0]), "times": int(counted[1])} if counted is not None else {}
        if not tx.run(WORDS.update().where(WORDS.c.id == event.subject), numbers):
            said = contents.get(tx, body["said"])
            words: dict[str, Any] = {} if said is None else json.loads(said)
            tx.run(WORDS.insert(), {
                "id": event.subject, "seq": event.seq, "state": "proposed", "word": words.get("word") or "",
                "stands_for": words.get("stands_for") or "", "said": body["said"], **numbers, "first_at": event.at,
                "changed_at": event.at, "by": event.actor, "reason": "",
            })  # fmt: skip


@folds("live.word_accepted")
def _accepted(tx: Tx, events: Sequence[Recorded]) -> None:
    _set(tx, events, "accepted")


@folds("live.word_declined")
def _declined(tx: Tx, events: Sequence[Recorded]) -> None:
    _set(tx, events, "declined")


@folds("live.word_reopened")
def _reopened(tx: Tx, events: Sequence[Recorded]) -> None:
    """Accepted or declined and taken back: proposed again."""
    _set(tx, events, "proposed")


def _set(tx: Tx, events: Sequence[Recorded], state: str) -> None:
    for event in events:
        tx.run(WORDS.update().where(WORDS.c.id == event.subject),
               {"state": state, "by": event.actor, "reason": event.body["reason"], "changed_at": event.at})  # fmt: skip


def word_by_id(tx: Tx, id: str) -> CodeWord | None:
    """One code word."""
    row = tx.one(sa.select(*_WORD).where(WORDS.c.id == id))
    return None if row is None else CodeWord(*row)


def words_by_said(tx: Tx, digests: Iterable[str]) -> dict[str, CodeWord]:
    """Code words by the digest of what they are."""
    wanted = list(digests)
    asked = sa.select(*_WORD).where(WORDS.c.said.in_(wanted))
    return {row.said: CodeWord(*row) for row in tx.rows(asked)} if wanted else {}


def list_words(tx: Tx, state: str | None, before: int | None, limit: int) -> tuple[list[CodeWord], int | None]:
    """Up to ``limit``, the newest first, those before a ``seq``; and the one to go on from."""
    asked = sa.select(*_WORD).order_by(WORDS.c.seq.desc()).limit(limit + 1)
    if state is not None:
        asked = asked.where(WORDS.c.state == state)
    if before is not None:
        asked = asked.where(WORDS.c.seq < before)
    found = [CodeWord(*row) for row in tx.rows(asked)]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def words_in(tx: Tx, state: str) -> list[CodeWord]:
    """Every word in a state, those that came to it last last."""
    asked = sa.select(*_WORD).where(WORDS.c.state == state).order_by(WORDS.c.changed_at, WORDS.c.seq)
    return [CodeWord(*row) for row in tx.rows(asked)]


def places_of_word(tx: Tx, word: str, limit: int = 50) -> list[tuple[str, int, list[int]]]:
    """Where a word was met: room, how often, and the numbers of the moments; the last told first."""
    asked = sa.select(WORD_ROOMS.c.room, WORD_ROOMS.c.times, WORD_ROOMS.c.moments).where(WORD_ROOMS.c.word == word)
    rows = tx.rows(asked.order_by(WORD_ROOMS.c.at.desc(), WORD_ROOMS.c.room).limit(limit))
    return [(row.room, row.times, list(json.loads(row.moments))) for row in rows]
