"""Collages of two photographs: before and after with labels and an arrow, or two harmless views."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw, ImageFilter

from media import scenery
from media.fonts import font
from media.ink import Ink, length, write
from media.model import Drawn, Picture, Script

BEFORE_AFTER = (("术前", "术后"), ("治疗前", "治疗后"), ("使用前", "使用后"), ("Before", "After"))
HARMLESS = (("大厅", "诊室"), ("上午", "下午"), ("一楼", "二楼"), ("春天", "秋天"), ("正门", "侧门"))
DEPICTED = "前后对比图"


def face(rng: Random, size: tuple[int, int], spots: int) -> Picture:
    """A drawn face with ``spots`` marks on its skin: nobody's."""
    width, height = size
    skin = (rng.randint(215, 240), rng.randint(175, 195), rng.randint(150, 170))
    picture = Image.new("RGB", size, (190, 205, 215))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((width * 0.12, -height * 0.02, width * 0.88, height * 0.9), fill=(50, 38, 34))
    draw.ellipse((width * 0.2, height * 0.12, width * 0.8, height * 0.94), fill=skin)
    for x in (0.37, 0.63):
        draw.ellipse((width * (x - 0.07), height * 0.43, width * (x + 0.07), height * 0.49), fill=(250, 250, 250))
        draw.ellipse((width * (x - 0.025), height * 0.435, width * (x + 0.025), height * 0.485), fill=(45, 30, 25))
        brow = (width * (x - 0.1), height * 0.36, width * (x + 0.1), height * 0.46)
        draw.arc(brow, 200, 340, fill=(50, 35, 30), width=6)
    nose = (width * 0.5, height * 0.5, width * 0.47, height * 0.63, width * 0.52, height * 0.64)
    draw.line(nose, fill=(190, 140, 120), width=4)
    draw.ellipse((width * 0.41, height * 0.73, width * 0.59, height * 0.78), fill=(185, 80, 85))
    for _ in range(spots):
        x, y, r = rng.uniform(0.28, 0.72) * width, rng.uniform(0.52, 0.85) * height, rng.uniform(2, 6)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(185, 110, 95))
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def collage(rng: Random, script: Script) -> Drawn:
    """Two halves with labels, an arrow between them, a caption and its notes below.

    With a planted sentence the halves are one face before and after; otherwise two harmless views.
    """
    return _collage(rng, script, script.sentence if script.planted else None)


def silent_collage(rng: Random, script: Script) -> Drawn:
    """As ``collage``, but the before and after are all that is wrong: the caption is a harmless note."""
    return _collage(rng, script, None)


def _collage(rng: Random, script: Script, claim: str | None) -> Drawn:
    beside = rng.random() < 0.7
    half = (450, 620) if beside else (900, 420)
    at = ((0, 0), (450, 0)) if beside else ((0, 0), (0, 420))
    picture = Image.new("RGB", (900, 620 + 280 if beside else 840 + 280), (255, 255, 255))
    labels = rng.choice(BEFORE_AFTER if script.planted else HARMLESS)
    seed = rng.getrandbits(32)
    tag = font("bold", rng.randint(40, 52))
    for number, (place, label) in enumerate(zip(at, labels, strict=True)):
        if script.planted:
            view = face(Random(seed), (450, 620), 60 if number == 0 else 4)
            view = view if beside else view.crop((0, 200, 450, 410)).resize(half)
        else:
            view = scenery.photo(rng, half)
        picture.paste(view, place)
        x, y = place[0] + 24, place[1] + half[1] - 90
        box = (x - 8, y, x + length(label, tag) + 16, y + tag.size * 1.4)
        ImageDraw.Draw(picture).rounded_rectangle(box, 8, fill=(190, 25, 45))
        write(picture, (x + 4, y), label, tag, Ink((255, 255, 255)))
    if script.planted and rng.random() < 0.7:
        _arrow(picture, (450, 310) if beside else (450, 420), beside)
    y = half[1] + 24 if beside else 864
    caption = claim or (script.rest[2] if script.planted else script.sentence)
    big = font("bold", min(56, int(840 / length(caption, font("bold", 100)) * 100)))
    write(picture, (30, y), caption, big, Ink((30, 30, 30)))
    write(picture, (30, y + 100), script.rest[0], font("sans", 34), Ink((90, 90, 90)))
    return Drawn(picture, (*labels, caption, script.rest[0]), DEPICTED if script.planted else None)


def _arrow(picture: Picture, middle: tuple[int, int], right: bool) -> None:
    points = [(-50, -16), (10, -16), (10, -44), (60, 0), (10, 44), (10, 16), (-50, 16)]
    turned = [(middle[0] + (x if right else y), middle[1] + (y if right else x)) for x, y in points]
    ImageDraw.Draw(picture).polygon(turned, fill=(255, 200, 40), outline=(120, 60, 0))
