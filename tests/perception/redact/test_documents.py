"""PDF: pages become masked pictures, and no layer of words stays behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from PIL import Image

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.redact.documents import check_document, redact_document
from mingjian.perception.redact.model import RedactOptions
from tests.perception.people import astronaut, ground
from tests.perception.redact.readers import NOTHING, reads


def write_pdf(path: Path, *pages: np.ndarray) -> None:
    first, *rest = (Image.fromarray(page) for page in pages)
    first.save(path, save_all=True, append_images=rest, resolution=300, title="zhang san")


def test_pages_are_masked_and_keep_their_size(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", astronaut(), ground(160, 90))
    outcome = redact_document(tmp_path / "a.pdf", tmp_path / "b.pdf", NOTHING)
    assert [(each.kind, each.page) for each in outcome.hidden if each.sure] == [("face", 1)]
    assert (outcome.frames, len(outcome.shown)) == (2, 1)
    with pdfium.PdfDocument(tmp_path / "a.pdf") as old, pdfium.PdfDocument(tmp_path / "b.pdf") as new:
        assert np.allclose([page.get_size() for page in new], [page.get_size() for page in old])
        assert all(not page.get_textpage().get_text_range() for page in new)
        assert "zhang" not in str(new.get_metadata_dict())
    assert not [each for each in check_document(tmp_path / "b.pdf", NOTHING).hidden if each.sure]
    assert [each.page for each in check_document(tmp_path / "a.pdf", NOTHING).hidden if each.sure] == [1]


def test_words_on_a_page(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", ground(420, 180))
    options = RedactOptions(reader=reads(("电话:13800138000", 100, 50, 300, 40)))
    outcome = redact_document(tmp_path / "a.pdf", tmp_path / "b.pdf", options)
    assert [(each.kind, each.page) for each in outcome.hidden] == [("phone", 1)]


def test_too_many_pages_and_broken_files(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", ground(40, 40), ground(40, 40))
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(PerceptionError, match="2 页"):
        redact_document(tmp_path / "a.pdf", tmp_path / "b.pdf", replace(NOTHING, limits=Limits(max_frames=1)))
    with pytest.raises(PerceptionError):
        redact_document(tmp_path / "c.pdf", tmp_path / "b.pdf", NOTHING)
