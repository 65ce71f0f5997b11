"""Posters: a headline broken into lines, a few notes, in one look or another."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw

from media import scenery
from media.fonts import READING, TITLE, fitting, font
from media.ink import Colour, Ink, length, write
from media.model import Draw, Drawn, Picture, Script

Ground = Callable[[Random, tuple[int, int]], Picture]
Inks = Callable[[Random], Ink]
WHITE: Colour = (255, 255, 255)
GOLD: tuple[Colour, ...] = ((255, 225, 120), (255, 200, 60), (255, 240, 200))


def dark_ink(rng: Random) -> Ink:
    """A strong colour for pale grounds."""
    return Ink(rng.choice(scenery.STRONG))


def pale_ink(rng: Random) -> Ink:
    """White or gold for dark grounds."""
    return Ink(rng.choice((WHITE, WHITE, *GOLD)))


def outlined(rng: Random) -> Ink:
    """Bright letters with a thick border."""
    return Ink(rng.choice((WHITE, *GOLD)), outline=rng.choice(scenery.STRONG))


def shadowed(rng: Random) -> Ink:
    """White or gold letters with a soft shadow, legible on photographs."""
    return Ink(rng.choice((WHITE, *GOLD)), shadow=(20, 20, 20))


def graded(rng: Random) -> Ink:
    """From one colour to another within a letter, bordered."""
    return Ink(rng.choice(GOLD), second=rng.choice(((230, 60, 60), (240, 120, 0), (200, 30, 120))), outline=WHITE)


def bent(rng: Random) -> Ink:
    """On an arch."""
    return Ink(rng.choice(scenery.STRONG), bend=rng.choice((-1, 1)) * rng.uniform(0.05, 0.1))


def faint(rng: Random) -> Ink:
    """See-through, as watermarks are."""
    return Ink(rng.choice((WHITE, WHITE, (235, 235, 235))), alpha=rng.uniform(0.4, 0.6))


def pale_on_pale(rng: Random, size: tuple[int, int]) -> Picture:
    """The ground of ``low_contrast``."""
    grey = rng.randint(200, 235)
    return Image.new("RGB", size, (grey, grey, grey - rng.randint(0, 12)))


def low_contrast(rng: Random) -> Ink:
    """Letters hardly darker than pale_on_pale."""
    grey = rng.randint(150, 175)
    return Ink((grey, grey, grey))


def poster(ground: Ground, ink: Inks, size: tuple[int, int] = (900, 1200), large: float = 0.12) -> Draw:
    """A poster: head, headline, a rule, notes. ``large`` is the largest size of the headline in widths."""

    def draw(rng: Random, script: Script) -> Drawn:
        width, height = size
        picture, main_ink = ground(rng, size), ink(rng)
        calm = Ink(main_ink.colour, outline=(40, 40, 40) if main_ink.outline or main_ink.shadow else None)
        title, reading = rng.choice(TITLE), rng.choice(READING)
        small = font(reading, max(14, int(width * large * 0.36)), script.traditional)
        write(picture, (width * 0.08, height * 0.06), script.head, small, calm)
        big = fitting(title, script.main, width * 0.84, int(width * large), script.traditional)
        y = height * rng.uniform(0.2, 0.3)
        centred = rng.random() < 0.6
        for line in script.main:
            x = (width - length(line, big)) / 2 if centred else width * 0.08
            y += write(picture, (x, y), line, big, main_ink)[1] + int(big.size * 0.05)
        y += big.size * 0.8
        if rng.random() < 0.6:
            ImageDraw.Draw(picture).line((width * 0.08, y, width * 0.92, y), fill=main_ink.colour, width=3)
        y += big.size * 0.6
        for line in script.rest:
            write(picture, (width * 0.08, y), line, small, calm)
            y += small.size * 2.2
        _decorate(rng, picture, int(y + small.size))
        return Drawn(picture, (script.head, script.sentence, *script.rest))

    return draw


def _decorate(rng: Random, picture: Picture, top: int) -> None:
    """A photograph or shapes in what is left at the foot, where there is room for it."""
    width, height = picture.size
    if height - top < height * 0.1:
        return
    kind = rng.choice(("photo", "discs", "band"))
    if kind == "photo":
        size = (int(width * 0.84), height - top - int(height * 0.04))
        picture.paste(scenery.photo(rng, size), (int(width * 0.08), top))
    elif kind == "band":
        ImageDraw.Draw(picture).rectangle((0, (top + height) // 2, width, height), fill=rng.choice(scenery.STRONG))
    else:
        for _ in range(5):
            x, y = rng.randint(0, width), rng.randint((top + height) // 2, height)
            r = rng.randint(8, (height - top) // 3)
            colour = rng.choice(scenery.STRONG)
            ImageDraw.Draw(picture).ellipse((x - r, y - r, x + r, y + r), outline=colour, width=4)
