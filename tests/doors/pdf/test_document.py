"""The printed document: text as written, pages counted, bytes that can be made again, a code that can be read."""

from __future__ import annotations

import io

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from mingjian.doors.pdf import fonts
from mingjian.doors.pdf.document import Pdf

CREATED = 1_790_000_000_000_000  # 2026-09-21 in UTC


def sample() -> bytes:
    pdf = Pdf("质量<b>证书</b>", created=CREATED, header="示范", footer="核验地址")
    pdf.heading("证书<i>&", 0, centred=True)
    pdf.paragraph("一行 <script>x</script> &amp;\x00\n二行")
    pdf.table(["条款", "要求"], [[f"第{number}条", "要求文字" * 20] for number in range(80)], [1, 5])
    pdf.table(["长"], [["字" * 6000]])
    pdf.qr("https://example.invalid/verify/ABC.def", caption="扫码核验")
    return pdf.bytes()


def texts(data: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(data))]


def test_text_is_shown_as_it_was_written() -> None:
    first = texts(sample())[0]
    assert "证书<i>&" in first
    assert "一行 <script>x</script> &amp;" in first


def test_heads_and_page_numbers_stand_on_every_page() -> None:
    pages = texts(sample())
    assert len(pages) > 4
    for number, text in enumerate(pages, 1):
        assert f"第 {number} 页 / 共 {len(pages)} 页" in text
        assert "核验地址" in text
    assert sum("条款" in text for text in pages) >= 3  # the heads are repeated
    assert sum(text.count("字" * 20) for text in pages) > 50  # the overlong cell is there, over pages


def test_the_same_calls_give_the_same_bytes_and_the_day_is_given() -> None:
    data = sample()
    assert data == sample()
    assert pypdfium2.PdfDocument(io.BytesIO(data)).get_metadata_dict()["CreationDate"].startswith("D:20260921")


def test_the_code_can_be_read_from_paper() -> None:
    document = pypdfium2.PdfDocument(io.BytesIO(sample()))
    picture = document[len(document) - 1].render(scale=2).to_pil()
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == ["https://example.invalid/verify/ABC.def"]


def test_widths_must_fit_the_columns() -> None:
    with pytest.raises(ValueError, match="widths"):
        Pdf("x").table(["甲", "乙"], [["1", "2"]], [1])


def test_without_a_chinese_font_the_readers_own_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_found", list)
    fonts.chinese_font.cache_clear()
    try:
        assert fonts.chinese_font() == fonts.FALLBACK
        assert b"STSong-Light" in sample()
    finally:
        fonts.chinese_font.cache_clear()
