"""Redacting a PDF: every page becomes a masked picture, so that no word stays behind in a layer that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.model import PerceptionError
from mingjian.perception.redact.look import found, hide_all, preview
from mingjian.perception.redact.model import Hidden, Outcome, RedactOptions, Shown
from mingjian.perception.scanned import page_scale

_DPI = 200
_MOST = 40_000_000  # pixels of a page
_SHOWN = 12


def redact_document(source: Path, target: Path, options: RedactOptions) -> Outcome:
    """Mask a PDF and write it to ``target`` as pictures of its pages."""
    import pypdfium2 as pdfium  # type: ignore[import-untyped]
    from PIL import Image

    hidden: list[Hidden] = []
    shown: list[Shown] = []
    kept = count = 0
    new = pdfium.PdfDocument.new()
    try:
        for count, (rgb, width, height) in enumerate(_pages(source, options), start=1):
            here, stay = hide_all(rgb, options, count)
            hidden, kept = hidden + here, kept + stay
            stream = BytesIO()
            Image.fromarray(rgb).save(stream, "JPEG", quality=90, subsampling=0)
            picture = pdfium.PdfImage.new(new)
            picture.load_jpeg(stream, inline=True)
            picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
            page = new.new_page(width, height)
            page.insert_obj(picture)
            page.gen_content()
            page.close()
            if here and len(shown) < _SHOWN:
                shown.append(preview(rgb, here, count))
        new.save(target)
    finally:
        new.close()
    notes = ("每页变成了图,不能再选中文字",)
    stripped = ("文字层", "文档属性")
    return Outcome(source.name, "document", None, tuple(hidden), kept, stripped, notes, tuple(shown), None, count)


def check_document(source: Path, options: RedactOptions) -> Outcome:
    """What the pages of a PDF still show."""
    hidden: list[Hidden] = []
    count = 0
    for count, (rgb, _, _) in enumerate(_pages(source, options), start=1):
        hidden += found(rgb, options, count)[0]
    return Outcome(source.name, "document", hidden=tuple(hidden), frames=count)


def _pages(source: Path, options: RedactOptions) -> Iterator[tuple[Array, float, float]]:
    """Pictures of the pages with their width and height in points."""
    import pypdfium2 as pdfium

    try:
        document: Any = pdfium.PdfDocument(source)
    except (pdfium.PdfiumError, OSError) as error:
        locked = "password" in str(error).lower()
        raise PerceptionError(
            "PDF 有密码" if locked else f"PDF 打不开:{error}", "去掉密码后再试" if locked else "文件可能已损坏"
        ) from None
    with document:
        document.init_forms()
        if len(document) > options.limits.max_frames:
            raise PerceptionError(f"PDF 有 {len(document)} 页,超过上限 {options.limits.max_frames}", "拆成几份再处理")
        if not len(document):
            raise PerceptionError("PDF 里没有页", "文件可能已损坏")
        for number, page in enumerate(document, start=1):
            width, height = page.get_size()
            scale = page_scale(width, height, _DPI, _MOST, number)
            yield np.array(page.render(scale=scale).to_pil().convert("RGB")), width, height
            page.close()
