"""Round things that are no code: clocks, suns, seals, flowers, gears, plates, wheels, dials, and QR codes of dots."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from media import scenery
from media.fonts import TITLE, font
from media.ink import Colour
from media.model import Picture

SHARP = 4
Draw = ImageDraw.ImageDraw


def _point(distance: float, degrees: float, radius: float) -> tuple[float, float]:
    turn = math.radians(degrees)
    return radius + distance * math.cos(turn), radius + distance * math.sin(turn)


def _disc(draw: Draw, at: tuple[float, float], r: float, fill: Colour | None, edge: Colour | None, width: int) -> None:
    draw.ellipse((at[0] - r, at[1] - r, at[0] + r, at[1] + r), fill=fill, outline=edge, width=width)


def _rays(draw: Draw, radius: float, count: int, ends: tuple[float, float], ink: Colour, width: float) -> None:
    for ray in range(count):
        turn = 360 * ray / count
        points = [_point(end * radius, turn, radius) for end in ends]
        draw.line(points, ink, max(1, round(width * radius)))


def clock(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """Sixty ticks, twelve strong ones, two hands."""
    _disc(draw, (radius, radius), radius * 0.97, (255, 255, 255), ink, round(radius * 0.05))
    _rays(draw, radius, 60, (0.82, 0.9), ink, 0.012)
    _rays(draw, radius, 12, (0.74, 0.9), ink, 0.03)
    for reach in (0.5, 0.7):
        turn = rng.uniform(0, 360)
        draw.line([(radius, radius), _point(reach * radius, turn, radius)], ink, round(radius * 0.04))


def chronograph(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """A watch with fine ticks and three small dials: bull's-eyes among radial lines."""
    count = rng.choice((60, 72, 120))
    _disc(draw, (radius, radius), radius * 0.98, (250, 250, 250), ink, round(radius * 0.04))
    _rays(draw, radius, count, (0.84, 0.93), ink, 0.012)
    for turn in rng.choice(((180, 270, 90), (225, 315, 135))):
        at = _point(0.45 * radius, turn, radius)
        _disc(draw, at, radius * 0.16, (255, 255, 255), ink, round(radius * 0.03))
        _disc(draw, at, radius * 0.04, ink, None, 1)


def sun(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """A disc with rays, of the numbers that codes have as well."""
    _disc(draw, (radius, radius), radius * 0.45, ink, None, 1)
    _rays(draw, radius, rng.choice((12, 24, 36, 54, 72)), (0.55, rng.uniform(0.75, 0.97)), ink, 0.035)


def seal(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """A round stamp with characters along its rim and a star in the middle."""
    _disc(draw, (radius, radius), radius * 0.97, None, (200, 20, 20), round(radius * 0.06))
    letter = font(rng.choice(TITLE), round(radius * 0.22))
    for place, sign in enumerate("示例医疗美容门诊专用章"):
        draw.text(_point(0.75 * radius, 150 + 24 * place, radius), sign, (200, 20, 20), letter, anchor="mm")
    star = [_point((0.3 if n % 2 == 0 else 0.12) * radius, 36 * n - 90, radius) for n in range(10)]
    draw.polygon(star, (200, 20, 20))


def flower(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """Petals about a middle."""
    for ring in (0.68, 0.48):
        count = rng.choice((8, 12, 18, 36))
        for petal in range(count):
            at = _point(ring * radius, 360 * petal / count, radius)
            _disc(draw, at, radius * 0.25, rng.choice(scenery.PALE), ink, max(1, round(radius * 0.015)))
    _disc(draw, (radius, radius), radius * 0.25, (240, 190, 40), ink, 2)


def gear(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """Teeth about a ring."""
    _rays(draw, radius, rng.choice((8, 12, 36)), (0.6, 0.97), ink, 0.08)
    _disc(draw, (radius, radius), radius * 0.8, ink, None, 1)
    _disc(draw, (radius, radius), radius * 0.35, (255, 255, 255), None, 1)


def plate(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """Rings of a plate, a target or a record."""
    for ring in range(rng.randint(4, 14)):
        _disc(draw, (radius, radius), radius * (0.97 - 0.065 * ring), None, ink, max(1, round(radius * 0.015)))


def washer(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """Three bull's-eyes where a code has them, and rays of one length or none: buttons of a machine, medals."""
    _disc(draw, (radius, radius), radius * 0.97, (245, 245, 245), ink, round(radius * 0.03))
    if count := rng.choice((0, 24, 36, 54, 72, 90)):
        _rays(draw, radius, count, rng.choice(((0.5, 0.9), (0.5, 0.7), (0.7, 0.95))), ink, 0.02)
    for turn in (225, 315, 135):
        at = _point(0.72 * radius, turn, radius)
        _disc(draw, at, radius * 0.13, (255, 255, 255), ink, round(radius * 0.04))
        _disc(draw, at, radius * 0.05, ink, None, 1)
    _disc(draw, (radius, radius), radius * 0.4, ink, None, 1)


def wheel(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """Spokes, sectors of a roulette or a prize wheel."""
    count = rng.choice((12, 24, 36, 72))
    for sector in range(count):
        if sector % 2:
            draw.pieslice((0, 0, 2 * radius, 2 * radius), 360 * sector / count, 360 * (sector + 1) / count, ink)
    _disc(draw, (radius, radius), radius * 0.35, (255, 255, 255), ink, round(radius * 0.03))


def dotted_qr(rng: Random, draw: Draw, radius: float, ink: Colour) -> None:
    """A QR code of round dots and round eyes."""
    import zxingcpp

    made = zxingcpp.create_barcode(f"https://example.test/{rng.random()}", zxingcpp.BarcodeFormat.QRCode)
    modules = np.asarray(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False)) < 128
    count = len(modules)
    step = 2 * radius / (count + 4)
    draw.rectangle((0, 0, 2 * radius, 2 * radius), fill=(255, 255, 255))
    for row, column in zip(*np.nonzero(modules), strict=True):
        if not ((row < 7 or row >= count - 7) and column < 7) and not (row < 7 and column >= count - 7):
            _disc(draw, ((column + 2.5) * step, (row + 2.5) * step), step * 0.42, ink, None, 1)
    for row, column in ((3, 3), (3, count - 4), (count - 4, 3)):
        at = ((column + 2.5) * step, (row + 2.5) * step)
        _disc(draw, at, step * 3.5, (255, 255, 255), ink, round(step))
        _disc(draw, at, step * 1.5, ink, None, 1)


THINGS: dict[str, Callable[[Random, Draw, float, Colour], None]] = {
    "clock": clock, "chronograph": chronograph, "sun": sun, "seal": seal, "flower": flower, "gear": gear,
    "plate": plate, "washer": washer, "wheel": wheel, "dotted QR": dotted_qr,
}  # fmt: skip


def thing(rng: Random, name: str, side: int) -> Picture:
    """An RGBA picture of ``side`` pixels."""
    tile = Image.new("RGBA", (side * SHARP, side * SHARP), (255, 255, 255, 0))
    THINGS[name](rng, ImageDraw.Draw(tile), side * SHARP / 2, rng.choice(((0, 0, 0), *scenery.STRONG)))
    return tile.resize((side, side), Image.Resampling.LANCZOS)
