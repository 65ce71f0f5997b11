"""Strokes: thin structure that stands out from its ground, which is what letters are made of. All on thumbnails."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Mask = NDArray[np.uint8]
"""0 or 1."""
Relief = NDArray[np.int16]
WIDTH = 11
"""Pixels: wider structure is no stroke."""
CONTRAST = 28
CELL = 16
"""Pixels of the thumbnail a cell of the grid is wide and high."""
SAME, SAME_PART = 0.8, 0.6
"""Correlation of two reliefs from which they show the same text: in the whole, in each part of it."""
Rect = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the thumbnail."""


def relief(luma: Pixels) -> Relief:
    """How far each pixel stands out from its surroundings: light strokes above nought, dark ones below.

    What changes slowly over the picture, such as most that moves behind letters, is levelled out.
    """
    import cv2

    kernel = np.ones((WIDTH, WIDTH), np.uint8)
    light = cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, kernel)
    dark = cv2.morphologyEx(luma, cv2.MORPH_BLACKHAT, kernel)
    return np.asarray(cv2.subtract(light, dark, dtype=cv2.CV_16S), np.int16)


def strokes(relief: Relief, contrast: int = CONTRAST) -> Mask:
    """Where strokes are."""
    return np.asarray(np.abs(relief) > contrast, np.uint8)


def widened(mask: Mask) -> Mask:
    """The mask and one pixel around it: codecs move an edge by that much."""
    import cv2

    return np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.uint8)


def by_cell(picture: Mask | NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of each cell of the grid, rows × columns: of a mask, the share of set pixels."""
    import cv2

    height, width = picture.shape
    rows, columns = -(-height // CELL), -(-width // CELL)
    down, right = rows * CELL - height, columns * CELL - width
    padded = cv2.copyMakeBorder(picture.astype(np.float32), 0, down, 0, right, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.resize(padded, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)


def alike(one: Relief, other: Relief) -> bool:
    """Whether two reliefs of equal size show the same text, also in each part of it, half a character long.

    A single changed digit makes its part differ.
    """
    if one.shape != other.shape:
        return False
    first, second = one.astype(np.float32), other.astype(np.float32)
    axis = 0 if one.shape[1] >= one.shape[0] else 1
    both, mine, theirs = ((a * b).sum(axis=axis) for a, b in ((first, second), (first, first), (second, second)))
    if both.sum() < SAME * float(np.sqrt(mine.sum() * theirs.sum())) or not mine.sum() or not theirs.sum():
        return False
    length = min(max(5, round(0.6 * min(one.shape))), len(both))
    both, mine, theirs = (np.convolve(each, np.ones(length), "valid") for each in (both, mine, theirs))
    strong = mine > 0.25 * mine.mean()
    return bool((both[strong] >= SAME_PART * np.sqrt(mine[strong] * theirs[strong])).all())


def moved(shape: Relief, rect: Rect, whole: Relief, reach: int = 10) -> Rect | None:
    """Where a text lies now, at most ``reach`` pixels from where they were; None when they are not there."""
    import cv2

    left, top, right, bottom = rect
    height, width = whole.shape
    x0, y0 = max(0, left - reach), max(0, top - reach)
    window = whole[y0 : min(height, bottom + reach), x0 : min(width, right + reach)]
    if window.shape[0] < shape.shape[0] or window.shape[1] < shape.shape[1] or not shape.any():
        return None
    scores = cv2.matchTemplate(window.astype(np.float32), shape.astype(np.float32), cv2.TM_CCORR_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(scores)
    if best < SAME:
        return None
    return x0 + x, y0 + y, x0 + x + shape.shape[1], y0 + y + shape.shape[0]
