"""``mingjian score``, from the command line to the exit code."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mingjian import api
from mingjian.governance.scorecards import service
from mingjian.governance.screening.service import Screening
from mingjian.records.items.model import Submission
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import migrate
from mingjian.records.storage.scores import SCORES
from tests.doors.conftest import BREACH, CLEAN, Run
from tests.stores import all_tables


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A data folder with the shipped cards and two items of one creator."""
    monkeypatch.setenv("MINGJIAN_DESK_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    with contextlib.closing(Database(f"sqlite:///{tmp_path / 'data' / 'mingjian.db'}")) as opened:
        migrate(opened)
        all_tables().create_all(opened.engine)
        given = [Submission({"id": str(at), "text": text, "publisher": {"id": "acct", "kind": "creator"}})
                 for at, text in enumerate((BREACH, CLEAN))]  # fmt: skip
        Screening(opened, api.engine()).check_now(given, "user:1")
        with opened.write() as tx:
            service.install_cards(tx)
        yield opened


def test_count_and_show(store: Database, run: Run) -> None:
    ran = run("score", "compute", "user_risk")
    assert ran.code == 0 and "核对 1 个,不一致 0 个" in ran.out
    ran = run("score", "show", "user_risk", "acct")
    assert ran.code == 0 and "用户风险指数" not in ran.err and "生效的违规处置" in ran.out
    found = json.loads(run("score", "show", "user_risk", "acct", "--json").out)
    assert sum(part["points"] for part in found["contributions"]) == found["points"]
    assert run("score", "compute", "user_risk", "--actor", "acct").code == 0
    assert run("score", "compute", "none").code == 2
    assert run("score", "show", "user_risk", "nobody").code == 2
    assert run("score", "show", "user_risk", "acct", "--as-of", "soon").code == 2


def test_a_disagreement_is_an_exit_code(store: Database, run: Run) -> None:
    run("score", "compute", "user_risk")
    with store.write() as tx:
        tx.run(SCORES.update().values(points=7))
    ran = run("score", "compute", "user_risk")
    assert ran.code == 1 and "不一致 1 个" in ran.out


def test_observations_from_a_file(store: Database, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "投诉.csv"
    rows = "complaints,acct,creator,2026-01-05,2\ncomplaints,acct,ghost,x,1\n"
    file.write_text(f"source,actor,kind,day,upheld\n{rows}", "utf-8")
    ran = run("score", "import-observations", str(file))
    assert ran.code == 1
    assert "收下 1 条,1 条有误" in ran.out
    assert "第 3 行 kind" in ran.err
    file.write_text("source,actor\n", "utf-8")
    assert run("score", "import-observations", str(file)).code == 2


def test_what_if_and_report(store: Database, run: Run, tmp_path: Path) -> None:
    text = next(one for one in service.shipped_texts() if "name: user_risk" in one)
    file = tmp_path / "new.yaml"
    file.write_text(text.replace("version: 1", "version: 2").replace("points: 12}", "points: 60}"), "utf-8")
    ran = run("score", "whatif", str(file))
    assert ran.code == 0 and "user_risk@1 → user_risk@2" in ran.out
    assert json.loads(run("score", "whatif", str(file), "--json").out)["seen"] == 1
    file.write_text(text.replace("good: low", "good: x"), "utf-8")
    ran = run("score", "whatif", str(file))
    assert ran.code == 2 and "good" in ran.err
    assert "user_risk@1" in run("score", "report").out
    ran = run("score", "report", "user_risk")
    assert ran.code == 0 and "PSI" in ran.out and "95%" in ran.out


def test_a_deployers_folder(store: Database, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cards"
    folder.mkdir()
    (folder / "broken.yaml").write_text("name: x\n", "utf-8")
    monkeypatch.setenv("MINGJIAN_DESK_SCORECARDS", str(folder))
    ran = run("score", "report")
    assert ran.code == 2 and "broken.yaml" in ran.err
