"""Find the procedures that a text names, each at its place, longest names first."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import daachorse

from mingjian.core.model.scope import Catalogue
from mingjian.core.text.views import normalise


class Named(NamedTuple):
    """A procedure named at ``start`` to ``end`` of the folded text."""

    start: int
    end: int
    procedure: str


class Finder:
    """The words of a catalogue, ready to search. Safe to share between threads; pickles without its automaton."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._words: dict[str, str | None] = {}
        for one in catalogue.procedures.values():
            for word in one.words:
                self._words.setdefault(normalise(word), one.code)
        for one in catalogue.procedures.values():
            for word in one.excepts:  # an ordinary word that holds a name; a name of its own stays one
                self._words.setdefault(normalise(word), None)

    def __getstate__(self) -> dict[str, Any]:
        return {"_words": self._words}

    @cached_property
    def _automaton(self) -> tuple[daachorse.CharwiseDoubleArrayAhoCorasick, list[str | None], list[int]]:
        words = list(self._words) or ["\x00"]
        return (
            daachorse.CharwiseDoubleArrayAhoCorasick(words),
            [self._words.get(word) for word in words],
            [_edges(word) for word in words],
        )

    def code_of(self, word: str) -> str | None:
        """The procedure of a whole folded word."""
        return self._words.get(word)

    def find(self, folded: str) -> list[Named]:
        """What a folded text names, by start, without overlap: of overlapping names the longest."""
        automaton, codes, edges = self._automaton
        found = [
            (start, end, codes[pattern])
            for start, end, pattern in automaton.find_overlapping(folded)
            if not edges[pattern] or _holds(folded, start, end, edges[pattern])
        ]
        found.sort(key=lambda match: (match[0], -match[1]))
        kept: list[tuple[int, int, str | None]] = []
        for match in found:
            if kept and match[0] < kept[-1][1]:
                if match[1] - match[0] > kept[-1][1] - kept[-1][0]:
                    kept[-1] = match
                continue
            kept.append(match)
        return [Named(start, end, code) for start, end, code in kept if code is not None]


def _edges(word: str) -> int:
    """Bit 1: must not follow a letter; bit 2: must not be followed by one."""
    return _letter(word[0]) | _letter(word[-1]) << 1


def _letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _holds(text: str, start: int, end: int, edges: int) -> bool:
    if edges & 1 and start and _letter(text[start - 1]):
        return False
    return not (edges & 2 and end < len(text) and _letter(text[end]))
