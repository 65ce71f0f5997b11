"""Where the pictures of a picture are: without its borders, and the fields of a collage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, width, height in pixels."""
SIDE = 256
"""Pixels of the longer side at which borders and seams are looked for."""
EVEN = 7.0
"""Grey levels by which a row of a border may vary."""
LEAST_TRIM = 0.02
"""Share of a side below which cutting a border changes nothing."""
SEAM, SEAM_LEAST = 2.2, 6.0
"""A seam is so many times sharper than the picture on the whole, and at least so many grey levels."""
FLAT = 2.0
"""Grey levels by which neighbours on a ground differ on the average."""
GROUND, FILLED = 0.15, 0.4
"""A ground takes this share of a picture at least; lines of a picture on it leave less than the rest to it."""
MIDDLE = (0.3, 0.7)
"""Shares between which a collage is divided."""


def grey_of(rgb: Pixels) -> NDArray[np.float32]:
    """The picture in grey, small enough to look for lines."""
    import cv2

    scale = min(1.0, SIDE / max(rgb.shape[:2]))
    size = max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float32)


def trimmed(grey: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """The picture without even borders: left, top, right, bottom as shares of the sides. All of it where there are
    none, or where nothing would be left."""
    top, bottom = _even_ends(grey)
    if top + bottom >= len(grey):
        return 0.0, 0.0, 1.0, 1.0
    left, right = _even_ends(grey[top : len(grey) - bottom].T)
    height, width = grey.shape
    if top + bottom > 0.8 * height or left + right > 0.8 * width:
        return 0.0, 0.0, 1.0, 1.0
    # One line more on every side that was cut: shrinking has mixed the border into it.
    top, bottom, left, right = (each + 1 if each else 0 for each in (top, bottom, left, right))
    return left / width, top / height, 1 - right / width, 1 - bottom / height


def content(grey: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Where on a ground of one colour a picture lies, as on a screenshot: left, top, right, bottom as shares. Words on
    the ground do not count, since they leave most of their lines to it. All of it where there is no such ground."""
    levels = np.bincount((grey // 4).astype(int).ravel(), minlength=65)
    near = np.convolve(levels, np.ones(3, int), "same")
    ground = int(near.argmax())
    everything = 0.0, 0.0, 1.0, 1.0
    if near[ground] < GROUND * grey.size:
        return everything
    drawn = np.abs(grey - (4 * ground + 2)) > EVEN
    smooth = ~drawn[:, 1:] & ~drawn[:, :-1]
    if not smooth.any() or float(np.abs(np.diff(grey, axis=1))[smooth].mean()) > FLAT:
        return everything
    rows = _longest(drawn.mean(axis=1) > FILLED)
    columns = _longest(drawn[rows[0] : rows[1]].mean(axis=0) > FILLED) if rows[1] > rows[0] else (0, 0)
    height, width = grey.shape
    if rows[1] - rows[0] < 0.15 * height or columns[1] - columns[0] < 0.3 * width:
        return everything
    beside = np.delete(drawn[rows[0] : rows[1]], np.s_[max(0, columns[0] - 2) : columns[1] + 2], axis=1)
    above = np.delete(drawn, np.s_[max(0, rows[0] - 2) : rows[1] + 2], axis=0)
    if (beside.size and beside.mean() > 0.02) or (above.size and above.mean() > FILLED / 2):
        return everything
    return columns[0] / width, rows[0] / height, columns[1] / width, rows[1] / height


def _longest(filled: NDArray[np.bool_]) -> tuple[int, int]:
    """The longest stretch of lines that are filled, but for one or two between."""
    filled = filled.copy()
    for gap in (1, 2):
        filled[gap:-gap] |= filled[: -2 * gap] & filled[2 * gap :]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    if not len(edges):
        return 0, 0
    lengths = edges[1::2] - edges[::2]
    best = int(lengths.argmax())
    return int(edges[2 * best]), int(edges[2 * best + 1])


def _even_ends(grey: NDArray[np.float32]) -> tuple[int, int]:
    """How many rows at the beginning and at the end are of one colour, each end of its own."""
    even = grey.max(axis=1) - grey.min(axis=1) <= 2 * EVEN
    level = grey.mean(axis=1)
    ends = []
    for rows, levels in ((even, level), (even[::-1], level[::-1])):
        border = rows & (np.abs(levels - levels[0]) <= EVEN)
        ends.append(len(border) if border.all() else int(border.argmin()))
    return ends[0], ends[1]


def fields(grey: NDArray[np.float32]) -> list[tuple[float, float, float, float]]:
    """The fields of a collage, left, top, right, bottom as shares: none, two, three or four."""
    height, width = grey.shape
    for upright in (True, False):
        seam = _seam(grey if upright else grey.T)
        if seam is None:
            continue
        low, high = seam
        parts = [(slice(0, low), 0.0, low), (slice(high, None), high, None)]
        found = []
        for chosen, begin, end in parts:
            part = grey[:, chosen] if upright else grey[chosen]
            across = width if upright else height
            one, other = begin / across, (end if end is not None else across) / across
            inner = _seam(part.T if upright else part)
            along = height if upright else width
            cuts = [(0.0, 1.0)] if inner is None else [(0.0, inner[0] / along), (inner[1] / along, 1.0)]
            for start, stop in cuts:
                found.append((one, start, other, stop) if upright else (start, one, stop, other))
        return found
    return []


def _seam(grey: NDArray[np.float32]) -> tuple[int, int] | None:
    """Where a straight edge, or a bar of one colour, parts the columns in the middle: the end of what is left of it and
    the beginning of what is right of it."""
    height, width = grey.shape
    if width < 24 or height < 16:
        return None
    low, high = int(width * MIDDLE[0]), int(width * MIDDLE[1])
    even = (grey.max(axis=0) - grey.min(axis=0) <= 2 * EVEN)[low:high]
    if even.any() and even.sum() <= 0.15 * width:
        bar = np.flatnonzero(even) + low
        if bar[-1] - bar[0] + 1 == len(bar):
            return int(bar[0]), int(bar[-1]) + 1
    steps = np.abs(np.diff(grey, axis=1))
    strength = np.median(steps, axis=0)
    inner = strength[low:high]
    best = int(inner.argmax())
    if inner[best] <= max(SEAM * float(steps.mean()), SEAM_LEAST) or inner[best] < 2 * float(np.median(inner)) + 2:
        return None
    strong = np.flatnonzero(inner > 0.5 * inner[best])
    strong = strong[np.abs(strong - best) <= 0.06 * width]  # both edges of a bar between the fields
    return int(strong[0]) + low + 1, int(strong[-1]) + low + 1
