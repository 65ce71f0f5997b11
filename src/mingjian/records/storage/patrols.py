"""Patrols: where each stands, its runs, what was missed, what it marked as dealt with. All fold from the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.patrols.model import Missed, Run, Standing
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

STANDINGS = sa.Table(
    "patrol_standings",
    metadata,
    sa.Column("patrol", sa.String(40), primary_key=True),
    sa.Column("since", Micros, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
)
RUNS = sa.Table(
    "patrol_runs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("patrol", sa.String(40), nullable=False),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("planned", Micros, nullable=False),
    sa.Column("covers", sa.Integer, nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("definition", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("started_at", Micros, nullable=False),
    sa.Column("started_by", sa.String(128), nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("cursor", sa.String(128)),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("hits", sa.Integer, nullable=False),
    sa.Column("counts", Document, nullable=False),
    sa.Column("finished_at", Micros),
    sa.Index("ix_patrol_runs_patrol_seq", "patrol", "seq"),
    sa.Index("ix_patrol_runs_state_seq", "state", "seq"),
    sa.Index("ix_patrol_runs_started_at", "started_at"),
)
MISSED = sa.Table(
    "patrol_missed",
    metadata,
    sa.Column("patrol", sa.String(40), primary_key=True),
    sa.Column("planned", Micros, primary_key=True, autoincrement=False),
    sa.Column("noted_at", Micros, nullable=False),
    sa.Column("run", sa.String(32)),
    sa.Index("ix_patrol_missed_planned", "planned"),
)
# What a patrol has dealt with: the last value of each key (a credential's stage, a licence's fingerprint).
MARKS = sa.Table(
    "patrol_marks",
    metadata,
    sa.Column("patrol", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.String(80), nullable=False),
    sa.Column("at", Micros, nullable=False),
)
projection(STANDINGS, RUNS, MISSED, MARKS)
_RUN = [RUNS.c[field.name] for field in fields(Run)]


def _run(row: Sequence[Any]) -> Run:
    values = {field.name: value for field, value in zip(fields(Run), row, strict=True)}
    return Run(**values | {"counts": json.loads(values["counts"])})


@folds("patrol.enrolled", "patrol.paused", "patrol.resumed")
def _stands(tx: Tx, events: Sequence[Recorded]) -> None:
    """Begun (or begun anew: a clock had run ahead), paused, or going on from now."""
    for event in events:
        values = {"paused": event.kind == "patrol.paused", "why": event.body.get("reason", "")}
        if event.kind != "patrol.paused":
            values["since"] = event.body["since"]
        if not tx.run(STANDINGS.update().where(STANDINGS.c.patrol == event.subject), values):
            tx.run(STANDINGS.insert(), {"patrol": event.subject, "since": event.at, **values})


@folds("patrol.missed")
def _missed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        there = MISSED.delete().where(MISSED.c.patrol == event.subject, MISSED.c.planned.in_(body["planned"]))
        tx.run(there)  # planned again after a clock was set back: noted once
        tx.run(MISSED.insert(), [{"patrol": event.subject, "planned": at, "noted_at": event.at, "run": body["run"]}
                                 for at in body["planned"]])  # fmt: skip
        _account(tx, event.subject, max(body["planned"]))


@folds("patrol.started")
def _started(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        given = {name: body[name] for name in ("patrol", "origin", "planned", "covers", "as_of", "definition", "total")}
        tx.run(RUNS.insert(), {"id": event.subject, "seq": event.seq, "state": "running", "started_at": event.at,
                               "started_by": event.actor, "seen": 0, "hits": 0, "counts": "{}", **given})  # fmt: skip
        if body["origin"] != "manual":
            _account(tx, body["patrol"], body["planned"])


def _account(tx: Tx, patrol: str, planned: int) -> None:
    behind = (STANDINGS.c.patrol == patrol) & (STANDINGS.c.since < planned)
    tx.run(STANDINGS.update().where(behind), {"since": planned})


@folds("patrol.advanced")
def _advanced(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        before = tx.one(sa.select(RUNS.c.patrol, RUNS.c.seen, RUNS.c.hits, RUNS.c.counts).where(
            RUNS.c.id == event.subject))  # fmt: skip
        if before is None:
            continue
        counts = json.loads(before.counts)
        for name, more in body["counts"].items():
            counts[name] = counts.get(name, 0) + more
        tx.run(
            RUNS.update().where(RUNS.c.id == event.subject),
            {"cursor": body["cursor"], "seen": before.seen + body["seen"], "hits": before.hits + body["hits"],
             "counts": canonical(counts).decode()},
        )  # fmt: skip
        marks = dict(body["marks"])
        if marks:
            tx.run(MARKS.delete().where(MARKS.c.patrol == before.patrol, among(tx, MARKS.c.key, marks)))
            tx.run(MARKS.insert(), [{"patrol": before.patrol, "key": key, "value": value, "at": event.at}
                                    for key, value in marks.items()])  # fmt: skip


@folds("patrol.finished")
def _finished(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        state = "abandoned" if event.body.get("reason") else "finished"
        tx.run(RUNS.update().where(RUNS.c.id == event.subject), {"state": state, "finished_at": event.at})


def standings(tx: Tx) -> dict[str, Standing]:
    """Where every patrol stands that ever began."""
    return {row.patrol: Standing(row.patrol, row.since, bool(row.paused), row.why)
            for row in tx.rows(sa.select(STANDINGS))}  # fmt: skip


def run_by_id(tx: Tx, id: str) -> Run | None:
    """One run."""
    row = tx.one(sa.select(*_RUN).where(RUNS.c.id == id))
    return None if row is None else _run(row)


def runs_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Run]:
    """Runs by id; those that are not there are left out."""
    return {run.id: run for run in (_run(row) for row in tx.rows(sa.select(*_RUN).where(among(tx, RUNS.c.id, ids))))}


def oldest_running(tx: Tx) -> Run | None:
    """The run to go on with."""
    row = tx.one(sa.select(*_RUN).where(RUNS.c.state == "running").order_by(RUNS.c.seq).limit(1))
    return None if row is None else _run(row)


def list_runs(tx: Tx, patrol: str | None, before: int | None, limit: int) -> tuple[list[Run], int | None]:
    """Up to ``limit`` runs, newest first, those before a place; and the place to go on from."""
    asked = sa.select(*_RUN).order_by(RUNS.c.seq.desc()).limit(limit + 1)
    asked = asked.where(RUNS.c.patrol == patrol) if patrol is not None else asked
    found = [_run(row) for row in tx.rows(asked.where(RUNS.c.seq < before) if before is not None else asked)]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def last_runs(tx: Tx) -> dict[str, Run]:
    """The newest run of every patrol that ever ran."""
    newest = sa.select(sa.func.max(RUNS.c.seq)).group_by(RUNS.c.patrol)
    return {run.patrol: run for run in (_run(row) for row in tx.rows(sa.select(*_RUN).where(RUNS.c.seq.in_(newest))))}


def runs_between(tx: Tx, since: int, until: int) -> list[Run]:
    """Runs begun in a stretch of time, in order."""
    asked = sa.select(*_RUN).where(RUNS.c.started_at >= since, RUNS.c.started_at < until)
    return [_run(row) for row in tx.rows(asked.order_by(RUNS.c.seq))]


def missed_of(tx: Tx, patrol: str | None, limit: int) -> list[Missed]:
    """What was missed, the latest first."""
    asked = sa.select(MISSED.c.patrol, MISSED.c.planned, MISSED.c.noted_at, MISSED.c.run)
    asked = asked.where(MISSED.c.patrol == patrol) if patrol is not None else asked
    return [Missed(*row) for row in tx.rows(asked.order_by(MISSED.c.planned.desc()).limit(limit))]


def missed_between(tx: Tx, since: int, until: int) -> dict[str, int]:
    """How many planned moments of a stretch of time were missed, by patrol."""
    asked = sa.select(MISSED.c.patrol, sa.func.count()).where(MISSED.c.planned >= since, MISSED.c.planned < until)
    return {row[0]: int(row[1]) for row in tx.rows(asked.group_by(MISSED.c.patrol))}


def marks_of(tx: Tx, patrol: str, keys: Iterable[str]) -> dict[str, tuple[str, int]]:
    """What a patrol marked for these keys: value and when."""
    asked = sa.select(MARKS.c.key, MARKS.c.value, MARKS.c.at).where(MARKS.c.patrol == patrol)
    return {row.key: (row.value, row.at) for row in tx.rows(asked.where(among(tx, MARKS.c.key, keys)))}
