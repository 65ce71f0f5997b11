"""A passage: one sentence of one text with the known words in it, as matchers and silencers see it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from mingjian.core.engine.scan import Hit, Scan

Span = tuple[int, int]
CLAUSE_BREAKS = ",;。!?\n\x1e"


class WordMask(Protocol):
    """A set of lexicons, and the same as bits."""

    @property
    def lexicons(self) -> frozenset[int]: ...

    @property
    def mask(self) -> int: ...


class Document:
    """One part of an item within a scan. Its words are made into hits only when a rule or silencer asks."""

    __slots__ = ("day", "end", "first", "index", "mask", "masks", "scan", "start", "text")

    def __init__(self, scan: Scan, index: int) -> None:
        self.day: date | None = None  # the day whose law binds, once the engine knows it
        self.scan = scan
        self.index = index
        self.text = scan.batch.folded.text
        self.start, self.end = scan.bounds[index], scan.bounds[index + 1]
        self.first = scan.first_sentence[index]
        self.masks = scan.masks[self.first : scan.first_sentence[index + 1]]
        self.mask = 0
        for mask in self.masks:
            self.mask |= mask

    def meeting(self, wanted: int) -> Iterator[Passage]:
        """The sentences that hold a word of a lexicon in ``wanted`` (bits)."""
        if self.mask & wanted:
            for offset, mask in enumerate(self.masks):
                if mask & wanted:
                    yield self.passage(offset)

    def passage(self, offset: int) -> Passage:
        """The sentence of a number, counted from 0 within the part."""
        ends, number = self.scan.sentence_ends, self.first + offset
        return Passage(self, ends[number - 1] if offset else self.start, ends[number], self.masks[offset])

    def passage_at(self, place: int) -> Passage:
        """The sentence that holds a folded offset."""
        number = bisect_right(self.scan.sentence_ends, place)
        return self.passage(min(number - self.first, len(self.masks) - 1))

    @property
    def hits(self) -> list[Hit]:
        """Every known word, by start."""
        return self.scan.hits(self.index)

    def of(self, words: WordMask) -> list[Hit]:
        """Every word of these lexicons in the part, by start."""
        if not self.mask & words.mask:
            return []
        return self.scan.hits_among(self.index, words.lexicons, words.mask, (self.start, self.end))


class Passage:
    """One sentence. ``mask`` has bit i set where a word of lexicon i, or a rule's anchor, may be in it."""

    __slots__ = ("_groups", "_text", "document", "end", "mask", "start")

    def __init__(self, document: Document, start: int, end: int, mask: int) -> None:
        self.document = document
        self.start = start
        self.end = end
        self.mask = mask
        self._groups: dict[int, list[Hit]] | None = None
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The folded sentence."""
        if self._text is None:
            self._text = self.document.text[self.start : self.end]
        return self._text

    def of(self, words: WordMask) -> list[Hit]:
        """Hits of these lexicons, longest where they overlap, by start."""
        if self._groups is None:
            self._groups = {}
        found = self._groups.get(words.mask)
        if found is None:
            span = (self.start, self.end)
            found = longest(self.document.scan.hits_among(self.document.index, words.lexicons, words.mask, span))
            self._groups[words.mask] = found
        return found

    def disguise(self, start: int, end: int) -> str | None:
        """How a word inside a span of the sentence was hidden, if one was."""
        return self.document.scan.disguise_within(self.document.index, start, end)

    def clause(self, start: int, end: int) -> Span:
        """The clause around a span: up to the nearest comma or stop on both sides."""
        text = self.document.text
        while start > self.start and text[start - 1] not in CLAUSE_BREAKS:
            start -= 1
        while end < self.end and text[end] not in CLAUSE_BREAKS:
            end += 1
        return start, end


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Hits of one class without overlap: what lies inside a longer one goes, what overlaps in part is joined
    (承诺无效 and 无效退款 are one 承诺无效退款)."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start, -h.end)):
        if kept and hit.start < kept[-1].end:
            if hit.end > kept[-1].end:
                kept[-1] = kept[-1]._replace(end=hit.end)
            continue
        kept.append(hit)
    return kept
