"""Lecture boards, slides and notices on a wall, photographed."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

from media import scenery
from media.distort import photographed
from media.fonts import fitting, font
from media.ink import Colour, Ink, write
from media.model import Drawn, Picture, Script

KINDS: tuple[tuple[Colour, Colour, tuple[str, ...]], ...] = (
    ((28, 62, 50), (240, 240, 225), ("kai",)),
    ((250, 250, 250), (25, 45, 130), ("kai", "sans")),
    ((250, 250, 252), (30, 30, 30), ("bold", "microhei")),
    ((20, 45, 95), (255, 255, 255), ("bold", "zenhei")),
)
"""Ground, chalk or ink, and faces of: blackboard, whiteboard, slide, dark slide."""


def sheet(rng: Random, script: Script, size: tuple[int, int] = (1280, 800)) -> Drawn:
    """A board straight from the front: head and points, the sentence among them, one line each."""
    ground, colour, faces = rng.choice(KINDS)
    picture = Image.new("RGB", size, ground)
    frame = tuple(max(0, value - 60) for value in ground)
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] - 1, size[1] - 1), outline=frame, width=16)
    face = rng.choice(faces)
    write(picture, (size[0] * 0.07, size[1] * 0.08), script.head, font(face, int(size[1] * 0.1)), Ink(colour))
    points = [script.sentence, *script.rest]
    rng.shuffle(points)
    points = [f"{number}. {point}" for number, point in enumerate(points, 1)]
    y = size[1] * 0.3
    for line in points:
        small = fitting(face, (line,), size[0] * 0.86, int(size[1] * 0.068))
        write(picture, (size[0] * 0.07, y), line, small, Ink(colour))
        y += size[1] * 0.155
    return Drawn(picture, (script.head, *points))


def board(rng: Random, script: Script) -> Drawn:
    """The sheet on the wall of a room, taken askew."""
    flat = sheet(rng, script)
    return Drawn(photographed(rng, flat.picture, _wall(rng, (1280, 800))), flat.written)


def _wall(rng: Random, size: tuple[int, int]) -> Picture:
    return scenery.photo(rng, size, ("brick", "gravel")) if rng.random() < 0.5 else scenery.graded(rng, size)
