"""Cutting lines out of a picture, and what is done to a crop that was not read with confidence."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import Quad

Pixels = NDArray[np.uint8]
TALL = 1.5
"""Height over width from which a crop is taken for vertical or turned text."""
LEVEL_HEIGHT = 48
"""Pixels of height the recogniser reads at; larger crops are shrunk to this by the network's own preparation."""


def cut(rgb: Pixels, quad: Quad) -> Pixels:
    """The quad straightened out to an upright rectangle, corner 0 at its top left. Nothing is turned."""
    import cv2

    corners = np.asarray(quad, np.float32)
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int) + 1
    left, top = max(left, 0), max(top, 0)
    window = rgb[top:bottom, left:right]
    if not window.size:
        return np.zeros((1, 1, 3), np.uint8)
    corners = corners - np.asarray([left, top], np.float32)
    width = max(math.dist(corners[0], corners[1]), math.dist(corners[3], corners[2]), 1.0)
    height = max(math.dist(corners[0], corners[3]), math.dist(corners[1], corners[2]), 1.0)
    target = np.asarray([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, target)
    size = (round(width), round(height))
    straight = cv2.warpPerspective(window, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(straight, np.uint8)


def is_tall(crop: Pixels) -> bool:
    """Whether a crop holds vertical or turned text rather than a level line."""
    return bool(crop.shape[0] >= TALL * crop.shape[1])


def turned(crop: Pixels, quarters: int) -> Pixels:
    """The crop turned counter-clockwise by quarters of a circle."""
    return np.ascontiguousarray(np.rot90(crop, quarters))


def mirrored(crop: Pixels) -> Pixels:
    """Left and right exchanged."""
    return np.ascontiguousarray(crop[:, ::-1])


def stronger(crop: Pixels) -> Pixels:
    """Grey, enlarged to a readable height, local contrast spread: for faint and for small letters."""
    import cv2

    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    if grey.shape[0] < LEVEL_HEIGHT:
        scale = LEVEL_HEIGHT / grey.shape[0]
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    low, high = np.percentile(grey, (2, 98))
    spread = np.clip((grey.astype(np.float32) - low) * (255.0 / max(float(high - low), 8.0)), 0, 255).astype(np.uint8)
    spread = cv2.createCLAHE(clipLimit=2.0, tileGridSize=(1, 4)).apply(spread)
    return np.repeat(np.asarray(spread, np.uint8)[..., None], 3, axis=2)


def inverted(crop: Pixels) -> Pixels:
    """Light and dark exchanged."""
    return np.asarray(255 - crop, np.uint8)


def relief(rgb: Pixels, spread: float = 15.0, gain: float = 3.0) -> Pixels:
    """Fine structure only, on grey: brings out watermarks that the colours of a photograph drown."""
    import cv2

    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = (grey - cv2.GaussianBlur(grey, (0, 0), spread)) * gain + 128.0
    return np.repeat(np.clip(fine, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
