"""`mingjian ranking`: plans, entrants, values, computing, verifying, exporting, over a real store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main
from mingjian.records.storage import ranking as store
from mingjian.records.storage.database import Database
from tests.governance.ranking.field import Field, doctor, key
from tests.stores import all_tables


@pytest.fixture
def field(tmp_path: Path) -> Field:
    database = Database(f"sqlite:///{tmp_path / 'mingjian.db'}")
    all_tables().create_all(database.engine)
    made = Field(database)
    made.doctors(doctor(1), doctor(2))
    return made


def test_the_plan_is_printed(golden: Callable[[str, str], str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ranking", "plan"]) == 0
    text = capsys.readouterr().out
    assert text == golden("ranking_plan.txt", text)
    assert main(["ranking", "plan", "--lang", "en"]) == 0
    assert "Years of practice" in capsys.readouterr().out


def test_a_wrong_plan_is_told_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: x\n", "utf-8")
    assert main(["ranking", "plan", str(file)]) == 2
    assert "处错误" in capsys.readouterr().err
    assert main(["ranking", "plan", str(tmp_path / "none.yaml")]) == 2


def test_from_nomination_to_export(field: Field, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edition = field.edition(opens=date(2026, 1, 1), closes=date(2099, 1, 1), most=2).id
    data = ["--data", str(tmp_path)]
    entrants, values = tmp_path / "e.csv", tmp_path / "v.csv"
    entrants.write_text(f"key,title,text\n{key(1)},作品,说明\n{key(2)},,\nnobody,,\n", "utf-8-sig")
    assert main(["ranking", "enter", edition, str(entrants), *data]) == 1
    out = capsys.readouterr()
    assert "成功 2,有误 1" in out.out and "nobody" in out.err
    values.write_text("who,dimension,value,on,evidence\n1,case-volume,80,2026-02-01,登记\n", "utf-8")
    assert main(["ranking", "values", edition, str(values), *data]) == 0
    assert main(["ranking", "examine", edition, *data]) == 0
    assert "eligible=2" in capsys.readouterr().out
    assert main(["ranking", "compute", edition, *data]) == 2
    field.rate(edition)
    assert main(["ranking", "compute", edition, "--seed", "5", *data]) == 0
    assert "种子 5" in capsys.readouterr().out
    assert main(["ranking", "verify", edition, *data]) == 0
    assert "重算一致" in capsys.readouterr().out
    assert main(["ranking", "export", edition, str(tmp_path / "x.json"), *data]) == 2
    sealed = field.publish(edition).seal
    for name in ("x.json", "x.pdf"):
        assert main(["ranking", "export", edition, str(tmp_path / name), *data]) == 0
    assert hashlib.sha256((tmp_path / "x.json").read_bytes()).hexdigest() == sealed
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")
    assert main(["ranking", "show", *data]) == 0
    assert edition in capsys.readouterr().out
    assert main(["ranking", "verify", "edt_none", *data]) == 2
    with field.database.read() as tx:
        assert len(store.ranked(tx, edition)) == 2
