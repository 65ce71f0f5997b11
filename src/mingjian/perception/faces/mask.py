"""Masks that do not give back what they hide.

A face under a mask of either kind keeps at most ``CELLS`` × ``CELLS`` colours of ``LEVELS`` steps each, taken over
the whole masked area: blur is a smooth picture of the same few colours, so no sharpening can find more. Text is
covered with one flat colour whatever the style: mosaics of printed characters can be read back.
"""

from __future__ import annotations

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.track import Rect

STYLES = ("pixelate", "blur", "box")
CELLS = 5
LEVELS = 16
_WIDER, _HIGHER = 1.5, 1.45  # the detector's box ends at the forehead and leaves out ears and hair
_FLAT = 64


def mask_face(rgb: Array, box: Rect, style: str = "pixelate", flat: int = _FLAT) -> None:
    """Hide an ellipse around the face (left, top, width, height in pixels), in the picture itself.

    The picture is height × width × 3, or height × width for one plane of a video frame; uint8. ``flat`` is the
    value of a patch of style ``box``.
    """
    left, top, width, height = box
    # A slanted or lying face has a box of other proportions: never less than its longer side asks for.
    wide, high = max(width * _WIDER, height * 1.1), max(height * _HIGHER, width * 1.1)
    x, y = left + width / 2, top + height / 2
    x0, x1 = max(0, int(x - wide / 2)), min(rgb.shape[1], int(np.ceil(x + wide / 2)))
    y0, y1 = max(0, int(y - high / 2)), min(rgb.shape[0], int(np.ceil(y + high / 2)))
    if x1 <= x0 or y1 <= y0:
        return
    area = rgb[y0:y1, x0:x1]
    across = (np.arange(x0, x1) + 0.5 - x) / (wide / 2)
    down = (np.arange(y0, y1) + 0.5 - y) / (high / 2)
    # A squarer ellipse: its corners cover what a round one leaves of chin and hair.
    inside = across[None, :] ** 4 + down[:, None] ** 4 <= 1.0
    area[inside] = _hidden(area, style, flat)[inside]


def mask_text(rgb: Array, box: Rect, flat: int = _FLAT) -> None:
    """Cover a box of text with one flat colour, in the picture itself."""
    left, top, width, height = box
    margin = max(2.0, min(width, height) * 0.15)
    x0, y0 = max(0, int(left - margin)), max(0, int(top - margin))
    rgb[y0 : max(0, int(np.ceil(top + height + margin))), x0 : max(0, int(np.ceil(left + width + margin)))] = flat


def _hidden(area: Array, style: str, flat: int) -> Array:
    from PIL import Image

    if style == "box":
        return np.full_like(area, flat)
    picture = Image.fromarray(np.ascontiguousarray(area))
    few = np.asarray(picture.resize((CELLS, CELLS), Image.Resampling.BOX), np.float32)
    step = 256 / LEVELS
    coarse = Image.fromarray((np.floor(few / step) * step + step / 2).astype(np.uint8))
    smooth = Image.Resampling.BICUBIC if style == "blur" else Image.Resampling.NEAREST
    return np.asarray(coarse.resize(picture.size, smooth))


def masked_already(rgb: Array, box: Rect, score: float) -> bool:
    """Whether what was taken for a face is one that a mosaic, a blur or a flat patch hides already.

    Measured on masked and open faces: a hidden one has almost no fine detail and never scores above 0.7; an open
    one has detail, or, when it is small and soft, still a high score.
    """
    from PIL import Image

    left, top, width, height = box
    inner = (left + width * 0.1, top + height * 0.1, left + width * 0.9, top + height * 0.9)
    low = (max(0.0, inner[0]), max(0.0, inner[1]))
    high = (min(float(rgb.shape[1]), inner[2]), min(float(rgb.shape[0]), inner[3]))
    if score >= 0.7 or high[0] - low[0] < 2 or high[1] - low[1] < 2:
        return False
    x0, y0, x1, y1 = int(low[0]), int(low[1]), int(np.ceil(high[0])), int(np.ceil(high[1]))
    grey = Image.fromarray(np.ascontiguousarray(rgb[y0:y1, x0:x1])).convert("L")
    a = np.asarray(grey.resize((48, 48), Image.Resampling.BICUBIC), np.float32)
    middle = a[1:-1, 1:-1]
    bend = np.abs(4 * middle - a[:-2, 1:-1] - a[2:, 1:-1] - a[1:-1, :-2] - a[1:-1, 2:])
    return bool((bend < 4).mean() > 0.55)
