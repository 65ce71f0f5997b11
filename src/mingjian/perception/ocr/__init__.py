"""Words in pictures: find the lines, read them. ``ocr()`` is the one reader of a process."""

from __future__ import annotations

from mingjian.perception.ocr.crops import cut
from mingjian.perception.ocr.reader import Ocr, ocr

__all__ = ["Ocr", "cut", "ocr"]
