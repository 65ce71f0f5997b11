"""Pages of a PDF as pictures, for those that were scanned and hold no text."""

from __future__ import annotations

import math
import stat
import threading
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.picture import Picture

DPI = 150
"""Letters of 9 points come out 19 pixels high: enough to read, and an A4 page has two million pixels."""
MAX_PAGE_PIXELS = 24_000_000
"""A page larger than this at the wanted resolution is drawn at a lower one, and its notes say so."""
MIN_DPI = 12
"""Below it no letter of any poster can be read: the page is a trick."""
MAX_SIDE = 30_000  # pixels
_pdfium = threading.Lock()
"""pdfium may be used by one thread at a time."""


def page_count(path: Path) -> int:
    """Pages of a PDF. PerceptionError when it cannot be opened."""
    with _pdfium:
        document = _pdf(path)
        try:
            return len(document)
        finally:
            document.close()


def scanned_page(path: Path, page_number: int, dpi: int = DPI, limits: Limits | None = None) -> Picture:
    """Page ``page_number`` (from 1) of a PDF as a picture of ``dpi`` pixels an inch, turned as it is shown.

    PerceptionError when the file or the page cannot be drawn.
    """
    limits = limits or Limits()
    with _pdfium:
        document = _pdf(path)
        try:
            pages = len(document)
            if not 1 <= page_number <= pages:
                raise PerceptionError(f"没有第 {page_number} 页,文档共 {pages} 页")
            return _drawn(document, page_number, dpi, limits, pages)
        finally:
            document.close()


def page_scale(width: float, height: float, dpi: int, most: int, number: int) -> float:
    """Pixels a point at which page ``number``, so many points large, is drawn in no more than ``most`` pixels; at
    ``dpi`` where it can be. PerceptionError for a page that has no size, or so much that nothing could be read."""
    if not width * height > 0:  # nor when it is no number
        raise PerceptionError(f"第 {number} 页没有大小", "用阅读器打开,另存一份")
    scale = min(dpi / 72, math.sqrt(most / (width * height)), MAX_SIDE / max(width, height))
    if scale * 72 < MIN_DPI:
        size = f"{width / 72 * 2.54:.3g}×{height / 72 * 2.54:.3g} 厘米"
        raise PerceptionError(f"第 {number} 页幅面过大:{size}", "用阅读器打开,按普通纸张另存一份")
    return scale


def _drawn(document: Any, page_number: int, dpi: int, limits: Limits, pages: int) -> Picture:
    import pypdfium2 as pdfium  # type: ignore[import-untyped]

    try:
        page = document[page_number - 1]
        try:
            width, height = page.get_size()
            scale = page_scale(width, height, dpi, min(MAX_PAGE_PIXELS, limits.max_pixels), page_number)
            notes: tuple[str, ...] = ()
            if scale < dpi / 72:
                notes = (f"第 {page_number} 页幅面过大,按 {scale * 72:.0f} dpi 读取",)
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            rgb = np.array(bitmap.to_numpy()[..., :3], np.uint8)
            bitmap.close()
        finally:
            page.close()
    except (pdfium.PdfiumError, ValueError, MemoryError, ZeroDivisionError) as error:
        raise PerceptionError(f"第 {page_number} 页无法绘出:{str(error)[:100]}", "用阅读器打开,另存一份") from error
    if rgb.shape[2] == 1:
        rgb = np.repeat(rgb, 3, axis=2)
    return Picture(rgb, rgb.shape[1], rgb.shape[0], "PDF", pages, page_number - 1, notes=notes)


def _pdf(path: Path) -> Any:
    try:
        import pypdfium2 as pdfium
    except ImportError as error:
        raise PerceptionError("没有安装读取 PDF 的组件(pypdfium2)", "运行 pip install mingjian") from error
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise PerceptionError("不是普通文件", "给出 PDF 文件的路径")
        return pdfium.PdfDocument(path)
    except OSError as error:
        raise PerceptionError(f"读不到:{error.strerror or error}", "检查路径和权限") from error
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise PerceptionError("PDF 加了密", "去掉密码后再检查") from error
        raise PerceptionError(f"不是有效的 PDF:{error}", "用原来的软件打开并另存一份") from error
