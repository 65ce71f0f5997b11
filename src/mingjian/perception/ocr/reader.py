"""Text in a picture: find lines, straighten them, read them, look again where that is worth it."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence

import numpy as np

from mingjian.perception.model import Line, Quad
from mingjian.perception.ocr.crop_reading import Read, read_crops
from mingjian.perception.ocr.crops import Pixels, cut, is_tall, relief
from mingjian.perception.ocr.engine import Corners, Engine
from mingjian.perception.ocr.tiles import Tile, detection_scale, is_block, joined_quads, tiles

MIN_SCORE = 0.5
"""RapidOCR's own: below it a reading is a guess at a texture."""
MIN_SCORE_OF_FEW = 0.75
"""For one or two characters, which any texture can look like, and for what the detector itself doubted."""
MIN_SCORE_OF_LONE_SIGN = 0.95
"""For a single digit, letter or sign: rings read as 0, window frames as H."""
SURE_BOX = 0.5
FAINT_SHARE = 0.02
"""Share of the ground outside found lines with faint fine structure from which a second, relief, detection pays."""
SMALLEST_CUT, SHARED = 480, 64  # detector's pixels: what is worth halving, and what halves share on each side
MIN_SIDE = 8
"""Pixels below which a picture holds no letters."""


class Ocr:
    """Reads Chinese (simplified, traditional, vertical, turned, mirrored) and Latin. Pictures are HxWx3 uint8 RGB.

    One instance may be used from several threads: calls take turns.
    """

    def __init__(self, threads: int = 0) -> None:
        """``threads`` as of Engine. PerceptionError when the libraries are not installed."""
        self._engine = Engine(threads)
        self._lock = threading.Lock()

    def lines(self, rgb: Pixels) -> list[Line]:
        """The lines of text with their quads in pixels of ``rgb``, in no promised order."""
        with self._lock:
            found = self._detected(rgb)
            lines = self._read(rgb, found)
            if _has_faint_structure(rgb, found):
                lines += self._read(rgb, _new(self._detected(rgb, faint=True), found))
        return lines

    def detect(self, rgb: Pixels, scale: float | None = None) -> list[Quad]:
        """Where text stands: corners clockwise from the upright top left, in pixels of ``rgb``.

        ``scale`` is the detector's pixels per pixel where the caller knows better: time grows with its square,
        and letters under 8 pixels in it are lost.
        """
        with self._lock:
            return [_quad(corners) for corners, _ in self._detected(rgb, scale=scale)]

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Text and score (0..1) of each crop; crops are made by ``cut`` and may be level or tall."""
        with self._lock:
            return [(read.text, read.score) for read in read_crops(self._engine, crops)]

    def _detected(
        self, rgb: Pixels, faint: bool = False, scale: float | None = None
    ) -> list[tuple[Corners, float]]:
        import cv2

        height, width = rgb.shape[:2]
        if min(height, width) < MIN_SIDE:
            return []
        scale = scale or detection_scale(width, height)
        scaled = (max(1, round(width * scale)), max(1, round(height * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = np.asarray(cv2.resize(rgb, scaled, interpolation=how), np.uint8)
        if faint:
            small = relief(small)
        found: list[tuple[Tile, list[tuple[Corners, float]]]] = []
        for tile in tiles(*scaled):
            window = small[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width]
            found.append((tile, self._seen(window)))
        quads = found[0][1] if len(found) == 1 else joined_quads(found, *scaled)
        back = np.asarray([width / scaled[0], height / scaled[1]], np.float32)
        limit = np.asarray([width, height], np.float32)
        return [(np.clip(corners * back, 0, limit), score) for corners, score in quads]

    def _seen(self, window: Pixels, cuts: int = 2) -> list[tuple[Corners, float]]:
        """Quads of one window. Where a whole block was taken for one line, the halves are looked at apart."""
        import cv2

        height, width = window.shape[:2]
        down, right = -height % 32, -width % 32  # the network wants multiples of 32
        padded = cv2.copyMakeBorder(window, 0, down, 0, right, cv2.BORDER_REPLICATE)
        quads = self._engine.detect(np.asarray(padded, np.uint8)[..., ::-1])
        if not cuts or height < SMALLEST_CUT or not any(is_block(corners, width, height) for corners, _ in quads):
            return quads
        middle = height // 2
        upper = Tile(0, 0, width, middle + SHARED)
        lower = Tile(0, middle - SHARED, width, height - middle + SHARED)
        halves = [(half, self._seen(window[half.top : half.top + half.height], cuts - 1)) for half in (upper, lower)]
        apart = [quad for quad in joined_quads(halves, width, height) if not is_block(quad[0], width, height)]
        return apart or quads  # a single giant title is a line after all

    def _read(self, rgb: Pixels, found: Sequence[tuple[Corners, float]]) -> list[Line]:
        crops = [cut(rgb, _quad(corners)) for corners, _ in found]
        reads = read_crops(self._engine, crops)
        lines: list[Line] = []
        for (corners, seen), crop, read in zip(found, crops, reads, strict=True):
            text = read.text.strip()
            if text and read.score >= _needed(text, seen):
                lines.append(Line(text, _from_start(corners, read), read.score, _runs_down(crop, read)))
        return lines


def ocr(threads: int = 0) -> Ocr:
    """The one reader of this process: the models are loaded once. ``threads`` counts on the first call only."""
    with _loading:
        if os.getpid() not in _readers:
            _readers.clear()  # those of a parent: the threads of its sessions did not come along
            _readers[os.getpid()] = Ocr(threads)
        return _readers[os.getpid()]


_readers: dict[int, Ocr] = {}
_loading = threading.Lock()


def _from_start(corners: Corners, read: Read) -> Quad:
    """The quad begun at the corner where the text begins, so that its first side runs along the text."""
    quad = _quad(np.roll(corners, -(read.quarters % 4), axis=0))
    return (quad[1], quad[0], quad[3], quad[2]) if read.mirrored else quad


def _needed(text: str, seen: float) -> float:
    """The score a reading must have to be no mere guess at a texture; ``seen`` is the detector's score."""
    if len(text) == 1 and not "\u3400" <= text <= "\u9fff":
        return MIN_SCORE_OF_LONE_SIGN
    return MIN_SCORE_OF_FEW if len(text) <= 2 or seen < SURE_BOX else MIN_SCORE


