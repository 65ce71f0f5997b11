"""What the PDF library lacks: a QR code of plain rectangles, page numbers that know how many pages there are, a date
given from outside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import segno
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

QUIET = 4
"""Modules of white around a code, as its standard asks."""


class Code(Flowable):  # type: ignore[misc]  # the library has no types
    """A QR code drawn as rectangles (sharp at any size), ``side`` points wide with its quiet zone."""

    def __init__(self, data: str, side: float, align: str = "CENTER") -> None:
        super().__init__()
        self.rows = [bytes(row) for row in segno.make(data, error="m", micro=False).matrix]
        self.width = self.height = side
        self.hAlign = align

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        module = self.width / (len(self.rows) + 2 * QUIET)
        self.canv.setFillColor(colors.black)
        for down, row in enumerate(self.rows):
            y = self.height - (down + QUIET + 1) * module
            across = 0
            while across < len(row):
                run = across
                while run < len(row) and row[run]:
                    run += 1
                if run > across:  # neighbouring modules in one rectangle: no hairlines between them
                    self.canv.rect((across + QUIET) * module, y, (run - across) * module, module, stroke=0, fill=1)
                across = max(run, across + 1)


class Stamped(Canvas):  # type: ignore[misc]
    """A canvas whose pages are finished once all are known, and whose date is the document's."""

    def __init__(self, *args: Any, created: int, finish: Any, **others: Any) -> None:
        super().__init__(*args, **{**others, "invariant": 1})
        at = datetime.fromtimestamp(created / 1_000_000, UTC)
        self._doc._timeStamp.YMDhms = at.timetuple()[:6]
        self._finish = finish
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        kept = self._kept
        for number, page in enumerate(kept, 1):
            self.__dict__.update(page)
            self._finish(self, number, len(kept))
            Canvas.showPage(self)
        self.__dict__["_kept"] = kept
        super().save()
