"""Finding lines in some rows of a frame, and reading them: the detector is shown strips as wide as the frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mingjian.perception.model import Quad
from mingjian.perception.ocr import Ocr
from mingjian.perception.ocr.crop_reading import SURE
from mingjian.perception.ocr.crops import is_tall
from mingjian.perception.video.frames import Pixels

SHORT_SIDE = 720
"""Short side of the frame for the detector in full scale."""
COARSE, COARSER = 0.75, 0.5
"""Scale of a look, unless it is for small print; and of one at a restless frame."""
HOPELESS = 0.3
"""Score below which a crop is a texture, on which no art is spent; one that looks like a letter or two, and those no
Chinese ones, is the rim of a thing."""
EDGE = 3.0
REACH = 48
"""Pixels at full scale by which a strip grows when it cuts through a line."""
MARGIN = 16
"""Pixels at full scale that are shown beside such a line."""


@dataclass
class _Strip:
    """The rows the detector was shown, and the lines it saw: whole, and cut by the upper, the lower edge or both."""

    top: int
    bottom: int
    whole: list[Quad] = field(default_factory=list)
    above: list[Quad] = field(default_factory=list)
    below: list[Quad] = field(default_factory=list)


class Finder:
    """Finds and reads with the networks of a reader."""

    def __init__(self, reader: Ocr) -> None:
        self._reader, self._engine = reader, reader._engine
        self._fine = self._restless = False
        self.pixels = 0
        """How many the detector was shown, for the benchmark."""

    def find(
        self, rgb: Pixels, strips: Sequence[tuple[int, int]], fine: bool = False, restless: bool = False
    ) -> list[Quad]:
        """Lines in the strips (from row to row of the frame), in pixels of the frame, each once.

        ``fine``: small print is wanted; ``restless``: all moves, and only larger letters are.
        """
        self._fine, self._restless = fine, restless
        seen: list[Quad] = []
        for top, bottom in strips:
            strip = self._strip(rgb, top, bottom)
            seen += strip.whole
            for edge in self._edges(rgb, strip):
                again = self._strip(rgb, *edge)
                seen += again.whole + again.above + again.below
        found: list[Quad] = []
        for quad in sorted(seen, key=_area, reverse=True):  # the whole line before its pieces
            if not any(_same(quad, other) for other in found):
                found.append(quad)
        return found

    def _edges(self, rgb: Pixels, strip: _Strip) -> list[tuple[int, int]]:
        """Rows to look at again for the lines that the edges of a strip cut: no more than it takes to see them."""
        grown, more = (round(pixels / self._scale(rgb)) for pixels in (REACH, MARGIN))
        top, bottom = max(0, strip.top - grown), min(rgb.shape[0], strip.bottom + grown)
        if any(quad in strip.below for quad in strip.above):
            return [(top, bottom)]
        lowest = [round(max(y for _, y in quad)) + more for quad in strip.above]
        highest = [round(min(y for _, y in quad)) - more for quad in strip.below]
        edges = [(top, min(rgb.shape[0], max(lowest)))] if lowest else []
        return edges + ([(max(0, min(highest)), bottom)] if highest else [])

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Text and score of crops: read as they lie, which is how words of a clip nearly always lie; with all the
        reader's arts only where that is unsure."""
        level = [index for index, crop in enumerate(crops) if not is_tall(crop)]
        plain = self._engine.recognise([crops[index][..., ::-1] for index in level])
        said = {index: read for index, read in zip(level, plain, strict=True) if read[1] >= SURE or _is_hopeless(*read)}
        hard = [index for index in range(len(crops)) if index not in said]
        said |= dict(zip(hard, self._reader.recognise([crops[index] for index in hard]), strict=True))
        return [said[index] for index in range(len(crops))]

    def _strip(self, rgb: Pixels, top: int, bottom: int) -> _Strip:
        """The lines of a strip and of what it takes to fill the network's shape."""
        import cv2

        height, width = rgb.shape[:2]
        scale = self._scale(rgb)
        if not self._fine:
            scale *= COARSER if self._restless else COARSE
        # Few shapes: the network's memory is kept for each.
        rows = min(height, round(-(-(bottom - top) * scale // 32) * 32 / scale))
        top = max(0, min(top, height - rows))
        bottom = top + rows
        size = max(1, round(width * scale)), max(1, round(rows * scale))
        small = rgb[top:bottom]
        if size != (width, rows):
            small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8)
        padded = cv2.copyMakeBorder(small, 0, -size[1] % 32, 0, -size[0] % 32, cv2.BORDER_REPLICATE)
        self.pixels += padded.shape[0] * padded.shape[1]
        out = _Strip(top, bottom)
        for corners, _ in self._engine.detect(np.ascontiguousarray(padded[..., ::-1])):
            low, high = float(corners[:, 1].min()), float(corners[:, 1].max())
            placed = corners * np.asarray([width / size[0], rows / size[1]]) + np.asarray([0, top])
            (ax, ay), (bx, by), (cx, cy), (dx, dy) = np.clip(placed, 0, np.asarray([width, height])).tolist()
            quad = (ax, ay), (bx, by), (cx, cy), (dx, dy)
            cut_above, cut_below = low < EDGE and top > 0, high > size[1] - EDGE and bottom < height
            out.above += [quad] * cut_above
            out.below += [quad] * cut_below
            out.whole += [quad] * (not cut_above and not cut_below)
        return out

    @staticmethod
    def _scale(rgb: Pixels) -> float:
        return min(1.0, SHORT_SIDE / int(min(rgb.shape[:2])))


def _is_hopeless(text: str, score: float) -> bool:
    short = len(text) <= 2 and not any("\u3400" <= char <= "\u9fff" for char in text)
    return short or score < HOPELESS


def _area(quad: Quad) -> float:
    (ax, ay), (cx, cy) = quad[0], quad[2]
    return abs((cx - ax) * (cy - ay))


def _same(one: Quad, other: Quad) -> bool:
    """Whether two finds of overlapping strips are one line."""
    (ax, ay), (bx, by) = one[0], one[2]
    (cx, cy), (dx, dy) = other[0], other[2]
    width, height = min(bx, dx) - max(ax, cx), min(by, dy) - max(ay, cy)
    return width > 0 and height > 0 and width * height > 0.6 * max(1.0, min(_area(one), _area(other)))
