"""Scores: how they stand, how they were, and where counting them again did not agree."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from functools import cache
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.scores.model import Disagreement, Kept, Past, Run
from mingjian.records.storage import contents
from mingjian.records.storage.bulk import among, insert_rows
from mingjian.records.storage.database import Tx
from mingjian.records.storage.hot import Hot
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.storage.score_asking import ids, listed

SCORES = sa.Table(
    "scores",
    metadata,
    sa.Column("card", sa.String(40), primary_key=True),
    sa.Column("actor", sa.String(200), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("band", sa.String(40)),
    sa.Column("missing_share", sa.Integer, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("since", Micros, nullable=False),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("told", sa.BigInteger, nullable=False),  # the points of the last row of history
    sa.Index("ix_scores_card_band_points_actor", "card", "band", "points", "actor"),
    sa.Index("ix_scores_actor", "actor"),
)
PASTS = sa.Table(
    "score_history",
    metadata,
    sa.Column("card", sa.String(40), primary_key=True),
    sa.Column("actor", sa.String(200), primary_key=True),
    sa.Column("seq", SequenceType, primary_key=True, autoincrement=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("points", sa.BigInteger, nullable=False),
    sa.Column("band", sa.String(40)),
    sa.Column("former", sa.String(40)),
    sa.Column("moved", sa.Boolean, nullable=False),
    sa.Index("ix_score_history_seq", "seq"),
    sa.Index("ix_score_history_card_day", "card", "day"),
)
DISAGREEMENTS = sa.Table(
    "score_disagreements",
    metadata,
    sa.Column("seq", SequenceType, primary_key=True, autoincrement=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("card", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("checked", sa.Integer, nullable=False),
    sa.Column("differing", sa.Integer, nullable=False),
    sa.Column("samples", Document, nullable=False),
)
projection(SCORES, PASTS, DISAGREEMENTS)
# Where a full count has got to: no projection, an interrupted one goes on.
RUNS = sa.Table(
    "score_runs",
    metadata,
    sa.Column("card", sa.String(40), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("phase", sa.String(8), nullable=False),
    sa.Column("place", sa.String(200), nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("checked", sa.Integer, nullable=False),
    sa.Column("differing", sa.Integer, nullable=False),
    sa.Column("started_at", Micros, nullable=False),
    sa.Column("at", Micros, nullable=False),
    sa.Column("finished_at", Micros),
)
_KEPT = [SCORES.c[field.name] for field in fields(Kept)]
_PAST = [PASTS.c[field.name] for field in fields(Past)]
_SCORE = (*(field.name for field in fields(Kept)), "told")
_HISTORY = tuple(field.name for field in fields(Past))


@folds("score.computed")
def _computed(tx: Tx, events: Sequence[Recorded]) -> None:
    """Each event holds the scores of many actors; history keeps first scores, changes of band and larger moves."""
    for event in events:
        body = event.body
        found = contents.get(tx, body["rows"])
        if found is not None:
            _keep(tx, event, body, json.loads(found))


def _keep(tx: Tx, event: Recorded, body: Mapping[str, Any], given: Sequence[Sequence[Any]]) -> None:
    card, version, day, step = event.subject, body["version"], body["day"], body["step"]
    mine = SCORES.c.card == card, among(tx, SCORES.c.actor, (row[0] for row in given))
    asked = sa.select(SCORES.c.actor, SCORES.c.band, SCORES.c.since, SCORES.c.told).where(*mine)
    before = {row[0]: row for row in tx.connection.execute(asked)}
    rows, told = [], []
    for actor, points, band, missing in given:
        old = before.get(actor)
        moved = old is not None and old[1] != band
        since = old[2] if old is not None and not moved else event.at
        last = old[3] if old is not None else None
        if last is None or moved or abs(points - last) >= max(step, 1):
            former = old[1] if old is not None else None
            told.append((card, actor, event.seq, event.at, day, version, points, band, former, moved))
            last = points
        rows.append((card, actor, version, points, band, missing, day, since, event.seq, last))
    if before:
        tx.run(SCORES.delete().where(*mine))
    insert_rows(tx, SCORES, _SCORE, rows)
    insert_rows(tx, PASTS, _HISTORY, told)


@folds("score.gone")
def _gone(tx: Tx, events: Sequence[Recorded]) -> None:
    """Actors that a card no longer speaks of."""
    for event in events:
        found = contents.get(tx, event.body["rows"])
        if found is not None:
            tx.run(SCORES.delete().where(SCORES.c.card == event.subject, among(tx, SCORES.c.actor, json.loads(found))))


@folds("score.disagreed")
def _disagreed(tx: Tx, events: Sequence[Recorded]) -> None:
    names = ("version", "day", "checked", "differing")
    rows = [{"seq": event.seq, "at": event.at, "card": event.subject, **{name: event.body[name] for name in names},
             "samples": canonical(event.body["samples"]).decode()} for event in events]  # fmt: skip
    tx.run(DISAGREEMENTS.insert(), rows)


@cache
def _mine(dialect: str) -> sa.Select[Any]:
    return sa.select(*_KEPT).where(SCORES.c.card == sa.bindparam("card"), listed(dialect, SCORES.c.actor))


def kept_scores(tx: Tx, card: str, actors: Iterable[str]) -> dict[str, Kept]:
    """Scores as they stand, by actor."""
    rows = tx.connection.execute(_mine(tx.dialect), {"card": card, "ids": ids(tx, actors)})
    return {row.actor: Kept(*row) for row in rows}


def scores_of(tx: Tx, actor: str) -> list[Kept]:
    """An actor's scores on every card."""
    return [Kept(*row) for row in tx.rows(sa.select(*_KEPT).where(SCORES.c.actor == actor).order_by(SCORES.c.card))]


