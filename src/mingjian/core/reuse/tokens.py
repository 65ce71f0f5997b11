"""Texts as they are compared: one 16-bit code for every character, slot or word of the lexicon.

Width, case, script, blanks, punctuation, emoji and doubled characters are gone, as in the squeezed view; so are ends
of sentences, because rewriting moves them. Slots (names, places, dates, numbers, contacts) are one code each whatever
they hold; words that have synonyms are one code each, folded together only where texts are compared (``canon``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.reuse.lexicon import (
    FIRST_WORD,
    INSTITUTION,
    LAST,
    NAME,
    PRIVATE,
    SLOTS,
    U16,
    UNKNOWN,
    Lexicon,
    lexicon,
)
from mingjian.core.text.tables import CJK, STOP, U32, tables
from mingjian.core.text.views import Batch

if TYPE_CHECKING:
    import numpy.typing as npt

I64: TypeAlias = "npt.NDArray[np.int64]"


LONGEST = 1 << 15
"""Characters of a text that are compared; what follows is not."""


@dataclass(frozen=True)
class Tokenised:
    """Texts in a row. ``tokens`` of all; ``starts``: the offset of each one's first character in its own text; text k
    has ``bounds[k]:bounds[k + 1]``. ``blanks``: one number for each text of what stands in its slots, in any order: two
    texts that were filled in alike have the same one."""

    tokens: U16
    starts: I64
    bounds: I64
    blanks: npt.NDArray[np.uint32]


def tokenise(texts: Sequence[str]) -> Tokenised:
    """All the texts at once; what a text becomes does not hang on its company. Of each the first LONGEST characters."""
    batch = Batch([text[:LONGEST] for text in texts])
    view = batch.folded
    kind = batch.kinds
    keep = np.zeros(len(view.array), dtype=bool)
    keep[batch.kept] = True
    keep &= kind != STOP
    wide = view.array
    foreign = (wide > 0xFFFF) | ((wide >= PRIVATE) & (wide <= LAST))
    out = np.where(foreign, np.uint32(UNKNOWN), wide).astype(np.uint16)
    blank = np.full(len(out), -1, np.int64)  # of a character in a slot, where the slot begins
    lex = lexicon()
    if found := lex.words.find(view.text):
        start, end, word = np.array(found, dtype=np.int64).T
        code = _named(lex, wide, start, word)
        plain, slot = code >= FIRST_WORD, (code > 0) & (code < FIRST_WORD)
        _stand_in(out, keep, start[plain], end[plain], code[plain])
        _stand_in(out, keep, start[slot], end[slot], code[slot], blank)
    slots = [(*match.span(), SLOTS[match.lastgroup or "number"]) for match in lex.slots.finditer(view.text)]
    if slots:
        start, end, which = np.array(slots, dtype=np.int64).T
        _stand_in(out, keep, start, end, which.astype(np.uint16), blank)
    kept = np.flatnonzero(keep)
    text = np.searchsorted(batch.starts, view.origin, "right") - 1
    doubled = np.zeros(len(kept), dtype=bool)
    doubled[1:] = (out[kept[1:]] == out[kept[:-1]]) & (kind[kept[1:]] == CJK) & (text[kept[1:]] == text[kept[:-1]])
    kept = kept[~doubled]
    bounds = np.searchsorted(view.origin[kept], batch.starts)
    starts = view.origin[kept] - batch.starts[text[kept]]
    return Tokenised(out[kept], starts, bounds, _filled(wide, blank, text, len(texts)))


def _filled(wide: U32, blank: I64, text: I64, count: int) -> npt.NDArray[np.uint32]:
    """A number for each text of the characters in its slots, each with its place in its slot."""
    at = np.flatnonzero(blank >= 0)
    if not len(at):
        return np.zeros(count, np.uint32)
    mixed = (wide[at].astype(np.uint64) << np.uint64(20)) + (at - blank[at]).astype(np.uint64) + np.uint64(1)
    mixed = (mixed ^ (mixed >> np.uint64(15))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    sums = np.append(np.uint64(0), np.cumsum(mixed, dtype=np.uint64))  # wraps around, as it should
    ends = np.searchsorted(text[at], np.arange(count + 1))
    return np.asarray((sums[ends[1:]] - sums[ends[:-1]]) >> np.uint64(32), np.uint32)


def _named(lex: Lexicon, text: U32, start: I64, word: I64) -> U16:
    """The code of every word found; names and institutions, found by their last word, begin earlier (``start`` is
    changed in place)."""
    code = lex.codes[word]
    last = np.flatnonzero(lex.title[word] | lex.kind[word])
    if len(last):
        code[last], start[last] = _whole(lex, text, start[last], word[last], code[last])
    return code


def _whole(lex: Lexicon, text: U32, start: I64, word: I64, code: U16) -> tuple[U16, I64]:
    """Code and start of names and institutions that end in these words; of the others their own."""
    steps = np.arange(1, 4)
    before = np.minimum(text[np.maximum(start[:, None] - steps, 0)], 0xFFFF)
    joined = np.logical_and.accumulate((tables().kind[before] == CJK) & (start[:, None] >= steps), axis=1)
    surname = lex.surname[before] & joined
    named = lex.title[word] & surname.any(axis=1)
    placed = lex.kind[word] & joined[:, 1]
    code[named], code[placed & ~named] = NAME, INSTITUTION
    return code, start - np.where(named, surname.argmax(axis=1) + 1, np.where(placed, 2, 0))


def _stand_in(out: U16, keep: npt.NDArray[np.bool_], start: I64, end: I64, code: U16, blank: I64 | None = None) -> None:
    """One code instead of the characters start…end; they are noted as a slot in ``blank``."""
    if not len(start):
        return
    inside = _within(start, end)
    keep[inside] = False
    keep[start] = True
    out[start] = code
    if blank is not None:
        blank[inside] = np.repeat(start, end - start)


def _within(start: I64, end: I64) -> I64:
    """All positions of the ranges, in a row."""
    lengths = end - start
    begins = np.cumsum(lengths) - lengths
    return np.repeat(start - begins, lengths) + np.arange(int(lengths.sum()))
