"""Fingerprints of pictures, taken on the way and kept for later matching.

PDQ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019): 256 bits of a
64×64 cosine transform, near for near copies; the mirrored picture is printed as well, since PDQ sees it as another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import PerceptionError, Print

Pixels = NDArray[np.uint8]
MIRRORED = 5
"""Where pdqhash puts the left-right mirror among the eight turns and mirrors."""
LARGE, SHRUNK = 2048, 1024
"""Pixels of the longer side: a larger picture is shrunk first, since pdqhash takes 24 bytes for every pixel."""


def picture_prints(rgb: Pixels, page: int | None = None, time: float | None = None) -> tuple[Print, ...]:
    """PDQ of a picture (HxWx3, RGB) and of its mirror image. ``quality`` is 0..100: flat pictures say little."""
    try:
        import pdqhash  # type: ignore[import-untyped]
    except ImportError as error:
        raise PerceptionError("没有安装图片指纹组件(pdqhash)", "运行 pip install 'mingjian[media]'") from error
    longest = max(rgb.shape[:2])
    if longest > LARGE:
        import cv2

        scale = SHRUNK / longest
        size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    hashes, quality = pdqhash.compute_dihedral(np.ascontiguousarray(rgb))
    return tuple(
        Print(kind, _hex(hashes[index]), int(quality), page, time)
        for kind, index in (("pdq", 0), ("pdq_mirror", MIRRORED))
    )


def distance(one: str, other: str) -> int:
    """Bits in which two fingerprints differ (Hamming)."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _hex(bits: NDArray[np.uint8]) -> str:
    return np.packbits(bits.astype(np.uint8)).tobytes().hex()
