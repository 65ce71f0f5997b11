"""Markdown: the text a reader sees, one part a block, each with the line it starts on."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from mingjian.core.model import Item, Part
from mingjian.intake.adapters.html import parts_of as html_parts
from mingjian.intake.encoding import decode
from mingjian.intake.errors import IntakeError
from mingjian.intake.options import MIB, ReadOptions
from mingjian.intake.source import Source

# The parser reads about a megabyte a second; beyond this, markup is left in the text instead.
MAX_PARSED = 8 * MIB


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """One item, one part a paragraph, heading, list entry, table row, code block, picture caption."""
    text, note = decode(source.read(options.max_bytes))
    if note is not None:
        yield IntakeError(source.name, None, None, note, level="note")
    if len(text) > MAX_PARSED:
        yield IntakeError(source.name, None, None, "Markdown 过大,按纯文本读取", level="note")
        parts: tuple[Part, ...] = (Part(text, line=1),)
    else:
        parts = tuple(parts_of(text)) or (Part("", line=1),)
    yield Item(id=source.id, parts=parts, source=source.name)


def parts_of(text: str) -> Iterator[Part]:
    """The visible blocks. Line ends inside a block stay, so lines can be counted on from ``line``."""
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    row: list[str] | None = None
    row_line, role = 1, "body"
    for token in parser.parse(text):
        line = token.map[0] + 1 if token.map else row_line
        if token.type == "heading_open":
            role = "title" if token.tag == "h1" else "body"
        elif token.type == "tr_open":
            row, row_line = [], line
        elif token.type == "tr_close":
            yield from _part("\t".join(row or ()), "body", row_line)
            row = None
        elif token.type == "inline":
            visible, captions = _visible(token)
            if row is None:
                yield from _part(visible, role, line)
            else:
                row.append(visible)
            for caption in captions:
                yield from _part(caption, "caption", line)
            role = "body"
        elif token.type in ("fence", "code_block"):
            yield from _part(token.content, "body", line + (token.type == "fence"))
        elif token.type == "html_block":
            yield from html_parts(token.content, first_line=line)


def _part(text: str, role: str, line: int) -> Iterator[Part]:
    body = text.rstrip()
    if body.strip():
        yield Part(body, role, line)


def _visible(inline: Token) -> tuple[str, list[str]]:
    pieces: list[str] = []
    captions: list[str] = []
    for token in inline.children or ():
        if token.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif token.type == "image":
            captions.append(token.content)
        elif token.type == "html_inline":
            pieces.append("\n" if token.content.lower().startswith("<br") else "")
        else:
            pieces.append(token.content)
    return "".join(pieces), captions
