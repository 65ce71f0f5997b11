"""Finding lines in some rows of a frame, and reading them: the detector is shown strips as wide as the frame."""

from __future__ import annotations

from collections.abc import Sequence

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
"""Score below which a crop is a texture, on which no art is spent."""
EDGE = 3.0
REACH = 48
"""Pixels at full scale by which a strip grows when it cuts through a line."""


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
        found: list[Quad] = []
        for top, bottom in strips:
            quads, cut = self._strip(rgb, top, bottom)
            if cut:
                grown = round(REACH / self._scale(rgb))
                top, bottom = max(0, top - grown), min(rgb.shape[0], bottom + grown)
                quads, _ = self._strip(rgb, top, bottom)
            found += [quad for quad in quads if not any(_same(quad, other) for other in found)]
        return found

    def read(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Text and score of crops: read as they lie, which is how words of a clip nearly always lie; with all the
        reader's arts only where that is unsure."""
        level = [index for index, crop in enumerate(crops) if not is_tall(crop)]
        plain = self._engine.recognise([crops[index][..., ::-1] for index in level])
        said = {index: read for index, read in zip(level, plain, strict=True) if not HOPELESS <= read[1] < SURE}
        hard = [index for index in range(len(crops)) if index not in said]
        said |= dict(zip(hard, self._reader.recognise([crops[index] for index in hard]), strict=True))
        return [said[index] for index in range(len(crops))]

    def _strip(self, rgb: Pixels, top: int, bottom: int) -> tuple[list[Quad], bool]:
        """The lines of a strip, and whether one of them is cut by its edge."""
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
        quads: list[Quad] = []
        cut = False
        for corners, _ in self._engine.detect(np.ascontiguousarray(padded[..., ::-1])):
            low, high = float(corners[:, 1].min()), float(corners[:, 1].max())
            cut |= (low < EDGE and top > 0) or (high > size[1] - EDGE and bottom < height)
            placed = corners * np.asarray([width / size[0], rows / size[1]]) + np.asarray([0, top])
            (ax, ay), (bx, by), (cx, cy), (dx, dy) = np.clip(placed, 0, np.asarray([width, height])).tolist()
            quads.append(((ax, ay), (bx, by), (cx, cy), (dx, dy)))
        return quads, cut

    @staticmethod
    def _scale(rgb: Pixels) -> float:
        return min(1.0, SHORT_SIDE / int(min(rgb.shape[:2])))


def _same(one: Quad, other: Quad) -> bool:
    """Whether two finds of overlapping strips are one line."""
    (ax, ay), (bx, by) = one[0], one[2]
    (cx, cy), (dx, dy) = other[0], other[2]
    width, height = min(bx, dx) - max(ax, cx), min(by, dy) - max(ay, cy)
    least = min(abs((bx - ax) * (by - ay)), abs((dx - cx) * (dy - cy)))
    return width > 0 and height > 0 and width * height > 0.6 * max(1.0, least)
