"""Find every known word in a batch of texts, as written and in disguise, at its place in the folded view.

Ordinary text holds dozens of known words a note and breaks no rule, so this first pass only notes which
lexicons each sentence meets; the words themselves are made into hits for the few texts that need them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from mingjian.core.engine.disguise import DELIBERATE, MIN_SURE, disguise_of
from mingjian.core.engine.vocabulary import EXCEPT, PLAIN, Lexemes
from mingjian.core.text.views import Batch, Index

LONGEST_EXCEPTION = 40  # characters
NEAR = 40  # characters within which a word of the field makes a disguised reading believable
Found = tuple[int, int, int]  # start, end, pattern
_start, _end = itemgetter(0), itemgetter(1)


class Hit(NamedTuple):
    """A known word. Offsets are of the folded view of the batch; ``disguise`` tells how it was hidden."""

    start: int
    end: int
    lexicon: int
    word: int
    disguise: str | None


class Scan:
    """The words of one batch. Offsets are folded.

    ``bounds[k]``: where text k begins; ``sentence_ends``; ``first_sentence[k]``: the first sentence of text k;
    ``masks[s]``: bit i set where sentence s may hold a word of lexicon i (an anchor counts, an excepted word
    may); ``found``: raw matches by end.
    """

    def __init__(self, lexemes: Lexemes, texts: Sequence[str], disguises: bool) -> None:
        self.lexemes = lexemes
        self.batch = Batch(texts)
        bounds = np.searchsorted(self.batch.folded.origin, self.batch.starts)
        self.bounds: list[int] = bounds.tolist()
        self.sentence_ends: list[int] = self.batch.sentence_ends.tolist()
        self.first_sentence: list[int] = np.searchsorted(self.batch.sentence_ends, bounds, side="right").tolist()
        self.masks = [0] * len(self.sentence_ends)
        self.found: list[Found] = lexemes.written.find_overlapping(self.batch.folded.text)
        self.disguised: set[int] = set()  # texts in which a disguised reading was believed
        self._hits: dict[int, list[Hit]] = {}
        doubtful = self._note_sentences()
        if disguises:
            self._separated(doubtful)
            self._sounded(doubtful)
        for text, candidates in doubtful.items():
            self._believe(text, candidates)

    def _note_sentences(self) -> dict[int, list[Hit]]:
        """Fill the masks; return the readings that only their surroundings can bear out, by text."""
        doubtful: dict[int, list[Hit]] = {}
        masks, ends = self.masks, self.sentence_ends
        pattern_masks, unsure = self.lexemes.pattern_masks, self.lexemes.unsure
        sentence, stop = 0, ends[0]
        for start, end, pattern in self.found:  # by end: the hot loop, once for every word of every text
            while end > stop:
                sentence += 1
                stop = ends[sentence]
            masks[sentence] |= pattern_masks[pattern]
            if pattern in unsure and self.edges_hold(start, end, pattern):
                text = self.text_of(start)
                doubtful.setdefault(text, []).extend(
                    Hit(start, end, lexicon, word, disguise)
                    for lexicon, word, kind, disguise in self.lexemes.entries[pattern]
                    if kind not in (PLAIN, EXCEPT)
                )
        return doubtful

    @cached_property
    def patterns(self) -> Index:
        """Pattern of each raw match."""
        return np.array([pattern for _, _, pattern in self.found], dtype=np.int64)

    @cached_property
    def sentence_array(self) -> Index:
        """Sentence of each raw match."""
        ends = np.array([end for _, end, _ in self.found], dtype=np.int64)
        return np.searchsorted(self.batch.sentence_ends, ends, side="left").astype(np.int64)

    def text_of(self, offset: int) -> int:
        """The text that holds a folded offset."""
        return bisect_right(self.bounds, offset) - 1

    def raw(self, text: int) -> list[Found]:
        """The raw matches of one text."""
        return self.raw_between(self.bounds[text], self.bounds[text + 1])

    def hits(self, text: int) -> list[Hit]:
        """The words of one text, by start: made when first asked for."""
        if text not in self._hits:
            self._hits[text] = self._made(self.raw(text))
        return self._hits[text]

    def hits_among(self, text: int, lexicons: Collection[int], mask: int, span: tuple[int, int]) -> list[Hit]:
        """The words of one text within a span that belong to ``lexicons`` (``mask`` has their bits), by start."""
        start, end = span
        if text in self._hits:
            hits = self._hits[text]
            low, high = bisect_left(hits, start, key=_start), bisect_left(hits, end, key=_start)
            return [hit for hit in hits[low:high] if hit[2] in lexicons]
        masks, excepts = self.lexemes.pattern_masks, self.lexemes.excepts
        raw = self.raw_between(start, end)
        some = [match for match in raw if masks[match[2]] & mask or match[2] in excepts]
        return [hit for hit in self._made(some) if hit[2] in lexicons] if some else []

    def disguise_within(self, text: int, start: int, end: int) -> str | None:
        """How a word inside a span was hidden, if one was."""
        if text not in self.disguised:
            return None
        hits = self._hits[text]
        low, high = bisect_left(hits, start, key=_start), bisect_left(hits, end, key=_start)
        within = (hit for hit in hits[low:high] if hit.end <= end)
        return next((hit.disguise for hit in within if hit.disguise is not None), None)

    def raw_between(self, start: int, end: int) -> list[Found]:
        """The raw matches that end after ``start`` and not after ``end``."""
        low = bisect_right(self.found, start, key=_end)
        return self.found[low : bisect_right(self.found, end, key=_end)]

    def _made(self, raw: list[Found]) -> list[Hit]:
        hits: list[Hit] = []
        simple, entries, latin = self.lexemes.simple, self.lexemes.entries, self.lexemes.latin
        new = tuple.__new__  # three times faster than calling Hit, and the same tuple
        for start, end, pattern in raw:
            entry = simple[pattern]
            if entry is not None:
                hits.append(new(Hit, (start, end, entry[0], entry[1], None)))
            elif entries[pattern] and (not latin[pattern] or self.edges_hold(start, end, pattern)):
                for lexicon, word, kind, _ in entries[pattern]:
                    if kind == PLAIN:
                        hits.append(new(Hit, (start, end, lexicon, word, None)))
        if excepted := self.excepted(raw):
            hits = [hit for hit in hits if hit[2] not in excepted or not _covered(hit, excepted[hit[2]])]
        hits.sort()
        return hits

    def excepted(self, raw: Iterable[Found]) -> dict[int, list[tuple[int, int]]]:
        """By lexicon the ordinary strings inside which its words do not count."""
        excepts = self.lexemes.excepts
        spans: dict[int, list[tuple[int, int]]] = {}
        for start, end, pattern in raw:
            for lexicon in excepts.get(pattern, ()):
                spans.setdefault(lexicon, []).append((start, end))
        return spans

    def edges_hold(self, start: int, end: int, pattern: int) -> bool:
        """A latin word must not be a piece of a longer one."""
        text, edges = self.batch.folded.text, self.lexemes.latin[pattern]
        if edges & 1 and start and _letter(text[start - 1]):
            return False
        return not (edges & 2 and end < len(text) and _letter(text[end]))

    def _separated(self, doubtful: dict[int, list[Hit]]) -> None:
        """Two-character names whose characters were pulled apart (根*治): only where a sign stands between."""
        squeezed, folded, keys = self.batch.squeezed, self.batch.folded, self.lexemes.pair_keys
        if len(squeezed.array) < 2 or not len(keys):
            return
        at = np.flatnonzero(np.diff(squeezed.origin) > 1)
        pairs = squeezed.array[at].astype(np.uint64) << np.uint64(32) | squeezed.array[at + 1].astype(np.uint64)
        known = keys[np.minimum(np.searchsorted(keys, pairs), len(keys) - 1)] == pairs
        for index, key in zip(at[known].tolist(), pairs[known].tolist(), strict=True):
            start = int(np.searchsorted(folded.origin, squeezed.origin[index]))
            end = int(np.searchsorted(folded.origin, squeezed.origin[index + 1])) + 1
            between = folded.text[start + 1 : end - 1]
            # A space or comma parts ordinary words; one or two odd signs inside a name are there to hide it.
            if 0 < len(between) <= 2 and not any(char in " ,、:/-~\n()" for char in between):
                hidden = [Hit(start, end, lexicon, word, how) for lexicon, word, _, how in self.lexemes.pairs[key]]
                doubtful.setdefault(self.text_of(start), []).extend(hidden)

    def _sounded(self, doubtful: dict[int, list[Hit]]) -> None:
        """Names of three characters and more by their sound, through separators, repetition and pinyin."""
        view, index = self.batch.sounded
        squeezed, folded, words = self.batch.squeezed, self.batch.folded, self.lexemes.words
        for start, end, pattern in self.lexemes.sounded.find_overlapping(view.text):
            low = int(np.searchsorted(folded.origin, view.origin[start]))
            high = int(np.searchsorted(folded.origin, view.ends[end - 1]))
            seen = folded.text[low:high]
            last = int(index[end]) if end < len(index) else len(squeezed.array)
            read = squeezed.text[int(index[start]) : last]
            for lexicon, word, _, _ in self.lexemes.sound_entries[pattern]:
                if (disguise := disguise_of(words[word], read, seen)) is not None:
                    hit = Hit(low, high, lexicon, word, disguise)
                    doubtful.setdefault(self.text_of(low), []).append(hit)

    def _believe(self, text: int, candidates: list[Hit]) -> None:
        """Add the disguised readings that the words around them bear out.

        A name pulled apart, split or mixed with pinyin is deliberate by itself; a sound-alike, slang or a
        changed character may be chance, and counts only near a word of the field or two words of trade.
        """
        plain = self.hits(text)
        longest = max((hit.end - hit.start for hit in plain), default=0)
        excepted = self.excepted(self.raw(text))
        believed = []
        for hit in candidates:
            size = hit.end - hit.start
            if _covered(hit, excepted.get(hit.lexicon, ())):
                continue
            # Only what stands near: a long text with many doubtful words stays linear.
            low = bisect_left(plain, hit.start - NEAR - longest, key=_start)
            around = plain[low : bisect_left(plain, hit.end + NEAR, key=_start)]
            if any(p.start < hit.end and hit.start < p.end and p.end - p.start >= size for p in around):
                continue  # those characters already are an ordinary known word
            sure = hit.disguise in DELIBERATE and len(self.lexemes.words[hit.word]) >= MIN_SURE
            if sure or self._borne_out(around, hit):
                believed.append(hit)
                self.masks[bisect_right(self.sentence_ends, hit.start)] |= 1 << hit.lexicon
        if believed:
            self.disguised.add(text)
            self._hits[text] = sorted(plain + believed)

    def _borne_out(self, plain: list[Hit], hit: Hit) -> bool:
        trade: set[str] = set()
        for other in plain:
            if other.start < hit.end and hit.start < other.end:
                continue
            if other.start - NEAR >= hit.end or hit.start >= other.end + NEAR:
                continue
            if self.lexemes.is_context[other.lexicon]:
                return True
            if self.lexemes.is_trade[other.lexicon]:
                trade.add(self.lexemes.words[other.word])
        return len(trade) >= 2


def scan(lexemes: Lexemes, texts: Sequence[str], disguises: bool = True) -> Scan:
    """All words of a batch. ``disguises=False`` reads words only as they are written."""
    return Scan(lexemes, texts, disguises)


def _covered(hit: Hit, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether one of these spans, sorted by end, holds a hit."""
    for at in range(bisect_left(spans, hit[1], key=_end), len(spans)):
        start, end = spans[at]
        if start <= hit[0]:
            return True
        if end > hit[1] + LONGEST_EXCEPTION:
            break
    return False


def _letter(char: str) -> bool:
    return "a" <= char <= "z"
