"""Writing on pictures: plain, outlined, shadowed, graded, bent, upright in columns, faint; emoji in colour."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from media.fonts import Font, emoji
from media.model import Picture

Colour = tuple[int, int, int]
UPRIGHT = str.maketrans(
    ",:;!?()\uff0c\uff1a\uff1b\uff01\uff1f\uff08\uff09。、—",
    "︐︓︔︕︖︵︶︐︓︔︕︖︵︶︒︑︱",
)
"""Signs that have another form in columns, half and full width."""
CLOSING = ",:;!?)\uff0c\uff1a\uff1b\uff01\uff1f\uff09。、"


@dataclass(frozen=True)
class Ink:
    """How letters look. ``outline`` and ``shadow`` are colours or nothing; ``second`` makes a grade downwards;
    ``bend`` is the height of the arch as a share of the width, below nothing
    for one that hangs; ``alpha`` 0..1."""

    colour: Colour = (20, 20, 20)
    second: Colour | None = None
    outline: Colour | None = None
    shadow: Colour | None = None
    bend: float = 0.0
    alpha: float = 1.0


def is_emoji(sign: str) -> bool:
    """Whether the sign is a coloured picture."""
    return ord(sign) >= 0x1F000 or sign in "✅❌⭐✨❗"


def length(text: str, font: Font) -> float:
    """Width in pixels; an emoji is as wide as a Chinese character."""
    return sum(float(font.size) if is_emoji(sign) else font.getlength(sign) for sign in text)


def write(picture: Picture, at: tuple[float, float], text: str, font: Font, ink: Ink) -> tuple[int, int]:
    """Write one line with its left top at ``at`` into an RGB picture; the width and height taken are returned."""
    border = max(1, int(font.size) // 13) if ink.outline else 0
    width, height = math.ceil(length(text, font)), math.ceil(font.size * 1.25)
    pad = border * 2 + int(font.size) // 3
    rise = int(abs(ink.bend) * width)
    mask = Image.new("L", (width + 2 * pad, height + 2 * pad + rise))
    edge, colours = mask.copy(), Image.new("RGBA", mask.size)
    x = float(pad)
    for sign in text:
        wide = length(sign, font)
        share = (x + wide / 2 - pad) / max(width, 1) * 2 - 1
        y = pad + rise * (share * share if ink.bend > 0 else 1 - share * share)
        if is_emoji(sign):
            side = int(font.size)
            colours.alpha_composite(_emoji(sign, side), (int(x), int(y + side * 0.15)))
        else:
            ImageDraw.Draw(mask).text((x, y), sign, fill=255, font=font)
            if border:
                ImageDraw.Draw(edge).text((x, y), sign, fill=255, font=font, stroke_width=border)
        x += wide
    corner = (int(at[0]) - pad, int(at[1]) - pad)
    if ink.shadow:
        offset = max(2, int(font.size) // 14)
        soft = mask.filter(ImageFilter.GaussianBlur(offset / 2))
        picture.paste(ink.shadow, (corner[0] + offset, corner[1] + offset), soft)
    if ink.outline:
        picture.paste(ink.outline, corner, edge.point(lambda value: int(value * ink.alpha)))
    fill = _graded(mask.size, ink.colour, ink.second) if ink.second else Image.new("RGB", mask.size, ink.colour)
    picture.paste(fill, corner, mask.point(lambda value: int(value * ink.alpha)))
    picture.paste(colours.convert("RGB"), corner, colours.getchannel("A"))
    return width, height + rise


def write_column(picture: Picture, at: tuple[float, float], text: str, font: Font, ink: Ink) -> int:
    """Write downwards from ``at``, the left top of the column; its height is returned."""
    step, y = int(font.size * 1.12), at[1]
    for sign in text.translate(UPRIGHT):
        x = at[0] + (font.size - length(sign, font)) / 2
        write(picture, (x, y), sign, font, ink)
        y += step
    return int(y - at[1])


def wrapped(text: str, font: Font, width: float) -> list[str]:
    """Lines no wider than ``width``; a closing sign never begins one."""
    lines = [""]
    for sign in text:
        if lines[-1] and length(lines[-1] + sign, font) > width and sign not in CLOSING:
            lines.append("")
        lines[-1] += sign
    return lines


def _emoji(sign: str, side: int) -> Picture:
    tile = Image.new("RGBA", (140, 140))
    ImageDraw.Draw(tile).text((2, 2), sign, font=emoji(), embedded_color=True)
    return tile.crop(tile.getbbox() or (0, 0, 140, 140)).resize((side, side), Image.Resampling.LANCZOS)


def _graded(size: tuple[int, int], top: Colour, bottom: Colour) -> Picture:
    share = np.linspace(0, 1, size[1])[:, None, None]
    column = np.asarray(top) * (1 - share) + np.asarray(bottom) * share
    return Image.fromarray(np.broadcast_to(column, (size[1], size[0], 3)).astype(np.uint8))
