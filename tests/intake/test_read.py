"""The door: folders, links, pipes, limits, and that nothing bad stops the rest."""

from __future__ import annotations

import io
import os
import threading
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mingjian.core.model import Item
from mingjian.intake import Context, IntakeError, ReadOptions, count_files, read, zipsafe
from tests.intake.makers import docx_of, pdf_of, xlsx_of


def split(found: list[Item | IntakeError]) -> tuple[list[Item], list[IntakeError]]:
    return (
        [entry for entry in found if isinstance(entry, Item)],
        [entry for entry in found if isinstance(entry, IntakeError)],
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "稿件"
    (root / "子").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / ".git" / "x.txt").write_text("不读")
    (root / "b.txt").write_text("乙", "utf-8")
    (root / "a.md").write_text("甲", "utf-8")
    (root / "无后缀").write_text("丁", "utf-8")
    (root / "子" / "c.html").write_text("<p>丙</p>", "utf-8")
    (root / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (root / "app.js").write_text("let a")
    return root


def test_folders_in_sorted_order_with_everything_else_counted(folder: Path) -> None:
    items, notes = split(list(read(["稿件"])))
    assert [(item.id, item.parts[0].text) for item in items] == [
        ("稿件/a.md", "甲"), ("稿件/b.txt", "乙"), ("稿件/子/c.html", "丙"), ("稿件/无后缀", "丁"),
    ]  # fmt: skip
    assert {str(note) for note in notes} == {
        "稿件: 跳过 1 个隐藏文件:.git",
        "稿件: 跳过 1 个不支持的文件:图.png",
        "稿件: 跳过 1 个程序或配置文件:app.js",
    }
    assert all(note.level == "note" for note in notes)
    assert count_files(["稿件", "-"]) == 5


def test_a_file_is_read_once(folder: Path) -> None:
    items, _ = split(list(read(["稿件/b.txt", "稿件", str(folder / "b.txt")])))
    assert [item.id for item in items].count("稿件/b.txt") == 1 and len(items) == 4


@pytest.mark.parametrize("pattern", ["子", "稿件/子", "*.html", "子/"])
def test_exclude(folder: Path, pattern: str) -> None:
    items, _ = split(list(read(["稿件"], ReadOptions(exclude=(pattern.removeprefix("稿件/"),)))))
    assert len(items) == 3


def test_links_never_lead_in_circles_or_outside(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "密.txt").write_text("外", "utf-8")
    (folder / "圈").symlink_to(folder)
    (folder / "外.txt").symlink_to(tmp_path / "密.txt")
    (folder / "断.txt").symlink_to(tmp_path / "没有")
    (folder / "内.txt").symlink_to(folder / "b.txt")
    (folder / "自.txt").symlink_to(folder / "自.txt")
    os.mkfifo(folder / "管")
    items, problems = split(list(read(["稿件"])))
    assert [item.parts[0].text for item in items] == ["甲", "乙", "丙", "丁"]
    said = "\n".join(map(str, problems))
    assert "指向文件夹的链接:圈" in said and "指向文件夹之外的链接:外.txt" in said and "特殊文件:管" in said
    assert sum(problem.level == "error" for problem in problems) == 2  # the broken link and the one to itself


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("没有.txt", None, "没有这个文件"),
        ("a\0b.txt", None, "读不到"),
        ("图.png", b"\x89PNG\r\n\x1a\n\0\0", "二进制"),
        ("旧.doc", b"\xd0\xcf\x11\xe0", ".docx"),
        ("坏.docx", b"PK\x03\x04xx", "已损坏"),
        ("密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "加了密"),
        ("假.docx", xlsx_of({"a": [["b"]]}), "Word"),
        ("假.xlsx", docx_of(), "Excel"),
        ("坏.xlsx", b"", "已损坏"),
        ("坏.pdf", b"%PDF-1.4 nothing", "PDF"),
        ("二.csv", b"\x00\x01\x02\x03" * 50, "二进制"),
        ("二.md", b"\x00\x01\x02\x03" * 50, "二进制"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_rest_goes_on(
    tmp_path: Path, name: str, data: bytes | None, words: str
) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (tmp_path / "好.txt").write_text("好", "utf-8")
    items, problems = split(list(read([tmp_path / name, tmp_path / "好.txt"])))
    assert len(items) == 1
    (problem,) = problems
    assert problem.level == "error" and words in str(problem) and problem.path.endswith(name)


@pytest.mark.parametrize("cut", range(0, 100, 7))
@pytest.mark.parametrize("suffix", ["docx", "xlsx", "pdf"])
def test_truncated_documents(tmp_path: Path, suffix: str, cut: int) -> None:
    makers: dict[str, Callable[[], bytes]] = {
        "docx": docx_of,
        "xlsx": lambda: xlsx_of({"a": [["正文"], ["甲"]]}),
        "pdf": lambda: pdf_of([["甲"]]),
    }
    data = makers[suffix]()
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data[: len(data) * cut // 100])
    items, problems = split(list(read([path])))
    assert items or problems


def test_content_tells_the_format_where_the_name_does_not(tmp_path: Path) -> None:
    for name, data in (
        ("甲", docx_of()),
        ("乙", pdf_of([["热玛吉"]])),
        ("丙.txt", b"<!DOCTYPE html><p>a</p>"),
    ):
        (tmp_path / name).write_bytes(data)
    items, problems = split(list(read([tmp_path])))
    assert [len(item.parts) for item in items] == [1, 1, 8] and problems == []


def test_zip_bombs(tmp_path: Path) -> None:
    path = tmp_path / "弹.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (zipsafe.RATIO_FROM + 1))
    _, (problem,) = split(list(read([path])))
    assert "压缩炸弹" in str(problem)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(zipsafe.MAX_MEMBERS + 1):
            archive.writestr(str(number), b"")
    _, (problem,) = split(list(read([path])))
    assert "文件过多" in str(problem)


def test_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x" * 100)
    options = ReadOptions(max_bytes=50)
    _, (problem,) = split(list(read([path], options)))
    assert "过大" in str(problem)
    _, (problem,) = split(list(read(["-"], options, io.BytesIO(b"x" * 100))))
    assert "过大" in str(problem) and problem.path == "<stdin>"


@pytest.mark.parametrize(
    ("data", "format_", "texts"),
    [
        ("热玛吉", "auto", ["热玛吉"]),
        ("", "auto", [""]),
        ("# 热玛吉", "markdown", ["热玛吉"]),
        ('{"id": "1", "text": "甲"}\n{"id": "2", "text": "乙"}\n', "auto", ["甲", "乙"]),
        ('{"id": "1", "text": "甲"}', "text", ['{"id": "1", "text": "甲"}']),
        ("正文,x\n甲,1\n", "csv", ["甲"]),
    ],
)
def test_standard_input(data: str, format_: str, texts: list[str]) -> None:
    items, problems = split(list(read(["-"], ReadOptions(input_format=format_), io.BytesIO(data.encode()))))
    assert [item.parts[0].text for item in items] == texts and problems == []
    assert all(item.source == "<stdin>" for item in items)


def test_a_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "管"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes("热玛吉".encode()))
    writer.start()
    items, problems = split(list(read([path])))
    writer.join()
    assert [item.parts[0].text for item in items] == ["热玛吉"] and problems == []


def test_an_unknown_format_is_said() -> None:
    _, (problem,) = split(list(read(["-"], ReadOptions(input_format="markdwon"), io.BytesIO())))
    assert "markdown" in str(problem)


def test_context_fills_only_what_the_item_does_not_say() -> None:
    context = Context("douyin", "creator", "live", "experience", "dental", date(2025, 1, 1))
    data = b'{"id": "1", "text": "x"}\n{"id": "2", "text": "x", "channel": "group", "publisher": {"name": "n"}}'
    items, _ = split(list(read(["-"], ReadOptions(context=context), io.BytesIO(data))))
    assert (items[0].platform, items[0].publisher.kind, items[0].channel) == ("douyin", "creator", "live")
    assert (items[1].channel, items[1].publisher.name, items[1].publisher.kind) == ("group", "n", "creator")
    assert items[0].published_at == date(2025, 1, 1) and items[0].nature == "experience"


def test_streaming_starts_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(f'{{"id": "{number}", "text": "热玛吉"}}\n' for number in range(20_000)), "utf-8")
    stream = read([path])
    first = next(stream)
    assert isinstance(first, Item) and first.id == "0"
    assert sum(1 for _ in stream) == 19_999
