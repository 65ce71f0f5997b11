"""Sweeps: the ledger of pieces judged, items taken in and samples looked at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.sweeps.model import WORKING, JudgedPiece, Piece, Sample, Sweep, Taken

SWEEPS = sa.Table(
    "sweeps",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("seq", SequenceType, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("policy", sa.String(120), nullable=False),
    sa.Column("rulebook", sa.String(64), nullable=False),
    sa.Column("as_of", sa.String(10), nullable=False),
    sa.Column("plan", sa.String(64), nullable=False),
    sa.Column("manifest", sa.String(64), nullable=False),
    sa.Column("source_kind", sa.String(16), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("chunks", sa.Integer, nullable=False),
    sa.Column("stages", Document, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("resumes", sa.String(16)),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("made_by", sa.String(128), nullable=False),
    sa.Column("made_at", Micros, nullable=False),
    sa.Column("started_by", sa.String(128)),
    sa.Column("judged", sa.BigInteger, nullable=False),
    sa.Column("judged_chunks", sa.Integer, nullable=False),
    sa.Column("bad", sa.BigInteger, nullable=False),
    sa.Column("empty", sa.BigInteger, nullable=False),
    sa.Column("acting", sa.BigInteger, nullable=False),
    sa.Column("at_place", sa.Integer, nullable=False),
    sa.Column("at_row", sa.BigInteger, nullable=False),
    sa.Column("taken", sa.BigInteger, nullable=False),
    sa.Column("undone", sa.BigInteger, nullable=False),
    sa.Column("clock_at", Micros, nullable=False),
    sa.Column("clock_done", sa.BigInteger, nullable=False),
    sa.Column("tried_at", Micros),
    sa.Column("ended_at", Micros),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("ix_sweeps_state_seq", "state", "seq"),
)
PIECES = sa.Table(
    "sweep_pieces",
    metadata,
    sa.Column("sweep", sa.String(32), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("mark", Document),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("result", sa.String(64)),
    sa.Column("judged", sa.Integer, nullable=False),
    sa.Column("bad", sa.Integer, nullable=False),
    sa.Column("acting", sa.Integer, nullable=False),
    sa.Column("at", Micros),
    sa.Index("ix_sweep_pieces_sweep_state_place", "sweep", "state", "place"),
)
TALLIES = sa.Table(
    "sweep_tallies",
    metadata,
    sa.Column("sweep", sa.String(32), primary_key=True),
    sa.Column("axis", sa.String(32), primary_key=True),
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)
SAMPLES = sa.Table(
    "sweep_samples",
    metadata,
    sa.Column("sweep", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("clause", sa.String(120), nullable=False),
    sa.Column("word", sa.String(120), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("row", sa.BigInteger, nullable=False),
    sa.Column("external", sa.Text, nullable=False),
    sa.Column("answer", sa.String(8)),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("answered_by", sa.String(128)),
    sa.Column("answered_at", Micros),
    sa.Index("ix_sweep_samples_sweep_clause_number", "sweep", "clause", "number"),
)
TAKEN = sa.Table(
    "sweep_taken",
    metadata,
    sa.Column("sweep", sa.String(32), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("row", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("item", sa.String(32), nullable=False),
    sa.Column("word", sa.String(120), nullable=False),
    sa.Column("how", sa.String(8), nullable=False),
    sa.Column("decision", sa.String(32)),
    sa.Column("case", sa.String(32)),
    sa.Column("at", Micros, nullable=False),
    sa.Column("undone", Micros),
    sa.Index("ix_sweep_taken_item", "item"),
    sa.Index("ix_sweep_taken_sweep_undone_place_row", "sweep", "undone", "place", "row"),
)
projection(SWEEPS, PIECES, TALLIES, SAMPLES, TAKEN)
_SWEEP = [SWEEPS.c[one.name] for one in fields(Sweep)]
_PIECE = [PIECES.c[one.name] for one in fields(Piece)]
_TAKEN = [TAKEN.c[one.name] for one in fields(Taken)]
_SAMPLE = [SAMPLES.c[one.name] for one in fields(Sample)]
_ONE = SWEEPS.update().where(SWEEPS.c.id == sa.bindparam("b_id"))
_NAMES = (
    "name",
    "policy",
    "rulebook",
    "as_of",
    "plan",
    "manifest",
    "source_kind",
    "source",
    "rows",
    "chunks",
    "reason",
)
_ZEROS = ("judged", "judged_chunks", "bad", "empty", "acting", "at_place", "taken", "undone", "clock_done")


@folds("sweep.planned")
def _planned(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(SWEEPS.insert(), [
        {"id": event.subject, "seq": event.seq, "made_by": event.actor, "made_at": event.at, "state": "planned",
         "stage": -1, "at_row": -1, "why": "", "clock_at": event.at, "stages": canonical(event.body["stages"]).decode(),
         **dict.fromkeys(_ZEROS, 0), **{name: event.body[name] for name in _NAMES}} for event in events
    ])  # fmt: skip


@folds("sweep.listed")
def _listed(tx: Tx, events: Sequence[Recorded]) -> None:
    """A stretch of the pieces: [file, first, rows, mark], from the place ``first`` on."""
    tx.run(PIECES.insert(), [
        {"sweep": event.subject, "place": place, "file": file, "first": first, "rows": rows, "mark": mark,
         "state": "waiting", "judged": 0, "bad": 0, "acting": 0}
        for event in events
        for place, (file, first, rows, mark) in enumerate(event.body["pieces"], event.body["first"])
    ])  # fmt: skip


@folds("sweep.trying")
def _trying(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "trying", "clock_at": event.at, "clock_done": 0}
                  for event in events])  # fmt: skip


@folds("sweep.judged")
def _judged(tx: Tx, events: Sequence[Recorded]) -> None:
    """A piece was judged: how many of what, by axis and key."""
    for event in events:
        body = event.body
        told = {name: body[name] for name in ("result", "judged", "bad", "acting")}
        tx.run(PIECES.update().where(PIECES.c.sweep == event.subject, PIECES.c.place == body["place"]),
               {"state": "judged", "at": event.at, **told})  # fmt: skip
        more = {name: SWEEPS.c[name] + body[name] for name in ("judged", "bad", "empty", "acting")}
        one = SWEEPS.update().where(SWEEPS.c.id == event.subject)
        tx.run(one.values(judged_chunks=SWEEPS.c.judged_chunks + 1, **more))
        for axis, counted in sorted(body["counts"].items()):
            _count(tx, event.subject, axis, counted)


def _count(tx: Tx, sweep: str, axis: str, counted: dict[str, int]) -> None:
    where = (TALLIES.c.sweep == sweep, TALLIES.c.axis == axis)
    known = set(tx.connection.execute(sa.select(TALLIES.c.key).where(*where)).scalars())
    old = [{"b_key": key, "b_more": number} for key, number in counted.items() if key in known]
    new = [{"sweep": sweep, "axis": axis, "key": key, "number": n} for key, n in counted.items() if key not in known]
    if old:
        add = TALLIES.update().where(*where, TALLIES.c.key == sa.bindparam("b_key"))
        tx.run(add.values(number=TALLIES.c.number + sa.bindparam("b_more")), old)
    if new:
        tx.run(TALLIES.insert(), new)


@folds("sweep.tried")
def _tried(tx: Tx, events: Sequence[Recorded]) -> None:
    """All pieces are judged; which accounts have something coming, and what people are to look at."""
    for event in events:
        tx.run(_ONE, {"b_id": event.subject, "state": "tried", "tried_at": event.at})
        rows = [
            {"sweep": event.subject, "number": number, "clause": clause, "word": word, "place": place, "row": row,
             "external": external, "note": ""}
            for number, (clause, word, place, row, external) in enumerate(event.body["samples"])
        ]  # fmt: skip
        if rows:
            tx.run(SAMPLES.insert(), rows)
        if event.body["accounts"]:
            _count(tx, event.subject, "account", event.body["accounts"])


@folds("sweep.reviewed")
def _reviewed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        body = event.body
        said = body["answer"] is not None
        tx.run(SAMPLES.update().where(SAMPLES.c.sweep == event.subject, SAMPLES.c.number == body["number"]),
               {"answer": body["answer"], "note": body["note"], "answered_by": event.actor if said else None,
                "answered_at": event.at if said else None})  # fmt: skip


@folds("sweep.started")
def _started(tx: Tx, events: Sequence[Recorded]) -> None:
    """A stage begins, from the first piece on."""
    for event in events:
        one = SWEEPS.update().where(SWEEPS.c.id == event.subject)
        tx.run(one.values(state="running", stage=event.body["stage"], started_by=event.actor, at_place=0, at_row=-1,
                          clock_at=event.at, clock_done=0))  # fmt: skip


@folds("sweep.took")
def _took(tx: Tx, events: Sequence[Recorded]) -> None:
    """Items taken in: [row, item, word, how, decision, case]; ``row`` is how far the piece is done."""
    for event in events:
        body = event.body
        rows = [
            {"sweep": event.subject, "place": body["place"], "stage": body["stage"], "at": event.at, "row": row,
             "item": item, "word": word, "how": how, "decision": decision, "case": case}
            for row, item, word, how, decision, case in body["items"]
        ]  # fmt: skip
        if rows:
            tx.run(TAKEN.insert(), rows)
        one = SWEEPS.update().where(SWEEPS.c.id == event.subject)
        tx.run(one.values(at_place=body["place"], at_row=body["row"], taken=SWEEPS.c.taken + len(rows)))


@folds("sweep.finished")
def _finished(tx: Tx, events: Sequence[Recorded]) -> None:
    """A stage is done; ``last``: it was the last one."""
    for event in events:
        last = event.body["last"]
        tx.run(_ONE, {"b_id": event.subject, "state": "done" if last else "staged",
                      "ended_at": event.at if last else None})  # fmt: skip


@folds("sweep.paused")
def _paused(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        one = SWEEPS.update().where(SWEEPS.c.id == event.subject)
        tx.run(one.values(resumes=SWEEPS.c.state, state="paused", why=event.body["reason"]))


@folds("sweep.resumed")
def _resumed(tx: Tx, events: Sequence[Recorded]) -> None:
    for event in events:
        one = SWEEPS.update().where(SWEEPS.c.id == event.subject)
        done = sa.case((SWEEPS.c.resumes == "trying", SWEEPS.c.judged + SWEEPS.c.bad + SWEEPS.c.empty),
                       else_=SWEEPS.c.at_place)  # fmt: skip
        tx.run(one.values(state=SWEEPS.c.resumes, resumes=None, why="", clock_at=event.at, clock_done=done))


@folds("sweep.stopped")
def _stopped(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "stopped", "resumes": None, "why": event.body["reason"],
                   "ended_at": event.at} for event in events])  # fmt: skip


@folds("sweep.undoing")
def _undoing(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "undoing", "resumes": None, "why": event.body["reason"],
                   "clock_at": event.at, "clock_done": 0} for event in events])  # fmt: skip


@folds("sweep.undid")
def _undid(tx: Tx, events: Sequence[Recorded]) -> None:
    """Items of a piece whose measures and cases were taken back: their rows."""
    for event in events:
        body = event.body
        gone = TAKEN.update().where(TAKEN.c.sweep == event.subject, TAKEN.c.place == body["place"],
                                    TAKEN.c.row == sa.bindparam("b_row"))  # fmt: skip
        tx.run(gone, [{"b_row": row, "undone": event.at} for row in body["rows"]])
        one = SWEEPS.update().where(SWEEPS.c.id == event.subject)
        tx.run(one.values(undone=SWEEPS.c.undone + len(body["rows"])))


@folds("sweep.undone")
def _undone(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(_ONE, [{"b_id": event.subject, "state": "undone", "ended_at": event.at} for event in events])


def _sweep(row: Sequence[Any]) -> Sweep:
    values = {field.name: value for field, value in zip(fields(Sweep), row, strict=True)}
    return Sweep(**values | {"stages": tuple(json.loads(values["stages"]))})


def sweep_by_id(tx: Tx, id: str) -> Sweep | None:
    """One sweep."""
    row = tx.one(sa.select(*_SWEEP).where(SWEEPS.c.id == id))
    return None if row is None else _sweep(row)


def list_sweeps(
    tx: Tx, *, states: Sequence[str] = (), before: int | None = None, limit: int = 50
) -> tuple[list[Sweep], int | None]:
    """Sweeps, newest first, and the place to go on from."""
    asked = sa.select(*_SWEEP).order_by(SWEEPS.c.seq.desc()).limit(limit + 1)
    asked = asked.where(SWEEPS.c.state.in_(states)) if states else asked
    asked = asked.where(SWEEPS.c.seq < before) if before is not None else asked
    found = [_sweep(row) for row in tx.rows(asked)]
    return found[:limit], found[limit - 1].seq if len(found) > limit else None


def working(tx: Tx) -> list[str]:
    """Sweeps on which there is something to do, oldest first."""
    asked = sa.select(SWEEPS.c.id).where(SWEEPS.c.state.in_(WORKING)).order_by(SWEEPS.c.seq)
    return [str(row.id) for row in tx.rows(asked)]


def waiting_pieces(tx: Tx, sweep: str, limit: int) -> list[Piece]:
    """The next pieces to judge, in order."""
    asked = sa.select(*_PIECE).where(PIECES.c.sweep == sweep, PIECES.c.state == "waiting")
    return [Piece(*row) for row in tx.rows(asked.order_by(PIECES.c.place).limit(limit))]


def piece_state(tx: Tx, sweep: str, place: int) -> str | None:
    """``waiting`` or ``judged``."""
    state: str | None = tx.scalar(sa.select(PIECES.c.state).where(PIECES.c.sweep == sweep, PIECES.c.place == place))
    return state


def judged_pieces(tx: Tx, sweep: str, first: int = 0, limit: int = 1000, *, acting: bool = False) -> list[JudgedPiece]:
    """Judged pieces from a place on, with ``acting`` only those in which anything has an outcome."""
    more = [PIECES.c[name] for name in ("result", "judged", "bad", "acting", "at")]
    asked = sa.select(*_PIECE, *more).where(
        PIECES.c.sweep == sweep, PIECES.c.state == "judged", PIECES.c.place >= first
    )
    asked = asked.where(PIECES.c.acting > 0) if acting else asked
    size = len(_PIECE)
    rows = tx.rows(asked.order_by(PIECES.c.place).limit(limit))
    return [JudgedPiece(Piece(*row[:size]), *row[size:]) for row in rows]


def pieces_at(tx: Tx, sweep: str, places: Iterable[int]) -> dict[int, Piece]:
    """Pieces by place."""
    wanted = sorted(set(places))
    asked = sa.select(*_PIECE).where(PIECES.c.sweep == sweep, PIECES.c.place.in_(wanted))
    return {row.place: Piece(*row) for row in tx.rows(asked)} if wanted else {}


def tallies(tx: Tx, sweep: str) -> dict[str, dict[str, int]]:
    """How many of what: axis → key → number, the greatest first."""
    asked = sa.select(TALLIES.c.axis, TALLIES.c.key, TALLIES.c.number).where(TALLIES.c.sweep == sweep)
    found: dict[str, dict[str, int]] = {}
    for row in tx.rows(asked.order_by(TALLIES.c.axis, TALLIES.c.number.desc(), TALLIES.c.key)):
        found.setdefault(row.axis, {})[row.key] = int(row.number)
    return found


def samples(
    tx: Tx, sweep: str, *, clause: str | None = None, after: int = -1, limit: int = 50
) -> tuple[list[Sample], int | None]:
    """Samples in order, and the place to go on from."""
    asked = sa.select(*_SAMPLE).where(SAMPLES.c.sweep == sweep, SAMPLES.c.number > after).order_by(SAMPLES.c.number)
    asked = asked.where(SAMPLES.c.clause == clause) if clause is not None else asked
    found = [Sample(*row) for row in tx.rows(asked.limit(limit + 1))]
    return found[:limit], found[limit - 1].number if len(found) > limit else None


def sample(tx: Tx, sweep: str, number: int) -> Sample | None:
    """One sample."""
    row = tx.one(sa.select(*_SAMPLE).where(SAMPLES.c.sweep == sweep, SAMPLES.c.number == number))
    return None if row is None else Sample(*row)


def answers(tx: Tx, sweep: str) -> dict[tuple[str, str], dict[str, int]]:
    """(clause, word) → answer (``none`` where nobody answered yet) → number of samples."""
    asked = sa.select(SAMPLES.c.clause, SAMPLES.c.word, SAMPLES.c.answer, sa.func.count().label("number"))
    asked = asked.where(SAMPLES.c.sweep == sweep).group_by(SAMPLES.c.clause, SAMPLES.c.word, SAMPLES.c.answer)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in tx.rows(asked.order_by(SAMPLES.c.clause, SAMPLES.c.word)):
        found.setdefault((row.clause, row.word), {})[row.answer or "none"] = int(row.number)
    return found


def taken(
    tx: Tx, sweep: str, after: tuple[int, int] = (-1, -1), limit: int = 50, *, standing: bool = False
) -> list[Taken]:
    """Items taken in behind (place, row), in order; with ``standing`` only those not taken back."""
    place, row = after
    behind = sa.or_(TAKEN.c.place > place, sa.and_(TAKEN.c.place == place, TAKEN.c.row > row))
    asked = sa.select(*_TAKEN).where(TAKEN.c.sweep == sweep, behind)
    asked = asked.where(TAKEN.c.undone.is_(None)) if standing else asked
    return [Taken(*one) for one in tx.rows(asked.order_by(TAKEN.c.place, TAKEN.c.row).limit(limit))]


def hows(tx: Tx, sweep: str) -> dict[tuple[int, str], int]:
    """(stage, how) → number of items taken in."""
    asked = sa.select(TAKEN.c.stage, TAKEN.c.how, sa.func.count()).where(TAKEN.c.sweep == sweep)
    return {(int(row[0]), str(row[1])): int(row[2]) for row in tx.rows(asked.group_by(TAKEN.c.stage, TAKEN.c.how))}


def taken_rows(tx: Tx, sweep: str, place: int, rows: Iterable[int]) -> set[int]:
    """Which of these rows of a piece were taken in already."""
    wanted = list(rows)
    found: set[int] = set()
    for first in range(0, len(wanted), 500):
        asked = sa.select(TAKEN.c.row).where(TAKEN.c.sweep == sweep, TAKEN.c.place == place)
        found |= {int(one.row) for one in tx.rows(asked.where(TAKEN.c.row.in_(wanted[first : first + 500])))}
    return found