def _runs_down(crop: Pixels, read: Read) -> bool:
    return is_tall(crop) and read.quarters % 4 == 1


def _quad(corners: Corners) -> Quad:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = corners.tolist()
    return (ax, ay), (bx, by), (cx, cy), (dx, dy)


def _new(found: Sequence[tuple[Corners, float]], known: Sequence[tuple[Corners, float]]) -> list[tuple[Corners, float]]:
    """Those quads of the second look that lie on ground where the first saw nothing."""
    import cv2

    fresh: list[tuple[Corners, float]] = []
    for corners, score in found:
        area = max(float(cv2.contourArea(corners)), 1.0)
        shared = sum(float(cv2.intersectConvexConvex(corners, other)[0]) for other, _ in known)
        if shared < 0.3 * area:
            fresh.append((corners, score))
    return fresh


def _has_faint_structure(rgb: Pixels, found: Sequence[tuple[Corners, float]]) -> bool:
    """Whether the ground outside the found lines is busy enough, faintly, to hide a watermark. On a thumbnail."""
    import cv2

    height, width = rgb.shape[:2]
    scale = min(1.0, 960.0 / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    fine = cv2.absdiff(grey, cv2.GaussianBlur(grey, (0, 0), 3.0))
    faint = ((fine >= 4) & (fine <= 40)).astype(np.uint8)
    ground = np.ones_like(faint)
    for corners, _ in found:
        cv2.fillPoly(ground, [np.round(corners * scale).astype(np.int32)], 0)
    # Compression frays the edges of letters.
    ground = np.asarray(cv2.erode(ground, np.ones((9, 9), np.uint8)), np.uint8)
    return bool(float((faint * ground).sum()) > FAINT_SHARE * max(float(ground.sum()), 1.0))
