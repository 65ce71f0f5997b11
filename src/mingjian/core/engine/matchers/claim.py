"""claim: words of several classes standing together, in a given order or in any."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from mingjian.core.engine.matchers.base import Match, WordSet
from mingjian.core.engine.passage import Passage
from mingjian.core.text.numbers import extract


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in a claim: words of some lexicons, or what an extractor finds."""

    words: WordSet | None
    extractor: str | None
    optional: bool

    def places(self, passage: Passage) -> list[Match]:
        if self.extractor is not None:
            return [Match(*span) for span in extract(self.extractor, passage.document.text, passage.start, passage.end)]
        assert self.words is not None
        return [Match(hit.start, hit.end, hit.disguise) for hit in passage.of(self.words)]


@dataclass(frozen=True, slots=True)
class ClaimMatcher:
    """Joins one place of every slot, neighbours at most ``gap`` characters apart.

    At most four required slots, so "any" order tries at most 24 sequences; each is a greedy walk.
    """

    slots: tuple[Slot, ...]
    ordered: bool
    gap: int
    clause: bool
    without: WordSet | None
    masks: tuple[int, ...]

    def find(self, passage: Passage) -> list[Match]:
        required = [slot.places(passage) for slot in self.slots if not slot.optional]
        if not all(required):
            return []
        orders = [required] if self.ordered else list(permutations(required))
        found = [match for order in orders for match in self._walk(order)]
        found = [self._widen(match, passage) for match in found if self._allowed(match, passage)]
        found.sort(key=lambda m: (m.start, m.end))
        kept: list[Match] = []
        for match in found:  # the shortest join that starts first
            if not kept or match.start >= kept[-1].end:
                kept.append(match)
        return kept

    def _walk(self, order: list[list[Match]] | tuple[list[Match], ...]) -> list[Match]:
        matches = []
        for first in order[0]:
            end, disguise = first.end, first.disguise
            for places in order[1:]:
                following = next((p for p in places if p.start >= end), None)
                if following is None or following.start - end > self.gap:
                    break
                end, disguise = following.end, disguise or following.disguise
            else:
                matches.append(Match(first.start, end, disguise))
        return matches

    def _allowed(self, match: Match, passage: Passage) -> bool:
        if self.clause and any(char in ",;" for char in passage.document.text[match.start : match.end]):
            return False
        return self.without is None or not self.without.near(passage, match.start, match.end)

    def _widen(self, match: Match, passage: Passage) -> Match:
        for slot in self.slots:
            if not slot.optional:
                continue
            for place in slot.places(passage):
                if place.end <= match.start and match.start - place.end <= self.gap:
                    match = Match(place.start, match.end, match.disguise)
                elif place.start >= match.end and place.start - match.end <= self.gap:
                    match = Match(match.start, place.end, match.disguise)
        return match
