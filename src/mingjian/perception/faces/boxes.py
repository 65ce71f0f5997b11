"""Boxes as rows of numbers: overlap, turning, and the choice of one among many that show the same face."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
COLUMNS = 15
"""A row is left, top, right, bottom, score, then x and y of both eyes, the nose and both corners of the mouth."""
_XS, _YS = [0, 2, 5, 7, 9, 11, 13], [1, 3, 6, 8, 10, 12, 14]


def overlap(some: Array, others: Array, by_first: bool = False) -> Array:
    """Intersection over union (or over the area of the first) of each of ``some`` with each of ``others``: n × m."""
    low = np.maximum(some[:, None, :2], others[None, :, :2])
    high = np.minimum(some[:, None, 2:4], others[None, :, 2:4])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    areas = [np.clip(boxes[:, 2:4] - boxes[:, :2], 1e-6, None).prod(axis=1) for boxes in (some, others)]
    if by_first:
        return np.asarray(shared / areas[0][:, None])
    return np.asarray(shared / (areas[0][:, None] + areas[1][None, :] - shared))


def kept(boxes: Array, most: float) -> Array:
    """The best box of each place, best first: none overlaps a better one by more than ``most``."""
    boxes = boxes[np.argsort(-boxes[:, 4], kind="stable")]
    out: list[Array] = []
    while len(boxes):
        best, boxes = boxes[:1], boxes[1:]
        out.append(best)
        if len(boxes):
            boxes = boxes[overlap(best, boxes)[0] <= most]
    return np.concatenate(out) if out else np.zeros((0, COLUMNS), np.float32)


def moved(boxes: Array, x: float, y: float) -> Array:
    """The boxes shifted."""
    out = boxes.copy()
    out[:, _XS] += x
    out[:, _YS] += y
    return out


def turned_back(boxes: Array, turns: int, width: int, height: int) -> Array:
    """Boxes found in ``np.rot90(picture, turns)`` in the pixels of the picture, ``width`` × ``height``."""
    out = boxes.copy()
    for turn in range(turns % 4, 0, -1):
        wide = width if turn % 2 else height  # of what was turned to the picture at hand
        xs, ys = wide - out[:, _YS], out[:, _XS]
        out[:, _XS], out[:, _YS] = xs, ys
        out[:, [0, 2]] = np.sort(out[:, [0, 2]], axis=1)
    return out


def clipped(boxes: Array, width: int, height: int) -> Array:
    """The boxes cut at the edges of the picture; those outside are left out."""
    out = boxes.copy()
    out[:, [0, 2]] = np.clip(out[:, [0, 2]], 0, width)
    out[:, [1, 3]] = np.clip(out[:, [1, 3]], 0, height)
    return out[(out[:, 2] - out[:, 0] >= 2) & (out[:, 3] - out[:, 1] >= 2)]
