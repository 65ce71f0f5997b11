"""Which rows of a sample are worth a look: those where strokes have come that were not there when it was last read.

Frame differences alone save nothing on a moving picture, where every pixel differs. Letters do not move with it: where
the picture is restless, only strokes that stand still from one sample to the next are looked at, and the rest of it
now and then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.video.strokes import CELL, Mask, Rect, Relief, by_cell, strokes, widened

COME = 0.05
"""Share of a cell covered by new strokes from which it is worth a look."""
STILL = 0.5
"""Likeness of new strokes to what was at their place one sample before, from which they stand still. Letters over a
moving ground have more, a ground that moves by as much as a letter is wide seldom has."""
PALE = 18
"""Contrast down to which a stroke that was read counts as still there."""
FAINTEST = 10
"""Contrast of a stroke that is hardly to be seen."""
WORD, DENSE = 60, 0.12
"""Beginnings and ends of strokes in a group of cells, and share of them in its densest cell, that make it a word."""
PATROL, SELDOM = 8, 16
"""Samples (4 s) between two looks at restless places that hold nothing that stands still; and once one was in vain."""
CALM = 12
"""Samples without news after which a cell is believed again."""
RESTLESS, SETTLES = 0.1, 0.8
"""Share of cells with new strokes; and what is left of a restless sample's share when the next is counted: a camera
that turns back stands still for a moment."""
STOOD, STANDS = 4, 0.2
"""Samples (2 s) in which small print must have stood where it is, on a restless picture, and the share of a cell that
did: of a ground that moves hardly a tenth does by chance."""
Band = tuple[int, int]
"""From row to row of the thumbnail."""


class Gate:
    """Remembers, for each place of the picture, the strokes that were read, and where a look was in vain."""

    def __init__(self, shape: tuple[int, int]) -> None:
        self._shape = shape
        self._read = np.zeros(shape, np.uint8)
        self._mask = np.zeros(shape, np.uint8)
        self._reliefs: deque[Relief] = deque(maxlen=STOOD)
        cells = by_cell(self._read).shape
        self._vain = np.zeros(cells, np.bool_)
        self._calm = np.zeros(cells, np.int16)
        self._patrol_due = PATROL
        self._patrolled = np.zeros(cells, np.bool_)
        self._unrest = 0.0
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
        still = _likeness(relief, self._reliefs[-1], fresh) > STILL if self._reliefs else ~come
        self._mask = mask
        self._reliefs.append(relief)
        moving = float(come.mean())
        self._unrest = 0.0 if new_scene else max(moving, SETTLES * self._unrest)
        self.restless = moving > RESTLESS and not new_scene
        self._calm = np.where(come, 0, self._calm + 1).astype(np.int16)
        if self._unrest <= RESTLESS:  # else it is calm by chance
            self._vain[self._calm >= CALM] = False
        asked = come & (still | ~self._vain)
        self._patrol_due = PATROL if new_scene else self._patrol_due - 1
        self._patrolled = come & ~asked & (self._patrol_due <= 0)
        asked |= self._patrolled
        asked &= _lettered(asked, by_cell(_turns(relief, mask) & widened(fresh)))
        for left, top, right, bottom in lost:
            asked[top // CELL : -(-bottom // CELL), left // CELL : -(-right // CELL)] = True
        self._asked = asked
        return self._rows(asked)

    def pale(self, known: Sequence[Rect]) -> list[Band]:
        """All rows of the last sample in which there is anything, however faint, that might be small print.

        Where the picture moves: anything that has stood still for a while and is not ``known``.
        """
        now = self._reliefs[-1]
        if self._unrest <= RESTLESS or len(self._reliefs) < STOOD:
            return self._rows(by_cell(strokes(now, FAINTEST)) > COME)
        light = np.logical_and.reduce([each > FAINTEST for each in self._reliefs])
        dark = np.logical_and.reduce([each < -FAINTEST for each in self._reliefs])
        stood = np.asarray(light | dark, np.uint8)
        for left, top, right, bottom in known:
            stood[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2] = 0
        return self._rows(_lettered(by_cell(stood) > STANDS, by_cell(_turns(now, stood))))

    def looked(self, bands: Sequence[Band], found: Sequence[Rect]) -> None:
        """The bands of the last sample were read; ``found`` are the new lines in them."""
        for top, bottom in bands:
            self._read[top:bottom] = self._mask[top:bottom]
            rows = slice(top // CELL, -(-bottom // CELL))
            self._vain[rows] |= _around(self._asked)[rows]
        if self._patrol_due <= 0:
            self._patrol_due = SELDOM
        for left, top, right, bottom in found:
            cells = slice(top // CELL, -(-bottom // CELL)), slice(left // CELL, -(-right // CELL))
            self._vain[cells] = False
            if self._patrolled[cells].mean() > 0.5:
                self._patrol_due = PATROL

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


def _likeness(relief: Relief, before: Relief, where: Mask) -> NDArray[np.float32]:
    """How much what stands out there does so as it did before, by cell: 1 for the same, about 0 for another ground."""
    now, then = (np.where(where, each, 0).astype(np.float32) for each in (relief, before))
    least = np.maximum(by_cell(np.maximum(now * now, then * then)), 1e-6)
    return np.asarray(by_cell(now * then) / least, np.float32)


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
