"""Pictures in slides and Word files, and scanned pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pptx
import pytest
from pptx.util import Inches

from mingjian.perception.documents import embedded_pictures, page_count, scanned_page
from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.ocr import ocr
from mingjian.perception.picture import open_picture
from tests.perception.drawing import encoded, page, written

RED, GREEN, BLUE = (200, 0, 0), (0, 200, 0), (0, 0, 200)


def plain(colour: tuple[int, int, int]) -> io.BytesIO:
    return io.BytesIO(encoded(page(20, 10, colour)))


def colour_of(data: bytes) -> tuple[int, ...]:
    return tuple(open_picture(data).rgb[5, 5].tolist())


@pytest.fixture
def slides(tmp_path: Path) -> Path:
    """Slide 1: red, green in a group, red again. Slide 2: words only. Slide 3: blue."""
    deck = pptx.Presentation()
    blank = deck.slide_layouts[6]
    first = deck.slides.add_slide(blank)
    first.shapes.add_picture(plain(RED), 0, 0)
    first.shapes.add_group_shape().shapes.add_picture(plain(GREEN), 0, 0)
    first.shapes.add_picture(plain(RED), Inches(2), 0)
    deck.slides.add_slide(blank).shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "只有文字"
    deck.slides.add_slide(blank).shapes.add_picture(plain(BLUE), 0, 0)
    path = tmp_path / "课件.pptx"
    deck.save(str(path))
    return path


@pytest.fixture
def word(tmp_path: Path) -> Path:
    """Red and blue in the body, green in the header."""
    document = docx.Document()
    document.add_picture(plain(RED))
    document.add_paragraph("文字")
    document.add_table(rows=1, cols=1).cell(0, 0).paragraphs[0].add_run().add_picture(plain(BLUE))
    document.sections[0].header.paragraphs[0].add_run().add_picture(plain(GREEN))
    path = tmp_path / "方案.docx"
    document.save(str(path))
    return path


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Two pages that hold nothing but a picture."""
    pages = [written(("扫描件第一页",), size=60, on=page(640, 400)), written(("第二页",), size=60, on=page(400, 640))]
    path = tmp_path / "扫描.pdf"
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=72.0)
    return path


def test_pictures_of_slides_carry_their_number(slides: Path) -> None:
    found = [(number, colour_of(data)) for number, data in embedded_pictures(slides)]
    assert found == [(1, RED), (1, GREEN), (3, BLUE)]


def test_pictures_of_a_word_file_know_no_page(word: Path) -> None:
    found = [(number, colour_of(data)) for number, data in embedded_pictures(word)]
    assert found == [(None, RED), (None, BLUE), (None, GREEN)]


def test_more_pictures_than_allowed_are_said(slides: Path) -> None:
    pictures = embedded_pictures(slides, Limits(max_frames=2))
    assert [next(pictures)[0], next(pictures)[0]] == [1, 1]
    with pytest.raises(PerceptionError, match="超过 2 张"):
        next(pictures)


def test_scanned_pages_are_drawn_and_read(scan: Path) -> None:
    assert page_count(scan) == 2
    first, second = scanned_page(scan, 1, dpi=72), scanned_page(scan, 2, dpi=144)
    assert (first.width, first.height, first.format, first.frames, first.frame) == (640, 400, "PDF", 2, 0)
    assert (second.width, second.height, second.frame) == (800, 1280, 1)
    assert first.rgb.shape == (400, 640, 3)
    assert [line.text for line in ocr().lines(first.rgb)] == ["扫描件第一页"]
    assert [line.text for line in ocr().lines(second.rgb)] == ["第二页"]


def test_colours_of_a_page_are_rgb(tmp_path: Path) -> None:
    page(50, 50, RED).save(tmp_path / "红.pdf", "PDF", resolution=72.0)
    red, green, blue = scanned_page(tmp_path / "红.pdf", 1, dpi=72).rgb[25, 25].tolist()
    assert red > 180 and green < 20 and blue < 20


def test_huge_pages_are_drawn_smaller_and_said(scan: Path) -> None:
    picture = scanned_page(scan, 1, dpi=600, limits=Limits(max_pixels=100_000))
    assert picture.width * picture.height <= 101_000
    assert "幅面过大" in picture.notes[0]


@pytest.mark.parametrize("number", [0, 3, -1])
def test_pages_that_are_not_there(scan: Path, number: int) -> None:
    with pytest.raises(PerceptionError, match="共 2 页"):
        scanned_page(scan, number)


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 40_000_000)
    return stream.getvalue()


def archive_of(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "不是有效的 Office"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "不是有效的 Office"),
        (bomb(), "炸弹"),
        (archive_of("a.txt"), "不是 PowerPoint 或 Word"),
        (archive_of("ppt/presentation.xml"), "幻灯片无法解析"),
        (archive_of("word/document.xml"), "文档无法解析"),
    ],
    ids=["empty", "old format", "bomb", "other archive", "hollow slides", "hollow word"],
)
def test_broken_documents(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "坏.docx"
    path.write_bytes(data)
    with pytest.raises(PerceptionError, match=message):
        list(embedded_pictures(path))


@pytest.mark.parametrize(
    "read", [page_count, lambda path: scanned_page(path, 1), lambda path: list(embedded_pictures(path))]
)
def test_missing_and_odd_paths(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(PerceptionError, match="读不到"):
        read(tmp_path / "没有.pdf")
    with pytest.raises(PerceptionError, match="不是普通文件"):
        read(tmp_path)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n%%EOF", b"no pdf"])
def test_broken_pdf(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "坏.pdf"
    path.write_bytes(data)
    with pytest.raises(PerceptionError, match="不是有效的 PDF"):
        page_count(path)
