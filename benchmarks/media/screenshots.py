"""Screenshots of a telephone: a chat, a note with its photograph, by day and by night."""

from __future__ import annotations

from random import Random

from PIL import Image, ImageDraw

from media import scenery
from media.fonts import font
from media.ink import Colour, Ink, length, wrapped, write
from media.model import Drawn, Picture, Script

WIDTH, HEIGHT = 750, 1334
CLOCK = "9:41"
GREY: Colour = (140, 140, 145)
ANSWERS = ("好的,我看看", "收到", "谢谢告知", "请问几点可以过来", "明白了", "稍后回复你")


def _bars(picture: Picture, title: str, ink: Colour) -> tuple[str, str]:
    """The clock above and the title below it."""
    write(picture, (40, 12), CLOCK, font("bold", 28), Ink(ink))
    ImageDraw.Draw(picture).rounded_rectangle((660, 20, 710, 42), 6, outline=ink, width=3)
    face = font("bold", 36)
    write(picture, ((WIDTH - length(title, face)) / 2, 66), title, face, Ink(ink))
    return CLOCK, title


def chat(rng: Random, script: Script, dark: bool = False) -> Drawn:
    """A chat: bubbles left and right, the sentence in one of them, broken where the bubble ends."""
    paper, ink = ((17, 17, 17), (220, 220, 220)) if dark else ((237, 237, 237), (25, 25, 25))
    theirs, ours = ((44, 44, 44), (38, 130, 80)) if dark else ((255, 255, 255), (149, 236, 105))
    picture = Image.new("RGB", (WIDTH, HEIGHT), paper)
    written = [*_bars(picture, script.head, ink)]
    said = [(script.rest[0], False), (rng.choice(ANSWERS), True), (script.sentence, False), (script.rest[1], False),
            (rng.choice(ANSWERS), True)]  # fmt: skip
    face, y = font(rng.choice(("sans", "microhei")), 32), 200
    when = f"{rng.choice(('昨天', '周二', '上午'))} {rng.randint(8, 11)}:{rng.randint(10, 59)}"
    write(picture, (320, 140), when, font("sans", 22), Ink(GREY))
    written.append(when)
    for text, mine in said:
        lines = wrapped(text, face, 400)
        wide = int(max(length(line, face) for line in lines)) + 48
        tall = len(lines) * 46 + 36
        left = WIDTH - 110 - wide if mine else 110
        avatar = scenery.photo(rng, (76, 76))
        picture.paste(avatar, (WIDTH - 96 if mine else 20, y))
        ImageDraw.Draw(picture).rounded_rectangle((left, y, left + wide, y + tall), 12, fill=ours if mine else theirs)
        for number, line in enumerate(lines):
            write(picture, (left + 24, y + 16 + number * 46), line, face, Ink(ink))
        written.append(text)
        y += tall + 46
    return Drawn(picture, tuple(written))


def dark_chat(rng: Random, script: Script) -> Drawn:
    """A chat by night."""
    return chat(rng, script, dark=True)


def note(rng: Random, script: Script) -> Drawn:
    """A note in an app: photograph, title in bold, the body running over lines."""
    dark = rng.random() < 0.3
    paper, ink = ((20, 20, 22), (225, 225, 225)) if dark else ((255, 255, 255), (30, 30, 30))
    picture = Image.new("RGB", (WIDTH, HEIGHT), paper)
    bars = _bars(picture, rng.choice(("笔记", "详情", "正文")), ink)
    picture.paste(scenery.photo(rng, (WIDTH, 560)), (0, 130))
    title, face = font("bold", 40), font("sans", 32)
    y = 730
    write(picture, (36, y), script.head, title, Ink(ink))
    y += 84
    body = f"{script.rest[0]}。{script.sentence}。{script.rest[1]}。"
    for line in wrapped(body, face, WIDTH - 80):
        write(picture, (36, y), line, face, Ink(ink))
        y += 54
    day = f"{rng.randint(1, 9)}月{rng.randint(10, 28)}日"
    write(picture, (36, y + 24), day, font("sans", 24), Ink(GREY))
    return Drawn(picture, (*bars, script.head, body, day))


def long_note(rng: Random, script: Script) -> Drawn:
    """A long screenshot: paragraphs and photographs by turns, five thousand pixels and more from top to bottom."""
    picture = Image.new("RGB", (WIDTH, 5600), (255, 255, 255))
    written, ink, face = [*_bars(picture, script.head, (30, 30, 30))], Ink((30, 30, 30)), font("sans", 34)
    said = [*script.rest, script.sentence]
    rng.shuffle(said)
    y = 140
    for text in said:
        tall = rng.randint(900, 1200)
        picture.paste(scenery.photo(rng, (WIDTH - 60, tall)), (30, y))
        y += tall + 40
        for line in wrapped(text, face, 420):
            write(picture, (36, y), line, face, ink)
            y += 56
        y += 50
        written.append(text)
    return Drawn(picture.crop((0, 0, WIDTH, y + 20)), tuple(written))
