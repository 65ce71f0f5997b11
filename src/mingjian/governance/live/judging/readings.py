"""Names of restricted items in hiding: sound-alikes, pinyin, letters, split characters, emoji, signs in between, and
any mixture of them.

The linter's own variants are spelled out when the rulebook is compiled, one character changed at a time, because a
linter reads everything. A live room is judged on what joins to what, so here a name is laid along the text character by
character and believed by how much of it is left; a reading this finds is never evidence alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mingjian.core.text.tables import tables
from mingjian.governance.live.judging.folded import Folded, initial_of, sound_of

MIN_NAME = 3  # characters: of two, one changed is ordinary text
MAX_GAP = 3  # signs between two characters of a name
MAX_SYLLABLE = 6
# How much of a character is left in each way of hiding it.
LEFT = {"same": 1.0, "split": 0.8, "pinyin": 0.8, "sound": 0.5, "sign": 0.4, "letter": 0.35, "other": 0.2}
LONG = 4  # characters of a name of which one, inside, may be any other
BELIEVED = 0.6  # of the name must be left
DELIBERATE = frozenset(("split", "pinyin", "sign", "letter", "apart"))


class Reading(NamedTuple):
    """A name read at ``start`` to ``end`` of the folded text. ``how`` says what hid it; ``""`` where nothing did."""

    start: int
    end: int
    name: str
    how: str


class Readings:
    """Names laid along texts. ``splits``: other ways to write a character in pieces; ``radicals``: first pieces that no
    text has but to take a character apart."""

    def __init__(
        self, names: Iterable[str], splits: Mapping[str, Sequence[str]], radicals: frozenset[str] = frozenset()
    ) -> None:
        self._radicals = radicals
        self._splits = splits
        self._by_start: dict[str, list[str]] = {}
        for name in sorted({name for name in names if len(name) >= MIN_NAME and _chinese(name)}):
            first = name[0]
            starts = {first, f"~{sound_of(first)}", initial_of(first), *(split[0] for split in splits.get(first, ()))}
            for start in starts - {""}:
                self._by_start.setdefault(start, []).append(name)

    def find(self, folded: Folded) -> list[Reading]:
        """The names in hiding, the longest where they overlap, by start."""
        text, plain = folded.text, _toneless(folded.text)
        found: list[Reading] = []
        for at, char in enumerate(text):
            names = self._by_start.get(plain[at], ())
            sounded = self._by_start.get(f"~{sound_of(char)}", ()) if "一" <= char <= "鿿" else ()
            for name in {*names, *sounded}:
                laid = self._lay(name, plain, folded, at)
                if laid is not None and (how := _believed(name, laid[1], plain, at, laid[0])) is not None:
                    found.append(Reading(at, laid[0], name, how))
        found.sort(key=lambda reading: (-len(reading.name), reading.start))
        kept: list[Reading] = []
        for reading in found:
            if not any(reading.start < other.end and other.start < reading.end for other in kept):
                kept.append(reading)
        return sorted(kept)

    def _lay(self, name: str, text: str, folded: Folded, at: int) -> tuple[int, tuple[str, ...]] | None:
        """Where the name ends and how each of its characters was written (``apart``: signs before it)."""
        signs, ways = folded.signs, list[str]()
        for number, char in enumerate(name):
            place = at
            if number:
                while place < len(text) and place in signs and place - at < MAX_GAP:
                    place += 1
            step = self._step(char, text, place, signs)
            if step is None and place > at and all(mark in folded.pictures for mark in range(at, place)):
                step = place, "sign"  # the picture stands for the character
                place = at
            if step is None and 0 < number < len(name) - 1 and len(name) >= LONG and "other" not in ways:
                step = _other(text, at)
                place = at
            if step is None:
                return None
            if place > at:
                ways.append("apart" if text[at:place].strip() else "blank")
            at, way = step
            ways.append(way)
        return at, tuple(ways)

    def _step(self, char: str, text: str, at: int, signs: frozenset[int]) -> tuple[int, str] | None:
        if at >= len(text):
            return None
        if text[at] == char:
            return at + 1, "same"
        for split in self._splits.get(char, ()):
            if text.startswith(split, at):
                return at + len(split), "split"
            if text[at] == split[0] and text[at] in self._radicals:
                return at + 1, "split"
        if at in signs:
            return None
        if "a" <= text[at] <= "z":
            sounds = tables().syllables
            for size in range(MAX_SYLLABLE, 1, -1):
                piece = text[at : at + size]
                if len(piece) == size and piece.isascii() and sounds.get(piece) == sound_of(char):
                    return at + size, "pinyin"
            return (at + 1, "letter") if text[at] == initial_of(char) else None
        if "一" <= text[at] <= "鿿" and sound_of(text[at]) == sound_of(char):
            return at + 1, "sound"
        return None


def _believed(name: str, ways: tuple[str, ...], text: str, start: int, end: int) -> str | None:
    """What hid the name; None where too little of it is left for more than chance."""
    kinds = [way for way in ways if way in LEFT]
    left = sum(LEFT[way] for way in kinds)
    firm = sum(way in ("same", "pinyin", "split") for way in kinds)
    if left / len(name) < BELIEVED or firm < 2 or kinds.count("sign") > 1:
        return None
    if "other" in kinds:
        return "other" if firm == len(name) - 1 else None
    if set(kinds) == {"same"}:
        blanks = ways.count("blank")
        if "apart" in ways:
            return "apart"
        return None if 0 < blanks < len(name) - 1 else ("apart" if blanks else "")
    if any("a" <= char <= "z" for char in (text[start], text[end - 1])) and _in_word(text, start, end):
        return None
    for how in ("pinyin", "split", "sign", "letter", "apart"):
        if how in ways:
            return how
    return "sound"


def _other(text: str, at: int) -> tuple[int, str] | None:
    """Any Chinese character, where one that looks alike may stand."""
    return (at + 1, "other") if at < len(text) and "一" <= text[at] <= "鿿" else None


def _in_word(text: str, start: int, end: int) -> bool:
    """Whether latin letters go on before or after: a piece of a longer word."""
    before = start and "a" <= text[start] <= "z" and "a" <= text[start - 1] <= "z"
    after = end < len(text) and "a" <= text[end - 1] <= "z" and "a" <= text[end] <= "z"
    return bool(before or after)


def _chinese(name: str) -> bool:
    return all("一" <= char <= "鿿" for char in name)


def _toneless(text: str) -> str:
    """Letters without their tone marks (zhēn → zhen), everything else as it is and where it is."""
    if text.isascii() or not any("À" <= char <= "ǿ" for char in text):
        return text
    return "".join(unicodedata.normalize("NFD", char)[0] if "À" <= char <= "ǿ" else char for char in text)
