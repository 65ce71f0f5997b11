"""A passage: one sentence of one text with the known words in it, as matchers and silencers see it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from mingjian.core.engine.scan import Anchor, Hit

Span = tuple[int, int]
CLAUSE_BREAKS = ",;。!?\n\x1e"


class Document:
    """One part of an item within a scanned batch: its sentences and hits, cut up on demand."""

    __slots__ = ("end", "hits", "index", "mask", "passages", "start", "text")

    def __init__(
        self,
        index: int,
        text: str,
        bounds: Span,
        hits: Sequence[Hit],
        anchors: Sequence[Anchor],
        sentence_ends: Sequence[int],
    ) -> None:
        self.index = index
        self.text = text
        self.start, self.end = bounds
        self.hits = hits
        masks = [0] * len(sentence_ends)
        firsts = [0] * (len(sentence_ends) + 1)
        sentence, stop = 0, sentence_ends[0] if sentence_ends else self.end
        for position, hit in enumerate(hits):
            while hit[0] >= stop:
                sentence += 1
                firsts[sentence] = position
                stop = sentence_ends[sentence]
            masks[sentence] |= 1 << hit[2]
        for number in range(sentence + 1, len(firsts)):
            firsts[number] = len(hits)
        for place, bits in anchors:
            masks[bisect_right(sentence_ends, place)] |= bits
        self.passages = [
            Passage(
                self, sentence_ends[number - 1] if number else self.start, sentence_ends[number],
                hits[firsts[number] : firsts[number + 1]], mask,
            )
            for number, mask in enumerate(masks)
            if mask
        ]  # fmt: skip
        total = 0
        for mask in masks:
            total |= mask
        self.mask = total

    def passage_at(self, offset: int) -> Passage | None:
        """The passage with hits that holds a folded offset."""
        return next((p for p in self.passages if p.start <= offset < p.end), None)


class Passage:
    """One sentence. ``mask`` has bit i set when a word of lexicon i is in it."""

    __slots__ = ("_groups", "_text", "document", "end", "hits", "mask", "start")

    def __init__(self, document: Document, start: int, end: int, hits: Sequence[Hit], mask: int) -> None:
        self.document = document
        self.start = start
        self.end = end
        self.hits = hits
        self.mask = mask
        self._groups: dict[frozenset[int], list[Hit]] | None = None
        self._text: str | None = None

    @property
    def text(self) -> str:
        """The folded sentence."""
        if self._text is None:
            self._text = self.document.text[self.start : self.end]
        return self._text

    def of(self, lexicons: frozenset[int]) -> list[Hit]:
        """Hits of these lexicons, longest where they overlap, by start."""
        if self._groups is None:
            self._groups = {}
        found = self._groups.get(lexicons)
        if found is None:
            found = longest(hit for hit in self.hits if hit.lexicon in lexicons)
            self._groups[lexicons] = found
        return found

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
