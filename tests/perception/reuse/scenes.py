"""Pictures with much to see, each different, drawn from a number; and what is done to them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def scene(number: int, width: int = 480, height: int = 600) -> Pixels:
    """Clouds with shapes on them, HxWx3 RGB."""
    dice = np.random.default_rng(number)
    view = np.zeros((height, width, 3), np.float32)
    for octave in range(1, 7):
        grid = dice.standard_normal((2**octave + 1, 2**octave + 1, 3)).astype(np.float32)
        view += 0.7**octave * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    drawn = np.clip(128 + 45 * view, 0, 255).astype(np.uint8)
    for _ in range(25):
        corners = dice.integers(0, (width, height), (3, 2)) // 2 + dice.integers(0, (width // 2, height // 2))
        cv2.fillPoly(drawn, [corners.astype(np.int32)], dice.integers(0, 255, 3).tolist(), cv2.LINE_AA)
    return drawn


def jpeg(view: Pixels, quality: int = 40) -> Pixels:
    """Saved and opened again."""
    _, data = cv2.imencode(".jpg", view[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1])


def beside(one: Pixels, other: Pixels) -> Pixels:
    """Two pictures as the halves of one."""
    return np.concatenate((one, other), axis=1)


def on_screen(view: Pixels, ground: int = 250) -> Pixels:
    """A screenshot: the picture on an even ground between lines of words."""
    height, width = view.shape[:2]
    screen = np.full((2 * height, width + 80, 3), ground, np.uint8)
    screen[height // 3 : height // 3 + height, 40 : 40 + width] = view
    for line in range(6):
        y = 40 + line * 22 if line < 3 else 2 * height - 40 - line * 22
        cv2.putText(screen, "back note share like", (20, y), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (20, 20, 20), 2)
    return screen


def turned(view: Pixels, angle: float, scale: float) -> Pixels:
    """Turned by degrees and enlarged."""
    height, width = view.shape[:2]
    way = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    return np.asarray(cv2.warpAffine(view, way, (width, height)), np.uint8)
