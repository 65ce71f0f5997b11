"""`mingjian store`: what its commands do to a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.desk.people.service import first_administrator
from mingjian.desk.people.signing import verify_login
from mingjian.doors.cli.main import main
from mingjian.records.storage.database import Database


def test_an_administrator_who_lost_the_password_gets_in_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["store", "migrate", "--data", str(tmp_path)]) == 0
    database = Database(f"sqlite:///{tmp_path / 'mingjian.db'}")
    with database.write() as tx:
        first_administrator(tx, "admin")
    capsys.readouterr()
    assert main(["store", "reset-password", "admin", "--data", str(tmp_path)]) == 0
    password = capsys.readouterr().out.splitlines()[0].split(":", 1)[1]
    assert verify_login(database, "admin", password, "127.0.0.1").login == "admin"
    assert main(["store", "reset-password", "nobody", "--data", str(tmp_path)]) == 2
    assert "没有这个账号:nobody" in capsys.readouterr().err
    database.close()
