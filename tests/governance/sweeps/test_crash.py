"""Killed anywhere, by kill -9, in a process of its own: nothing is lost, nothing is done twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from mingjian.records.journal.append import refold
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after
from tests.governance.sweeps.archive import act, driver, planned, row, wish, write

WORKER = """
import sys
from pathlib import Path
from mingjian.doors import cache
from mingjian.governance.screening.service import Screening
from mingjian.governance.sweeps.driving import Driver
from mingjian.governance.sweeps.engines import Engine
from mingjian.governance.sweeps.taking import Taker
from mingjian.records.storage.database import Database
from mingjian.records.storage.tables import load_tables

load_tables()
database = Database(sys.argv[1])
screening = Screening(database, cache.engine())
work = Driver(database, screening, Path(sys.argv[2]), Engine("inline"), "mingjian.doors.cache:engine")
work._taker = Taker(database, screening, Path(sys.argv[2]), at_once=4)
print("ready", flush=True)
work.finish(sys.argv[3], lambda now: print(now.judged_chunks, now.taken, flush=True))
print("end", flush=True)
"""


def killed_again_and_again(url: str, folder: Path, id: str, turns: int) -> None:
    """Processes one after the other, each killed a little later in its work."""
    for turn in range(1, turns + 1):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, url, str(folder), id], stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        for _ in range(turn % 3):
            worker.stdout.readline()
        time.sleep(0.004 * turn)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        worker.stdout.close()


def test_kill_9_anywhere_loses_and_doubles_nothing(database: Database, database_url: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "archive", (row(one) for one in range(80)))
    sweep = planned(database, wish(folder, rows=8, stages=["100%"]))
    act(database, "begin", sweep.id)
    turns = 2 if database.dialect == "sqlite" else 1  # every process compiles or loads an engine
    killed_again_and_again(database_url, tmp_path / "out", sweep.id, turns)
    work = driver(database, tmp_path / "out")
    assert work.finish(sweep.id).state == "tried"
    act(database, "start_stage", sweep.id)
    killed_again_and_again(database_url, tmp_path / "out", sweep.id, turns)
    done = work.finish(sweep.id)
    assert (done.state, done.judged, done.acting, done.taken) == ("done", 80, 32, 32)
    with database.read() as tx:
        places = Counter(event.body["place"] for event in events_after(tx, 0, kinds=["sweep.judged"], limit=999))
        counted = Counter(event.kind for event in events_after(tx, 0, limit=99999))
        rows = stored.taken(tx, sweep.id, limit=999)
        before = (stored.sweep_by_id(tx, sweep.id), stored.tallies(tx, sweep.id), rows)
    assert places == dict.fromkeys(range(10), 1)
    assert len({one.item for one in rows}) == 32
    assert (counted["item.submitted"], counted["decision.made"], counted["case.opened"]) == (32, 16, 32)
    assert not list((tmp_path / "out" / sweep.id).glob("*.parquet.*"))
    refold(database)
    with database.read() as tx:
        assert before == (stored.sweep_by_id(tx, sweep.id), stored.tallies(tx, sweep.id),
                          stored.taken(tx, sweep.id, limit=999))  # fmt: skip
