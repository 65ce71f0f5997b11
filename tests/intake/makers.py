"""Real documents made on the spot, so that no binary file is kept in the tests."""

from __future__ import annotations

import io

import docx
import openpyxl
from docx.oxml.parser import parse_xml

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def pdf_of(pages: list[list[str]]) -> bytes:
    """A small PDF whose text layer holds the lines of each page; an empty page has no text layer."""
    chars = sorted({char for page in pages for line in page for char in line})
    code = {char: number for number, char in enumerate(chars, start=1)}
    table = "\n".join(f"<{code[char]:04x}> <{char.encode('utf-16-be').hex()}>" for char in chars)
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(chars)} beginbfchar\n{table}\nendbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    kids = " ".join(f"{6 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /F /Encoding /Identity-H /DescendantFonts [4 0 R]"
        " /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /F /DW 1000"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(to_unicode),
    ]
    for index, lines in enumerate(pages):
        words = (
            f"BT /F 12 Tf 40 {800 - 20 * row} Td <{''.join(f'{code[char]:04x}' for char in line)}> Tj ET"
            for row, line in enumerate(lines)
        )
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
            f" /Resources << /Font << /F 3 0 R >> >> /Contents {7 + 2 * index} 0 R >>"
        )
        objects.append(_stream("\n".join(words)))
    out, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    rows = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer << /Size {size} /Root 1 0 R >>\n"
    return f"{out}{end}startxref\n{len(out)}\n%%EOF\n".encode("latin-1")


def _stream(body: str) -> str:
    return f"<< /Length {len(body)} >>\nstream\n{body}\nendstream"


def docx_of() -> bytes:
    """A document with words in every place: title, paragraph, table, box, header, footer, removed."""
    document = docx.Document()
    document.add_heading("热玛吉活动方案", 1)
    paragraph = document.add_paragraph("第一段,")
    paragraph.add_run("加粗").bold = True
    paragraph.add_run("结尾")
    paragraph._p.append(
        parse_xml(f'<w:del {W} w:id="1" w:author="x"><w:r><w:delText>删去的话</w:delText></w:r></w:del>')
    )
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("项目", "价格"), ("热玛吉", "9999元")), strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    box = f"<w:txbxContent {W}><w:p><w:r><w:t>文本框里的话</w:t></w:r></w:p></w:txbxContent>"
    document.add_paragraph("带文本框")._p.append(
        parse_xml(
            f'<w:r {W} {MC}><mc:AlternateContent><mc:Choice Requires="wps">{box}</mc:Choice>'
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    document.sections[0].header.paragraphs[0].text = "页眉文字"
    document.sections[0].footer.paragraphs[0].text = "咨询电话 400"
    return saved(document)


def xlsx_of(sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> bytes:
    """A workbook of the sheets' rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if name in hidden:
            sheet.sheet_state = "hidden"
    return saved(book)


def saved(document: object) -> bytes:
    """The bytes of anything that can be saved to a stream."""
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()
