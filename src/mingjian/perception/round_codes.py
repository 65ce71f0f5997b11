"""Round mini-program codes (小程序码) in pictures: found, not read, since what they say is a closed format.

Publicly known of them: 36, 54 or 72 radial lines of bars about a round logo, three bull's-eyes at three corners of a
square, a badge at the fourth. So bull's-eyes are looked for; three that stand as corners of a square are laid onto
that square, which undoes turning, mirroring and slant; and around its middle the ink must come back 36, 54 or 72
times a turn, in bars of many lengths. Clocks, suns and seals fail one or the other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import Box

if TYPE_CHECKING:
    import cv2

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

LINES = (36, 54, 72)
MAX_PIXELS, MIN_SIDE = 3_000_000, 1500
"""A larger picture is shrunk to so many pixels; one with a shorter side than this is enlarged up to twice."""
WINDOWS = (31, 101)
"""Pixels over which light and dark are told apart: for small and for large codes."""
MAX_EYES, MAX_TRIED = 40, 20
"""Bull's-eyes, and threes of them, that are tried in one look: a wallpaper of rings must not cost minutes."""
EYE = 0.25
"""Most that a bull's-eye may take of the distance to the middle of the code (radius)."""
TURN = 1440
"""Samples a turn; a multiple of all LINES."""
RINGS = np.linspace(0.7, 1.3, 49)
"""Where bars are looked for, in distances of the bull's-eyes from the middle: all versions have them there."""
MIN_PEAK = 0.3
"""Least share of what changes along a turn that must come back with the lines."""
MIN_MIXED = 0.15
"""Least share of the cells that must differ from their neighbours: rays of one length are no bits."""
REACH = 1.38
"""Radius of the whole code in distances of its bull's-eyes from the middle."""


@dataclass(frozen=True, slots=True)
class RoundCode:
    """Where a code stands, in pixels of the original, and how many lines it has."""

    box: Box
    lines: int


@dataclass(frozen=True, slots=True)
class _Eye:
    x: float
    y: float
    radius: float


def round_codes(rgb: Pixels, *, enlarge: bool = True) -> list[RoundCode]:
    """Mini-program codes in an HxWx3 uint8 RGB picture, from the top. Without ``enlarge``, as for the frames of a clip
    (a code that a phone is to read from a screen is large), a look costs a third."""
    import cv2

    height, width = rgb.shape[:2]
    wanted = max(1.0, MIN_SIDE / min(height, width)) if enlarge else 1.0
    scale = min(2.0, wanted, (MAX_PIXELS / (height * width)) ** 0.5)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    sized = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=way) if scale != 1 else rgb
    grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(sized), cv2.COLOR_RGB2GRAY), np.uint8)
    found: list[RoundCode] = []
    for window in WINDOWS:
        for dark in _inks(grey, window):
            for three in islice(_corners(_eyes(dark)), MAX_TRIED):
                code = _verified(grey, three, scale)
                if code is not None and all(not _same(code.box, known.box) for known in found):
                    found.append(code)
    return sorted(found, key=lambda code: (code.box[1], code.box[0]))


def _inks(grey: Pixels, window: int) -> Iterator[Pixels]:
    """The picture in black and white, as dark ink on light and as light ink on dark."""
    import cv2

    for kind in (cv2.THRESH_BINARY_INV, cv2.THRESH_BINARY):
        offset = 8 if kind == cv2.THRESH_BINARY_INV else -8
        yield np.asarray(cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, kind, window, offset), np.uint8)


