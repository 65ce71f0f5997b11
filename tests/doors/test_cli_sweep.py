"""`mingjian sweep` over a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main
from mingjian.governance.policies.shipped import install_shipped
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import shape
from tests.governance.sweeps.archive import row, write
from tests.stores import all_tables


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINGJIAN_SWEEP_ENGINE", "inline")
    folder = tmp_path / "data"
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'mingjian.db'}")
    all_tables().create_all(database.engine)
    wanted = shape(database).wanted
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{wanted}')")
    with database.write() as tx:
        install_shipped(tx)
    database.close()
    return folder


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write(tmp_path / "春季", (row(one) for one in range(40)))


Out = pytest.CaptureFixture[str]


def ran(data: Path, *arguments: str) -> int:
    return main(["sweep", *arguments, "--data", str(data)])


def test_dry_run_stages_and_undoing(data: Path, archive: Path, capsys: Out) -> None:
    assert ran(data, "run", "--policy", "content", "--source", str(archive), "--format", "json") == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    id = told["id"]
    assert err.startswith(id)
    assert (told["state"], told["judged"], told["acting"]) == ("tried", 40, 16)
    assert ran(data, "status", id, "--verify") == 0
    out, err = capsys.readouterr()
    assert "toxic-drug=8" in out and "核对无误:40 条" in err
    assert ran(data, "samples", id, "--clause", "toxic-drug", "--limit", "3") == 0
    assert capsys.readouterr().out.count("瘦脸针") == 3
    assert ran(data, "run", id, "--stage") == 0
    assert ran(data, "run", id, "--all-stages") == 0
    assert "已完成" in capsys.readouterr().out
    assert ran(data, "undo", id, "--reason", "策略有误") == 0
    assert "已撤销 16 / 16" in capsys.readouterr().out
    assert ran(data, "list") == 0
    assert "已撤销" in capsys.readouterr().out


def test_plan_pause_resume_stop(data: Path, archive: Path, capsys: Out) -> None:
    made = ("--policy", "content@1", "--source", str(archive), "--stages", "platform=douyin,100%", "--name", "春")
    assert ran(data, "plan", *made) == 0
    id = capsys.readouterr().out.strip()
    assert ran(data, "status", id) == 0
    assert "待试运行 0/40" in capsys.readouterr().out
    assert ran(data, "pause", id) == 2
    assert "不必暂停" in capsys.readouterr().err
    assert ran(data, "run", id) == 0
    assert ran(data, "stop", id, "--reason", "够了") == 0
    assert "已停止" in capsys.readouterr().out
    assert ran(data, "run", id) == 0  # nothing to do
    assert "够了" not in capsys.readouterr().err


def test_what_is_wrong_is_told(data: Path, archive: Path, tmp_path: Path, capsys: Out) -> None:
    source = ("--source", str(archive))
    for arguments, words in (
        (("run",), "--policy 和 --source"),
        (("run", "--policy", "none", *source), "没有生效的策略 none"),
        (("run", "--policy", "content", "--source", str(tmp_path / "nowhere")), "没有这个文件或文件夹"),
        (("run", "--policy", "content", *source, "--act", "grave"), "条款=处置"),
        (("run", "--policy", "content", *source, "--engine", "spark"), "native"),
        (("run", "--policy", "content", *source, "--stages", "5%"), "100%"),
        (("status", "swp_none"), "没有这次回查"),
        (("run", "--policy", "content", "--source", "postgresql+psycopg://a:secret@h/d", "--table", "t", "--key",
          "id"), "PGPASSWORD"),
    ):  # fmt: skip
        assert ran(data, *arguments) == 2, arguments
        err = capsys.readouterr().err
        assert words in err, arguments
        assert "secret" not in err
