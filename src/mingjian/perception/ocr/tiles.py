"""How a picture of any size is shown to the detector: scaled, cut into tiles that overlap, the finds joined again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Corners = NDArray[np.float32]
Found = tuple[Corners, float]
"""Corners and the detector's score."""

SHORT_SIDE = 720
"""Short side of an ordinary poster for the detector: letters of 12 px in 1080x1440 are still found."""
PLAIN_SHORT = 1080
"""Above this short side the detector's picture grows with the square root: large pictures hold small print too."""
MAX_ENLARGE = 3.0
TILE = 1280
"""Longest side of a tile in the detector's pixels; what is no longer than LONGEST is shown in one piece."""
LONGEST = TILE * 4 // 3
OVERLAP = 288
"""Shared by neighbouring tiles: more than the height of any line but a giant title."""
EDGE = 4.0
"""A quad this near to a cut may go on behind it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A window of the scaled picture."""

    left: int
    top: int
    width: int
    height: int


def detection_scale(width: int, height: int) -> float:
    """Detector's pixels per pixel of the picture."""
    short = max(1, min(width, height))
    if short <= PLAIN_SHORT:
        scale = min(SHORT_SIDE / short, MAX_ENLARGE)
        # A small picture is enlarged as far as it stays one tile: what is long holds letters of ordinary size.
        return min(scale, max(1.0, LONGEST / max(width, height)))
    return SHORT_SIDE / PLAIN_SHORT * math.sqrt(PLAIN_SHORT / short)


def tiles(width: int, height: int) -> list[Tile]:
    """Windows that cover a picture of this size, in reading order; one when it fits."""
    return [Tile(x, y, w, h) for y, h in _spans(height) for x, w in _spans(width)]


def _spans(length: int) -> list[tuple[int, int]]:
    if length <= LONGEST:
        return [(0, length)]
    count = math.ceil((length - OVERLAP) / (TILE - OVERLAP))
    size = math.ceil((length + (count - 1) * OVERLAP) / count)
    step = (length - size) / (count - 1)
    return [(round(index * step), size) for index in range(count)]


def is_block(corners: Corners, width: int, height: int) -> bool:
    """Whether a quad is too much of a window of this size to be one line: a block that the network saw as a whole."""
    wide, high = (corners.max(axis=0) - corners.min(axis=0)).tolist()
    return bool(wide > 0.6 * width and high > 0.4 * height and high > 0.5 * wide)


def joined_quads(found: list[tuple[Tile, list[Found]]], width: int, height: int) -> list[Found]:
    """Quads of all tiles in the scaled picture's pixels, each line once.

    A quad that a cut goes through is joined with its other half; of two that show the same line the one that
    is whole, and then the larger, stays.
    """
    whole: list[Found] = []
    halves: list[Found] = []
    for tile, quads in found:
        for corners, score in quads:
            placed = corners + np.asarray([tile.left, tile.top], np.float32)
            (halves if _is_cut(corners, tile, width, height) else whole).append((placed, score))
    kept: list[Found] = []
    for corners, score in sorted(whole, key=lambda entry: -_area(entry[0])):
        if not any(_inside(corners, other) > 0.6 for other, _ in kept):
            kept.append((corners, score))
    for corners, score in _rejoined(halves):
        if not any(_inside(corners, other) > 0.6 for other, _ in kept):
            kept = [entry for entry in kept if _inside(entry[0], corners) <= 0.6] + [(corners, score)]
    return kept


def _rejoined(halves: list[Found]) -> list[Found]:
    """Halves of one line become one upright quad; a half without a fellow stays as it is."""
    left = sorted(halves, key=lambda entry: (float(entry[0][:, 1].min()), float(entry[0][:, 0].min())))
    done: list[Found] = []
    while left:
        corners, score = left.pop(0)
        index = 0
        while index < len(left):
            other, its_score = left[index]
            if _continues(corners, other):
                corners, score = _around(corners, other), min(score, its_score)
                del left[index]
                index = 0
            else:
                index += 1
        done.append((corners, score))
    return done


def _continues(one: Corners, other: Corners) -> bool:
    """Whether two halves overlap along one axis and are of one breadth across it."""
    low, high = np.maximum(one.min(axis=0), other.min(axis=0)), np.minimum(one.max(axis=0), other.max(axis=0))
    shared = high - low
    if (shared <= 0).any():
        return False
    breadth = np.maximum(np.ptp(one, axis=0), np.ptp(other, axis=0))
    return bool((shared > 0.6 * breadth).any())


def _around(one: Corners, other: Corners) -> Corners:
    both = np.concatenate([one, other])
    (left, top), (right, bottom) = both.min(axis=0), both.max(axis=0)
    return np.asarray([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def _is_cut(corners: Corners, tile: Tile, width: int, height: int) -> bool:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return bool(
        (left < EDGE and tile.left > 0)
        or (top < EDGE and tile.top > 0)
        or (right > tile.width - EDGE and tile.left + tile.width < width)
        or (bottom > tile.height - EDGE and tile.top + tile.height < height)
    )


def _inside(one: Corners, other: Corners) -> float:
    """Share of ``one`` that lies in ``other``: of the quads, not of the boxes around them, for slanted lines."""
    import cv2

    if (one.min(axis=0) > other.max(axis=0)).any() or (other.min(axis=0) > one.max(axis=0)).any():
        return 0.0
    shared, _ = cv2.intersectConvexConvex(one, other)
    return float(shared) / max(_area(one), 1.0)


def _area(corners: Corners) -> float:
    import cv2

    return float(cv2.contourArea(corners))
