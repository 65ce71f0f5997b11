"""Two texts compared by words: what was put in, taken out or replaced, with a little of what stands round it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"\d[\d,.]*\d%?|\d%?|[a-zA-Z]+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。!?!?\n]*[。!?!?\n]+|[^。!?!?\n]+")
_SPACE = re.compile(r"\s+")
_SAME = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "…": "...", "、": ","})
_MOST_PAIRS = 400_000  # pairs of equal tokens in one changed stretch; beyond, it counts as changed whole
_CONTEXT = 10


@dataclass(frozen=True, slots=True)
class Change:
    """``before`` became ``after`` (either may be empty); ``left`` and ``right`` are what stands round it in the new
    text. ``at`` is the place in the old text."""

    before: str
    after: str
    left: str
    right: str
    at: int


def normal(text: str) -> str:
    """A text as it is compared: width, quotation marks, invisible characters and white space do not count, but words
    of letters stay apart."""
    text = unicodedata.normalize("NFKC", text).translate(_SAME)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf" and not 0xFE00 <= ord(char) <= 0xFE0F)
    return _SPACE.sub(_gap(text), text).strip() if text else ""


def _gap(text: str) -> Callable[[re.Match[str]], str]:
    def keep(found: re.Match[str]) -> str:
        before = text[found.start() - 1 : found.start()]
        after = text[found.end() : found.end() + 1]
        return " " if before.isascii() and before.isalnum() and after.isascii() and after.isalnum() else ""

    return keep


def differences(before: str, after: str) -> list[Change]:
    """What changed from one text to the other, in order; sentences first, then the words within changed ones."""
    found: list[Change] = []
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    at, place = 0, 0
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[a:b]), "".join(new[c:d])
        if tag != "equal":
            for first, last, start, end in _by_words(left, right):
                found.append(Change(
                    left[first:last], right[start:end],
                    after[max(0, place + start - _CONTEXT) : place + start],
                    after[place + end : place + end + _CONTEXT], at + first,
                ))  # fmt: skip
        at, place = at + len(left), place + len(right)
    return found


def _by_words(left: str, right: str) -> Iterator[tuple[int, int, int, int]]:
    """Changed stretches as characters of both sides; stretches one unchanged character apart are one."""
    old, new = _TOKEN.findall(left), _TOKEN.findall(right)
    if pairs(old, new) > _MOST_PAIRS:
        yield 0, len(left), 0, len(right)
        return
    starts, ends = _places(old), _places(new)
    kept: list[list[int]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if kept and starts[a] - kept[-1][1] <= 1 and kept[-1][1] > kept[-1][0]:
            kept[-1][1], kept[-1][3] = starts[b], ends[d]
        else:
            kept.append([starts[a], starts[b], ends[c], ends[d]])
    for one in kept:
        yield one[0], one[1], one[2], one[3]


def pairs(old: Iterable[str], new: Iterable[str]) -> int:
    """How many pairs of equal tokens two sequences make: what comparing them costs."""
    left, right = Counter(old), Counter(new)
    return sum(count * right[token] for token, count in left.items())


def _places(tokens: list[str]) -> list[int]:
    places = [0]
    for token in tokens:
        places.append(places[-1] + len(token))
    return places


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of two texts laid together; ``kind`` is same, in or out."""

    kind: str
    text: str


def together(before: str, after: str) -> list[Stretch]:
    """Both texts as one: what stayed, what was taken out, what was put in, in order."""
    made: list[Stretch] = []

    def add(kind: str, text: str) -> None:
        if text:
            made.append(Stretch(kind, text))

    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            add("same", left)
            continue
        at = 0
        for first, last, start, end in _by_words(left, right):
            add("same", left[at:first])
            add("out", left[first:last])
            add("in", right[start:end])
            at = last
        add("same", left[at:])
    return made
