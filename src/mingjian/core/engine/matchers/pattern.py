"""pattern: a bounded regular expression over one folded sentence, tried only where an anchor stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from mingjian.core.engine.matchers.base import Match, WordSet
from mingjian.core.engine.passage import Passage


@cache
def compiled(regex: str) -> re.Pattern[str]:
    """Compiled on first use: a cold start needs few of them."""
    return re.compile(regex)


@dataclass(frozen=True, slots=True)
class PatternMatcher:
    """Matches ``regex``; a group named m, if there is one, is the span."""

    regex: str
    without: WordSet | None
    masks: tuple[int, ...]

    def find(self, passage: Passage) -> list[Match]:
        pattern = compiled(self.regex)
        # The mark between two parts is not written text: a tail must not reach it.
        sentence = passage.text.rstrip("\x1e\n")
        found = pattern.search(sentence)
        if found is None:
            return []
        group = "m" if "m" in pattern.groupindex else 0
        matches = []
        while found is not None:
            start, end = found.span(group)
            if start < end:
                low, high = passage.start + start, passage.start + end
                match = Match(low, high, passage.disguise(low, high))
                if self.without is None or not self.without.near(passage, match.start, match.end):
                    matches.append(match)
            found = pattern.search(sentence, max(found.end(), found.start() + 1))
        return matches
