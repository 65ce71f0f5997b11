"""Chinese fonts from Debian, by their looks."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont
FOLDER = Path("/usr/share/fonts")
PACKAGES = (
    "fonts-noto-cjk", "fonts-noto-cjk-extra", "fonts-noto-color-emoji", "fonts-wqy-zenhei", "fonts-wqy-microhei",
    "fonts-arphic-ukai", "fonts-arphic-uming",
)  # fmt: skip
EMOJI_SIZE = 109
"""The one size in which the colour font has its pictures."""

# name → file, number of the simplified face in it, number of the traditional one
_FACES = {
    "sans": ("opentype/noto/NotoSansCJK-Regular.ttc", 2, 3),
    "bold": ("opentype/noto/NotoSansCJK-Bold.ttc", 2, 3),
    "black": ("opentype/noto/NotoSansCJK-Black.ttc", 2, 3),
    "light": ("opentype/noto/NotoSansCJK-Light.ttc", 2, 3),
    "serif": ("opentype/noto/NotoSerifCJK-Regular.ttc", 2, 3),
    "serif-black": ("opentype/noto/NotoSerifCJK-Black.ttc", 2, 3),
    "zenhei": ("truetype/wqy/wqy-zenhei.ttc", 0, 0),
    "microhei": ("truetype/wqy/wqy-microhei.ttc", 0, 0),
    "kai": ("truetype/arphic/ukai.ttc", 0, 2),
    "ming": ("truetype/arphic/uming.ttc", 0, 2),
}
_EMOJI = "truetype/noto/NotoColorEmoji.ttf"
READING = ("sans", "serif", "zenhei", "microhei", "kai", "ming")
"""Faces for small and running text."""
TITLE = ("bold", "black", "serif-black", "zenhei", "microhei")
"""Faces for headlines."""


class MissingFonts(Exception):
    """A font is not installed; the message says how to get it."""


def missing() -> list[str]:
    """Font files that are not installed."""
    files = [file for file, *_ in _FACES.values()] + [_EMOJI]
    return [file for file in files if not (FOLDER / file).is_file()]


def check() -> None:
    """MissingFonts when any font is not installed: another font would make other pictures."""
    if lacking := missing():
        raise MissingFonts(f"no {', '.join(lacking)}; on Debian: apt-get install {' '.join(PACKAGES)}")


@lru_cache(maxsize=256)
def font(name: str, size: int, traditional: bool = False) -> Font:
    """The face called ``name`` at ``size`` pixels."""
    file, simplified_face, traditional_face = _FACES[name]
    return ImageFont.truetype(str(FOLDER / file), size, index=traditional_face if traditional else simplified_face)


@lru_cache(maxsize=1)
def emoji() -> Font:
    """The colour font, in its one size."""
    return ImageFont.truetype(str(FOLDER / _EMOJI), EMOJI_SIZE)


def fitting(name: str, lines: tuple[str, ...], width: float, largest: int, traditional: bool = False) -> Font:
    """The face in the largest size, at most ``largest`` and at least 12, in which every line fits the width."""
    longest = max(font(name, 100, traditional).getlength(line) for line in lines)
    return font(name, max(12, min(largest, int(100 * width / longest))), traditional)
