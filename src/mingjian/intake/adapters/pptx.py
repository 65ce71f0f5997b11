"""Slides: titles, text boxes, tables, groups and speaker's notes, slide by slide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mingjian.core.model import Item, Part
from mingjian.intake.errors import IntakeError, UnreadableError
from mingjian.intake.options import UNREAD_FACT, ReadOptions
from mingjian.intake.pictures import with_pictures
from mingjian.intake.source import Source
from mingjian.intake.zipsafe import check_zip


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """One item. ``line`` of a part is the number of its slide."""
    try:
        import pptx
        from pptx.exc import PackageNotFoundError
    except ImportError as error:
        hint = "运行 pip install 'mingjian[media]'"
        raise UnreadableError("没有安装读取演示文稿的组件(python-pptx)", hint) from error
    source.check_size(options.max_bytes)
    with source.open() as stream:
        check_zip(stream)
        try:
            deck = pptx.Presentation(stream)
        except (PackageNotFoundError, KeyError, ValueError) as error:
            raise UnreadableError(f"不是有效的演示文稿:{str(error)[:100]}") from error
    parts: list[Part] = []
    for number, slide in enumerate(deck.slides, start=1):
        title = slide.shapes.title
        for shape in _flat(slide.shapes):
            role = "title" if title is not None and shape.shape_id == title.shape_id else "body"
            parts += [Part(text, role, number) for text in _texts(shape) if text.strip()]
        if slide.has_notes_slide:
            notes = slide.notes_slide.notes_text_frame
            if notes is not None and notes.text.strip():
                parts.append(Part(notes.text, "caption", number))
    facts = {} if parts else {UNREAD_FACT: ("文稿没有可读的文字(可能全是图片)",)}
    item = Item(id=source.id, parts=tuple(parts) or (Part(""),), facts=facts, source=source.name)
    yield from with_pictures(source, item, options, "ppt/media")


def _flat(shapes: Any) -> Iterator[Any]:
    """Shapes in reading order of the file, those inside groups too."""
    stack = list(reversed(list(shapes)))
    while stack:
        shape = stack.pop()
        inner = getattr(shape, "shapes", None)
        if inner is not None:
            stack.extend(reversed(list(inner)))
        else:
            yield shape


def _texts(shape: Any) -> Iterator[str]:
    if getattr(shape, "has_text_frame", False):
        # A line break inside a paragraph is a vertical tab to the library.
        yield shape.text_frame.text.replace("\v", "\n")
    if getattr(shape, "has_table", False):
        for row in shape.table.rows:
            yield "\t".join(cell.text for cell in row.cells)
