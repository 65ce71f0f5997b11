"""Grounds for text: plain, graded, drawn, and crops of the photographs that scikit-image ships."""

from __future__ import annotations

from functools import cache
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from media.model import Picture, noise_of

Colour = tuple[int, int, int]
PHOTOS = ("chelsea", "coffee", "rocket", "grass", "brick", "gravel", "immunohistochemistry", "retina")
"""Photographs without words on them."""
PALE: tuple[Colour, ...] = (
    (255, 255, 255), (253, 245, 230), (240, 248, 255), (255, 240, 245), (245, 255, 250), (255, 250, 205),
    (236, 236, 240),
)  # fmt: skip
STRONG: tuple[Colour, ...] = (
    (190, 25, 45), (20, 60, 140), (10, 95, 85), (110, 30, 120), (35, 35, 40), (200, 80, 10), (0, 120, 60),
)  # fmt: skip


@cache
def photograph(name: str) -> Picture:
    """A whole photograph, RGB."""
    from skimage import data

    pixels = np.asarray(getattr(data, name)())
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    return Image.fromarray(np.ascontiguousarray(pixels[..., :3]).astype(np.uint8))


def photo(rng: Random, size: tuple[int, int], names: tuple[str, ...] = PHOTOS) -> Picture:
    """A crop of a photograph, scaled to ``size``, sometimes turned about its upright axis."""
    whole = photograph(rng.choice(names))
    share = rng.uniform(0.6, 1.0)
    scale = min(whole.width / size[0], whole.height / size[1]) * share
    width, height = max(1, int(size[0] * scale)), max(1, int(size[1] * scale))
    left, top = rng.randint(0, whole.width - width), rng.randint(0, whole.height - height)
    crop = whole.crop((left, top, left + width, top + height)).resize(size, Image.Resampling.BICUBIC)
    return crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.random() < 0.5 else crop


def plain(rng: Random, size: tuple[int, int], dark: bool = False) -> Picture:
    """One colour."""
    return Image.new("RGB", size, rng.choice(STRONG if dark else PALE))


def graded(rng: Random, size: tuple[int, int], dark: bool = False) -> Picture:
    """From one colour to another, along a slope."""
    one, other = rng.sample(STRONG if dark else PALE, 2)
    slope = rng.uniform(0, 1)
    x, y = np.linspace(0, 1, size[0])[None, :, None], np.linspace(0, 1, size[1])[:, None, None]
    share = slope * x + (1 - slope) * y
    return Image.fromarray((np.asarray(one) * (1 - share) + np.asarray(other) * share).astype(np.uint8))


def bokeh(rng: Random, size: tuple[int, int]) -> Picture:
    """Blurred discs of light on a dark grade."""
    picture = graded(rng, size, dark=True)
    layer = Image.new("RGB", size)
    draw = ImageDraw.Draw(layer)
    for _ in range(60):
        x, y, r = rng.randint(0, size[0]), rng.randint(0, size[1]), rng.randint(10, 90)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.randint(30, 150) for _ in range(3)))
    return Image.blend(picture, layer.filter(ImageFilter.GaussianBlur(3)), 0.5)


def busy(rng: Random, size: tuple[int, int]) -> Picture:
    """A ground with much going on in it, toned down as designers do: darker or paler than the words."""
    kind = rng.choice(("photo", "photo", "photo", "bokeh", "speckle"))
    if kind == "photo":
        darker = ImageEnhance.Brightness(photo(rng, size)).enhance(rng.uniform(0.5, 0.8))
        return ImageEnhance.Contrast(darker).enhance(0.9)
    if kind == "bokeh":
        return bokeh(rng, size)
    small = noise_of(rng).integers(0, 130, (size[1] // 6, size[0] // 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
