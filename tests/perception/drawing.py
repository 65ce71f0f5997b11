"""Pictures with known words, drawn on the spot, so that no binary file is kept in the tests."""

from __future__ import annotations

import io
import subprocess
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Pixels = NDArray[np.uint8]
WORDS = ("热玛吉五代紧致提升", "一次见效永不反弹", "国家级专家亲自操作", "术后零风险,放心变美")


@cache
def _font_file() -> tuple[str, int]:
    """File and face of a simplified Chinese font; a clear failure when Debian's is not installed."""
    for family in ("Noto Sans CJK SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"):
        found = subprocess.run(
            ["fc-match", "-f", "%{file}|%{index}|%{family}", family], capture_output=True, text=True, check=True
        ).stdout
        file, index, named = found.split("|")
        if family in named:
            return file, int(index)
    raise AssertionError("no Chinese font: apt-get install fonts-noto-cjk fontconfig")


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font at ``size`` pixels."""
    file, index = _font_file()
    return ImageFont.truetype(file, size, index=index)


def page(width: int = 640, height: int = 480, ground: int | tuple[int, int, int] = 250) -> Image.Image:
    """An empty page."""
    colour = (ground, ground, ground) if isinstance(ground, int) else ground
    return Image.new("RGB", (width, height), colour)


def written(
    lines: tuple[str, ...] = WORDS,
    size: int = 40,
    step: int = 100,
    at: tuple[int, int] = (40, 40),
    on: Image.Image | None = None,
    ink: int | tuple[int, int, int] = 30,
) -> Image.Image:
    """Lines below each other, black on white unless told otherwise."""
    picture = on if on is not None else page(640, at[1] + step * len(lines) + 20)
    draw = ImageDraw.Draw(picture)
    colour = (ink, ink, ink) if isinstance(ink, int) else ink
    for row, line in enumerate(lines):
        draw.text((at[0], at[1] + row * step), line, font=font(size), fill=colour)
    return picture


def columns(lines: tuple[str, ...], size: int = 44) -> Image.Image:
    """Vertical text, the first column on the right."""
    picture = page(120 * len(lines) + 80, max(map(len, lines)) * (size + 8) + 100)
    draw = ImageDraw.Draw(picture)
    for column, line in enumerate(lines):
        for row, char in enumerate(line):
            corner = (picture.width - 120 * (column + 1), 50 + row * (size + 8))
            draw.text(corner, char, font=font(size), fill=(20, 20, 20))
    return picture


def coloured(width: int, height: int, seed: int = 1, blur: float = 3.0) -> Image.Image:
    """A ground of soft patches, as busy as a photograph."""
    patches = np.random.default_rng(seed).integers(0, 255, (height // 24, width // 24, 3), dtype=np.uint8)
    big = Image.fromarray(patches).resize((width, height), Image.Resampling.BICUBIC)
    return big.filter(ImageFilter.GaussianBlur(blur))


def pixels(picture: Image.Image) -> Pixels:
    """HxWx3 RGB."""
    return np.array(picture.convert("RGB"), np.uint8)


def encoded(picture: Image.Image, format: str = "PNG", **options: object) -> bytes:
    """The bytes of a file."""
    stream = io.BytesIO()
    picture.save(stream, format, **options)
    return stream.getvalue()


def errors(truth: str, read: str) -> int:
    """Edit distance without blanks, full-width signs counted as their half-width twins."""
    twins = str.maketrans(",:;!?()", ",:;!?()")
    one, other = ("".join(text.translate(twins).split()) for text in (truth, read))
    row = list(range(len(other) + 1))
    for number, char in enumerate(one, start=1):
        before, row[0] = row[0], number
        for column, candidate in enumerate(other, start=1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (char != candidate))
    return row[-1]


def cer(truth: tuple[str, ...], read: list[str]) -> float:
    """Share of the characters of ``truth`` that no read line gives back; each line against its nearest."""
    wrong = sum(min([errors(line, other) for other in read] + [len(line)]) for line in truth)
    return wrong / sum(map(len, truth))
