"""Word documents: paragraphs, tables, text boxes, headers and footers, foot- and endnotes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from mingjian.core.model import Item, Part
from mingjian.intake.errors import IntakeError, UnreadableError
from mingjian.intake.options import UNREAD_FACT, ReadOptions
from mingjian.intake.pictures import with_pictures
from mingjian.intake.source import Source
from mingjian.intake.zipsafe import check_zip

_PARAGRAPH, _ROW, _CELL, _BOX = qn("w:p"), qn("w:tr"), qn("w:tc"), qn("w:txbxContent")
_TEXT = qn("w:t")
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Not seen by a reader: removed text, field codes, and the old-format twin of every text box.
_UNSEEN = {
    qn("w:del"),
    qn("w:moveFrom"),
    qn("w:instrText"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_NOTES = ("/footnotes", "/endnotes")
_STYLE, _VALUE, _TYPE = qn("w:pStyle"), qn("w:val"), qn("w:type")


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """One item. ``line`` of a part counts the paragraphs and table rows of the document's body from 1."""
    source.check_size(options.max_bytes)
    with source.open() as stream:
        check_zip(stream)
        try:
            document = docx.Document(stream)
        except (PackageNotFoundError, KeyError, ValueError) as error:
            raise UnreadableError(f"不是有效的 Word 文档:{str(error)[:100]}") from error
    body: Any = document.element.body
    parts = [*_blocks(body, numbered=True), *_margins(document), *_notes(document)]
    facts = {}
    if not any(part.text.strip() for part in parts) and options.media is None:
        note = "文档没有可读的文字(可能全是图片)"
        facts[UNREAD_FACT] = (note,)
        yield IntakeError(source.name, None, None, note, level="note")
    item = Item(id=source.id, parts=tuple(parts) or (Part(""),), facts=facts, source=source.name)
    yield from with_pictures(source, item, options, "word/media")


def _blocks(root: Any, numbered: bool, role: str | None = None) -> Iterator[Part]:
    """Parts of the paragraphs and rows under an element, in order. Iterative: tables nest in tables."""
    line = 0
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag in _UNSEEN:
            continue
        if element.tag == _PARAGRAPH:
            line += 1
            yield from _part(_text(element), role or _role(element), line if numbered else None)
            boxes = [box for box in element.iter(_BOX) if not _unseen(box)]
            # A box inside a box is reached from its own paragraph.
            stack.extend(box for box in reversed(boxes) if _nearest(box, _PARAGRAPH) is element)
        elif element.tag == _ROW:
            line += 1
            cells = [cell for cell in element if cell.tag == _CELL or cell.tag == qn("w:sdt")]
            text = "\t".join(map(_cell_text, cells))
            yield from _part(text, role or "body", line if numbered else None)
        elif isinstance(element.tag, str):
            stack.extend(reversed(element))


def _part(text: str, role: str, line: int | None) -> Iterator[Part]:
    if text.strip():
        yield Part(text, role, line)


def _text(paragraph: Any) -> str:
    pieces: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        tag = element.tag
        if tag == _TEXT:
            pieces.append(element.text or "")
        elif tag in _SIGNS:
            pieces.append(_SIGNS[tag])
        elif isinstance(tag, str) and tag not in _UNSEEN and tag != _BOX and tag != qn("w:pPr"):
            stack.extend(reversed(element))
    return "".join(pieces)


def _cell_text(cell: Any) -> str:
    return "\n".join(_text(paragraph) for paragraph in cell.iter(_PARAGRAPH) if not _unseen(paragraph))


def _role(paragraph: Any) -> str:
    style = next(paragraph.iter(_STYLE), None)
    name = (style.get(_VALUE) or "").lower() if style is not None else ""
    return "title" if name in ("title", "heading1", "1") else "caption" if name == "caption" else "body"


def _nearest(element: Any, tag: str) -> Any:
    return next((parent for parent in element.iterancestors() if parent.tag == tag), None)


def _unseen(element: Any) -> bool:
    return any(parent.tag in _UNSEEN for parent in element.iterancestors())


def _margins(document: Any) -> Iterator[Part]:
    seen: set[tuple[str, str]] = set()
    for section in document.sections:
        for margin in (
            section.header, section.first_page_header, section.even_page_header,
            section.footer, section.first_page_footer, section.even_page_footer,
        ):  # fmt: skip
            if margin.is_linked_to_previous:
                continue  # the same text again
            for part in _blocks(margin._element, numbered=False, role="background"):
                if (part.text, part.role) not in seen:
                    seen.add((part.text, part.role))
                    yield part


def _notes(document: Any) -> Iterator[Part]:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(_NOTES):
            for note in parse_xml(relation.target_part.blob):
                if note.get(_TYPE) in (None, "normal"):  # the others draw the line above the notes
                    yield from _blocks(note, numbered=False)
