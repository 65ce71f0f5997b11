"""A sweep in the middle of its stages, restored from a backup: it goes on, is counted again, and can be taken back."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from mingjian.governance.sweeps.figures import recount
from mingjian.records.backup import backup
from mingjian.records.blobs import Blobs
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict
from mingjian.records.restoring import restore
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database
from tests.governance.sweeps.archive import act, driver, row, standing, tried, wish, write

NOTES = 40


def test_a_sweep_goes_on_after_a_restore(database: Database, clock: SteppedClock, tmp_path: Path) -> None:
    archive = write(tmp_path / "archive", (row(one) for one in range(NOTES)))
    sweep = tried(database, tmp_path / "out", wish(archive, stages=["platform=douyin", "100%"]))
    act(database, "start_stage", sweep.id)
    before = driver(database, tmp_path / "out").finish(sweep.id)
    assert before.state == "staged" and before.taken < before.acting
    backup(database, tmp_path / "b.zip", blobs=Blobs(tmp_path / "blobs"), sweeps=tmp_path / "out")
    new = tmp_path / "new"
    with contextlib.closing(Database(f"sqlite:///{new / 'desk.db'}", clock=clock)) as there:
        blobs, secrets = new / "blobs", new / "secrets"
        restore(tmp_path / "b.zip", there, blobs=blobs, secrets=secrets)  # without the results
        with pytest.raises(Conflict, match="从备份恢复"):
            recount(there, before, new / "sweeps")
        restore(tmp_path / "b.zip", there, blobs=blobs, secrets=secrets, sweeps=new / "sweeps", replace=True)
        assert not recount(there, before, new / "sweeps").differing
        act(there, "start_stage", sweep.id)
        done = driver(there, new / "sweeps").finish(sweep.id)
        assert (done.state, done.taken) == ("done", done.acting)
        with there.read() as tx:
            items = [one.item for one in stored.taken(tx, sweep.id, limit=99)]
        assert all(standing(there, items))
        act(there, "undo", sweep.id, "策略有误")
        assert driver(there, new / "sweeps").finish(sweep.id).state == "undone"
        assert standing(there, items) == (0, 0)