_ANY = Hot(sa.select(sa.literal(1)).select_from(SCORES).limit(1))


def any_score(tx: Tx) -> bool:
    """Whether anybody was scored at all: asked before every item, so it asks for nothing else."""
    return bool(tx.ask(_ANY))


def scores_of_many(tx: Tx, actors: Iterable[str]) -> list[Kept]:
    """The scores of several actors on every card."""
    asked = sa.select(*_KEPT).where(among(tx, SCORES.c.actor, actors)).order_by(SCORES.c.actor, SCORES.c.card)
    return [Kept(*row) for row in tx.rows(asked)]


def band_counts(tx: Tx, card: str) -> dict[str | None, int]:
    """How many actors stand in each band; None: undetermined."""
    asked = sa.select(SCORES.c.band, sa.func.count()).where(SCORES.c.card == card).group_by(SCORES.c.band)
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def actors_in_band(
    tx: Tx, card: str, band: str | None, before: tuple[int, str] | None, limit: int
) -> list[Kept]:
    """Those in a band, the highest score first; ``before`` is the last (points, actor) seen."""
    mine = SCORES.c.band == band if band is not None else SCORES.c.band.is_(None)
    asked = sa.select(*_KEPT).where(SCORES.c.card == card, mine)
    if before is not None:
        points, actor = before
        level = sa.and_(SCORES.c.points == points, SCORES.c.actor < actor)
        asked = asked.where(sa.or_(SCORES.c.points < points, level))
    return [Kept(*row) for row in tx.rows(asked.order_by(SCORES.c.points.desc(), SCORES.c.actor.desc()).limit(limit))]


def actors_scored(tx: Tx, card: str) -> set[str]:
    """Everybody who has a score on a card."""
    return {row[0] for row in tx.connection.execute(sa.select(SCORES.c.actor).where(SCORES.c.card == card))}


def all_kept(tx: Tx, card: str) -> Iterable[tuple[str, int, str | None]]:
    """(actor, points, band) of everybody on a card."""
    asked = sa.select(SCORES.c.actor, SCORES.c.points, SCORES.c.band).where(SCORES.c.card == card)
    return tx.connection.execute(asked)  # type: ignore[return-value]


