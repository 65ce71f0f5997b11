"""A printed document: headings, paragraphs, tables that break over pages, pictures and QR codes, with page numbers.

All text is plain text: nothing in it is read as markup. The same calls with the same ``created`` give the same bytes
on the same machine (which Chinese font is there decides the outlines)."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Image, KeepTogether, LongTable, PageBreak, Paragraph, SimpleDocTemplate, Spacer

from mingjian.doors.pdf.drawing import Code, Stamped
from mingjian.doors.pdf.fonts import chinese_font

INK = colors.HexColor("#1f2a33")
FAINT = colors.HexColor("#667580")
LINE = colors.HexColor("#c9d3da")
SHADE = colors.HexColor("#eef3f6")
_MARGIN = 20 * mm
_LINES = 40
"""Lines of a table's cell before it goes on in a row of its own; fewer than a page holds."""
_SIZES = {0: 22, 1: 16, 2: 13, 3: 11}
# What XML cannot hold (and no reader shows).
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Pdf:
    """One document. ``lang`` is the language it is marked with and how its lines break; ``created`` microseconds UTC
    (no clock is asked); ``header`` stands at the top right of every page, ``footer`` at the bottom left."""

    def __init__(
        self,
        title: str,
        lang: str = "zh",
        *,
        created: int = 0,
        header: str = "",
        footer: str = "",
        author: str = "明鉴",
    ) -> None:
        self.title = title
        self.lang = lang
        self.created = created
        self.header = header
        self.footer = footer
        self.author = author
        self._font = chinese_font()
        self._parts: list[Flowable] = []

    def heading(self, text: str, level: int = 1, *, centred: bool = False) -> None:
        """``level`` 0 is the document's title, 1 to 3 go down from there; kept together with what follows."""
        size = _SIZES[level]
        style = self._style(size, before=0 if level == 0 else size * 0.7, after=size * 0.45, centred=centred)
        style.keepWithNext = 1
        self._parts.append(Paragraph(_plain(text), style))

    def paragraph(self, text: str, *, size: float = 10, centred: bool = False, faint: bool = False) -> None:
        """Text with its line breaks kept."""
        style = self._style(size, after=size * 0.5, centred=centred, faint=faint)
        self._parts.append(Paragraph(_plain(text), style))

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[object]],
        widths: Sequence[float] | None = None,
        *,
        size: float = 9,
    ) -> None:
        """``heads`` are repeated on every page (none: a table without); ``widths`` are shares of the page's width."""
        columns = len(heads) if heads else max((len(row) for row in rows), default=0)
        if not columns or not (heads or rows):
            return
        shares = widths or [1.0] * columns
        if len(shares) != columns:
            raise ValueError(f"widths: {len(shares)} for {columns} columns")
        wide = A4[0] - 2 * _MARGIN
        each = [wide * share / sum(shares) for share in shares]
        texts = [part for row in rows for part in _pages([str(cell) for cell in row], each, size)]
        style = self._style(size)
        cells = [[Paragraph(_plain(text), style) for text in row] for row in ([list(heads)] if heads else []) + texts]
        table = LongTable(cells, colWidths=each, repeatRows=1 if heads else 0)
        looks: list[tuple[object, ...]] = [
            ("GRID", (0, 0), (-1, -1), 0.5, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ]
        if heads:
            looks.append(("BACKGROUND", (0, 0), (-1, 0), SHADE))
        table.setStyle(looks)
        self._parts += [table, Spacer(0, 3 * mm)]

    def image(self, path: Path, *, width_mm: float = 120) -> None:
        """A picture from a file the project made or checked, never wider than the page, in proportion."""
        picture = Image(str(path))
        picture._restrictSize(min(width_mm * mm, A4[0] - 2 * _MARGIN), A4[1] - 3 * _MARGIN)
        self._parts += [picture, Spacer(0, 3 * mm)]

    def qr(self, data: str, *, size_mm: float = 40, caption: str = "", centred: bool = True) -> None:
        """A QR code that holds ``data``, with a line below it."""
        parts: list[Flowable] = [Code(data, size_mm * mm, "CENTER" if centred else "LEFT")]
        if caption:
            parts.append(Paragraph(_plain(caption), self._style(8.5, after=4, centred=centred, faint=True)))
        self._parts.append(KeepTogether(parts))

    def space(self, millimetres: float) -> None:
        """White space down the page."""
        self._parts.append(Spacer(0, millimetres * mm))

    def new_page(self) -> None:
        """What follows begins on a new page."""
        self._parts.append(PageBreak())

    def bytes(self) -> bytes:
        """The document; may be asked once."""
        out = io.BytesIO()
        lang = "zh-CN" if self.lang.startswith("zh") else "en"
        template = SimpleDocTemplate(
            out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
            title=self.title, subject=self.title, author=self.author, lang=lang,
            creator="mingjian", producer="mingjian",
        )  # fmt: skip

        def canvas(*args: object, **others: object) -> Stamped:
            return Stamped(*args, created=self.created, finish=self._finish, **others)

        template.build(self._parts, canvasmaker=canvas)
        return out.getvalue()

    def _style(
        self, size: float, *, before: float = 0, after: float = 0, centred: bool = False, faint: bool = False
    ) -> ParagraphStyle:
        return ParagraphStyle(
            "text", fontName=self._font, fontSize=size, leading=size * 1.5, textColor=FAINT if faint else INK,
            spaceBefore=before, spaceAfter=after, alignment=TA_CENTER if centred else 0,
            wordWrap="CJK" if self.lang.startswith("zh") else None, splitLongWords=1,
        )  # fmt: skip

    def _finish(self, canvas: Canvas, page: int, pages: int) -> None:
        """Header and footer, once the number of pages is known."""
        canvas.saveState()
        canvas.setFont(self._font, 8)
        canvas.setFillColor(FAINT)
        canvas.setStrokeColor(LINE)
        wide, high = A4
        if self.header:
            canvas.drawString(_MARGIN, high - 12 * mm, _cut(self.title, 60))
            canvas.drawRightString(wide - _MARGIN, high - 12 * mm, _cut(self.header, 40))
            canvas.line(_MARGIN, high - 14 * mm, wide - _MARGIN, high - 14 * mm)
        count = f"第 {page} 页 / 共 {pages} 页" if self.lang.startswith("zh") else f"Page {page} of {pages}"
        canvas.drawRightString(wide - _MARGIN, 11 * mm, count)
        canvas.drawString(_MARGIN, 11 * mm, _cut(self.footer, 80))
        canvas.restoreState()


def _pages(row: list[str], each: list[float], size: float) -> list[list[str]]:
    """A row whose cells have as many entries as ``each``, in several rows where a cell would not fit on a page (a
    table's row cannot be broken by the library without breaking every row)."""
    cells = []
    for text, width in zip(row + [""] * (len(each) - len(row)), each, strict=True):
        across = max(1, int((width - 12) / size))
        lines = [line[at : at + across] for line in text.split("\n") for at in range(0, max(len(line), 1), across)]
        if len(lines) <= _LINES:
            cells.append([text])
        else:
            cells.append(["\n".join(lines[at : at + _LINES]) for at in range(0, len(lines), _LINES)])
    most = max(len(cell) for cell in cells)
    return [[cell[at] if at < len(cell) else "" for cell in cells] for at in range(most)]


def _plain(text: str) -> str:
    """Text as the library's paragraphs take it: markup characters and controls made harmless, breaks kept."""
    return escape(_CONTROLS.sub("", text)).replace("\r\n", "\n").replace("\n", "<br/>")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
