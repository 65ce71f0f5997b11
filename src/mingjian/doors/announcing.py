"""A batch's announcement as a document to publish: PDF and Word. The command line and the console write the same."""

from __future__ import annotations

import io
from collections.abc import Sequence

from mingjian.governance.certification.announce import Announcement, Figure

_WORDS = {
    "figure": ("项目", "Figure"), "number": ("数量", "Number"), "counts": ("口径", "What is counted"),
    "kinds": ("按类别", "By kind"), "figures": ("处理情况", "What was done"), "appeal": ("申诉", "Appeals"),
    "proof": ("数字如何核对", "How to check the figures"),
    "again": (
        "以上数字由系统日志逐条统计,截至第 {seq} 条记录;名单指纹(SHA-256){digest}。复算命令:{command}",
        "Counted event by event from the journal up to number {seq}; digest of the list (SHA-256) {digest}. Count "
        "again with: {command}",
    ),
}  # fmt: skip


def announcement_pdf(told: Announcement, created: int) -> bytes:
    """The announcement as PDF. ``created`` microseconds UTC."""
    from mingjian.doors.pdf.document import Pdf

    made = Pdf(told.title, told.lang, created=created, header="明鉴", footer=told.batch)
    made.heading(told.title, 0, centred=True)
    for paragraph in told.paragraphs:
        made.paragraph(paragraph, size=11)
    for heading, figures in _tables(told):
        made.heading(heading, 2)
        made.table(_heads(told), _rows(figures), (2, 1, 4))
    if told.appeal:
        made.heading(_say(told, "appeal"), 2)
        made.paragraph(told.appeal)
    made.heading(_say(told, "proof"), 2)
    made.paragraph(_again(told), size=9, faint=True)
    return made.bytes()


def announcement_docx(told: Announcement) -> bytes:
    """The announcement as a Word document."""
    from docx import Document
    from docx.oxml.ns import qn

    made = Document()
    style = made.styles["Normal"]
    style.font.name = "SimSun"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "SimSun")
    made.core_properties.title = told.title
    made.core_properties.author = "明鉴"
    made.add_heading(told.title, 0)
    for paragraph in told.paragraphs:
        made.add_paragraph(paragraph)
    for heading, figures in _tables(told):
        made.add_heading(heading, 2)
        table = made.add_table(rows=1, cols=3, style="Table Grid")
        for cell, text in zip(table.rows[0].cells, _heads(told), strict=True):
            cell.text = text
        for row in _rows(figures):
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    if told.appeal:
        made.add_heading(_say(told, "appeal"), 2)
        made.add_paragraph(told.appeal)
    made.add_heading(_say(told, "proof"), 2)
    made.add_paragraph(_again(told))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def announcement_text(told: Announcement) -> str:
    """The announcement as plain text, ending with a newline."""
    lines = [told.title, "", *told.paragraphs, ""]
    for heading, figures in _tables(told):
        lines += [heading, *(f"  {name}:{number}({counts})" for name, number, counts in _rows(figures)), ""]
    lines += [told.appeal, ""] if told.appeal else []
    return "\n".join([*lines, _again(told)]) + "\n"


def _tables(told: Announcement) -> Sequence[tuple[str, tuple[Figure, ...]]]:
    return ((_say(told, "figures"), told.figures), (_say(told, "kinds"), told.by_kind))


def _heads(told: Announcement) -> list[str]:
    return [_say(told, name) for name in ("figure", "number", "counts")]


def _rows(figures: Sequence[Figure]) -> list[list[str]]:
    return [[one.title, "<5" if one.number is None else str(one.number), one.definition] for one in figures]


def _again(told: Announcement) -> str:
    return _say(told, "again").format(seq=told.counted_to, digest=told.digest, command=told.command)


def _say(told: Announcement, word: str) -> str:
    return _WORDS[word][1 if told.lang == "en" else 0]
