"""Whether the places of two pictures lie as those of one and the same do, and where they overlap.

Every pair of places with like descriptions says by itself how one picture was laid into the other: so much larger, so
much turned, so far moved. The saying on which most pairs agree is refined by least squares (as RANSAC: Fischler,
Bolles, CACM 1981; with every pair tried once, so that nothing hangs on chance).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.reuse.local import STEPS, Places

Floats = NDArray[np.float64]
LIKE = 32
"""Bits of 128 in which like descriptions differ at most."""
ROUGH, CLOSE = 14.0, 6.0
"""Pixels (longer side 512) by which a place may lie beside where it should, first and after refining."""
TURN = 28
"""256ths of a circle by which a pair may be turned otherwise."""
LARGER = 14
"""16ths of a doubling by which a pair may be larger or smaller."""
STRETCH = 1.7
"""How much more a picture may be stretched along one way than across."""
GRAIN = 3.0
"""Pixels within which two places count as one."""
LEAST = 4
"""Pairs without which nothing can be said."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """``inliers`` places agree; ``share`` of those, thousandths, that lie where the pictures overlap agree; ``matrix``
    [2, 3] leads from pixels here to pixels there, both with a longer side of 512; ``here``, ``there`` are the boxes
    around what agrees: left, top, right, bottom in the same pixels."""

    inliers: int
    share: int
    matrix: Floats
    here: tuple[float, float, float, float]
    there: tuple[float, float, float, float]
    cover: int
    """Thousandths that what agrees takes of the picture of which it takes more: little for a line of words or a sticker
    that two pictures bear."""


def aligned(here: Places, there: Places) -> Alignment | None:
    """How ``here`` lies in ``there``, or None where too few places agree."""
    if len(here) < LEAST or len(there) < LEAST:
        return None
    one, other = _pairs(here.bits, there.bits)
    if len(one) < LEAST:
        return None
    a, b = here.at[one] / STEPS, there.at[other] / STEPS
    larger = there.size[other].astype(np.int64) - here.size[one]
    turned = there.angle[other].astype(np.int64) - here.angle[one]
    kept, matrix = _agreed(a, b, larger, turned)
    for reach in (ROUGH, CLOSE, CLOSE):
        if len(kept) < LEAST:
            return None
        matrix = _fitted(a[kept], b[kept], matrix)
        off = np.hypot(*(_moved(a, matrix) - b).T)
        kept = np.flatnonzero((off <= reach) & _consistent(larger, turned, matrix))
    inliers = min(_distinct(a[kept]), _distinct(b[kept]))
    if inliers < LEAST or not _sane(matrix):
        return None
    share = _share(here, there, matrix, inliers)
    cover = max(_cover(a[kept], here.at / STEPS), _cover(b[kept], there.at / STEPS))
    return Alignment(inliers, share, matrix, _around(a[kept]), _around(b[kept]), cover)


def _pairs(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places that are each other's nearest, and near."""
    a, b = (np.ascontiguousarray(each).view(np.uint64) for each in (one, other))
    apart = np.bitwise_count(a[:, None, 0] ^ b[None, :, 0]) + np.bitwise_count(a[:, None, 1] ^ b[None, :, 1])
    nearest, back = apart.argmin(axis=1), apart.argmin(axis=0)
    mine = np.arange(len(a))
    good = (apart[mine, nearest] <= LIKE) & (back[nearest] == mine)
    return np.flatnonzero(good), nearest[good]


