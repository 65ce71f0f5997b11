"""Slides, and pictures inside documents."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import docx
import pptx
from PIL import Image

from mingjian.core.model import Item, Part
from mingjian.intake import IntakeError, ReadOptions
from mingjian.intake.options import MediaReader
from mingjian.intake.read import read_source
from mingjian.intake.source import Source
from tests.intake.makers import pdf_of


@dataclass
class Reader:
    """Says what it was asked."""

    asked: list[tuple[int, ...]] = field(default_factory=list)

    def reads(self, name: str, head: bytes) -> bool:
        return head.startswith(b"\x89PNG")

    def read(self, source: Source) -> Iterator[Item | IntakeError]:
        yield Item(source.id, (Part("图中字", "ocr"),), kind="picture")

    def complete(self, source: Source, item: Item, pages: tuple[int, ...]) -> Iterator[Item | IntakeError]:
        self.asked.append(pages)
        yield replace(item, parts=(*item.parts, Part("图中字", "ocr")))


def picture() -> io.BytesIO:
    body = io.BytesIO()
    Image.new("RGB", (60, 60), "red").save(body, "PNG")
    body.seek(0)
    return body


def read(name: str, data: bytes, media: MediaReader | None = None) -> tuple[list[Item], list[IntakeError]]:
    found = list(read_source(Source(name, name, data=data), ReadOptions(media=media)))
    return [f for f in found if isinstance(f, Item)], [f for f in found if isinstance(f, IntakeError)]


def deck(with_picture: bool = False) -> bytes:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "热玛吉五代"
    slide.placeholders[1].text = "术后永不反弹"
    table = slide.shapes.add_table(1, 2, 0, 0, 100, 100).table
    table.cell(0, 0).text, table.cell(0, 1).text = "价格", "999元"
    slide.notes_slide.notes_text_frame.text = "口播:当场见效"
    if with_picture:
        slide.shapes.add_picture(picture(), 0, 0)
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()


def test_slides_are_read_whole() -> None:
    (item,), problems = read("课件.pptx", deck())
    assert [(p.role, p.text, p.line) for p in item.parts] == [
        ("title", "热玛吉五代", 1),
        ("body", "术后永不反弹", 1),
        ("body", "价格\t999元", 1),
        ("caption", "口播:当场见效", 1),
    ]
    assert problems == []


def test_pictures_are_unread_without_a_reader_and_read_with_one() -> None:
    (item,), (note,) = read("课件.pptx", deck(with_picture=True))
    assert item.facts["unread"] == ("文中有 1 张图片未读取",)
    assert (note.level, note.hint) == ("note", "安装读图组件:pip install 'mingjian[media]'")
    reader = Reader()
    (item,), problems = read("课件.pptx", deck(with_picture=True), reader)
    assert item.parts[-1].text == "图中字" and "unread" not in item.facts
    assert (problems, reader.asked) == ([], [()])


def test_a_word_document_of_pictures_alone() -> None:
    document = docx.Document()
    document.add_picture(picture())
    body = io.BytesIO()
    document.save(body)
    (item,), _ = read("图.docx", body.getvalue())
    assert "文中有 1 张图片未读取" in item.facts["unread"]
    (item,), problems = read("图.docx", body.getvalue(), Reader())
    assert [p.text for p in item.parts if p.text] == ["图中字"] and problems == []


def test_only_the_pages_without_text_are_read_as_pictures() -> None:
    reader = Reader()
    (item,), problems = read("扫描.pdf", pdf_of([["有文字"], [], ["也有"], []]), reader)
    assert reader.asked == [(2, 4)] and problems == []
    assert item.parts[-1].text == "图中字"


def test_a_picture_goes_to_the_reader_whatever_its_name() -> None:
    for name in ("海报.png", "没有后缀"):
        (item,), problems = read(name, picture().getvalue(), Reader())
        assert (item.kind, problems) == ("picture", [])
    items, (problem,) = read("海报.png", picture().getvalue())
    assert items == [] and "不支持的格式" in problem.message
