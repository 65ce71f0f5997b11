"""The same worker under Daft on this machine, and on a Ray cluster of several nodes of which one is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from mingjian import api
from mingjian.governance.policies.shipped import shipped_texts
from mingjian.governance.sweeps.engines import Engine
from mingjian.governance.sweeps.judging import Job
from mingjian.governance.sweeps.plan import Plan
from mingjian.governance.sweeps.sources import archive_source, open_source
from mingjian.records.errors import Conflict
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database
from tests.governance.sweeps.archive import act, driver, planned, row, wish, write

needs_daft = pytest.mark.skipif(util.find_spec("daft") is None, reason="the extra `sweep` is not installed")
needs_ray = pytest.mark.skipif(util.find_spec("ray") is None, reason="the extra `cluster` is not installed")


def job(folder: Path, **more: Any) -> Job:
    text = next(one for one in shipped_texts() if "\nname: content\n" in one)
    plan = Plan(**{"policy": "content@1", "text": text, "rulebook": api.engine().rulebook, "as_of": "2026-03-02",
                   "source": archive_source(folder), "stages": ("100%",)} | more)  # fmt: skip
    return Job("swp_1", plan, "mingjian.doors.cache:engine")


def bodies(engine: Engine, asked: Job, rows: int) -> Mapping[int, bytes]:
    pieces = open_source(asked.plan.source).manifest(rows).pieces
    found = list(engine.results(asked, pieces))
    assert len(found) == len(pieces)
    return {one.place: one.body for one in found}


@needs_daft
def test_processes_of_daft_give_the_bytes_of_one_process(tmp_path: Path) -> None:
    asked = job(write(tmp_path / "archive", (row(one) for one in range(40))))
    assert bodies(Engine("native", workers=2), asked, 8) == bodies(Engine("inline"), asked, 8)


@needs_daft
def test_a_worker_with_another_rulebook_says_so(tmp_path: Path) -> None:
    asked = job(write(tmp_path / "archive", [row(1)]), rulebook="another")
    for name in ("inline", "native"):
        with pytest.raises(Conflict, match="规则库"):
            bodies(Engine(name, workers=1), asked, 8)


CLUSTER = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
from pathlib import Path
import ray
from ray.cluster_utils import Cluster
from mingjian.doors import cache
from mingjian.governance.screening.service import Screening
from mingjian.governance.sweeps.driving import Driver
from mingjian.governance.sweeps.engines import engine_of
from mingjian.records.storage.database import Database
from mingjian.records.storage.tables import load_tables

url, folder, id, kill_at = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
small = {"num_cpus": 1, "object_store_memory": 100_000_000}
cluster = Cluster(initialize_head=True, head_node_args={**small, "include_dashboard": False})
cluster.add_node(**small)
doomed = cluster.add_node(**small)
load_tables()
database = Database(url)
work = Driver(database, Screening(database, cache.engine()), folder, engine_of("ray", cluster.address),
              "tests.governance.sweeps.archive:slow_engine")
killed = []

def told(now):
    if now.judged_chunks == kill_at and not killed:
        killed.append([sum(node["Alive"] for node in ray.nodes()), now.rows - now.judged])
        cluster.remove_node(doomed, allow_graceful=False)
        assert not doomed.any_processes_alive()

now = work.finish(id, told)
print("TOLD " + json.dumps({"state": now.state, "judged": now.judged, "killed": killed}), flush=True)
os._exit(0 if now.state == "tried" else 1)
"""


@needs_daft
@needs_ray
def test_a_node_killed_mid_run_loses_and_doubles_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    """Three nodes, one killed after a third of the pieces; about a minute."""
    folder = write(tmp_path / "archive", (row(one) for one in range(96)))
    sweep = planned(sqlite_database, wish(folder, rows=4))
    act(sqlite_database, "begin", sweep.id)
    url = f"sqlite:///{sqlite_database.path}"
    asked = [sys.executable, "-c", CLUSTER, url, str(tmp_path / "out"), sweep.id, "8"]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=300, cwd=tmp_path,
                          env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])})  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.startswith("TOLD ")]
    assert lines, done.stderr[-3000:]
    told = json.loads(lines[0].removeprefix("TOLD "))
    assert told == {"state": "tried", "judged": 96, "killed": [[3, 64]]}
    with sqlite_database.read() as tx:
        found = stored.judged_pieces(tx, sweep.id)
        counted = stored.tallies(tx, sweep.id)
    assert [one.piece.place for one in found] == list(range(24))
    twin = planned(sqlite_database, wish(folder, rows=4))
    act(sqlite_database, "begin", twin.id)
    driver(sqlite_database, tmp_path / "alone").finish(twin.id)
    with sqlite_database.read() as tx:
        assert counted == stored.tallies(tx, twin.id)
