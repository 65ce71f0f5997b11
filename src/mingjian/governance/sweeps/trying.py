"""The dry run: every piece judged once and entered in the ledger, then the samples drawn. Nothing is done to anything.

A result's file is written before its event; whoever is killed between the two leaves a file that the next one
overwrites with the same bytes.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from mingjian.governance.sweeps import results
from mingjian.governance.sweeps.engines import AT_ONCE, Engine
from mingjian.governance.sweeps.judging import Job, Result
from mingjian.governance.sweeps.plan import Plan
from mingjian.governance.sweeps.service import RUNNER, plan_of, sweep_of
from mingjian.governance.sweeps.sources import open_source
from mingjian.records.errors import Conflict
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import hold_head
from mingjian.records.sweeps.model import Sweep

SAMPLES = 30  # of each clause and outcome
Told = Callable[[Sweep], None]


def judge_all(
    database: Database, id: str, engine: Engine, folder: Path, engine_name: str, rulebook: str,
    told: Told | None = None, most: int | None = None,
) -> int:  # fmt: skip
    """Judge what waits, until nothing does or the sweep is paused; how many pieces. ``most``: no more than so many,
    for a duty that has others to think of. Conflict when the source or the rulebook is not what was planned."""
    with database.read() as tx:
        sweep = sweep_of(tx, id)
        if sweep.state != "trying":
            return 0
        frozen = plan_of(tx, sweep)
        waiting = stored.waiting_pieces(tx, id, most or AT_ONCE)
        manifest = contents.get(tx, sweep.manifest)
    if rulebook != frozen.rulebook:
        raise Conflict(f"规则库与计划冻结的不同(计划 {frozen.rulebook[:12]},现在 {rulebook[:12]})。"
                       "请用原来的版本续做,或新建一次回查。")  # fmt: skip
    if not waiting:
        _finish(database, sweep, folder)
        return 1
    if manifest is None:
        raise Conflict("来源清单已不在,不能接着做。")
    if most is None:  # a duty comes by often; it trusts the sizes that reading meets
        open_source(frozen.source).check(json.loads(manifest)["files"])
    done = 0
    job = Job(id, frozen, engine_name)
    while waiting:
        with closing(engine.results(job, waiting)) as found:
            for result in found:
                sweep, state = _record(database, sweep, result, folder)
                if state != "trying":
                    return done
                done += 1
                if told is not None:
                    told(sweep)
        if most is not None:
            return done
        with database.read() as tx:
            waiting = stored.waiting_pieces(tx, id, AT_ONCE)
    _finish(database, sweep, folder)
    return done


def _record(database: Database, sweep: Sweep, result: Result, folder: Path) -> tuple[Sweep, str]:
    """Keep a result, unless somebody else was quicker or the sweep is halted; the sweep as it is now."""
    with database.read() as tx:
        now = sweep_of(tx, sweep.id)
        known = stored.piece_state(tx, sweep.id, result.place) == "judged"
    if now.state != "trying" or known:
        return now, now.state
    digest = results.keep(folder, sweep.id, result.place, result.body)
    with database.write() as tx:
        hold_head(tx)
        now = sweep_of(tx, sweep.id)
        if now.state == "trying" and stored.piece_state(tx, sweep.id, result.place) == "waiting":
            body = {"place": result.place, "result": digest, "judged": result.judged, "bad": result.bad,
                    "empty": result.empty, "acting": result.acting, "counts": result.counts}  # fmt: skip
            append(tx, Event("sweep.judged", sweep.id, body, RUNNER.actor))
            now = sweep_of(tx, sweep.id)
    return now, now.state


def _finish(database: Database, sweep: Sweep, folder: Path) -> None:
    with database.read() as tx:
        frozen = plan_of(tx, sweep)
    accounts, samples = drawn(database, sweep, folder, frozen)
    with database.write() as tx:
        hold_head(tx)
        now = sweep_of(tx, sweep.id)
        if now.state == "trying" and not stored.waiting_pieces(tx, sweep.id, 1):
            append(tx, Event("sweep.tried", sweep.id, {"accounts": accounts, "samples": samples}, RUNNER.actor))


def drawn(database: Database, sweep: Sweep, folder: Path, frozen: Plan) -> tuple[dict[str, int], list[list[Any]]]:
    """How many accounts have something of each outcome, and the samples [clause, word, place, row, id]: of each clause
    and outcome, of passes too, those whose keys are smallest, which is as good as drawn by lot and always the same."""
    least: dict[tuple[str, str], list[tuple[int, int, int, str]]] = {}
    accounts: dict[str, set[str]] = {}
    for place, row in _rows(database, sweep, folder):
        if row["word"] is None:
            continue
        if row["word"] != "pass" and row["publisher_id"]:
            accounts.setdefault(row["word"], set()).add(f"{row['platform'] or ''}:{row['publisher_id']}")
        heap = least.setdefault((row["clause"], row["word"]), [])
        entry = (-row["key"], -place, -row["row"], row["id"])
        if len(heap) < SAMPLES:
            heapq.heappush(heap, entry)
        elif entry > heap[0]:
            heapq.heapreplace(heap, entry)
    order = [one.name for one in frozen.read.clauses]
    keys = sorted(least, key=lambda one: (order.index(one[0]) if one[0] in order else len(order), one[1]))
    samples = [[clause, word, -place, -row, external] for clause, word in keys
               for _, place, row, external in sorted(least[clause, word], reverse=True)]  # fmt: skip
    counted = {word: len(found) for word, found in sorted(accounts.items())}
    everybody = set().union(*accounts.values()) if accounts else set()
    return counted | ({"all": len(everybody)} if everybody else {}), samples


_COLUMNS = ("row", "key", "id", "word", "clause", "platform", "publisher_id")


def _rows(database: Database, sweep: Sweep, folder: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    first = 0
    while True:
        with database.read() as tx:
            found = stored.judged_pieces(tx, sweep.id, first)
        if not found:
            return
        for one in found:
            table = results.read(folder, sweep.id, one.piece.place, _COLUMNS, one.result)
            for row in table.to_pylist():
                yield one.piece.place, row
        first = found[-1].piece.place + 1
