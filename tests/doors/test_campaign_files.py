"""The documents of an announcement: Chinese in them, every figure, the prevalence table, the seal."""

from __future__ import annotations

import io

import pypdfium2  # type: ignore[import-untyped]
from docx import Document

from mingjian.doors.campaign_files import announcement_docx, announcement_pdf, announcement_text
from mingjian.governance.campaigns.wording import worded

FIGURE = {"of": "act", "unit": "篇", "unit_en": "notes", "list": "0" * 64}
SIDE = {"as_of": "2026-03-02", "size": 279000, "drawn": 600, "labelled": 600, "violating": 30,
        "share": [0.05, 0.035, 0.07], "corrected": None}  # fmt: skip
CONTENT = {
    "campaign": "cmp_x", "batch": 1, "title": "引流专项", "since": "2026-03-01", "until": None, "purpose": "清理引流",
    "scope": {"platforms": ["xiaohongshu"], "kinds": ["note"]}, "policy": "content@3", "first": "2026-03-01",
    "last": "2026-03-31", "as_of": "2026-04-01", "counted_to": 4821, "head": "a" * 64,
    "platforms": {"xiaohongshu": "小红书"},
    "figures": [FIGURE | {"name": "notes_removed", "title": "下架笔记", "title_en": "Notes taken down",
                          "number": 279000, "standing": 278950, "definition": "本批下架过的笔记数",
                          "definition_en": "Notes taken down"}],
    "prevalence": {"level": 0.95, "complete": True, "fell": True, "fall": [0.03, 0.01, 0.05], "sensitivity": None,
                   "specificity": None, "sides": {"before": SIDE, "after": SIDE | {"share": [0.02, 0.012, 0.034]}}},
}  # fmt: skip
WANTED = ("关于“引流专项”的治理公告(第 1 批)", "清理引流", "小红书", "笔记", "279,000", "278,950", "本批下架过的笔记数",
          "治理前", "3.50% – 7.00%", "下降 3.00 个百分点", "4821", "--upto 4821")  # fmt: skip


def test_word_holds_every_figure_and_what_it_counts() -> None:
    made = Document(io.BytesIO(announcement_docx(worded("ann_x", "b" * 64, CONTENT))))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(one.text for one in made.paragraphs), *cells])
    for word in WANTED:
        assert word in text
    assert made.core_properties.comments == "SHA-256 " + "b" * 64


def test_pdf_is_text_with_chinese_in_it_and_the_same_bytes_each_time() -> None:
    told = worded("ann_x", "b" * 64, CONTENT)
    made = announcement_pdf(told, 0)
    pages = pypdfium2.PdfDocument(made)
    text = "".join(page.get_textpage().get_text_bounded() for page in pages).replace("\r\n", "")
    for word in ("治理公告", "下架笔记", "279,000", "3.50%"):
        assert word in text
    assert announcement_pdf(told, 0) == made


def test_plain_text_and_english() -> None:
    text = announcement_text(worded("ann_x", "b" * 64, CONTENT))
    for word in WANTED:
        assert word in text
    english = announcement_text(worded("ann_x", "b" * 64, CONTENT, "en"))
    assert "Notes taken down" in english
    assert "Prevalence fell by 3.00 percentage points" in english
