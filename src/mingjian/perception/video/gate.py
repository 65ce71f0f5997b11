"""Which rows of a sample are worth a look: those where strokes have come that were not there when it was last read.

Frame differences alone save nothing on a moving picture, where every pixel differs. Letters do not move with it: where
the picture is restless, only strokes that stand still from one sample to the next are looked at, and the rest of it
now and then.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.video.strokes import CELL, Mask, Rect, Relief, by_cell, strokes, widened

COME = 0.05
"""Share of a cell covered by new strokes from which it is worth a look."""
STILL = 0.7
"""Share of the new strokes that were there one sample before, pixel for pixel, when they stand still."""
PALE = 18
"""Contrast down to which a stroke that was read counts as still there."""
FAINTEST = 10
"""Contrast of a stroke that is hardly to be seen."""
WORD, DENSE = 60, 0.12
"""Beginnings and ends of strokes in a group of cells, and share of them in its densest cell, that make it a word."""
PATROL = 8
"""Samples (4 s) between two looks at restless places that hold nothing that stands still."""
CALM = 12
"""Samples without news after which a cell is believed again."""
RESTLESS = 0.1
"""Share of cells with new strokes."""
Band = tuple[int, int]
"""From row to row of the thumbnail."""


class Gate:
    """Remembers, for each place of the picture, the strokes that were read, and where a look was in vain."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._shape = shape
        self._read = np.zeros(shape, np.uint8)
        self._before = np.zeros(shape, np.uint8)
        cells = by_cell(self._read).shape
        self._vain = np.zeros(cells, np.bool_)
        self._calm = np.zeros(cells, np.int16)
        self._count = 0
        self.restless = False
        """Whether so much of the last sample moves that only larger letters are worth the cost of looking."""
        self._asked = np.zeros(cells, np.bool_)

    def bands(
        self, relief: Relief, known: Sequence[Rect], lost: Sequence[Rect] = (), new_scene: bool = False
    ) -> list[Band]:
        """Rows to look at in a sample of this relief, from the top; none when nothing has come.

        ``known`` rectangles hold lines that are still there, ``lost`` ones lines that have changed.
        """
        if new_scene:
            self._vain[:] = False
        mask = strokes(relief)
        fresh = np.asarray(mask & (1 - widened(self._read)), np.uint8)
        # What has gone is news when it comes again; what has only paled has not gone.
        self._read &= strokes(relief, PALE)
        for left, top, right, bottom in known:
            fresh[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = 0
        share = by_cell(fresh)
        come = share > COME
        still = by_cell(np.asarray(fresh & self._before, np.uint8)) > STILL * share
        self._before = mask
        self._calm = np.where(come, 0, self._calm + 1).astype(np.int16)
        self._vain[self._calm >= CALM] = False
        self.restless = bool(come.mean() > RESTLESS) and not new_scene
        self._count += 1
        asked = come & (still | ~self._vain | (self._count % PATROL == 0))
        asked &= _lettered(asked, by_cell(_turns(relief, mask) & widened(fresh)))
        for left, top, right, bottom in lost:
            asked[top // CELL : -(-bottom // CELL), left // CELL : -(-right // CELL)] = True
        self._asked = asked
        return self._rows(asked)

    def pale(self, relief: Relief) -> list[Band]:
        """All rows in which there is anything, however faint, that might be small print."""
        return self._rows(by_cell(strokes(relief, FAINTEST)) > COME)

    def looked(self, bands: Sequence[Band], found: Sequence[Rect]) -> None:
        """The bands of the last sample were read; ``found`` are the lines in them, old and new."""
        for top, bottom in bands:
            self._read[top:bottom] = self._before[top:bottom]
            rows = slice(top // CELL, -(-bottom // CELL))
            self._vain[rows] |= _around(self._asked)[rows]
        for left, top, right, bottom in found:
            self._vain[top // CELL : -(-bottom // CELL), left // CELL : -(-right // CELL)] = False

    def gone(self, rect: Rect) -> None:
        """The line that was there is there no more: should it return, it is news."""
        left, top, right, bottom = rect
        self._read[top:bottom, left:right] = 0

    def _rows(self, asked: NDArray[np.bool_]) -> list[Band]:
        """The rows of cells asked for and one on both sides, joined where they are near."""
        bands: list[Band] = []
        for row in np.flatnonzero(asked.any(axis=1)).tolist():
            top, bottom = max(0, row - 1) * CELL, min(self._shape[0], (row + 2) * CELL)
            if bands and top <= bands[-1][1] + CELL:
                bands[-1] = (bands[-1][0], bottom)
            else:
                bands.append((top, bottom))
        return bands


def _around(asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The cells and two on each side: what is restless is so next to it as well."""
    import cv2

    return np.asarray(cv2.dilate(asked.astype(np.uint8), np.ones((5, 5), np.uint8)), np.bool_)


def _turns(relief: Relief, mask: Mask) -> Mask:
    """Where strokes begin, end, or meet their rim along a row: often within letters, seldom at the edge of a thing."""
    signs = np.sign(relief).astype(np.int8) * mask.astype(np.int8)
    turns = np.zeros_like(mask)
    turns[:, 1:] = signs[:, 1:] != signs[:, :-1]
    return turns


def _lettered(asked: NDArray[np.bool_], turns: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Those cells whose group (neighbours beside, below, across) has as many beginnings of strokes as a word has."""
    import cv2

    count, groups = cv2.connectedComponents(asked.astype(np.uint8), connectivity=8)
    sums = np.bincount(groups.ravel(), weights=turns.ravel(), minlength=count) * CELL * CELL
    dense = np.bincount(groups.ravel(), weights=(turns >= DENSE).ravel(), minlength=count) > 0
    return np.asarray(asked & ((sums >= WORD) & dense)[groups])
