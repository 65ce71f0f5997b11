"""`mingjian rings` over an archive and over a store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.records.clock import moment
from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import shape
from tests.doors.conftest import Run
from tests.doors.ring_made import ring
from tests.governance.rings.made import DAY, START
from tests.stores import all_tables


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    rows = [
        {"id": f"{case}{place}", "published_at": moment(START + case * DAY + place * 1000).isoformat(),
         "publisher_id": f"acc{place}", "publisher_kind": "person", "institution": "clinic", "body": "笔记"}
        for case in range(4) for place in range(3)
    ]  # fmt: skip
    rows += [{"id": f"h{n}", "publisher_id": f"h{n}", "body": "别的"} for n in range(20)]
    path = tmp_path / "items.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    pairs = [{"one": f"{case}{place}", "other": f"{case}0", "matter": "picture", "how": "near"}
             for case in range(4) for place in (1, 2)]  # fmt: skip
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(pair) + "\n" for pair in pairs), "utf-8")
    return path


def test_in_an_archive(run: Run, archive: Path) -> None:
    ran = run("rings", "find", archive, "--likenesses", archive.parent / "pairs.jsonl", "--out", "rings.jsonl")
    assert ran.code == 0 and "团伙 1 个" in ran.out and "clinic" in ran.out and "acc1" in ran.out, ran
    told = json.loads((archive.parent / "rings.jsonl").read_text("utf-8"))
    assert sorted(told["accounts"]) == ["acc0", "acc1", "acc2"]
    ran = run("rings", "find", archive, "--likenesses", archive.parent / "pairs.jsonl", "--format", "json")
    assert json.loads(ran.out)[0] == told
    ran = run("rings", "find", archive, "--least", "1")
    assert ran.code == 0 and "没有找到团伙" in ran.out


@pytest.mark.parametrize(("given", "said"), [
    ((), "请给出档案"), (("nothing-here",), "没有这个"), (("items.jsonl", "--store"), "请给出档案"),
    (("items.jsonl", "--least", "7"), "--least"), (("items.jsonl", "--likenesses", "none.parquet"), "none.parquet"),
    (("items.jsonl", "--rings", "none.yaml"), "none.yaml"), (("items.jsonl", "--format", "xml"), "--format"),
])  # fmt: skip
def test_what_is_wrong_is_told(run: Run, archive: Path, given: tuple[str, ...], said: str) -> None:
    ran = run("rings", "find", *given)
    assert ran.code == 2 and said in ran.err, ran


def test_over_a_store(run: Run, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'mingjian.db'}")
    all_tables().create_all(database.engine)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{shape(database).wanted}')")
    id = ring(database, [f"itm_{n}" for n in range(9)])
    database.close()
    ran = run("rings", "list", "--data", tmp_path)
    assert ran.code == 0 and id in ran.out
    assert json.loads(run("rings", "list", "--data", tmp_path, "--format", "json").out)[0]["id"] == id
    assert "没有这样的团伙" in run("rings", "list", "--data", tmp_path, "--account", "stranger").out
    assert json.loads(run("rings", "show", id, "--data", tmp_path).out)["story"]["accounts"]
    assert run("rings", "show", "rng_none", "--data", tmp_path).code == 2
    ran = run("rings", "find", "--store", "--data", tmp_path)
    assert ran.code == 0 and "团伙 1 个" in ran.out
