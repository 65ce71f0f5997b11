"""Editions of rankings and their entrants: rows, how events fold into them, how they are asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.ranking.model import Edition, Entrant
from mingjian.records.storage.contents import get
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

EDITIONS = sa.Table(
    "ranking_editions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("ranking", sa.String(64), nullable=False),
    sa.Column("plan", sa.String(64), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("title_en", sa.String(200), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("replaces", sa.String(32), unique=True),
    sa.Column("reason", sa.Text),
    sa.Column("opens", sa.String(10), nullable=False),
    sa.Column("closes", sa.String(10), nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("jury", Document, nullable=False),
    sa.Column("most", sa.Integer),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("seed", sa.BigInteger),
    sa.Column("result", sa.String(64)),
    sa.Column("computed_by", sa.String(128)),
    sa.Column("computed_at", Micros),
    sa.Column("reviewed_by", sa.String(128)),
    sa.Column("reviewed_at", Micros),
    sa.Column("published_by", sa.String(128)),
    sa.Column("published_at", Micros),
    sa.Column("appeal_until", Micros),
    sa.Column("seal", sa.String(64)),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Index("ix_ranking_editions_state_seq", "state", "seq"),
)
ENTRANTS = sa.Table(
    "ranking_entrants",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("edition", sa.String(32), nullable=False),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("statement", sa.String(64)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("registered_by", sa.String(128), nullable=False),
    sa.Column("registered_at", Micros, nullable=False),
    sa.Column("chain", sa.String(64)),
    sa.Column("examined_by", sa.String(128)),
    sa.Column("examined_at", Micros),
    sa.Column("collected", sa.String(64)),
    sa.Column("points", sa.BigInteger),
    sa.Column("technique", sa.BigInteger),
    sa.Column("aesthetics", sa.BigInteger),
    sa.Column("service", sa.BigInteger),
    sa.Column("rank", sa.Integer),
    sa.Column("listed", sa.Boolean),
    sa.Column("low", sa.Integer),
    sa.Column("high", sa.Integer),
    sa.Column("often", sa.Integer),
    sa.Column("missing", sa.Integer),
    sa.UniqueConstraint("edition", "entity"),
    sa.UniqueConstraint("edition", "number"),
    sa.Index("ix_ranking_entrants_edition_rank", "edition", "rank"),
    sa.Index("ix_ranking_entrants_entity", "entity"),
)
projection(EDITIONS, ENTRANTS)
_EDITION = [EDITIONS.c[field.name] for field in fields(Edition)]
_ENTRANT = [ENTRANTS.c[field.name] for field in fields(Entrant)]
RESULT = ("points", "technique", "aesthetics", "service", "rank", "listed", "low", "high", "often", "missing")
"""What an entrant's row of a result holds, in order, behind the entrant's id."""
_RESULT_ROW: dict[str, Any] = {name: sa.bindparam(f"b_{name}") for name in RESULT}


@folds("edition.drafted")
def _drafted(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("ranking", "plan", "title", "title_en", "version", "replaces", "reason", "opens", "closes", "as_of",
             "most")  # fmt: skip
    rows: list[dict[str, Any]] = []
    for event in events:
        body = event.body
        rows.append({"id": event.subject, "seq": event.seq, "state": "drafted", "made_by": event.actor,
                     "made_at": event.at, "changed_at": event.at, "jury": canonical(body["jury"]).decode(),
                     **{name: body[name] for name in names}})  # fmt: skip
    tx.run(EDITIONS.insert(), rows)


@folds("edition.moved")
def _moved(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _set(tx, event, state=event.body["to"])


@folds("edition.seated")
def _seated(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _set(tx, event, jury=canonical(event.body["jury"]).decode())


@folds("edition.assigned")
def _assigned(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _set(tx, event, state="rating", seed=event.body["seed"])


@folds("edition.computed")
def _computed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        _set(tx, event, state="computed", result=body["result"], computed_by=event.actor, computed_at=event.at,
             reviewed_by=None, reviewed_at=None)  # fmt: skip
        kept = get(tx, body["result"])
        tx.run(ENTRANTS.update().where(ENTRANTS.c.edition == event.subject), dict.fromkeys(RESULT))
        if kept is not None:
            rows = [{"b_id": row[0], **{f"b_{name}": value for name, value in zip(RESULT, row[1:], strict=True)}}
                    for row in json.loads(kept)["rows"]]  # fmt: skip
            if rows:
                tx.run(ENTRANTS.update().where(ENTRANTS.c.id == sa.bindparam("b_id")).values(**_RESULT_ROW), rows)


@folds("edition.reviewed")
def _reviewed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        _set(tx, event, state="reviewed", reviewed_by=event.actor, reviewed_at=event.at)


@folds("edition.published")
def _published(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        _set(tx, event, state="published", published_by=event.actor, published_at=event.at, seal=body["seal"],
             appeal_until=body["until"])  # fmt: skip
        if body["replaces"]:
            before = EDITIONS.update().where(EDITIONS.c.id == body["replaces"])
            tx.run(before, {"state": "replaced", "changed_at": event.at})


@folds("edition.valued")
def _valued(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": id, "b_collected": digest} for event in events for id, digest in event.body["values"].items()]
    if rows:
        change = ENTRANTS.update().where(ENTRANTS.c.id == sa.bindparam("b_id"))
        tx.run(change.values({"collected": sa.bindparam("b_collected")}), rows)


@folds("entrant.registered")
def _registered(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = []
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("edition", "entity", "number", "origin", "statement")}
        rows.append({"id": event.subject, "seq": event.seq, "state": "registered", "registered_by": event.actor,
                     "registered_at": event.at, **given})  # fmt: skip
    tx.run(ENTRANTS.insert(), rows)


@folds("entrant.examined")
def _examined(tx: Tx, events: Sequence[Recorded]) -> None:
    rows = [{"b_id": event.subject, "b_state": event.body["state"], "b_chain": event.body["chain"],
             "b_by": event.actor, "b_at": event.at} for event in events]  # fmt: skip
    change = ENTRANTS.update().where(ENTRANTS.c.id == sa.bindparam("b_id"))
    tx.run(change.values(state=sa.bindparam("b_state"), chain=sa.bindparam("b_chain"), examined_by=sa.bindparam("b_by"),
                         examined_at=sa.bindparam("b_at")), rows)  # fmt: skip


@folds("entrant.withdrawn")
def _withdrawn(tx: Tx, events: Sequence[Recorded]) -> None:
    change = ENTRANTS.update().where(ENTRANTS.c.id == sa.bindparam("b_id")).values(state="withdrawn")
    tx.run(change, [{"b_id": event.subject} for event in events])


def _set(tx: Tx, event: Recorded, **values: Any) -> None:
    tx.run(EDITIONS.update().where(EDITIONS.c.id == event.subject), {"changed_at": event.at, **values})


def edition_by_id(tx: Tx, id: str) -> Edition | None:
    """One edition."""
    row = tx.one(sa.select(*_EDITION).where(EDITIONS.c.id == id))
    return None if row is None else _edition(row)


def all_editions(tx: Tx, states: Iterable[str] = (), limit: int = 200) -> list[Edition]:
    """Editions, the newest first, optionally in some states only."""
    asked = sa.select(*_EDITION).order_by(EDITIONS.c.seq.desc()).limit(limit)
    wanted = list(states)
    return [_edition(row) for row in tx.rows(asked.where(EDITIONS.c.state.in_(wanted)) if wanted else asked)]


def correction_of(tx: Tx, edition: str) -> Edition | None:
    """The edition that corrects this one."""
    row = tx.one(sa.select(*_EDITION).where(EDITIONS.c.replaces == edition))
    return None if row is None else _edition(row)


def entrant_by_id(tx: Tx, id: str) -> Entrant | None:
    """One entrant."""
    row = tx.one(sa.select(*_ENTRANT).where(ENTRANTS.c.id == id))
    return None if row is None else Entrant(*row)


def entrants_of(
    tx: Tx, edition: str, *, states: Iterable[str] = (), after: int = 0, limit: int | None = None
) -> list[Entrant]:
    """Entrants of an edition by number, those behind ``after``."""
    asked = sa.select(*_ENTRANT).where(ENTRANTS.c.edition == edition, ENTRANTS.c.number > after)
    wanted = list(states)
    asked = asked.where(ENTRANTS.c.state.in_(wanted)) if wanted else asked
    return [Entrant(*row) for row in tx.rows(asked.order_by(ENTRANTS.c.number).limit(limit))]


def ranked(
    tx: Tx, edition: str, *, listed: bool | None = None, skip: int = 0, limit: int | None = None
) -> list[Entrant]:
    """Entrants that were computed, the best first (equal ranks by number)."""
    asked = sa.select(*_ENTRANT).where(ENTRANTS.c.edition == edition, ENTRANTS.c.rank.is_not(None))
    asked = asked.where(ENTRANTS.c.listed == listed) if listed is not None else asked
    asked = asked.order_by(ENTRANTS.c.rank, ENTRANTS.c.number).offset(skip).limit(limit)
    return [Entrant(*row) for row in tx.rows(asked)]


def entrants_by_entity(tx: Tx, edition: str, entities: Iterable[str]) -> dict[str, Entrant]:
    """Entrants of an edition by the entity they are."""
    wanted = list(dict.fromkeys(entities))
    found: dict[str, Entrant] = {}
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        asked = sa.select(*_ENTRANT).where(ENTRANTS.c.edition == edition, ENTRANTS.c.entity.in_(some))
        found |= {entrant.entity: entrant for entrant in (Entrant(*row) for row in tx.rows(asked))}
    return found


def entrant_counts(tx: Tx, edition: str) -> dict[str, int]:
    """How many entrants are in each state."""
    asked = sa.select(ENTRANTS.c.state, sa.func.count()).where(ENTRANTS.c.edition == edition)
    return {row[0]: int(row[1]) for row in tx.rows(asked.group_by(ENTRANTS.c.state))}


def last_number(tx: Tx, edition: str) -> int:
    """The highest number given to an entrant."""
    return int(tx.scalar(sa.select(sa.func.max(ENTRANTS.c.number)).where(ENTRANTS.c.edition == edition)) or 0)


def _edition(row: Any) -> Edition:
    values = dict(zip((field.name for field in fields(Edition)), row, strict=True))
    for name in ("opens", "closes", "as_of"):
        values[name] = date.fromisoformat(values[name])
    return Edition(**{**values, "jury": tuple(json.loads(values["jury"]))})