def history(tx: Tx, card: str, actor: str, limit: int = 400) -> list[Past]:
    """An actor's scores as they were, oldest first: the last ``limit`` that are kept."""
    asked = sa.select(*_PAST).where(PASTS.c.card == card, PASTS.c.actor == actor)
    return [Past(*row) for row in reversed(tx.rows(asked.order_by(PASTS.c.seq.desc()).limit(limit)))]


def moves_of(tx: Tx, seq: int) -> list[Past]:
    """Who came into another band by one event, or got a first score."""
    asked = sa.select(*_PAST).where(PASTS.c.seq == seq, sa.or_(PASTS.c.moved, PASTS.c.former.is_(None)))
    return [Past(*row) for row in tx.rows(asked.order_by(PASTS.c.actor))]


def entered(tx: Tx, card: str, band: str, since: int, until: int) -> int:
    """How many came into a band between two moments (the second not included), first scores left out."""
    asked = sa.select(sa.func.count()).where(
        PASTS.c.card == card, PASTS.c.moved, PASTS.c.band == band, PASTS.c.at >= since, PASTS.c.at < until
    )
    return int(tx.scalar(asked) or 0)


def moves_between(tx: Tx, card: str, first: int, last: int) -> list[tuple[str | None, str | None, int]]:
    """(band, later band, how many) of everybody who had a score on both days: bands as they stood at each's end."""

    def at(day: int) -> sa.Subquery:
        top = sa.select(PASTS.c.actor, sa.func.max(PASTS.c.seq).label("seq")).where(
            PASTS.c.card == card, PASTS.c.day <= day
        ).group_by(PASTS.c.actor).subquery()  # fmt: skip
        mine = sa.and_(PASTS.c.card == card, PASTS.c.actor == top.c.actor, PASTS.c.seq == top.c.seq)
        return sa.select(PASTS.c.actor, PASTS.c.band).select_from(top.join(PASTS, mine)).subquery()

    one, other = at(first), at(last)
    asked = sa.select(one.c.band, other.c.band, sa.func.count()).select_from(
        one.join(other, one.c.actor == other.c.actor)
    ).group_by(one.c.band, other.c.band)  # fmt: skip
    return [(row[0], row[1], int(row[2])) for row in tx.rows(asked)]


def bands_on(tx: Tx, card: str, day: int) -> dict[str, str | None]:
    """Everybody's band as it stood at a day's end."""
    top = sa.select(PASTS.c.actor, sa.func.max(PASTS.c.seq).label("seq")).where(
        PASTS.c.card == card, PASTS.c.day <= day
    ).group_by(PASTS.c.actor).subquery()  # fmt: skip
    mine = sa.and_(PASTS.c.card == card, PASTS.c.actor == top.c.actor, PASTS.c.seq == top.c.seq)
    asked = sa.select(PASTS.c.actor, PASTS.c.band).select_from(top.join(PASTS, mine))
    return {row[0]: row[1] for row in tx.connection.execute(asked)}


def disagreements(tx: Tx, card: str | None = None, limit: int = 20) -> list[Disagreement]:
    """Where counting again did not agree, the latest first."""
    asked = sa.select(*(DISAGREEMENTS.c[field.name] for field in fields(Disagreement)))
    if card is not None:
        asked = asked.where(DISAGREEMENTS.c.card == card)
    found = []
    for row in tx.rows(asked.order_by(DISAGREEMENTS.c.seq.desc()).limit(limit)):
        samples = tuple((actor, kept, counted) for actor, kept, counted in json.loads(row[-1]))
        seq, at, of, version, day, checked, differing, _ = row
        found.append(Disagreement(seq, at, of, version, day, checked, differing, samples))
    return found


def run_of(tx: Tx, card: str) -> Run | None:
    """The last full count of a card, or the one on its way."""
    row = tx.one(sa.select(*(RUNS.c[field.name] for field in fields(Run))).where(RUNS.c.card == card))
    return None if row is None else Run(*row)


def keep_run(tx: Tx, run: Run) -> None:
    """Remember how far a full count has got, in the transaction of its effects."""
    tx.run(RUNS.delete().where(RUNS.c.card == run.card))
    tx.run(RUNS.insert(), asdict(run) | {"at": tx.now})
