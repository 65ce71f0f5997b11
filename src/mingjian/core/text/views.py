"""Views of a batch of texts: the same words as a reader sees them, hears them, or sees through a disguise.

A batch is many texts joined, so that numpy does the per-character work for all of them together
(measured: one call per note spends five times longer in call overhead than in work).

    folded    width, case, traditional/simplified, look-alike letters, emoji folded; invisible characters gone
    squeezed  folded without spaces, signs and commas, repeated Chinese characters once
    sounded   squeezed with every Chinese character, digit and pinyin syllable replaced by its sound

Every view keeps ``origin``: for each of its characters the index of the original character it came from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from mingjian.core.text.tables import CJK, COMMA, SPACE, STOP, SYMBOL, U32, chars, codes, tables

if TYPE_CHECKING:  # importing it costs a cold start 20 ms
    import numpy.typing as npt

Index: TypeAlias = "npt.NDArray[np.int64]"
SEPARATOR = "\x1e"  # between the texts of a batch; ends every sentence
LATIN_RUN = re.compile("[a-zü]{2,24}")
MAX_SYLLABLE = 6


@dataclass(frozen=True)
class View:
    """A reading: ``text[i]`` came from original character ``origin[i]``; ``ends[i]`` is one past its last."""

    text: str
    array: U32
    origin: Index
    ends: Index


class Batch:
    """Texts to be searched together.

    ``starts[k]`` is where text k begins in the joined original; offsets of a view map to the joined
    original through ``origin``, and to (text, offset) through :meth:`locate`.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        lengths = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
        self.starts: Index = np.concatenate(([0], np.cumsum(lengths)))
        joined = codes(SEPARATOR.join(texts) + SEPARATOR)
        table = tables()
        if len(joined) and int(joined.max()) >= table.size:
            # Beyond the table: tags and variation selectors vanish, anything else is an unknown character.
            beyond = joined >= table.size
            tag = (joined >= 0xE0000) & (joined < 0xE1000)
            joined = np.where(tag, np.uint32(0x200B), np.where(beyond, np.uint32(0xFFFD), joined))
        self._joined: U32 = joined
        folded = table.fold[joined]
        origin = np.flatnonzero(folded)
        array = folded[origin]
        # Invisible characters after a kept one belong to it, so that a quote takes them along.
        ends = np.append(origin[1:], len(joined)) if len(origin) else origin
        self.folded = View(chars(array), array, origin, ends)

    @cached_property
    def kinds(self) -> npt.NDArray[np.uint8]:
        """Class of each folded character."""
        return tables().kind[self.folded.array]

    @cached_property
    def kept(self) -> Index:
        """The folded characters of the squeezed view; emoji are separators there, whatever they stand for."""
        view, kinds = self.folded, self.kinds
        drop = (kinds == SPACE) | (kinds == SYMBOL) | (kinds == COMMA) | tables().symbol[self._joined[view.origin]]
        kept = np.flatnonzero(~drop)
        array = view.array[kept]
        repeated = np.zeros(len(array), dtype=bool)
        repeated[1:] = (array[1:] == array[:-1]) & (kinds[kept][1:] == CJK)
        return kept[~repeated]

    @cached_property
    def squeezed(self) -> View:
        """The folded view without separators."""
        view, kept = self.folded, self.kept
        array = view.array[kept]
        return View(chars(array), array, view.origin[kept], view.ends[kept])

    @cached_property
    def sounded(self) -> tuple[View, Index]:
        """The sounded view, and for each of its characters its index in the squeezed view (first of a run)."""
        squeezed = self.squeezed
        sound = tables().sound[squeezed.array]
        keep = np.ones(len(sound), dtype=bool)
        ends = squeezed.ends
        copied = False
        for run in LATIN_RUN.finditer(squeezed.text):
            pieces = syllabify(run.group())
            if pieces is None:
                continue
            if not copied:
                sound, ends, copied = sound.copy(), ends.copy(), True
            at = run.start()
            for code, length in pieces:
                sound[at] = code
                ends[at] = squeezed.ends[at + length - 1]
                keep[at + 1 : at + length] = False
                at += length
        index = np.flatnonzero(keep)
        array = sound[index]
        return View(chars(array), array, squeezed.origin[index], ends[index]), index

    @cached_property
    def sentence_ends(self) -> Index:
        """Folded offsets one past each sentence's last character, sorted; the last is the folded length."""
        stops = np.flatnonzero(self.kinds == STOP) + 1
        length = len(self.folded.array)
        if not len(stops) or stops[-1] != length:
            stops = np.append(stops, length)
        gaps = np.diff(stops, prepend=0)
        if len(gaps) and int(gaps.max()) > MAX_SENTENCE:
            stops = self._cut_long(stops, gaps)
        return stops

    def _cut_long(self, stops: Index, gaps: Index) -> Index:
        """Cut overlong sentences, at commas where there are some: every later step is bounded by this."""
        commas = np.flatnonzero((self.kinds == COMMA) | (self.kinds == SPACE)) + 1
        cuts: list[int] = []
        for end, gap in zip(stops[gaps > MAX_SENTENCE].tolist(), gaps[gaps > MAX_SENTENCE].tolist(), strict=True):
            at = end - gap
            while end - at > MAX_SENTENCE:
                low, high = np.searchsorted(commas, (at + 1, at + MAX_SENTENCE))
                at = int(commas[high - 1]) if high > low else at + MAX_SENTENCE
                cuts.append(at)
        # Every cut lies inside a gap, so none is a stop already. (np.union1d would import numpy.ma: 60 ms.)
        return np.sort(np.concatenate((stops, np.array(cuts, dtype=np.int64))))

    def locate(self, origin: int) -> tuple[int, int]:
        """(text index, offset in that text) of a character of the joined original."""
        text = int(np.searchsorted(self.starts, origin, side="right")) - 1
        return text, origin - int(self.starts[text])


MAX_SENTENCE = 240


@lru_cache(maxsize=4096)
def syllabify(run: str) -> tuple[tuple[int, int], ...] | None:
    """Split a latin run wholly into pinyin syllables: ((sound, length), …), or None when it is not pinyin.

    Longest syllable first with backtracking; runs are at most 24 letters, so this is bounded.
    """
    table = tables().syllables

    def split(at: int) -> tuple[tuple[int, int], ...] | None:
        if at == len(run):
            return ()
        for length in range(min(MAX_SYLLABLE, len(run) - at), 0, -1):
            code = table.get(run[at : at + length])
            if code is not None and (rest := split(at + length)) is not None:
                return ((code, length), *rest)
        return None

    return split(0)


def normalise(text: str) -> str:
    """The folded view of one text, as rules and lexicons see it."""
    return Batch([text]).folded.text[:-1]


def sounds_of(term: str) -> set[str]:
    """A lexicon term as it may stand in the sounded view (letters stay letters): with its repeated
    characters once, as the squeezed view has them, and all of them, as pinyin spells them."""
    array = codes(normalise(term))
    keep = np.ones(len(array), dtype=bool)
    keep[1:] = ~((array[1:] == array[:-1]) & (tables().kind[array[1:]] == CJK))
    sound = tables().sound
    return {chars(sound[array[keep]]), chars(sound[array])}
