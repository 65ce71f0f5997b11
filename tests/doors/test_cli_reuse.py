"""`mingjian reuse` over an archive and over a real store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian import api
from mingjian.doors.cli.main import main
from mingjian.governance.screening.service import Screening
from mingjian.records.items.model import Submission
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import shape
from tests.governance.reuse.test_archive import archive, note
from tests.governance.reuse.texts import COPY, DIARY, OTHER
from tests.stores import all_tables


@pytest.fixture
def data(tmp_path: Path) -> tuple[Path, list[str]]:
    """A store with a copy in it, judged before anything was compared."""
    database = Database(f"sqlite:///{tmp_path / 'mingjian.db'}")
    all_tables().create_all(database.engine)
    wanted = shape(database).wanted
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{wanted}')")
    screening = Screening(database, api.engine())
    given = [Submission({"id": str(number), "text": text, "publisher": {"id": f"p{number}", "kind": "person"}})
             for number, text in enumerate((DIARY, COPY, OTHER))]  # fmt: skip
    ids = [taken.item.id for taken, _ in screening.check_now(given, "user:1")]
    database.close()
    return tmp_path, ids


def test_rebuild_status_show(data: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    folder, ids = data
    store = ["--data", str(folder)]
    assert main(["reuse", "show", ids[1], *store]) == 0
    assert "没有与已知内容相同" in capsys.readouterr().out
    assert main(["reuse", "rebuild", *store]) == 0
    assert "内容 3 件,指纹 3 个,新发现相似 1 对" in capsys.readouterr().out
    assert main(["reuse", "status", "--format", "json", *store]) == 0
    assert json.loads(capsys.readouterr().out) == {"prints": {"text": 3}, "likenesses": 1}
    assert main(["reuse", "show", ids[1], *store]) == 0
    out = capsys.readouterr().out
    assert ids[0] in out and "先于本条" in out and "文字" in out
    assert main(["reuse", "show", ids[0], "--format", "json", *store]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["item"], told["earlier"]) == (ids[1], False)
    assert main(["reuse", "show", "itm_none", *store]) == 2


def test_find_in_an_archive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyarrow")
    rows = [note(0, DIARY, 1, "a"), note(1, COPY, 2, "b"), note(2, OTHER, 3, "c")]
    source = archive(tmp_path / "archive", rows)
    lines = source / "items" / "a.jsonl"
    command = ["reuse", "find", str(source), "--out", str(tmp_path / "out"), "--matter", "text", "--format", "jsonl"]
    assert main(command) == 0
    assert "文字相似 1 对" in capsys.readouterr().out
    (told,) = [json.loads(line) for path in (tmp_path / "out" / "likenesses").iterdir() for line in path.open()]
    assert (told["one"], told["other"], told["own"]) == ("n1", "n0", False)
    lines.write_text(lines.read_text("utf-8") + '{"id": 7, "broken": tru\n', encoding="utf-8")
    assert main(command) == 2  # another archive now
    assert "另一份档案" in capsys.readouterr().err
    assert main([*command[:4], str(tmp_path / "new"), *command[5:]]) == 1
    assert "有 1 行读不了" in capsys.readouterr().err
    assert main(["reuse", "find", str(tmp_path / "none"), "--out", str(tmp_path / "x")]) == 2