def _agreed(
    a: Floats, b: Floats, larger: NDArray[np.int64], turned: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Floats]:
    """The pairs that agree with the saying that finds most agreement, and that saying."""
    scale, angle = 2.0 ** (larger / 16), turned * (2 * np.pi / 256)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    x = cos[:, None] * a[:, 0] - sin[:, None] * a[:, 1]
    y = sin[:, None] * a[:, 0] + cos[:, None] * a[:, 1]
    own = np.arange(len(a))
    move = b - np.stack((x[own, own], y[own, own]), axis=1)
    off = np.hypot(x + move[:, :1] - b[:, 0], y + move[:, 1:] - b[:, 1])
    near = off <= ROUGH * np.maximum(1.0, scale[:, None])
    near &= np.abs(larger[:, None] - larger) <= LARGER
    near &= np.abs((turned[:, None] - turned + 128) % 256 - 128) <= TURN
    best = int(near.sum(axis=1).argmax())
    matrix = np.asarray([[cos[best], -sin[best], move[best, 0]], [sin[best], cos[best], move[best, 1]]])
    return np.flatnonzero(near[best]), matrix


def _fitted(a: Floats, b: Floats, before: Floats) -> Floats:
    """Least squares: moved, turned and scaled; with enough pairs also stretched."""
    if _distinct(a) >= 10:
        rows = np.concatenate((a, np.ones((len(a), 1))), axis=1)
        solved, _, rank, _ = np.linalg.lstsq(rows, b, rcond=None)
        fitted = np.asarray(solved.T, np.float64)
        if rank == 3 and _sane(fitted):
            return fitted
    middle_a, middle_b = a.mean(axis=0), b.mean(axis=0)
    p, q = (a - middle_a) @ [1, 1j], (b - middle_b) @ [1, 1j]
    weight = float((np.abs(p) ** 2).sum())
    if weight < 1e-6:
        return before
    factor = (np.conj(p) * q).sum() / weight
    turn = np.asarray([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.concatenate((turn, (middle_b - turn @ middle_a)[:, None]), axis=1)


def _consistent(larger: NDArray[np.int64], turned: NDArray[np.int64], matrix: Floats) -> NDArray[np.bool_]:
    scale = np.sqrt(max(1e-9, float(np.linalg.det(matrix[:, :2]))))
    angle = np.arctan2(matrix[1, 0] - matrix[0, 1], matrix[0, 0] + matrix[1, 1]) * 256 / (2 * np.pi)
    alike = np.abs(larger - 16 * np.log2(scale)) <= LARGER
    return np.asarray(alike & (np.abs((turned - angle + 128) % 256 - 128) <= TURN))


def _sane(matrix: Floats) -> bool:
    """Neither turned over, nor stretched, nor a speck."""
    values = np.linalg.svd(matrix[:, :2], compute_uv=False)
    upright = float(np.linalg.det(matrix[:, :2])) > 0
    return bool(upright and values[0] <= STRETCH * values[1] and values[1] > 0.05 and values[0] < 20)


def _share(here: Places, there: Places, matrix: Floats, inliers: int) -> int:
    """Of the places that could agree, since they lie inside the other picture, how many do."""
    a, b = here.at / STEPS, there.at / STEPS
    back = np.linalg.inv(np.concatenate((matrix, [[0, 0, 1]])))[:2]
    inside = min(_within(_moved(a, matrix), b), _within(_moved(b, back), a))
    return min(1000, 1000 * inliers // max(1, inside))


def _within(moved: Floats, others: Floats) -> int:
    low, high = others.min(axis=0) - GRAIN, others.max(axis=0) + GRAIN
    return int(((moved >= low) & (moved <= high)).all(axis=1).sum())


def _moved(points: Floats, matrix: Floats) -> Floats:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2])


def _distinct(points: Floats) -> int:
    if not len(points):
        return 0
    return len(np.unique((points / GRAIN).round(), axis=0))


def _cover(points: Floats, everything: Floats) -> int:
    """How much of the box around everything the box around four fifths of the points' rows and columns takes,
    thousandths: a few astray do not widen it."""
    low, high = np.quantile(points, (0.1, 0.9), axis=0)
    sides = (high - low) / 0.8 / np.maximum(everything.max(axis=0) - everything.min(axis=0), GRAIN)
    return int(min(1.0, float(sides[0])) * min(1.0, float(sides[1])) * 1000)


def _around(points: Floats) -> tuple[float, float, float, float]:
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
