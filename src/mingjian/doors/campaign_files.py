"""A campaign's announcement as a document to publish: PDF, Word, text. The command line and the console write the
same."""

from __future__ import annotations

import io

from mingjian.governance.campaigns import announce_words as words
from mingjian.governance.campaigns.wording import Worded

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}


def announcement_file(told: Worded, suffix: str, created: int) -> bytes:
    """The announcement as one of TYPES. ``created`` microseconds UTC."""
    if suffix == "pdf":
        return announcement_pdf(told, created)
    return announcement_docx(told) if suffix == "docx" else announcement_text(told).encode()


def announcement_pdf(told: Worded, created: int) -> bytes:
    """As PDF, with Chinese outlines in it."""
    from mingjian.doors.pdf.document import Pdf

    made = Pdf(told.title, told.lang, created=created, header="明鉴", footer=told.id)
    made.heading(told.title, 1, centred=True)
    for paragraph in told.paragraphs:
        made.paragraph(paragraph, size=11)
    made.heading(_say(told, words.FIGURES), 2)
    made.table(list(_heads(told)), _rows(told), (2.2, 1.1, 1.1, 4))
    if told.measured:
        made.heading(_say(told, words.PREVALENCE), 2)
        made.table(list(told.measured_heads), [list(row) for row in told.measured], (1.2, 1.5, 1.3, 1, 1, 1, 1.2, 2))
        for line in told.outcome:
            made.paragraph(line)
    made.heading(_say(told, words.APPEALS), 2)
    made.paragraph(told.appeal)
    made.heading(_say(told, words.PROOF), 2)
    made.paragraph(told.again, size=9, faint=True)
    return made.bytes()


def announcement_docx(told: Worded) -> bytes:
    """As a Word document."""
    from docx import Document
    from docx.oxml.ns import qn

    made = Document()
    style = made.styles["Normal"]
    style.font.name = "SimSun"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "SimSun")
    made.core_properties.title = told.title
    made.core_properties.author = "明鉴"
    made.core_properties.comments = f"SHA-256 {told.seal}"

    def table(heads: list[str], rows: list[list[str]]) -> None:
        drawn = made.add_table(rows=1, cols=len(heads), style="Table Grid")
        for line, cells in [(heads, drawn.rows[0].cells)] + [(row, drawn.add_row().cells) for row in rows]:
            for cell, text in zip(cells, line, strict=True):
                cell.text = text

    made.add_heading(told.title, 0)
    for paragraph in told.paragraphs:
        made.add_paragraph(paragraph)
    made.add_heading(_say(told, words.FIGURES), 2)
    table(list(_heads(told)), _rows(told))
    if told.measured:
        made.add_heading(_say(told, words.PREVALENCE), 2)
        table(list(told.measured_heads), [list(row) for row in told.measured])
        for line in told.outcome:
            made.add_paragraph(line)
    made.add_heading(_say(told, words.APPEALS), 2)
    made.add_paragraph(told.appeal)
    made.add_heading(_say(told, words.PROOF), 2)
    made.add_paragraph(told.again)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def announcement_text(told: Worded) -> str:
    """As plain text, ending with a newline."""
    lines = [told.title, "", *told.paragraphs, "", _say(told, words.FIGURES)]
    for title, number, standing, definition in _rows(told):
        still = f"({_say(told, words.STANDING)} {standing})" if standing != "—" else ""
        lines.append(f"  {title}:{number}{still}  {definition}")
    if told.measured:
        lines += ["", _say(told, words.PREVALENCE), "  " + "  ".join(told.measured_heads).strip(),
                  *("  " + "  ".join(row) for row in told.measured), *told.outcome]  # fmt: skip
    return "\n".join([*lines, "", told.appeal, "", told.again]) + "\n"


def _heads(told: Worded) -> tuple[str, ...]:
    return words.HEADS[told.lang == "en"]


def _rows(told: Worded) -> list[list[str]]:
    return [[one.title, f"{one.number:,} {one.unit}", "—" if one.standing is None else f"{one.standing:,}",
             one.definition] for one in told.figures]  # fmt: skip


def _say(told: Worded, pair: tuple[str, str]) -> str:
    return pair[told.lang == "en"]
