"""The command line of certification: what it prints, and the documents it writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main
from mingjian.records.storage import certification_batches as stored
from mingjian.records.storage.database import Database
from tests.governance.certification.bodies import STRICT, approved, certified, clinic, hospital, in_force
from tests.stores import all_tables

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with a batch that waits to run."""
    database = Database(f"sqlite:///{tmp_path / 'mingjian.db'}")
    all_tables().create_all(database.engine)
    certified(database, [hospital(1), clinic(2), clinic(3)])
    in_force(database)
    with database.write() as tx:
        approved(tx)
    database.close()
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*words: str) -> tuple[int, str, str]:
        code = main(["certification", *words, "--data", str(folder)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


def test_a_batch_is_run_and_announced(run: Run, folder: Path, tmp_path: Path) -> None:
    assert f"{STRICT}" in run("policies")[1]
    code, told, _ = run("impact", STRICT)
    assert (code, "影响 2,其中本身合格 2" in told) == (0, True)
    assert "approved" in run("batches")[1]
    assert "done=2" in run("run", "--piece", "1")[1]
    assert "没有要执行的批次" in run("run")[1]
    database = Database(f"sqlite:///{folder / 'mingjian.db'}")
    with database.read() as tx:
        batch = stored.batches(tx)[0].id
    database.close()
    assert "取消 2 个主体的认证" in run("announce", "--batch", batch)[1]
    plain = json.loads(run("announce", "--batch", batch, "--format", "json")[1])
    assert plain["counted_to"] > 0
    for suffix, head in ((".pdf", b"%PDF"), (".docx", b"PK"), (".json", b"{"), (".txt", "关于".encode())):
        out = tmp_path / f"announcement{suffix}"
        assert run("announce", "--batch", batch, "--out", str(out))[0] == 0
        assert out.read_bytes().startswith(head)
    code, _, wrong = run("announce", "--batch", batch, "--out", str(tmp_path / "a.exe"))
    assert (code, ".pdf" in wrong) == (2, True)
    assert run("announce", "--batch", "none")[0] == 2


def test_counts_are_checked_against_the_journal(run: Run) -> None:
    run("run")
    code, told, _ = run("counts", "--since", "2020-01-01", "--until", "2029-12-31", "--verify")
    assert (code, "与日志逐条重数一致" in told, "<5" in told) == (0, True, True)
    assert run("counts", "--since", "x", "--until", "2029-12-31")[0] == 2
    assert run("waiting")[0] == 0
