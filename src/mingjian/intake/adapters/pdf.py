"""PDF with a text layer, page by page. Part N-1 is page N; a page that holds only a picture is said so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from mingjian.core.model import Item, Part
from mingjian.intake.errors import IntakeError, UnreadableError
from mingjian.intake.options import UNREAD_FACT, ReadOptions
from mingjian.intake.source import Source

_ENDS = frozenset("。!?!?;;:…」』”)】》")
_LIST = re.compile(r"[\s·•●■◆\-*–—\d((一二三四五六七八九十【]")
# A soft hyphen and pdfium's own sign for it.
_HYPHENS = str.maketrans("", "", "\u00ad\ufffe\x02")


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """One item of one part a page."""
    data = source.read(options.max_bytes)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise UnreadableError(
            "PDF 加了密" if locked else f"不是有效的 PDF:{error}", "去掉密码后再检查" if locked else None
        ) from error
    parts: list[Part] = []
    unread: list[str] = []
    pictured: list[int] = []
    try:
        for number in range(1, len(document) + 1):
            try:
                text = unwrapped(_page_text(document, number - 1))
                problem = None if text.strip() else "没有文字层,未读取"
            except pdfium.PdfiumError as error:
                text, problem = "", f"无法解析,未读取:{error}"
            parts.append(Part(text))
            if problem is not None and options.media is not None:
                pictured.append(number)
            elif problem is not None:
                unread.append(f"第{number}页{problem}")
                yield IntakeError(source.name, None, f"第{number}页", problem, "图片页要先做文字识别", level="note")
    finally:
        document.close()
    facts = {UNREAD_FACT: tuple(unread)} if unread else {}
    item = Item(id=source.id, parts=tuple(parts) or (Part(""),), facts=facts, source=source.name)
    if pictured and options.media is not None:
        yield from options.media.complete(source, item, tuple(pictured))
    else:
        yield item


def _page_text(document: pdfium.PdfDocument, index: int) -> str:
    page = document[index]
    try:
        layer = page.get_textpage()
        try:
            return str(layer.get_text_bounded()).replace("\r\n", "\n").translate(_HYPHENS)
        finally:
            layer.close()
    finally:
        page.close()


def unwrapped(text: str) -> str:
    """The text with lines joined that were broken only because they were full.

    A PDF ends every line with a line end, so a sentence that runs over two lines would be cut in two.
    A line is taken for full when it is nearly as wide as the widest, holds Chinese at the break and does
    not end a sentence.
    """
    lines = text.split("\n")
    widths = [_width(line) for line in lines]
    full = max(widths, default=0) - 5
    if full < 24:  # a page of short lines is a poster or a list
        return text
    pieces: list[str] = []
    for index, line in enumerate(lines):
        pieces.append(line)
        if index + 1 == len(lines):
            break
        after = lines[index + 1]
        line = line.rstrip()
        joins = widths[index] >= full and line[-1] not in _ENDS and after[:1] and not _LIST.match(after)
        pieces.append("" if joins and _wide(line[-1]) and _wide(after[0]) else "\n")
    return "".join(pieces)


def _width(line: str) -> int:
    return sum(2 if _wide(char) else 1 for char in line.rstrip())


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
