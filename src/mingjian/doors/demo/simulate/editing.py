"""How agencies change a picture: twelve kinds of edit in three strengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Canvas = Any


def resized(canvas: Canvas, height: int, width: int) -> Canvas:
    """Bilinear; a picture made much smaller is averaged first."""
    down, across = canvas.shape[0] // max(height, 1), canvas.shape[1] // max(width, 1)
    if down >= 2 and across >= 2:
        cut = canvas[: canvas.shape[0] // down * down, : canvas.shape[1] // across * across]
        canvas = cut.reshape(cut.shape[0] // down, down, cut.shape[1] // across, across, 3).mean(axis=(1, 3))
    return _sampled(canvas, *_lines(canvas.shape[0], height), *_lines(canvas.shape[1], width))


def _lines(old: int, new: int) -> tuple[Any, Any, Any]:
    at = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    low = at.astype(int)
    return low, np.minimum(low + 1, old - 1), (at - low).astype(np.float32)


def _sampled(canvas: Canvas, y0: Any, y1: Any, dy: Any, x0: Any, x1: Any, dx: Any) -> Canvas:
    rows = canvas[y0] * (1 - dy)[:, None, None] + canvas[y1] * dy[:, None, None]
    return rows[:, x0] * (1 - dx)[None, :, None] + rows[:, x1] * dx[None, :, None]


def _resize(canvas: Canvas, rng: Any, strength: int) -> Canvas:
    share = (0.85, 0.65, 0.5)[strength - 1]
    return resized(canvas, int(canvas.shape[0] * share), int(canvas.shape[1] * share))


def _filter(canvas: Canvas, rng: Any, strength: int) -> Canvas:
    tint = 1 + rng.uniform(-0.06, 0.06, 3) * strength
    made = (canvas - 0.5) * (1 + 0.1 * strength * rng.choice([-0.7, 1])) + 0.5 + 0.04 * strength * rng.choice([-1, 1])
    return np.clip(made * tint, 0, 1) ** rng.uniform(1 - 0.08 * strength, 1 + 0.08 * strength)


def _mirror(canvas: Canvas, _rng: Any, _strength: int) -> Canvas:
    return canvas[:, ::-1]


def _text(canvas: Canvas, rng: Any, strength: int) -> Canvas:
    """Lines of strokes that look like writing from afar."""
    made = canvas.copy()
    height, width = made.shape[:2]
    size = height // 22
    for _ in range(strength):
        y, x, ink = int(rng.uniform(0.03, 0.9) * height), int(rng.uniform(0.03, 0.25) * width), rng.choice([0.02, 0.98])
        for _ in range(int(rng.integers(6, 12))):
            glyph = np.kron(rng.random((5, 5)) < 0.5, np.ones((max(size // 5, 1),) * 2, dtype=bool))
            cell = made[y : y + glyph.shape[0], x : x + glyph.shape[1]]
            cell[glyph[: cell.shape[0], : cell.shape[1]]] = ink
            x += size + 2
    return made


def _stickers(canvas: Canvas, rng: Any, strength: int) -> Canvas:
    made = canvas.copy()
    height, width = made.shape[:2]
    y, x = np.ogrid[:height, :width]
    for _ in range(strength + 1):
        far = np.hypot(y - rng.uniform(0.1, 0.9) * height, x - rng.uniform(0.1, 0.9) * width)
        size = rng.uniform(0.05, 0.07 + 0.02 * strength) * height
        made[far < size] = rng.random(3)
        made[far < size * 0.5] = rng.random(3)
    return made


def _border(canvas: Canvas, rng: Any, strength: int) -> Canvas:
    edge = int(canvas.shape[1] * 0.04 * strength)
    made = np.empty((canvas.shape[0] + 2 * edge, canvas.shape[1] + 2 * edge, 3), dtype=canvas.dtype)
    made[:] = rng.choice([0.0, 1.0, rng.random()])
    made[edge : edge + canvas.shape[0], edge : edge + canvas.shape[1]] = canvas
    return made


def _crop(canvas: Canvas, rng: Any, strength: int) -> Canvas:
    keep = 1 - 0.1 * strength
    height, width = (int(side * keep**0.5) for side in canvas.shape[:2])
    top, left = int(rng.random() * (canvas.shape[0] - height)), int(rng.random() * (canvas.shape[1] - width))
    return canvas[top : top + height, left : left + width]


def _rotate(canvas: Canvas, rng: Any, strength: int) -> Canvas:
    turn = np.deg2rad(rng.choice([-1, 1]) * (1.0 + 1.5 * strength))
    height, width = canvas.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = (y - height / 2) * 0.88, (x - width / 2) * 0.88
    down = np.clip(y * np.cos(turn) - x * np.sin(turn) + height / 2, 0, height - 1.001)
    across = np.clip(y * np.sin(turn) + x * np.cos(turn) + width / 2, 0, width - 1.001)
    y0, x0 = down.astype(int), across.astype(int)
    dy, dx = (down - y0)[..., None], (across - x0)[..., None]
    top = canvas[y0, x0] * (1 - dx) + canvas[y0, x0 + 1] * dx
    low = canvas[y0 + 1, x0] * (1 - dx) + canvas[y0 + 1, x0 + 1] * dx
    return top * (1 - dy) + low * dy


def _screenshot(canvas: Canvas, rng: Any, strength: int) -> Canvas:
    """Shown by a telephone: bars above and below, with marks in them."""
    height, width = canvas.shape[:2]
    above, below = int(height * (0.05 + 0.03 * strength)), int(height * (0.08 + 0.05 * strength))
    made = np.full((height + above + below, width, 3), rng.choice([0.05, 0.97]), dtype=canvas.dtype)
    made[above : above + height] = canvas
    for _ in range(6):
        x, y = int(rng.uniform(0.03, 0.9) * width), above + height + int(rng.uniform(0.1, 0.7) * below)
        made[y : y + 6, x : x + int(width * 0.1)] = 0.5
    made[above // 3 : above // 3 + 5, width // 20 : width // 6] = 0.5
    return made


def _swap(canvas: Canvas, _rng: Any, _strength: int) -> Canvas:
    half = canvas.shape[1] // 2
    return np.concatenate([canvas[:, half:], canvas[:, :half]], axis=1)


EDITS: Mapping[str, Callable[[Canvas, Any, int], Canvas]] = {
    "resize": _resize, "filter": _filter, "mirror": _mirror, "text": _text, "stickers": _stickers, "border": _border,
    "crop": _crop, "rotate": _rotate, "screenshot": _screenshot, "swap": _swap,
}  # fmt: skip
"""Besides these: reencode (the quality alone) and collage (with another picture)."""


def collage(one: Canvas, other: Canvas, across: bool) -> Canvas:
    """Two pictures side by side, or one above the other, each in its own proportions."""
    height, width = one.shape[:2]
    if across:
        return np.concatenate([one, resized(other, height, height * other.shape[1] // other.shape[0])], axis=1)
    return np.concatenate([one, resized(other, width * other.shape[0] // other.shape[1], width)])


def edited(canvas: Canvas, rng: Any, skill: float, other: Canvas | None = None) -> tuple[Canvas, int, list[str]]:
    """A picture as an agency of a skill would use it again, the JPEG quality, and what was done (kind and
    strength)."""
    told: list[str] = []
    names = sorted(EDITS)
    count = 1 + int(rng.binomial(3, 0.15 + 0.55 * skill))
    for name in rng.choice(names, min(count, 4), replace=False):
        strength = 1 + int(rng.random() * (0.8 + 2.2 * skill))
        canvas = EDITS[str(name)](canvas, rng, min(strength, 3))
        told.append(f"{name}{min(strength, 3)}")
    if other is not None:
        canvas = collage(canvas, other, bool(rng.random() < 0.5))
        told.append("collage1")
    quality = int(rng.integers(55, 92))
    told.append(f"reencode{1 if quality > 80 else 2 if quality > 66 else 3}")
    return canvas, quality, told
