"""Small JPEGs of what was read, for reports."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import Shown

LONG_SIDE = 1080
QUALITY = 72


def shown(rgb: NDArray[np.uint8], page: int | None = None, time: float | None = None, side: int = LONG_SIDE) -> Shown:
    """A picture (HxWx3, RGB) shrunk so that its longer side is at most ``side`` pixels; no metadata goes along."""
    from PIL import Image

    height, width = rgb.shape[:2]
    scale = min(1.0, side / max(width, height))
    image = Image.fromarray(np.ascontiguousarray(rgb))
    if scale < 1.0:
        image = image.resize((max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.LANCZOS)
    body = io.BytesIO()
    image.save(body, "JPEG", quality=QUALITY, optimize=True)
    return Shown(body.getvalue(), image.width, image.height, scale, page, time)
