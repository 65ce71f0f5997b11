"""Small JPEGs of what was read, for reports."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import Shown

WIDTH, AREA = 1080, 3_000_000
"""Pixels: a long screenshot keeps its width, so that it stays readable, as far as the area allows."""
LONGEST = 30_000  # pixels: JPEG ends at 65 535, browsers draw less
QUALITY = 72


def shown(rgb: NDArray[np.uint8], page: int | None = None, time: float | None = None, width: int = WIDTH) -> Shown:
    """A picture (HxWx3, RGB) shrunk to ``width``, AREA and LONGEST; no metadata goes along."""
    from PIL import Image

    high, wide = rgb.shape[:2]
    scale = min(1.0, width / wide, LONGEST / high, math.sqrt(AREA / (wide * high)))
    image = Image.fromarray(np.ascontiguousarray(rgb))
    if scale < 1.0:
        image = image.resize((max(1, round(wide * scale)), max(1, round(high * scale))), Image.Resampling.LANCZOS)
    body = io.BytesIO()
    image.save(body, "JPEG", quality=QUALITY, optimize=True)
    return Shown(body.getvalue(), image.width, image.height, scale, page, time)
