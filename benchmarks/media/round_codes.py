"""Round mini-program codes (小程序码), drawn from their publicly described geometry: radial bars about a logo, three
bull's-eyes at three corners and a badge at the fourth. The bits are random: what they say is a closed format."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from media import scenery
from media.fonts import TITLE, font
from media.ink import Colour
from media.model import Picture

LINES = (36, 54, 72)
"""Lines of the three versions: short, middle and long content."""
DARK: tuple[Colour, ...] = ((0, 0, 0), (0, 0, 0), (7, 150, 70), (30, 60, 140), (170, 30, 60), (110, 60, 20))
SHARP = 4  # drawn so much larger, then shrunk
LOGOS = "美颜医肤悦丽"


@dataclass(frozen=True)
class Shape:
    """One code; lengths are shares of its radius. ``dark``, the ink, on ``light``, or on nothing where it is None."""

    lines: int = 36
    dark: Colour = (0, 0, 0)
    light: Colour | None = (255, 255, 255)
    logo: float = 0.46
    """Radius of the middle without bars."""
    finder: float = 0.72
    """How far the middles of the bull's-eyes lie from that of the code."""
    eye: float = 0.125
    rim: float = 0.97
    """Where the bars end."""
    thick: float = 0.55
    """Width of a bar as a share of the room it has."""


def shape(rng: Random, bare: bool = False) -> Shape:
    """A version, colours and proportions as they are met. ``bare``: white ink on the ground itself."""
    light: Colour | None = rng.choice(((255, 255, 255), (255, 255, 255), (250, 246, 236)))
    return Shape(
        rng.choice(LINES), (255, 255, 255) if bare else rng.choice(DARK), None if bare else light,
        rng.uniform(0.42, 0.50), rng.uniform(0.68, 0.76), rng.uniform(0.11, 0.14), rng.uniform(0.94, 0.98),
        rng.uniform(0.45, 0.6),
    )  # fmt: skip


def code(rng: Random, side: int, form: Shape) -> Picture:
    """An RGBA picture of ``side`` pixels, transparent where nothing is printed."""
    radius = side * SHARP / 2
    tile = Image.new("RGBA", (side * SHARP, side * SHARP), (*form.dark, 0))
    draw = ImageDraw.Draw(tile)
    if form.light is not None:
        draw.ellipse((0, 0, 2 * radius, 2 * radius), fill=(*form.light, 255))
    eyes = [_at(form.finder, degrees) for degrees in (225, 315, 135)]
    badge = _at(form.finder, 45)
    cells = 14 if form.lines < 72 else 12
    step = (form.rim - form.logo - 0.04) / cells
    wide = form.thick * 2 * math.pi * (form.logo + 0.04) / form.lines
    for line in range(form.lines):
        turn = 360 * (line + 0.5) / form.lines
        bits = [rng.random() < 0.5 for _ in range(cells)]
        start: int | None = None
        for cell in range(cells + 1):
            middle = _at(form.logo + 0.04 + step * (cell + 0.5), turn)
            free = math.dist(middle, badge) > form.eye * 1.55 and all(
                math.dist(middle, eye) > form.eye * 1.35 for eye in eyes
            )
            set_ = cell < cells and bits[cell] and free
            if set_ and start is None:
                start = cell
            elif not set_ and start is not None:
                ends = (form.logo + 0.04 + step * (start + 0.25), form.logo + 0.04 + step * (cell - 0.25))
                _bar(draw, radius, turn, ends, wide, form.dark)
                start = None
    ground = (*form.light, 255) if form.light is not None else (0, 0, 0, 0)
    for eye in eyes:
        _disc(draw, radius, eye, form.eye, (*form.dark, 255))
        _disc(draw, radius, eye, form.eye * 0.68, ground)
        _disc(draw, radius, eye, form.eye * 0.36, (*form.dark, 255))
    _disc(draw, radius, badge, form.eye * 1.2, (*form.dark, 255))
    _disc(draw, radius, badge, form.eye * 0.45, (255, 255, 255, 255))
    _logo(rng, draw, radius, form)
    return tile.resize((side, side), Image.Resampling.LANCZOS)


def placed(rng: Random, ground: Picture, tile: Picture) -> tuple[int, int, int, int]:
    """Lay the code on the ground, a little turned and blurred now and then; where it lies: left, top, width, height."""
    side = tile.width
    if rng.random() < 0.5:
        tile = tile.rotate(rng.uniform(-12, 12), Image.Resampling.BICUBIC)
    if rng.random() < 0.3:
        tile = tile.filter(ImageFilter.GaussianBlur(side / 400))
    x, y = rng.randint(0, ground.width - side), rng.randint(0, ground.height - side)
    ground.paste(tile.convert("RGB"), (x, y), tile.getchannel("A"))
    return x, y, side, side


def _at(distance: float, degrees: float) -> tuple[float, float]:
    """Shares of the radius, from the middle; degrees clockwise from the right."""
    turn = math.radians(degrees)
    return distance * math.cos(turn), distance * math.sin(turn)


def _bar(
    draw: ImageDraw.ImageDraw, radius: float, turn: float, ends: tuple[float, float], wide: float, colour: Colour
) -> None:
    (ax, ay), (bx, by) = (_at(end, turn) for end in ends)
    points = [(radius * (1 + ax), radius * (1 + ay)), (radius * (1 + bx), radius * (1 + by))]
    draw.line(points, (*colour, 255), round(wide * radius))
    for x, y in points:  # the ends are round
        r = wide * radius / 2
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(*colour, 255))


def _disc(
    draw: ImageDraw.ImageDraw, radius: float, middle: tuple[float, float], share: float, fill: tuple[int, int, int, int]
) -> None:
    x, y, r = radius * (1 + middle[0]), radius * (1 + middle[1]), radius * share
    draw.ellipse((x - r, y - r, x + r, y + r), fill=fill)


def _logo(rng: Random, draw: ImageDraw.ImageDraw, radius: float, form: Shape) -> None:
    fill = rng.choice(scenery.STRONG)
    _disc(draw, radius, (0, 0), form.logo * 0.86, (*fill, 255))
    letter = font(rng.choice(TITLE), int(radius * form.logo * 0.9))
    draw.text((radius, radius), rng.choice(LOGOS), (255, 255, 255, 255), letter, anchor="mm")
