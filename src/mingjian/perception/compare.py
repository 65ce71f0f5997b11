"""Before and after: whether a picture shows the same thing twice to compare, and how that is known.

Labels decide where there are any (术前 beside 术后). Labels that say nothing of treatment (before, after) over
two halves show a change, of whatever; without halves, or without labels but with two faces, one in each half, as large
and as placed as the other, it is a doubt and no finding, and worded as one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mingjian.core.model import Place
from mingjian.perception.model import Box, Line, Reading

SURE, CHANGED, DOUBTFUL = "前后对比图", "前后变化对比图", "疑似前后对比图"
_DONE = "手?术|治疗|护理|使用|矫正|种植|植发|整形|注射|改善|减肥|瘦身|做"
BEFORE = re.compile(rf"(?:{_DONE})之?前|^before$|^前$|^b$|^原来$|^以前$", re.IGNORECASE)
AFTER = re.compile(
    rf"(?:{_DONE})之?后|术后[0-9一二三四五六七八九十半]{{1,3}}(?:天|周|个月|月|年)|"
    r"^after$|^后$|^a$|^现在$|^[0-9一二三四五六七八九十]{1,3}(?:天|周|个月|次)之?后$",
    re.IGNORECASE,
)  # fmt: skip
TREATED = re.compile(r"(?:术|治疗|矫正|种植|植发|整形|注射)之?[前后]")
MAX_LABEL = 10  # characters: a label names a picture, a sentence about 术后 does not
SEAM = 2.2  # how much sharper the seam is than the picture on the whole
ALIKE = 0.3  # how far two faces may differ in size and place


def compared(rgb: NDArray[np.uint8], lines: Sequence[Line], faces: Sequence[Box] = ()) -> Reading | None:
    """A reading of role ``depicted`` when the picture (HxWx3, RGB) compares before with after, or None."""
    height, width = rgb.shape[:2]
    labelled = _labels(lines, width, height)
    if labelled is not None:
        treated = any(TREATED.search(line.text) for line in lines if len(line.text.strip()) <= MAX_LABEL)
        parted = _seam(rgb, upright=True) or _seam(rgb, upright=False)
        return _reading(SURE if treated else CHANGED if parted else DOUBTFUL, labelled)
    pair = _twins(faces, width, height)
    if pair is not None and _seam(rgb, upright=pair[2]):
        return _reading(DOUBTFUL, _around(pair[:2]))
    return None


def _labels(lines: Sequence[Line], width: int, height: int) -> Box | None:
    """The place of two labels of a pair: short lines that stand apart, beside or below one another; or one short
    line that holds both."""
    short = [line for line in lines if len(line.text.strip()) <= MAX_LABEL]
    before = [line for line in short if BEFORE.search(line.text.strip())]
    after = [line for line in short if AFTER.search(line.text.strip())]
    for one in before:
        for other in after:
            if one is other:
                if re.search(r"对比|vs|→|➜|/|\||-", one.text, re.IGNORECASE):
                    return one.box
                continue
            across = abs(_middle(one.box)[0] - _middle(other.box)[0]) / width
            down = abs(_middle(one.box)[1] - _middle(other.box)[1]) / height
            if across > 0.2 or down > 0.2:
                return _around((one.box, other.box))
    return None


def _twins(faces: Sequence[Box], width: int, height: int) -> tuple[Box, Box, bool] | None:
    """Two faces as large as each other, one in each half, at the same place of it; and whether the halves stand
    side by side."""
    for number, one in enumerate(faces):
        for other in faces[number + 1 :]:
            if abs(one[3] - other[3]) > ALIKE * max(one[3], other[3]):
                continue
            (x, y), (u, v) = _middle(one), _middle(other)
            size = max(one[3], other[3])
            ways = ((True, abs(y - v), abs(x - u), width), (False, abs(x - u), abs(y - v), height))
            for upright, near, apart, whole in ways:
                if near < ALIKE * size and abs(apart - whole / 2) < 0.12 * whole:
                    return one, other, upright
    return None


def _seam(rgb: NDArray[np.uint8], upright: bool) -> bool:
    """Whether a straight edge parts the picture in the middle."""
    grey = rgb.astype(np.float32).mean(axis=2)
    if not upright:
        grey = grey.T
    steps = np.abs(np.diff(grey, axis=1))
    strength = np.median(steps, axis=0)  # an edge from top to bottom, not a spot
    middle = len(strength) // 2
    reach = max(2, len(strength) // 30)
    return bool(strength[middle - reach : middle + reach].max() > max(SEAM * float(steps.mean()), 4.0))


def _reading(text: str, box: Box) -> Reading:
    return Reading(text, "depicted", (Place(0, len(text), box=box),))


def _middle(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return left, top, right - left, bottom - top
