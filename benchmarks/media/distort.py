"""What happens to a picture on its way to the reader: turned, mirrored, shrunk, squeezed, photographed, faded."""

from __future__ import annotations

import io
from random import Random

import numpy as np
from PIL import Image, ImageFilter

from media.model import Picture, noise_of


def turned(picture: Picture, quarters: int) -> Picture:
    """Turned by quarters of a circle, counter-clockwise."""
    how = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
    return picture.transpose(how[quarters - 1])


def tilted(rng: Random, picture: Picture) -> Picture:
    """Turned by 3 to 14 degrees either way, on a larger sheet of the colour of its corner."""
    angle = rng.choice((-1, 1)) * rng.uniform(3, 14)
    ground = picture.getpixel((0, 0))
    return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=ground)


def mirrored(picture: Picture) -> Picture:
    """As a front camera shows it."""
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def shrunk(picture: Picture, width: int) -> Picture:
    """Scaled down to ``width`` and sent on at that size, as thumbnails and forwarded pictures are."""
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.BILINEAR)


def squeezed(picture: Picture, quality: int, times: int = 2) -> Picture:
    """Saved as JPEG several times over, each time at ``quality`` (1..95) and a little smaller."""
    for number in range(times):
        packed = io.BytesIO()
        side = 1.0 if number == 0 else 0.93
        picture.resize((int(picture.width * side), int(picture.height * side))).save(packed, "JPEG", quality=quality)
        picture = Image.open(io.BytesIO(packed.getvalue())).convert("RGB")
    return picture


def photographed(rng: Random, picture: Picture, room: Picture) -> Picture:
    """Hung in a room and taken with a telephone: askew, unevenly lit, slightly soft and grainy."""
    width, height = room.size
    margin_x, margin_y = 0.12 * width, 0.12 * height
    corners = [(0, 0), (0, height), (width, height), (width, 0)]
    target: list[tuple[float, float]] = []
    for x, y in corners:
        right, down = rng.uniform(0.15, 1) * margin_x, rng.uniform(0.15, 1) * margin_y
        target.append((x + right if x == 0 else x - right, y + down if y == 0 else y - down))
    sheet = picture.resize(room.size, Image.Resampling.LANCZOS)
    factors = _perspective(target, corners)
    hung = sheet.transform(room.size, Image.Transform.PERSPECTIVE, factors, Image.Resampling.BICUBIC)
    shape = Image.new("L", room.size, 255).transform(room.size, Image.Transform.PERSPECTIVE, factors)
    scene = room.copy()
    scene.paste(hung, (0, 0), shape)
    pixels = np.asarray(scene.filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    light = np.linspace(rng.uniform(0.7, 0.9), rng.uniform(1.0, 1.1), width, dtype=np.float32)[None, :, None]
    grain = noise_of(rng).normal(0, 4, pixels.shape).astype(np.float32)
    return Image.fromarray(np.clip(pixels * light + grain, 0, 255).astype(np.uint8))


def _perspective(target: list[tuple[float, float]], source: list[tuple[int, int]]) -> list[float]:
    """The eight numbers by which Pillow finds for a point of the target its point in the source."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    values = [value for point in source for value in point]
    return [float(number) for number in np.linalg.solve(np.asarray(rows), np.asarray(values, np.float64))]
