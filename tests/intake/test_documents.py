"""Documents are parsed in a process that can be killed; what kills it is told, and the next file is read."""

from __future__ import annotations

import io
import os
import random
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mingjian.core.model import Item
from mingjian.intake import UNREAD_FACT, Context, IntakeError, ReadOptions, documents, read
from mingjian.intake.options import MIB
from mingjian.intake.source import Source
from tests.intake.makers import docx_of, pdf_of, xlsx_of
from tests.intake.tasks import behave

TIGHT = ReadOptions(max_seconds=5.0, max_memory=300 * MIB)


def rows_without_end() -> bytes:
    """A workbook whose second row says that it is the one after a billion of billions, all of them empty."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx_of({"a": [["正文"], ["热玛吉"]]}))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<row r="2"', b'<row r="1000000000000000000"'))
    return made.getvalue()


def forms_without_end(deep: int = 14, wide: int = 10) -> bytes:
    """A page of a form of ten forms of ten forms …"""
    stream = "<< {} /Length {} >>\nstream\n{}\nendstream"
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"]
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>"
    resources = f"/Resources << /XObject << /X {{}} 0 R >> /Font << /F {font} >> >>"
    objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] {resources.format(5)} /Contents 4 0 R >>")
    objects.append(stream.format("", 5, "/X Do"))
    for level in range(deep):
        words = "/X Do " * wide if level < deep - 1 else "BT /F 9 Tf (x) Tj ET"
        kind = f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] {resources.format(6 + level)}"
        objects.append(stream.format(kind, len(words), words))
    body = "".join(f"{number} 0 obj\n{each}\nendobj\n" for number, each in enumerate(objects, start=1))
    return f"%PDF-1.4\n{body}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n%%EOF\n".encode()


def paragraphs_without_number() -> bytes:
    """A Word file of honest size that takes far more memory than it has bytes."""
    made = io.BytesIO()
    noise = random.Random(1).randbytes(1 * MIB)
    with (
        zipfile.ZipFile(io.BytesIO(docx_of())) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(b"</w:body>", b"<w:p/>" * 12_000_000 + b"</w:body>")
            new.writestr(name, data)
        new.writestr("word/noise.bin", noise, zipfile.ZIP_STORED)
    return made.getvalue()


def split(found: Iterator[Item | IntakeError]) -> tuple[list[str], list[str]]:
    """Texts, and problems as they are printed after the name of their file."""
    texts, problems = [], []
    for each in found:
        if isinstance(each, Item):
            texts.append(each.parts[0].text)
        else:
            problems.append(str(each).rsplit("/", 1)[-1])
    return texts, problems


@pytest.fixture
def stubbed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Documents read by a stub that does what their names say."""
    made = documents.Documents(behave)
    monkeypatch.setattr(documents, "_documents", made)
    yield
    made.close()


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("a.xlsx", rows_without_end, "读取超过 5 秒,已放弃(拆分文件,或另存为纯文本再查)"),
        # Which limit a page of endless forms meets first is the machine's affair.
        ("a.pdf", forms_without_end, "读取超过 5 秒,已放弃(拆分文件,或另存为纯文本再查)"
         "|读取时占用内存超过 2048 MB,已放弃(拆分文件,或另存为纯文本再查)"),
        ("a.docx", paragraphs_without_number, "读取时占用内存超过 300 MB,已放弃(拆分文件,或另存为纯文本再查)"),
    ],
)
def test_a_hostile_file_is_told_and_the_next_is_read(
    tmp_path: Path, name: str, make: Callable[[], bytes], said: str
) -> None:
    (tmp_path / name).write_bytes(make())
    (tmp_path / "b.pdf").write_bytes(pdf_of([["热玛吉"]]))
    options = TIGHT if "300 MB" in said else ReadOptions(max_seconds=5.0)
    found, errors = split(read([tmp_path], options))
    assert found == ["热玛吉"]
    assert errors in [[f"{name}: {one}"] for one in said.split("|")]


@pytest.mark.parametrize("suffix", [".docx", ".pdf"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("崩", "读取时解析程序崩溃,文件可能已损坏(用原来的软件打开并另存一份再查)"),
        ("停", "读取超过 5 秒,已放弃(拆分文件,或另存为纯文本再查)"),
        ("胀", "读取时占用内存超过 300 MB,已放弃(拆分文件,或另存为纯文本再查)"),
    ],
)
def test_an_adapter_that_harms_its_process(stubbed: None, tmp_path: Path, name: str, suffix: str, said: str) -> None:
    (tmp_path / f"{name}{suffix}").write_bytes(b"")
    (tmp_path / "龙.pdf").write_bytes(pdf_of([["热玛吉"]]))
    paths = [tmp_path / f"{name}{suffix}", tmp_path / "龙.pdf"]
    assert split(read(paths, TIGHT)) == (["热玛吉"], [f"{name}{suffix}: {said}"])


