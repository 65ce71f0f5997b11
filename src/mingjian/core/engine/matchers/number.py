"""number: a licence, approval or review number in the text that cannot be one, or whose term is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mingjian.core.credentials.find import find_numbers
from mingjian.core.credentials.verify import verify
from mingjian.core.engine.matchers.base import Match, WordSet
from mingjian.core.engine.matchers.pattern import PatternMatcher
from mingjian.core.engine.passage import Passage

WRONG = {
    "malformed": frozenset(("form", "digit", "region", "date", "code", "sense")),
    "expired": frozenset(("expired",)),
}


@dataclass(frozen=True, slots=True)
class NumberMatcher:
    """Matches numbers of some kinds that offline verification finds ``wrong`` as of the item's day; the reason goes
    with the match. With ``instead`` it matches that pattern where no number stands (a mere placeholder)."""

    kinds: frozenset[str]
    wrong: frozenset[str]
    instead: PatternMatcher | None
    without: WordSet | None
    masks: tuple[int, ...]

    def find(self, passage: Passage) -> list[Match]:
        found = find_numbers(passage.text, self.kinds)
        if self.instead is not None:
            taken = [(passage.start + start, passage.start + end) for start, end, _ in found]
            return [m for m in self.instead.find(passage) if not any(m.start < e and s < m.end for s, e in taken)]
        day = passage.document.day
        if not found or day is None:  # whether a term is over is asked of a day
            return []
        return list(self._wrong(passage, found, day))

    def _wrong(self, passage: Passage, found: list[tuple[int, int, str]], day: date) -> Iterator[Match]:
        for start, end, kind in found:
            check = verify(kind, passage.text[start:end], day)
            low, high = passage.start + start, passage.start + end
            if check.ok is not False or check.code not in self.wrong:
                continue
            if self.without is None or not self.without.near(passage, low, high):
                yield Match(low, high, None, check.reasons[0])
