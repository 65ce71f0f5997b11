"""One short text folded as the linter folds it, in microseconds: a busy room has hundreds of comments a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from mingjian.core.text.tables import CJK, LATIN, tables

_HELD = 4096  # characters remembered: those that rooms use
_PICTURES = 0x2190  # arrows, dingbats and emoji begin here; what lies before is punctuation and letters
_STROKES = frozenset("丨丶丿")  # strokes that part the characters of a name as a bar does


@dataclass(frozen=True, slots=True)
class Folded:
    """``text[i]`` came from character ``origin[i]`` of the original. ``signs``: places of emoji and of signs that are
    no part of a word; ``pictures``: of emoji alone."""

    text: str
    origin: Sequence[int]
    signs: frozenset[int]
    pictures: frozenset[int]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a folded span stands in the original."""
        return self.origin[start], (self.origin[end] if end < len(self.origin) else self.length)


@lru_cache(maxsize=_HELD)
def _folded(char: str) -> tuple[str, bool, bool]:
    """A character as it is compared (empty where it vanishes), whether it is a sign, and whether a picture."""
    table, code = tables(), ord(char)
    if code >= table.size:
        return ("", False, False) if 0xE0000 <= code < 0xE1000 else ("\ufffd", True, True)
    out = int(table.fold[code])
    if not out:
        return "", False, False
    picture = bool(table.symbol[code]) and code >= _PICTURES
    sign = bool(table.symbol[code]) or char in _STROKES
    return chr(out), sign or (int(table.kind[out]) not in (CJK, LATIN) and not chr(out).isdigit()), picture


def fold(text: str) -> Folded:
    """A text folded, with the places its characters came from."""
    chars: list[str] = []
    origin: list[int] = []
    signs: list[int] = []
    pictures: list[int] = []
    for at, char in enumerate(text):
        out, sign, picture = _folded(char)
        if out:
            if sign:
                signs.append(len(chars))
            if picture:
                pictures.append(len(chars))
            chars.append(out)
            origin.append(at)
    return Folded("".join(chars), origin, frozenset(signs), frozenset(pictures), len(text))


def sound_of(char: str) -> int:
    """What a character sounds like, toneless; itself where it has no reading."""
    table, code = tables(), ord(char)
    return int(table.sound[code]) if code < table.size else code


def initial_of(char: str) -> str:
    """First letter of a Chinese character's reading; empty where it has none."""
    table, code = tables(), ord(char)
    letter = int(table.initial[code]) if code < table.size else 0
    return chr(letter) if letter and "一" <= char <= "鿿" else ""
