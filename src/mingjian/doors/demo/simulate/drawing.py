"""Pictures drawn by code: faces before and after, rooms, dishes, views, things, with the texture photographs have.

A picture is floats (height, width, 3) from 0 to 1. The same key gives the same picture.
"""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

import numpy as np

HEIGHT, WIDTH = 400, 300
Canvas = Any  # numpy float32 (height, width, 3)


@lru_cache(maxsize=4)
def _filter(height: int, width: int) -> Any:
    """Amplitudes that fall with frequency as those of natural pictures do."""
    across, down = np.fft.rfftfreq(width), np.fft.fftfreq(height)
    return 1 / np.maximum(np.hypot(down[:, None], across[None, :]), 1 / max(height, width)) ** 1.1


def texture(rng: Any, height: int = HEIGHT, width: int = WIDTH) -> Any:
    """Noise of mean 0 and deviation 1, rough and smooth at once."""
    spectrum = np.fft.rfft2(rng.standard_normal((height, width))) * _filter(height, width)
    found = np.fft.irfft2(spectrum, (height, width))
    return ((found - found.mean()) / found.std()).astype(np.float32)


@lru_cache(maxsize=1)
def _grid() -> tuple[Any, Any]:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return y / HEIGHT, x / WIDTH


class Brush:
    """Draws shapes on one canvas; places and sizes are shares of it."""

    def __init__(self, rng: Any, colour: Any) -> None:
        self.rng = rng
        self.canvas = np.empty((HEIGHT, WIDTH, 3), dtype=np.float32)
        self.canvas[:] = colour

    def ellipse(self, y: float, x: float, high: float, wide: float, colour: Any, soft: float = 0.03) -> None:
        """An ellipse with its middle and half sizes."""
        edge = 1 + soft
        top, bottom = (int(np.clip((y + sign * high * edge) * HEIGHT + sign, 0, HEIGHT)) for sign in (-1, 1))
        left, right = (int(np.clip((x + sign * wide * edge) * WIDTH + sign, 0, WIDTH)) for sign in (-1, 1))
        if top >= bottom or left >= right:
            return
        down = (np.arange(top, bottom, dtype=np.float32) / HEIGHT - y)[:, None] / high
        across = (np.arange(left, right, dtype=np.float32) / WIDTH - x)[None, :] / wide
        mask = np.clip((1 - np.sqrt(down**2 + across**2)) / soft + 0.5, 0, 1)[..., None]
        area = self.canvas[top:bottom, left:right]
        area += mask * (np.asarray(colour, dtype=np.float32) - area)

    def box(self, top: float, left: float, bottom: float, right: float, colour: Any) -> None:
        """A rectangle."""
        area = (slice(int(top * HEIGHT), int(bottom * HEIGHT)), slice(int(left * WIDTH), int(right * WIDTH)))
        self.canvas[area] = colour

    def light(self, strength: float = 0.25) -> None:
        """Light from one side, and the texture of it all."""
        down, across = _grid()
        turn = self.rng.uniform(0, 2 * np.pi)
        shade = 1 + strength * (np.cos(turn) * (across - 0.5) + np.sin(turn) * (down - 0.5))
        self.canvas *= (shade * (1 + 0.05 * texture(self.rng)))[..., None]


def draw(scene: str, key: str) -> Canvas:
    """A picture of a scene (face, room, dish, view, thing); another key, another picture."""
    rng = np.random.default_rng(int.from_bytes(random.Random(f"{scene}:{key}").randbytes(8), "big"))
    brush = {"face": _face, "room": _room, "dish": _dish, "view": _view, "thing": _thing}[scene](rng)
    brush.light()
    return np.clip(brush.canvas, 0, 1)


