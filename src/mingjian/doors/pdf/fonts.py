"""A Chinese font to draw with: one that can be put into the document, or the name of one that readers bring along."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

FALLBACK = "STSong-Light"
"""Not embedded: the reader's own Chinese font stands in for it."""
_NAME = "MingjianCJK"
_FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
# TrueType outlines only (the library cannot embed CFF ones such as Noto Sans CJK), the clearest on paper first.
_FILES = (
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "NotoSansSC-Regular.ttf", "NotoSansSC[wght].ttf", "SourceHanSansSC-VF.ttf",
    "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf", "msyh.ttc", "simhei.ttf", "simsun.ttc", "Songti.ttc",
    "STHeiti Light.ttc", "Arial Unicode.ttf", "uming.ttc", "ukai.ttc",
)  # fmt: skip


def _found() -> list[Path]:
    here: dict[str, Path] = {}
    for folder in _FOLDERS:
        root = Path(folder).expanduser()
        if root.is_dir():
            for path in sorted(root.rglob("*.tt[cf]")):
                here.setdefault(path.name, path)
    return [here[name] for name in _FILES if name in here]


@cache
def chinese_font() -> str:
    """The registered name of the font to draw with; looked for once in a process."""
    for path in _found():
        try:
            font = TTFont(_NAME, str(path))
            if not {ord(character) for character in "质量认证明鉴"} <= set(font.face.charToGlyph):
                continue
        except (TTFError, OSError):
            continue
        pdfmetrics.registerFont(font)
        pdfmetrics.registerFontFamily(_NAME, normal=_NAME, bold=_NAME, italic=_NAME, boldItalic=_NAME)
        return _NAME
    pdfmetrics.registerFont(UnicodeCIDFont(FALLBACK))
    pdfmetrics.registerFontFamily(FALLBACK, normal=FALLBACK, bold=FALLBACK, italic=FALLBACK, boldItalic=FALLBACK)
    return FALLBACK
