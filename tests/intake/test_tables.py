"""Tables and lists from strangers: every row has its line, what cannot be read is told and the rest goes on."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from mingjian.intake.errors import UnreadableError
from mingjian.intake.source import Source
from mingjian.intake.tables import MAX_CELL, format_of, open_table


def source(content: bytes, name: str = "a.csv") -> Source:
    return Source(name, name, data=content)


def test_lines_are_those_people_see() -> None:
    table = open_table(source(b'head,two\n\na,"b\nc"\nd,e\n'))
    assert table.headings == ["head", "two"]
    assert [(row.line, list(row.cells)) for row in table.rows] == [(3, ["a", "b\nc"]), (5, ["d", "e"])]


def test_cells_of_a_workbook_are_texts() -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["编号", "日期", "数", "是否"])
    sheet.append([110000000000001, date(2026, 3, 1), 1.5, True])
    sheet.append([1234567890123456789, None, 2.0, False])
    book.save(out)
    table = open_table(source(out.getvalue(), "a.xlsx"))
    first, second = table.rows
    assert list(first.cells) == ["110000000000001", "2026-03-01", "1.5", "是"]
    assert (first.line, second.line) == (2, 3)
    assert second.fault is not None and "设为文本" in second.fault


def test_faults_do_not_end_the_reading() -> None:
    long = "x" * (MAX_CELL + 1)
    rows = list(open_table(source(f"a,b\n{long},1\n2,3\n".encode())).rows)
    assert [row.fault is None for row in rows] == [False, True]
    lines = list(open_table(source(b'{"a": 1}\n{"a": \n\n{"a": Infinity}\n{"a": 2}\n', "a.jsonl")).rows)
    assert [(row.line, row.fault is None) for row in lines] == [(1, True), (2, False), (4, False), (5, True)]


@pytest.mark.parametrize(
    ("name", "head", "format"),
    [("a.csv", b"x", "csv"), ("a.TSV", b"x", "tsv"), ("a", b"[1]", "json"), ("a", b'\xef\xbb\xbf {"a":1}', "jsonl"),
     ("a", b"x,y", "csv"), ("a.csv", b"PK\x03\x04", "xlsx"), ("a.ndjson", b"", "jsonl")],
)  # fmt: skip
def test_a_file_says_what_it_is(name: str, head: bytes, format: str) -> None:
    assert format_of(name, head) == format


def test_what_only_seems_a_workbook_is_refused() -> None:
    for content in (b"x", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 600):
        with pytest.raises(UnreadableError):
            open_table(source(content, "a.xlsx"))
    with pytest.raises(UnreadableError):
        open_table(source(b"a", "a.pdf"), "pdf")
