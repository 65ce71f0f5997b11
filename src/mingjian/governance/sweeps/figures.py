"""What a sweep comes to: how far it is and how long it still takes, what people said of the samples, the counts made
again from the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mingjian.desk.quality.kappa import wilson
from mingjian.governance.sweeps import results
from mingjian.records.clock import MICROSECONDS
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database, Tx
from mingjian.records.sweeps.model import Sweep


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` (rows while trying, pieces while running, items while undoing); ``left`` seconds at the
    pace since work was last taken up, None while nothing can be said."""

    done: int
    total: int
    left: float | None

    @property
    def share(self) -> float:
        """Done, of all."""
        return self.done / self.total if self.total else 1.0


def progress(sweep: Sweep, now: int) -> Progress:
    """How far it is. ``now`` in microseconds."""
    state = sweep.resumes or sweep.state
    if state == "running":
        done, total = sweep.at_place, sweep.chunks
    elif state == "undoing":
        done, total = sweep.undone, sweep.taken
    else:
        done, total = sweep.rows - sweep.unread, sweep.rows
    since, fresh = (now - sweep.clock_at) / MICROSECONDS, done - sweep.clock_done
    moving = sweep.state in ("trying", "running", "undoing") and fresh > 0 and since > 0
    return Progress(done, total, (total - done) * since / fresh if moving else None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What people said of a clause's samples: ``seen`` of ``drawn``; ``right`` of those on which they could decide,
    with the bounds of the 95 % interval."""

    clause: str
    word: str
    drawn: int
    seen: int
    right: int
    wrong: int
    low: float
    high: float


def judgements(tx: Tx, sweep: str) -> list[Judgement]:
    """By clause and outcome."""
    found = []
    for (clause, word), said in stored.answers(tx, sweep).items():
        right, wrong = said.get("right", 0), said.get("wrong", 0)
        low, high = wilson(right, right + wrong) if right + wrong else (0.0, 1.0)
        drawn = sum(said.values())
        found.append(Judgement(clause, word, drawn, drawn - said.get("none", 0), right, wrong, low, high))
    return found


@dataclass(frozen=True, slots=True)
class Recount:
    """The counts made again from the files of results, and where they differ from the ledger's: axis → (ledger's,
    files')."""

    rows: int
    bad: int
    acting: int
    differing: Mapping[str, tuple[int, int]]


def recount(database: Database, sweep: Sweep, folder: Path) -> Recount:
    """Read every file of results, whose digests must be the ledger's (Conflict), and count again."""
    rows = bad = acting = first = 0
    words: Counter[str] = Counter()
    clauses: Counter[str] = Counter()
    while True:
        with database.read() as tx:
            found = stored.judged_pieces(tx, sweep.id, first)
        if not found:
            break
        for one in found:
            columns = ("value", "word", "clause")
            for row in results.read(folder, sweep.id, one.piece.place, columns, one.result).to_pylist():
                if row["value"] == results.BAD:
                    bad += 1
                    continue
                rows += 1
                acting += row["word"] != "pass"
                words[row["word"]] += 1
                clauses[row["clause"]] += 1
        first = found[-1].piece.place + 1
    with database.read() as tx:
        told = stored.tallies(tx, sweep.id)
    pairs = {"rows": (sweep.judged, rows), "bad": (sweep.bad, bad), "acting": (sweep.acting, acting)}
    for axis, counted in (("word", words), ("clause", clauses)):
        known = told.get(axis, {})
        pairs |= {f"{axis}:{key}": (known.get(key, 0), counted[key]) for key in {*known, *counted}}
    return Recount(rows, bad, acting, {name: pair for name, pair in sorted(pairs.items()) if pair[0] != pair[1]})
