"""Where rows come from: the same pieces every time, told when something changed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from mingjian.governance.sweeps.judging import read_items
from mingjian.governance.sweeps.sources import archive_source, open_source
from mingjian.intake.archive import ArchiveWriter
from mingjian.records.errors import Conflict, Invalid, Unavailable
from tests.governance.sweeps.archive import row, write


def ids(source: dict[str, str], rows: int) -> list[str]:
    opened = open_source(source)
    return [item.id for piece in opened.manifest(rows).pieces for _, item in read_items(opened.read(piece))[0]]


def made(folder: Path, number: int) -> Path:
    with ArchiveWriter(folder, "made") as writer:
        writer.items({**row(one), "published_at": None} for one in range(number))
    return folder


def table(path: Path, number: int, key: str = "number") -> dict[str, str]:
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE notes (number INTEGER PRIMARY KEY, id TEXT, body TEXT, hashtags TEXT)")
        for one in range(number):
            values = (one * 3, f"n{one}", "今天天气很好", json.dumps(["散步"], ensure_ascii=False))
            connection.exec_driver_sql("INSERT INTO notes VALUES (?, ?, ?, ?)", values)
    engine.dispose()
    return {"kind": "database", "address": f"sqlite:///{path}", "table": "notes", "key": key}


@pytest.mark.parametrize("rows", [1, 7, 64, 1000])
def test_every_row_once_in_any_size_of_piece(tmp_path: Path, rows: int) -> None:
    wanted = [f"n{one}" for one in range(50)]
    plain = write(tmp_path / "jsonl", (row(one) for one in range(50)), per_file=20)
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(b"".join(one.read_bytes() for one in sorted((plain / "items").iterdir()))))
    assert ids(archive_source(plain), rows) == wanted
    assert ids(archive_source(packed), rows) == wanted
    assert ids(archive_source(made(tmp_path / "parquet", 50)), rows) == wanted
    assert ids(table(tmp_path / "notes.db", 50), rows) == wanted


def test_a_file_that_changed_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "a", (row(one) for one in range(10)))
    source = open_source(archive_source(folder))
    files = [dict(one) for one in source.manifest(4).files]
    source.check(files)
    path = folder / "items" / "part-00000.jsonl"
    path.write_text(path.read_text("utf-8").replace("第3篇", "第8篇"), "utf-8")
    with pytest.raises(Conflict, match="part-00000"):
        open_source(archive_source(folder)).check(files)


def test_a_range_with_other_rows_than_planned_is_told(tmp_path: Path) -> None:
    given = table(tmp_path / "notes.db", 20)
    source = open_source(given)
    first, second, *_ = source.manifest(8).pieces
    engine = sa.create_engine(given["address"])
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM notes WHERE number = 3")
        connection.exec_driver_sql("INSERT INTO notes VALUES (25, 'late', 'x', NULL)")
    engine.dispose()
    with pytest.raises(Conflict, match="现在 7 行"):
        source.read(first)
    with pytest.raises(Conflict, match="更多"):
        source.read(second)


def test_a_query_names_the_columns(tmp_path: Path) -> None:
    given = {name: value for name, value in table(tmp_path / "notes.db", 6).items() if name != "table"}
    given |= {"query": "SELECT number AS n, 'x-' || id AS id, body FROM notes WHERE number < 12;", "key": "n"}
    assert ids(given, 4) == ["x-n0", "x-n1", "x-n2", "x-n3"]


def test_a_source_is_never_written(tmp_path: Path) -> None:
    given = {name: value for name, value in table(tmp_path / "notes.db", 3).items() if name != "table"}
    source = open_source(given | {"query": "SELECT number, id, body FROM notes"})
    assert len(source.manifest(10).pieces) == 1
    broken = open_source({**given, "query": "SELECT 1 AS number) AS t; DELETE FROM notes; --"})
    with pytest.raises(Unavailable):
        broken.manifest(10)
    assert len(ids({**given, "table": "notes"}, 10)) == 3


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": "ftp", "address": "x"}, "来源只能是"),
        ({"kind": "archive", "address": "/nowhere/at/all"}, "没有这个文件"),
        ({"kind": "database", "address": "sqlite:///x.db", "table": "t"}, "键列"),
        ({"kind": "database", "address": "sqlite:///x.db", "key": "id"}, "一张表或一条查询"),
        ({"kind": "database", "address": "no address", "table": "t", "key": "id"}, "地址有误"),
        ({"kind": "database", "address": "postgresql+psycopg://a:secret@h/d", "table": "t", "key": "id"}, "PGPASSWORD"),
    ],
)
def test_what_is_no_source_is_told(given: dict[str, str], told: str) -> None:
    with pytest.raises(Invalid, match=told) as error:
        open_source(given)
    assert "secret" not in str(error.value)
