"""HTML: the text a visitor reads, one part a block, with titles, descriptions and picture texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from mingjian.core.model import Item, Part
from mingjian.intake.encoding import declared_charset, decode
from mingjian.intake.errors import IntakeError
from mingjian.intake.options import ReadOptions
from mingjian.intake.source import Source

_SKIPPED = frozenset({"script", "style", "template", "noscript", "iframe", "object", "head"})
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "button", "caption", "center", "dd",
    "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol",
    "option", "p", "pre", "section", "select", "summary", "table", "tbody", "textarea", "tfoot",
    "thead", "tr", "ul", "video", "audio",
))  # fmt: skip
_METAS = frozenset({"description", "keywords", "og:title", "og:description", "twitter:title", "twitter:description"})
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SPACES, _EDGES, _CELLS = re.compile(" {2,}"), re.compile(" ?([\n\t]) ?"), re.compile("\t{2,}")
# The parser tells no positions, so the source is marked before it is parsed: the number of the line stands
# before each run of text and each attribute we read, between two characters that no document may hold.
_MARK = re.compile("\ufdd0(\\d+)\ufdd1")
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</(?:script|style)[^<>]*>?|\Z)|<[^<>]*>?|[^<]+",
    re.DOTALL | re.IGNORECASE,
)
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Browsers cap the depth of a tree too; the time of the parser grows with its square.
_DEEPEST = 1000
_UNCLOSED = frozenset((
    "p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "br", "img", "input", "hr",
    "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr", "html", "head", "body",
    "script", "style",
))  # fmt: skip
_ATTRIBUTE = re.compile(r"""(?<![\w-])(?:alt|title|content|placeholder)\s*=\s*["']""", re.IGNORECASE)


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """One item of the page's blocks."""
    data = source.read(options.max_bytes)
    text, note = decode(data, declared_charset(data))
    if note is not None:
        yield IntakeError(source.name, None, None, note, level="note")
    parts = tuple(parts_of(text)) or (Part("", line=1),)
    yield Item(id=source.id, parts=parts, source=source.name)


def parts_of(text: str, first_line: int = 1) -> Iterator[Part]:
    """The visible parts of a page or fragment, in the order of the source."""
    parser = LexborHTMLParser(_marked(text, first_line))
    walker = _Walker(first_line)
    if parser.head is not None:
        yield from walker.head(parser.head)
    if parser.body is not None:
        yield from walker.body(parser.body)


def _marked(text: str, line: int) -> str:
    pieces: list[str] = []
    depth, open_tags = 0, Counter[str]()
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0] != "<":
            words = len(token) - len(token.lstrip(" \t\n\r\f"))
            if words < len(token):
                start = line + token.count("\n", 0, words)
                pieces += (token[:words], f"\ufdd0{start}\ufdd1", token[words:])
            else:
                pieces.append(token)
        else:
            depth += _step(token, open_tags)
            if depth <= _DEEPEST or token[1:2] == "/":
                marked = "=" in token and token[1:2].isalpha() and match[1] is None
                pieces.append(_marked_tag(token, line) if marked else token)
        line += token.count("\n")
    return "".join(pieces)


def _step(token: str, open_tags: Counter[str]) -> int:
    """How the depth of the tree changes with a tag, near enough."""
    found = _NAME.match(token)
    if found is None or (name := found[2].lower()) in _UNCLOSED or token.endswith("/>"):
        return 0
    step = 1 if not found[1] else -1 if open_tags[name] else 0
    open_tags[name] += step
    return step


def _marked_tag(tag: str, line: int) -> str:
    pieces: list[str] = []
    end = 0
    for found in _ATTRIBUTE.finditer(tag):
        pieces.append(tag[end : found.end()])
        line += tag.count("\n", end, found.end())
        pieces.append(f"\ufdd0{line}\ufdd1")
        end = found.end()
    return "".join((*pieces, tag[end:]))


class _Walker:
    """Gathers text until a block begins or ends. Not recursive: pages may nest a hundred thousand deep."""

    def __init__(self, line: int) -> None:
        self.line = line  # of the last mark seen
        self.pieces: list[str] = []
        self.start = line  # of the first piece
        self.kept = False  # whether the block holds text whose white space counts
        self.row = 0  # depth inside table rows, where cells are set apart by tabs

    def head(self, head: LexborNode) -> Iterator[Part]:
        for node in head.css("title, meta"):
            if node.tag == "title":
                yield from self._attribute(node.text(), "title")
            else:
                name = node.attributes.get("name") or node.attributes.get("property") or ""
                if name.lower() in _METAS:
                    yield from self._attribute(node.attributes.get("content"), "caption")

    def body(self, body: LexborNode) -> Iterator[Part]:
        node: LexborNode | None = body
        role, pre = "body", 0
        while node is not None:
            tag = node.tag or ""
            if node.is_text_node:
                self._text(node.text_content or "", pre > 0)
            elif tag not in _SKIPPED:
                if tag in _BLOCKS and not (self.row and tag != "tr"):
                    yield from self._flush(role)
                role = "title" if tag == "h1" else role
                pre += tag in ("pre", "textarea")
                self.row += tag == "tr"
                if tag == "br":
                    self.pieces.append("\n")
                yield from self._attributes(node, tag)
                child = node.child
                if child is not None:
                    node = child
                    continue
            # No way down: go on beside, closing what ends here.
            while node is not None:
                tag = node.tag or ""
                if node.is_element_node and tag not in _SKIPPED:
                    self.row -= tag == "tr"
                    if tag in ("td", "th") or (self.row and tag in _BLOCKS):
                        self.pieces.append("\t")
                    elif tag in _BLOCKS:
                        yield from self._flush(role)
                    pre -= tag in ("pre", "textarea")
                    role = "body" if tag == "h1" else role
                if node.mem_id == body.mem_id:
                    return
                if node.next is not None:
                    node = node.next
                    break
                node = node.parent

    def _attributes(self, node: LexborNode, tag: str) -> Iterator[Part]:
        values = node.attributes
        yield from self._attribute(values.get("alt"), "caption")
        yield from self._attribute(values.get("title"), "caption")
        if tag in ("input", "textarea"):
            yield from self._attribute(values.get("placeholder"), "caption")

    def _attribute(self, value: str | None, role: str) -> Iterator[Part]:
        text = _SPACE.sub(" ", self._unmarked(value or "")).strip()
        if text:
            yield Part(text, role, self.line)

    def _unmarked(self, text: str) -> str:
        found = _MARK.search(text)
        if found is None:
            return text
        self.line = int(found[1])
        return _MARK.sub("", text)

    def _text(self, text: str, pre: bool) -> None:
        text = self._unmarked(text)
        if pre:
            self.kept = True
        else:
            text = _SPACE.sub(" ", text)
        if text.strip() and not any(piece.strip() for piece in self.pieces):
            self.start = self.line
            self.pieces.clear()
        if text:
            self.pieces.append(text)

    def _flush(self, role: str) -> Iterator[Part]:
        text = "".join(self.pieces)
        if not self.kept:
            text = _CELLS.sub("\t", _EDGES.sub(r"\1", _SPACES.sub(" ", text)))
        text = text.strip()
        self.pieces.clear()
        self.kept = False
        if text:
            yield Part(text, role, self.start)
