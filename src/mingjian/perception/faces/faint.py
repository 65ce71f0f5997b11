"""Faint small faces: weak hints judged by several enlargements, and by the company they are in.

A soft face of 16 to 60 pixels gives the network a score that jumps with its place on the grid: 0.05 at one size of
the picture, 0.4 at the next. The mean over a piece around it, enlarged to two sizes, mirrored and made paler (which
raises weak faces and leaves texture where it is), does not jump. Measured on a hundred small faces at five sizes and on
sixteen pictures without people: it adds up to a tenth of the faces and not one mask on those pictures. Beside three
plain faces of about the same size less is enough: where a crowd stands, a face more is likely.
"""

from __future__ import annotations

import numpy as np

from mingjian.perception.faces.boxes import Array, moved, overlap
from mingjian.perception.faces.centerface import detect

LARGEST = 96
"""Pixels of the longer side of a face above which a weak hint is no matter of resolution."""
_SIDES = (128, 96)  # pixels of the piece, which is four times as wide as the face
_FLOOR = 0.01
_SAME = 0.3  # overlap with the hint
_HOPELESS = 0.05  # before it is made paler
_ALONE, _BEST = 0.25, 0.35
_AMONG, _AMONG_BEST = 0.1, 0.28
_CROWD = 3
_LIKE = 1.6  # times as large or small


def believed(rgb: Array, box: Array, plain: Array) -> float | None:
    """The mean score of the enlargements if they make a face of a hint, else None.

    ``box`` and each row of ``plain`` (the faces beyond doubt): left, top, right, bottom, in pixels of ``rgb``.
    """
    tall = _tall(box[None])[0]
    if tall > LARGEST:
        return None
    scores: list[float] = []
    for pale in (False, True):
        for side in _SIDES:
            scores += _both_ways(rgb, box, side, pale)
        if np.mean(scores) < _HOPELESS:
            return None
    mean, best = float(np.mean(scores)), max(scores)
    ratio = _tall(plain) / tall
    crowd = int(((ratio < _LIKE) & (ratio > 1 / _LIKE)).sum())
    if (mean >= _ALONE and best >= _BEST) or (mean >= _AMONG and best >= _AMONG_BEST and crowd >= _CROWD):
        return mean
    return None


def _tall(boxes: Array) -> Array:
    return np.asarray(np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]))


def _both_ways(rgb: Array, box: Array, side: int, pale: bool) -> list[float]:
    """The score at the place of the box in the piece around it, as it is and mirrored."""
    height, width = rgb.shape[:2]
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    reach = 2.0 * float(_tall(box[None])[0])
    x0, y0 = int(max(0, x - reach)), int(max(0, y - reach))
    piece = np.ascontiguousarray(rgb[y0 : int(min(height, y + reach)), x0 : int(min(width, x + reach))])
    if pale:
        piece = 64 + piece // 2
    longest = max(32, round(side * max(piece.shape[:2]) / (2 * reach)))
    out = []
    for mirrored in (False, True):
        found = detect(np.ascontiguousarray(piece[:, ::-1]) if mirrored else piece, longest, _FLOOR)
        if mirrored:
            found[:, [0, 2]] = piece.shape[1] - found[:, [2, 0]]
        found = moved(found, x0, y0)
        same = overlap(box[None], found)[0] > _SAME if len(found) else np.zeros(0, bool)
        out.append(float(found[same, 4].max(initial=0.0)))
    return out
