"""Make characters that do not show (or that would drive a terminal) visible.

Original text is hostile: it may hold escape sequences, bidirectional overrides, zero-width padding and
lone surrogates. Reports show such a character as its code point, so that a reader sees the disguise and no
terminal obeys it. Emoji keep their joiners.
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_JOINER = "\u200d"


def _emoji(char: str) -> bool:
    return char == "\ufe0f" or "\u2600" <= char <= "\u27bf" or 0x1F000 <= ord(char) <= 0x1FAFF


def hidden_at(text: str, start: int = 0, end: int | None = None) -> list[int]:
    """Offsets in ``text[start:end]`` of the characters a reader would not see."""
    end = len(text) if end is None else end
    found = []
    for match in _HIDDEN.finditer(text, start, end):
        at = match.start()
        joins = 0 < at < len(text) - 1 and _emoji(text[at - 1]) and _emoji(text[at + 1])
        if not (text[at] == _JOINER and joins):
            found.append(at)
    return found


def name(char: str) -> str:
    """How a hidden character is written: ``U+200B``."""
    return f"U+{ord(char):04X}"


def visible(text: str) -> str:
    """``text`` on one line with every hidden character written as ``‹U+200B›``."""
    out, last = [], 0
    for at in hidden_at(text):
        if text[at] == "\r":
            continue
        out += [text[last:at], "‹", name(text[at]), "›"]
        last = at + 1
    out.append(text[last:])
    return "".join(out).replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " ")