def _eyes(ink: Pixels) -> list[_Eye]:
    """Discs alone in the hole of a ring of the same middle, the largest first."""
    import cv2

    contours, tree = cv2.findContours(ink, cv2.RETR_TREE, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    inner, outer = 2, 3  # columns of the tree: the first contour inside, and the one around
    links = tree[0]
    eyes: list[_Eye] = []
    for n in np.flatnonzero((links[:, inner] >= 0) & (links[:, outer] >= 0)).tolist():
        hole = _disc(contours[n])
        if hole is None or cv2.contourArea(contours[n], oriented=True) < 0:  # turned the other way: ink, no hole
            continue
        disc, ring = _disc(contours[links[n, inner]]), _disc(contours[links[n, outer]], whole=False)
        if disc is None or ring is None or not 1.08 * hole.radius < ring.radius < 2.6 * hole.radius:
            continue
        apart = math.hypot(disc.x - hole.x, disc.y - hole.y)
        if apart < 0.3 * hole.radius and 0.25 * hole.radius < disc.radius < 0.95 * hole.radius:
            eyes.append(_Eye(hole.x, hole.y, (hole.radius + ring.radius) / 2))
    return sorted(eyes, key=lambda eye: -eye.radius)[:MAX_EYES]


def _disc(contour: cv2.typing.MatLike, whole: bool = True) -> _Eye | None:
    """The circle that a contour is, or None. Not ``whole``: a ring may run into a bar beside it."""
    import cv2

    x, y, width, height = cv2.boundingRect(contour)
    if min(width, height) < 2 or not 0.6 < width / height < 1.67:
        return None
    area = cv2.contourArea(contour) + len(contour) / 2  # contours run through the middles of pixels
    if whole and not 0.6 < area / (np.pi / 4 * width * height) < 1.4:
        return None
    return _Eye(x + (width - 1) / 2, y + (height - 1) / 2, (width + height) / 4)


def _corners(eyes: list[_Eye]) -> Iterator[tuple[_Eye, _Eye, _Eye]]:
    """Three alike that stand as corners of a square, perhaps a little slanted; the right angle comes first."""
    for three in combinations(eyes, 3):
        radii = [eye.radius for eye in three]
        if max(radii) > 1.6 * min(radii):
            continue
        for n in range(3):
            apex, one, other = three[n], three[n - 1], three[n - 2]
            ax, ay, bx, by = one.x - apex.x, one.y - apex.y, other.x - apex.x, other.y - apex.y
            a, b = math.hypot(ax, ay), math.hypot(bx, by)
            if min(a, b) < 0.75 * max(a, b) or abs(ax * bx + ay * by) > 0.25 * a * b:
                continue
            if max(radii) < EYE * math.hypot(ax - bx, ay - by) / 2:
                yield apex, one, other


def _verified(grey: Pixels, three: tuple[_Eye, _Eye, _Eye], scale: float) -> RoundCode | None:
    apex, one, other = (np.array((eye.x, eye.y)) for eye in three)
    middle = (one + other) / 2
    # The half diagonals as axes: a slanted code is a circle again in them.
    along, across = (one - other) / 2, apex - middle
    lines = _lines(_unrolled(grey, middle, along, across), _eye_share(three))
    if lines is None:
        return None
    reach = REACH * np.hypot(along, across)
    left, top = np.maximum(middle - reach, 0) / scale
    right, bottom = np.minimum(middle + reach, (grey.shape[1], grey.shape[0])) / scale
    return RoundCode((round(left), round(top), round(right - left), round(bottom - top)), lines)


def _eye_share(three: tuple[_Eye, _Eye, _Eye]) -> float:
    _, one, other = three
    return 2 * max(eye.radius for eye in three) / float(np.hypot(one.x - other.x, one.y - other.y))


def _unrolled(grey: Pixels, middle: Floats, along: Floats, across: Floats) -> Floats:
    """Rings about the middle as rows, from an eye on: len(RINGS) × TURN."""
    import cv2

    turns = np.arange(TURN) * (2 * np.pi / TURN)
    unit = np.cos(turns)[:, None] * along + np.sin(turns)[:, None] * across
    points = middle + RINGS[:, None, None] * unit[None]
    rows = cv2.remap(
        grey, points[..., 0].astype(np.float32), points[..., 1].astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return np.asarray(rows, np.float64)


def _lines(rows: Floats, eye: float) -> int | None:
    """How many lines stand about the middle, or None where nothing comes back as often as a code's."""
    free = _free(eye)
    best, share = max(((count, _peak(rows, free, count)) for count in LINES), key=lambda each: each[1])
    return best if share >= MIN_PEAK and _mixed(rows, free, best) >= MIN_MIXED else None


def _free(eye: float) -> NDArray[np.bool_]:
    """Where bars are, neither eyes nor badge: a quarter turn apart, beginning at 0."""
    turns = np.arange(TURN) * (2 * np.pi / TURN)
    apart = np.abs((turns + np.pi / 4) % (np.pi / 2) - np.pi / 4)
    return np.asarray(apart > 1.5 * np.arcsin(min(1.0, eye)) + 0.02, np.bool_)


def _peak(rows: Floats, free: NDArray[np.bool_], count: int) -> float:
    """Share of what changes along the mean ring that a wave of ``count`` a turn explains; light from one side, which
    comes back a few times a turn at most, is no part of either."""
    mean = rows.mean(axis=0)[free]
    slow = _waves(range(6))[free]
    rest = mean - slow @ np.linalg.lstsq(slow, mean, rcond=None)[0]
    wave = _waves((count,))[free]
    fit = wave @ np.linalg.lstsq(wave, rest, rcond=None)[0]
    return float((fit @ fit) / max(float(rest @ rest), 1e-9))


def _mixed(rows: Floats, free: NDArray[np.bool_], count: int) -> float:
    """How evenly ink and ground are mixed where lines are, along the rings and along the lines, whichever is less:
    the share of the rarer of the two, 0.5 at most. Rays, ticks and rings are of one kind one way or the other."""
    mean = np.where(free, rows.mean(axis=0), rows[:, free].mean())
    phase = float(np.angle(np.fft.rfft(mean)[count]))
    step = TURN / count
    # The crest of the wave is where all is ground, between the lines; they are half a step further.
    crest = -phase / (2 * np.pi) * step
    shares = []
    for start in (crest + step / 2, crest):  # light ink on dark ground: the crest is a line
        at = np.round(start + step * np.arange(count)).astype(int) % TURN
        cells = rows[:, at[free[at]]]
        low, high = np.percentile(rows[:, free], (5, 95))
        ink = cells > (low + high) / 2
        rings, lines = ink.mean(axis=1), ink.mean(axis=0)
        shares.append(min(np.minimum(rings, 1 - rings).mean(), np.minimum(lines, 1 - lines).mean()))
    return float(max(shares))


def _waves(counts: Iterable[int]) -> Floats:
    turns = np.arange(TURN) * (2 * np.pi / TURN)
    return np.stack([side(count * turns) for count in counts for side in (np.cos, np.sin)], axis=1)


def _same(one: Box, other: Box) -> bool:
    """Whether the middle of one lies in the other."""
    x, y = one[0] + one[2] / 2, one[1] + one[3] / 2
    return other[0] <= x <= other[0] + other[2] and other[1] <= y <= other[1] + other[3]