def test_what_was_read_before_a_crash_is_kept(stubbed: None, tmp_path: Path) -> None:
    (tmp_path / "半途.xlsx").write_bytes(b"")
    texts, (problem,) = split(read([tmp_path]))
    assert texts == ["前一半"] and "崩溃" in problem


def test_texts_start_no_process(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("热玛吉", "utf-8")
    (tmp_path / "b.csv").write_text("正文\n热玛吉\n", "utf-8")
    documents._documents.close()
    assert len(list(read([tmp_path]))) == 2 and not documents._documents._idle


def test_one_process_reads_one_file_after_the_other(tmp_path: Path) -> None:
    for name in ("a.docx", "b.docx"):
        (tmp_path / name).write_bytes(docx_of())
    documents._documents.close()
    assert len(list(read([tmp_path]))) == 2
    (first,) = (process._running for process in documents._documents._idle)
    assert len(list(read([tmp_path]))) == 2
    assert first is not None
    assert first == documents._documents._idle[0]._running


def test_a_kept_process_reads_relative_paths_of_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("上海分院", "北京分院"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.pdf").write_bytes(pdf_of([[name]]))
        monkeypatch.chdir(tmp_path / name)
        (item,) = read(["a.pdf"])
        assert isinstance(item, Item) and item.parts[0].text == name and item.source == "a.pdf"


def test_threads_read_at_the_same_time(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"{number}.pdf").write_bytes(pdf_of([[f"第{number}份"]]))
    with ThreadPoolExecutor(4) as threads:
        texts = threads.map(lambda number: split(read([tmp_path / f"{number}.pdf"]))[0], range(8))
        assert list(texts) == [[f"第{number}份"] for number in range(8)]
    assert len(documents._documents._idle) <= documents.KEPT


def test_a_long_workbook_comes_whole_and_in_order(tmp_path: Path) -> None:
    count = documents.BATCH_ITEMS * 3 + 7
    rows: list[list[object]] = [["正文"]]
    rows += [[f"第{number}条"] for number in range(count)]
    (tmp_path / "a.xlsx").write_bytes(xlsx_of({"a": rows}))
    assert split(read([tmp_path / "a.xlsx"])) == ([f"第{number}条" for number in range(count)], [])


def test_the_callers_media_reader_completes_the_item(tmp_path: Path) -> None:
    class Media:
        def reads(self, name: str, head: bytes) -> bool:
            return False

        def read(self, source: Source) -> Iterator[Item | IntakeError]:
            raise AssertionError

        def complete(self, source: Source, item: Item, pages: tuple[int, ...]) -> Iterator[Item | IntakeError]:
            yield Item.of(f"{source.path} {pages} {os.getpid()}", id=item.id)

    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of([["有字"], []]))
    (item,) = read([path], ReadOptions(media=Media(), context=Context(platform="xiaohongshu")))
    assert isinstance(item, Item) and item.platform == "xiaohongshu"
    assert item.parts[0].text == f"{path} (2,) {os.getpid()}"
    (note, item) = read([path])
    assert isinstance(item, Item) and isinstance(note, IntakeError) and item.facts[UNREAD_FACT]


def test_an_archive_without_a_telling_name(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of([["热玛吉"]]))
    (tmp_path / "无后缀").write_bytes(xlsx_of({"a": [["正文"], ["热玛吉"]]}))
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr("a", b"")
    texts, problems = split(read([tmp_path / "无后缀", tmp_path / "包.zip"]))
    assert texts == ["热玛吉"] and len(problems) == 1 and "不支持的格式" in problems[0]


def test_bytes_from_a_pipe() -> None:
    assert split(read(["-"], stdin=io.BytesIO(pdf_of([["热玛吉"]])))) == (["热玛吉"], [])


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_a_forked_process_does_not_share_the_pipe(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_of([["热玛吉"]]))
    assert split(read([tmp_path / "a.pdf"]))[0] == ["热玛吉"]
    pid = os.fork()
    if pid == 0:
        os._exit(len(documents._documents._idle))
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert split(read([tmp_path / "a.pdf"]))[0] == ["热玛吉"]
