"""Places of a picture that can be told again after cropping, turning, scaling and pasting.

SIFT (Lowe, "Distinctive Image Features from Scale-Invariant Keypoints", IJCV 2004) finds and describes them. Each
description is kept as 128 bits, larger or not than the median of its own values (Zhou, Li, Lu, Tian, "Scalar
Quantization for Large Scale Image Search", ACM MM 2012). The mirrored picture needs no second look: its descriptions
are the same values in another order (Ma et al., "MIFT: A Mirror Reflection Invariant Feature Descriptor", ACCV 2009).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.reuse import vocabulary

Pixels = NDArray[np.uint8]
SIDE = 512
"""Pixels of the longer side at which places are looked for."""
KEPT = 200
"""Places kept of a picture."""
ASKED = 96
"""Places, the best ones, whose words are looked up."""
STEPS = 64
"""Parts of a pixel in which places are kept."""
FOUND = 1500
CONTRAST = 0.02
LEAST_SIZE = 3.6
"""Pixels across: smaller places are gone when a picture is shrunk to half; they are taken where others lack."""
FIELDS = 4
"""The picture is divided into so many fields each way, and places are taken from all of them in turn."""
_ORDER = np.arange(128).reshape(4, 4, 8)
MIRRORED = _ORDER[::-1][:, :, (8 - np.arange(8)) % 8].ravel()
"""Where the values of a description go when the picture is mirrored: rows turn round, directions turn back."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one picture, the best first.

    ``at`` [n, 2] uint16: x, y in 64ths of pixels of a picture whose longer side has ``SIDE``; ``size`` [n] uint8: 16
    times log2 of pixels across; ``angle`` [n] uint8: 256ths of a circle, clockwise; ``bits`` [n, 16] uint8; ``words``,
    ``mirrored_words`` [min(n, ASKED), PROBES] uint32, the nearest first."""

    at: NDArray[np.uint16]
    size: NDArray[np.uint8]
    angle: NDArray[np.uint8]
    bits: NDArray[np.uint8]
    words: NDArray[np.uint32]
    mirrored_words: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.at)

    def mirrored(self, width: int) -> Places:
        """The places of the mirrored picture; ``width`` in pixels at ``SIDE``."""
        at = self.at.copy()
        at[:, 0] = np.clip(width * STEPS - at[:, 0].astype(np.int64), 0, 65535)
        loose = np.unpackbits(self.bits, axis=1)[:, MIRRORED]
        bits = np.packbits(np.ascontiguousarray(loose), axis=1)
        return Places(at, self.size, (128 - self.angle).astype(np.uint8), bits, self.mirrored_words, self.words)


def places(rgb: Pixels, box: tuple[int, int, int, int] | None = None) -> Places:
    """The best places of a picture (HxWx3, RGB), or of the box left, top, right, bottom of it in pixels; none where it
    is flat."""
    import cv2

    longest = max(rgb.shape[:2])
    left, top, right, bottom = box or (0, 0, rgb.shape[1], rgb.shape[0])
    rgb = rgb[top:bottom, left:right]
    width, height = working_size(rgb.shape[1], rgb.shape[0])
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    smaller = width < rgb.shape[1]
    grey = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    # The stubs of OpenCV 5 do not name it.
    finder = cv2.SIFT_create(nfeatures=FOUND, contrastThreshold=CONTRAST)  # type: ignore[attr-defined]
    points, described = finder.detectAndCompute(grey, None)
    if described is None or not len(points):
        return _places(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32))
    table = np.asarray([(*p.pt, p.size, p.angle) for p in points], np.float32)
    response = np.asarray([p.response for p in points], np.float32)
    best = chosen(table, response, (width, height))
    table[:, :3] *= max(rgb.shape[:2]) / longest
    table[:, :2] += np.asarray((left, top)) * (SIDE / longest)
    return _places(table[best], np.asarray(described, np.float32)[best])


def working_size(width: int, height: int) -> tuple[int, int]:
    """The size at which places are looked for: the longer side has ``SIDE`` pixels."""
    scale = SIDE / max(width, height)
    return max(8, round(width * scale)), max(8, round(height * scale))


def chosen(table: NDArray[np.float32], response: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.int64]:
    """Which places to keep: from every field of the picture in turn its strongest, larger ones before small ones."""
    _, single = np.unique(table.round(1), axis=0, return_index=True)
    at = np.minimum((table[single, :2] / np.asarray(size) * FIELDS).astype(int), FIELDS - 1)
    field = at[:, 0] * FIELDS + at[:, 1]
    worth = response[single] * np.where(table[single, 2] >= LEAST_SIZE, 4.0, 1.0)
    by_field = np.lexsort((-worth, field))
    _, starts = np.unique(field[by_field], return_index=True)
    rank = np.arange(len(single)) - np.repeat(starts, np.diff(np.append(starts, len(single))))
    order = np.lexsort((-worth[by_field], rank))
    return np.asarray(single[by_field[order]][:KEPT], np.int64)


def _places(table: NDArray[np.float32], described: NDArray[np.float32]) -> Places:
    return Places(
        np.clip((table[:, :2] * STEPS).round(), 0, 65535).astype(np.uint16),
        np.clip((16 * np.log2(np.maximum(table[:, 2], 1))).round(), 0, 255).astype(np.uint8),
        ((table[:, 3] * 256 / 360).round().astype(np.int64) % 256).astype(np.uint8),
        binary(described),
        vocabulary.words(described[:ASKED]),
        vocabulary.words(described[:ASKED, MIRRORED]),
    )


def binary(described: NDArray[np.float32]) -> NDArray[np.uint8]:
    """[n, 16] bytes of descriptions [n, 128]."""
    if not len(described):
        return np.zeros((0, 16), np.uint8)
    return np.packbits(np.ascontiguousarray(described > np.median(described, axis=1, keepdims=True)), axis=1)
