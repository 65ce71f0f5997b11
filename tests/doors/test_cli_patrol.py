"""`mingjian patrol` and `mingjian lookup` over a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import shape
from tests.governance.registered import clinic
from tests.stores import all_tables


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A store with a clinic whose licence is not verified."""
    database = Database(f"sqlite:///{tmp_path / 'mingjian.db'}")
    all_tables().create_all(database.engine)
    wanted = shape(database).wanted
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{wanted}')")
    clinic(database)
    database.close()
    return tmp_path


def test_list_run_status(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["patrol", "run", "unverified", "--data", str(data)]) == 0
    assert "看过 1 / 1,发现 1" in capsys.readouterr().out
    assert main(["patrol", "list", "--data", str(data)]) == 0
    assert "发现 1" in capsys.readouterr().out
    assert main(["patrol", "list", "--format", "json", "--data", str(data)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert next(one for one in told if one["name"] == "unverified")["last"].startswith("run_")
    assert main(["patrol", "status", "--data", str(data)]) == 0
    out = capsys.readouterr().out
    assert "工作清单:待办 0" in out and "待人工 1" in out
    assert main(["patrol", "run", "none", "--data", str(data)]) == 2
    assert "没有这项巡查:none" in capsys.readouterr().err


def test_ask_list_answer(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["patrol", "run", "unverified", "--data", str(data)])
    capsys.readouterr()
    assert main(["lookup", "list", "--state", "by_hand", "--data", str(data)]) == 0
    lookup, _, credential = capsys.readouterr().out.split()[:3]
    assert main(["lookup", "ask", credential, "--data", str(data)]) == 0
    assert lookup in capsys.readouterr().out  # it waits already
    assert main(["lookup", "answer", lookup, "confirmed", "--data", str(data)]) == 2
    assert "证据" in capsys.readouterr().err
    shot = data / "截图.png"
    shot.write_bytes(b"png")
    assert main(["lookup", "answer", lookup, "confirmed", "--evidence", str(shot), "--data", str(data)]) == 0
    assert f"已登记:{lookup} confirmed" in capsys.readouterr().out
    assert main(["lookup", "ask", credential, "--data", str(data)]) == 0
    assert "confirmed" in capsys.readouterr().out  # the fresh answer is used
