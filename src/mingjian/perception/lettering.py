"""Chinese words drawn on pictures that are made, not found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import Box

Colour = tuple[int, int, int]
_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts",
            "/Library/Fonts", "C:/Windows/Fonts")  # fmt: skip
_FILES = ("NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "wqy-microhei.ttc",
          "wqy-zenhei.ttc", "PingFang.ttc", "msyh.ttc", "simhei.ttf", "DroidSansFallbackFull.ttf")  # fmt: skip
_LEAST = 22


class NoFont(Exception):
    """No Chinese font is installed; the message says where it was looked for and what to do."""


@dataclass(frozen=True, slots=True)
class Label:
    """One line in a box (left, top, width, height in pixels), in letters of ``size`` pixels or as large as fit."""

    text: str
    box: Box
    size: int
    ground: Colour
    ink: Colour


@lru_cache(maxsize=1)
def _file() -> tuple[str, int]:
    here: dict[str, Path] = {}
    for folder in _FOLDERS:
        root = Path(folder).expanduser()
        if root.is_dir():
            for path in root.rglob("*.[to]t[cf]"):
                here.setdefault(path.name, path)
    for name in _FILES:
        if name in here:
            return str(here[name]), 2 if name.startswith("NotoSansCJK") else 0
    raise NoFont(f"找不到中文字体(找过 {'、'.join(_FOLDERS[:4])});Debian、Ubuntu 上:apt-get install fonts-noto-cjk")


@lru_cache(maxsize=64)
def font(size: int) -> Any:
    """A Chinese font of a size in pixels; NoFont when none is installed."""
    from PIL import ImageFont

    path, face = _file()
    return ImageFont.truetype(path, size, index=face)


def lettered(rgb: NDArray[np.uint8], labels: Iterable[Label]) -> NDArray[np.uint8]:
    """A copy of a picture (height, width, 3) with labels on it, in their order. NoFont without a Chinese font."""
    from PIL import Image, ImageDraw

    image = Image.fromarray(rgb)
    draw = ImageDraw.Draw(image)
    for label in labels:
        x, y, wide, high = label.box
        size, letters = label.size, font(label.size)
        while size > _LEAST and letters.getlength(label.text) > wide - 24:
            size -= 2
            letters = font(size)
        draw.rounded_rectangle((x, y, x + wide, y + high), 10, fill=label.ground)
        draw.text((x + wide / 2, y + high / 2), label.text, font=letters, fill=label.ink, anchor="mm")
    return np.array(image)