def before_after(key: str, side: str) -> Canvas:
    """A case: ``before``, ``after``, or ``both`` side by side, of the same invented face."""
    if side == "both":
        both = np.concatenate([_half(before_after(key, "before")), _half(before_after(key, "after"))], axis=1)
        both[:, WIDTH // 2 - 1 : WIDTH // 2 + 1] = 1
        return both
    seed = int.from_bytes(random.Random(f"case:{key}").randbytes(8), "big")
    brush = _face(np.random.default_rng(seed), trouble=1.0 if side == "before" else 0.15)
    brush.rng = np.random.default_rng([seed, 1 if side == "before" else 2])
    brush.light()
    return np.clip(brush.canvas, 0, 1)


def _half(canvas: Canvas) -> Canvas:
    return canvas[:, WIDTH // 4 : WIDTH // 4 + WIDTH // 2]


def _face(rng: Any, trouble: float | None = None) -> Brush:
    tone = np.array([0.86, 0.69, 0.58]) * rng.uniform(0.82, 1.08) + rng.uniform(-0.03, 0.03, 3)
    hair = np.array([0.12, 0.09, 0.08]) + rng.uniform(0, 0.25) * np.array([1, 0.7, 0.4])
    brush = Brush(rng, rng.uniform(0.35, 0.95, 3))
    for _ in range(rng.integers(2, 6)):
        top, left = rng.uniform(0, 0.8), rng.uniform(0, 0.8)
        brush.box(top, left, top + rng.uniform(0.1, 0.5), left + rng.uniform(0.1, 0.5), rng.uniform(0.2, 1, 3))
    y, x = rng.uniform(0.46, 0.54), rng.uniform(0.45, 0.55)
    high, wide = rng.uniform(0.29, 0.35), rng.uniform(0.27, 0.33)
    brush.ellipse(y - 0.06, x, high * rng.uniform(1.1, 1.25), wide * rng.uniform(1.1, 1.35), hair)
    brush.ellipse(y + high, x, 0.3, wide * rng.uniform(0.5, 0.7), tone * 0.9)
    brush.ellipse(y, x, high, wide, tone)
    brush.ellipse(y - high * 0.8, x + rng.uniform(-0.08, 0.08), high * 0.35, wide * rng.uniform(0.7, 0.95), hair, 0.1)
    gap, eye = wide * rng.uniform(0.4, 0.5), rng.uniform(0.016, 0.03)
    for side in (-1, 1):
        brush.ellipse(y - 0.05, x + side * gap, eye, 0.055, (0.96, 0.95, 0.94))
        brush.ellipse(y - 0.05, x + side * gap, eye * 0.95, 0.022, rng.uniform(0.05, 0.3, 3))
        brush.ellipse(y - 0.11, x + side * gap, 0.01, rng.uniform(0.05, 0.075), hair, 0.3)
        brush.ellipse(y + 0.07, x + side * gap * 1.2, 0.05, 0.06, tone * [1.05, 0.88, 0.86], 1.0)
    brush.ellipse(y + 0.04, x, rng.uniform(0.05, 0.07), 0.02, tone * 0.93, 0.6)
    brush.ellipse(y + high * 0.52, x, rng.uniform(0.012, 0.022), rng.uniform(0.05, 0.09), (0.75, 0.35, 0.36), 0.2)
    for _ in range(30):  # marks of the skin, the fewer the less trouble
        spot, at, size = rng.uniform(-0.8, 0.8, 2), rng.uniform(0.7, 0.95), rng.uniform(0.004, 0.012)
        if rng.random() < (0.4 if trouble is None else trouble):
            brush.ellipse(
                y + spot[0] * high, x + spot[1] * wide, size, size * 1.3, tone * [at, at * 0.75, at * 0.75], 0.8
            )
    return brush


def _room(rng: Any) -> Brush:
    brush = Brush(rng, rng.uniform(0.5, 1, 3))
    floor = rng.uniform(0.6, 0.8)
    brush.box(floor, 0, 1, 1, rng.uniform(0.2, 0.7, 3))
    left = rng.uniform(0.05, 0.5)
    brush.box(0.1, left, rng.uniform(0.35, 0.5), left + rng.uniform(0.25, 0.4), (0.75, 0.88, 0.97))
    for _ in range(rng.integers(4, 9)):
        x, wide, high = rng.uniform(0, 0.8), rng.uniform(0.08, 0.35), rng.uniform(0.08, 0.35)
        base = rng.uniform(floor - 0.05, 0.97)
        brush.box(base - high, x, base, min(x + wide, 1), rng.uniform(0.1, 0.95, 3))
    for _ in range(rng.integers(1, 4)):
        brush.ellipse(
            rng.uniform(0.3, 0.9),
            rng.uniform(0, 1),
            rng.uniform(0.04, 0.12),
            rng.uniform(0.04, 0.12),
            rng.uniform(0.1, 0.9, 3),
        )
    return brush


def _dish(rng: Any) -> Brush:
    brush = Brush(rng, rng.uniform(0.25, 0.7, 3))
    y, x, size = rng.uniform(0.4, 0.6), rng.uniform(0.4, 0.6), rng.uniform(0.26, 0.36)
    brush.ellipse(y, x, size, size * 1.33, rng.uniform(0.85, 1, 3))
    brush.ellipse(y, x, size * 0.8, size * 1.06, rng.uniform(0.3, 0.8, 3) * [1.2, 0.9, 0.6])
    for _ in range(rng.integers(15, 45)):
        turn, far = rng.uniform(0, 2 * np.pi), rng.uniform(0, size * 0.7)
        brush.ellipse(
            y + far * np.sin(turn),
            x + 1.3 * far * np.cos(turn),
            rng.uniform(0.01, 0.05),
            rng.uniform(0.01, 0.07),
            rng.uniform(0.1, 1, 3) * [1.1, 0.9, 0.6],
            0.2,
        )
    return brush


def _view(rng: Any) -> Brush:
    down, _ = _grid()
    brush = Brush(rng, 0)
    sky, low = rng.uniform(0.4, 1, 3), rng.uniform(0.5, 1, 3)
    brush.canvas[:] = sky + (low - sky) * down[..., None]
    brush.ellipse(rng.uniform(0.08, 0.3), rng.uniform(0.1, 0.9), 0.05, 0.066, (1, 0.95, 0.8), 0.3)
    for ridge in range(rng.integers(2, 5)):
        steps = np.cumsum(rng.standard_normal(WIDTH)) * rng.uniform(0.3, 1.6) + HEIGHT * (0.42 + 0.14 * ridge)
        smooth = np.convolve(np.pad(steps, 8, mode="edge"), np.ones(17) / 17, "valid")
        mask = np.arange(HEIGHT)[:, None] > smooth[None, :]
        brush.canvas[mask] = rng.uniform(0.1, 0.6, 3)
    return brush


def _thing(rng: Any) -> Brush:
    brush = Brush(rng, rng.uniform(0.75, 1, 3))
    y, x = rng.uniform(0.4, 0.55), rng.uniform(0.4, 0.6)
    high, wide = rng.uniform(0.18, 0.33), rng.uniform(0.12, 0.3)
    colour = rng.uniform(0.1, 0.9, 3)
    if rng.random() < 0.5:
        brush.box(y - high, x - wide, y + high, x + wide, colour)
    else:
        brush.ellipse(y, x, high, wide, colour)
    for _ in range(rng.integers(4, 12)):
        top, left = y + rng.uniform(-high, high * 0.8), x + rng.uniform(-wide, wide * 0.8)
        brush.box(
            max(top, 0),
            max(left, 0),
            top + rng.uniform(0.01, 0.09),
            left + rng.uniform(0.02, 0.14),
            rng.uniform(0, 1, 3),
        )
    brush.box(0.86, rng.uniform(0.1, 0.3), 0.9, rng.uniform(0.6, 0.9), rng.uniform(0, 0.6, 3))
    return brush
