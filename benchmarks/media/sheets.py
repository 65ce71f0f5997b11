"""Sheets that are laid out otherwise than posters: columns, watermarks, covers, wide letters, boxes side by side."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

from media import scenery
from media.fonts import READING, TITLE, fitting, font
from media.ink import Ink, length, wrapped, write, write_column
from media.model import Drawn, Script
from media.posters import WHITE, dark_ink, faint, outlined, pale_ink


def column_poster(rng: Random, script: Script) -> Drawn:
    """Columns from right to left: the headline in large ones, then the notes."""
    width, height = 900, 1200
    dark = rng.random() < 0.4
    picture = scenery.graded(rng, (width, height), dark)
    ink = pale_ink(rng) if dark else dark_ink(rng)
    longest = max(len(line) for line in script.main)
    big = font(rng.choice(("kai", "serif-black", "bold", "ming")), min(100, int(height * 0.8 / longest / 1.12)))
    x = width * 0.92 - big.size
    for line in script.main:
        write_column(picture, (x, height * 0.08), line, big, ink)
        x -= big.size * 1.35
    small = font(rng.choice(READING), 40)
    x -= 50
    for line in script.rest[:2]:
        write_column(picture, (x, height * 0.3), line, small, ink)
        x -= small.size * 1.9
    return Drawn(picture, (script.sentence, *script.rest[:2]))


def watermark(rng: Random, script: Script) -> Drawn:
    """A photograph with the sentence written over it, small and see-through."""
    picture = scenery.photo(rng, (960, 720))
    face = font(rng.choice(("sans", "bold", "zenhei")), rng.randint(26, 40))
    ink = faint(rng)
    wide = length(script.sentence, face)
    x, y = rng.choice(((940 - wide, 660.0), (20.0, 20.0), ((960 - wide) / 2, 340.0), (20.0, 660.0)))
    write(picture, (max(x, 4.0), y), script.sentence, face, ink)
    return Drawn(picture, (script.sentence,))


def cover(rng: Random, script: Script) -> Drawn:
    """The cover of a note: a photograph, the headline on coloured labels across it."""
    size = (900, 1200)
    picture = scenery.photo(rng, size)
    big = fitting(rng.choice(TITLE), script.main, 720, rng.randint(76, 104))
    colour, y = rng.choice(scenery.STRONG), rng.uniform(0.1, 0.55) * size[1]
    boxed = rng.random() < 0.6
    for line in script.main:
        if boxed:
            box = (50, y - 6, 90 + length(line, big), y + big.size * 1.3 + 6)
            ImageDraw.Draw(picture).rounded_rectangle(box, 18, fill=colour)
        write(picture, (70, y), line, big, Ink(WHITE) if boxed else outlined(rng))
        y += big.size * 1.55
    tag = font("bold", 40)
    strip = Image.new("RGB", (int(length(script.head, tag)) + 60, 70), WHITE)
    picture.paste(strip, (size[0] - strip.width, 40))
    write(picture, (size[0] - strip.width + 30, 48), script.head, tag, Ink((60, 60, 60)))
    return Drawn(picture, (script.sentence, script.head))


def spaced(rng: Random, script: Script) -> Drawn:
    """Letters of the headline set wide apart."""
    picture = scenery.graded(rng, (900, 1200))
    ink, gap = dark_ink(rng), rng.uniform(1.35, 1.7)
    size = min(84, int(820 / max(len(line) for line in script.main) / gap))
    big, y = font(rng.choice(TITLE), size), 320.0
    for line in script.main:
        for number, sign in enumerate(line):
            write(picture, (50 + number * size * gap, y), sign, big, ink)
        y += size * 1.9
    small = font(rng.choice(READING), 38)
    for number, line in enumerate(script.rest):
        write(picture, (50, 800 + number * 90), line, small, ink)
    return Drawn(picture, (script.sentence, *script.rest))


def two_columns(rng: Random, script: Script) -> Drawn:
    """Two boxes side by side, each with a text that runs over several short lines: the sentence in one of them."""
    picture = scenery.plain(rng, (1000, 760))
    ink, face = dark_ink(rng), font(rng.choice(READING), 46)
    texts = [script.sentence, script.rest[0]]
    rng.shuffle(texts)
    write(picture, (60, 50), script.head, font(rng.choice(TITLE), 60), ink)
    for number, text in enumerate(texts):
        left = 40 + number * 470
        ImageDraw.Draw(picture).rounded_rectangle((left, 180, left + 440, 700), 20, outline=ink.colour, width=4)
        for row, line in enumerate(wrapped(text, face, 380)):
            write(picture, (left + 30, 220 + row * 76), line, face, ink)
    return Drawn(picture, (script.head, *texts))
