"""term: a word of a class, perhaps near one class and away from another."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.core.engine.matchers.base import Match, WordSet
from mingjian.core.engine.passage import Passage


@dataclass(frozen=True, slots=True)
class TermMatcher:
    """Matches each hit of ``words``."""

    words: WordSet
    near: WordSet | None
    without: WordSet | None
    masks: tuple[int, ...]

    def find(self, passage: Passage) -> list[Match]:
        return [
            Match(hit.start, hit.end, hit.disguise)
            for hit in passage.of(self.words)
            if (self.near is None or self.near.near(passage, hit.start, hit.end))
            and (self.without is None or not self.without.near(passage, hit.start, hit.end))
        ]
