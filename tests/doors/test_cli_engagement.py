"""`mingjian engagement` over an archive and over a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import shape
from tests.governance.engagement.made import PUBLISHERS, World
from tests.stores import all_tables

QUICK = ["--rounds", "1", "-m", "lockstep"]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of JSONL with a farm in it, and one row that is wrong."""
    world = World().honest(1500).likes()
    folder = tmp_path / "档案"
    (folder / "engagement").mkdir(parents=True)
    (folder / "items").mkdir()
    (folder / "engagement" / "a.jsonl").write_text(world.lines() + '{"actor": "x"}\n', "utf-8")
    items = ({"id": f"n{item}", "title": "x", "publisher_id": f"p{item % PUBLISHERS}"} for item in range(120))
    (folder / "items" / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in items), "utf-8")
    return folder


def test_find_tells_and_writes(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "线索.jsonl"
    assert main(["engagement", "find", str(archive), *QUICK, "--out", str(out)]) == 1
    told = capsys.readouterr()
    assert "线索 1 条" in told.out and "同步操作" in told.out and "有 1 行读不了" in told.err
    (alarm,) = map(json.loads, out.read_text("utf-8").splitlines())
    assert len(alarm["actors"]) == 20 and set(alarm["publishers"]) == {"p5", "p11", "p6", "p2", "p9", "p4"}
    assert main(["engagement", "find", str(archive), *QUICK, "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["actors"] == alarm["actors"]


def test_nothing_found_is_zero_and_nothing_there_is_two(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["engagement", "find", str(archive), "--rounds", "0", "-m", "orders"]) == 0
    assert "线索 0 条" in capsys.readouterr().out
    assert main(["engagement", "find", str(archive), "-m", "magic"]) == 2
    assert "lockstep" in capsys.readouterr().err
    assert main(["engagement", "find", str(archive / "none")]) == 2
    assert "没有" in capsys.readouterr().err


def test_parameters_of_ones_own_are_read_and_all_mistakes_told(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("methods: [magic]\nrounds: -1\nlockstep: {windows: [0], speed: 2}\nbursts: {hours: x}\n", "utf-8")
    assert main(["engagement", "find", str(archive), "--params", str(mine)]) == 2
    told = capsys.readouterr().err
    for field in ("methods", "rounds", "lockstep.windows", "lockstep.speed", "bursts.hours"):
        assert field in told
    mine.write_text("methods: [orders]\n", "utf-8")
    assert main(["engagement", "find", str(archive), "--params", str(mine)]) == 0


def test_push_and_list(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(f"sqlite:///{tmp_path / 'mingjian.db'}")
    all_tables().create_all(database.engine)
    wanted = shape(database).wanted
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{wanted}')")
    database.close()
    mine = tmp_path / "mine.yaml"
    mine.write_text("methods: [lockstep]\nrounds: 1\n", "utf-8")
    file = str(archive / "engagement" / "a.jsonl")
    assert main(["engagement", "push", file, "--params", str(mine), "--data", str(tmp_path)]) == 0
    assert "坏行 1,新线索 1" in capsys.readouterr().out
    assert main(["engagement", "list", "--data", str(tmp_path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["actors"] == 20
    assert main(["engagement", "list", "--data", str(tmp_path), "--state", "dismissed"]) == 0
    assert "没有这样的线索" in capsys.readouterr().out
