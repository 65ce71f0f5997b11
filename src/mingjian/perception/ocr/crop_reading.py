"""Reading crops: which way up, and a second look only at those the first look was unsure of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mingjian.perception.ocr.crops import TALL, Pixels, inverted, is_tall, mirrored, stronger, turned
from mingjian.perception.ocr.engine import Engine

SURE = 0.85
"""A line read with less is tried the other way up; a page of such lines is tried in the mirror."""
DOUBTFUL = 0.7
"""A line read with less is tried with its contrast raised and inverted."""
ON_ITS_HEAD = 0.9
GAIN = 0.05
"""How much better another look must score to be believed."""
MAX_SECOND_LOOKS = 32
"""Crops of one picture that get a second look, the largest first: a wild texture must not cost minutes."""


Treat = Callable[[Pixels], Pixels]


@dataclass(frozen=True, slots=True)
class Read:
    """What a crop says. ``quarters`` counts counter-clockwise turns of the crop that brought it upright."""

    text: str
    score: float
    quarters: int
    mirrored: bool = False


def read_crops(engine: Engine, crops: Sequence[Pixels]) -> list[Read]:
    """One Read for each RGB crop, level or tall, in order."""
    if not crops:
        return []
    quarters = [1 if is_tall(crop) else 0 for crop in crops]
    level = [turned(crop, quarter) if quarter else crop for crop, quarter in zip(crops, quarters, strict=True)]
    for index, doubt in enumerate(engine.upside_down([_bgr(crop) for crop in level])):
        if doubt > ON_ITS_HEAD:
            level[index], quarters[index] = turned(level[index], 2), quarters[index] + 2
    reads = [
        Read(text, score, quarter)
        for (text, score), quarter in zip(engine.recognise([_bgr(crop) for crop in level]), quarters, strict=True)
    ]
    _look_again(engine, crops, reads)
    return reads


def _look_again(engine: Engine, crops: Sequence[Pixels], reads: list[Read]) -> None:
    """Replaces in ``reads`` what another look read better."""

    def try_as(
        which: Sequence[int], turn: int = 0, mirror: bool = False, gain: float = GAIN, treat: Treat = _as_is
    ) -> int:
        """Reads the crops again, turned or mirrored on top of how they stand; how many were read better."""
        others = [
            replace(reads[index], quarters=reads[index].quarters + turn, mirrored=reads[index].mirrored != mirror)
            for index in which
        ]
        looks = [_bgr(treat(_stood(crops[index], other))) for index, other in zip(which, others, strict=True)]
        won = 0
        for index, other, (text, score) in zip(which, others, engine.recognise(looks), strict=True):
            if text.strip() and score > reads[index].score + gain:
                reads[index] = replace(other, text=text, score=score)
                won += 1
        return won

    def doubted(limit: float) -> list[int]:
        worst = [index for index, read in enumerate(reads) if read.score < limit]
        return sorted(worst, key=lambda index: -crops[index].size)[:MAX_SECOND_LOOKS]

    try_as(doubted(SURE), turn=2)
    # One or two characters, set vertically, make a tall crop that may be upright as it is.
    try_as([i for i in doubted(SURE) if TALL <= crops[i].shape[0] / crops[i].shape[1] < 2 * TALL], turn=-1)
    if _mean(reads) < SURE + GAIN:
        suspects = doubted(SURE + 2 * GAIN)
        won = try_as(suspects, mirror=True)
        if won > len(suspects) / 2:  # a mirror image as a whole, also where a line reads well by chance
            try_as([i for i, read in enumerate(reads) if not read.mirrored], mirror=True, gain=-GAIN)
        # Mirrored letters look to the classifier as if they stood on their head.
        try_as([i for i in doubted(SURE) if not reads[i].mirrored], turn=2, mirror=True)
    try_as(doubted(DOUBTFUL), treat=stronger)
    try_as(doubted(DOUBTFUL), treat=lambda crop: inverted(stronger(crop)))


def _stood(crop: Pixels, read: Read) -> Pixels:
    """The crop as ``read`` says it must be held."""
    held = turned(crop, read.quarters % 4) if read.quarters % 4 else crop
    return mirrored(held) if read.mirrored else held


def _as_is(crop: Pixels) -> Pixels:
    return crop


def _mean(reads: Sequence[Read]) -> float:
    """Mean score, each line with the weight of its length."""
    weight = sum(max(len(read.text), 1) for read in reads)
    return sum(read.score * max(len(read.text), 1) for read in reads) / max(weight, 1)


def _bgr(rgb: Pixels) -> Pixels:
    return rgb[..., ::-1]
