"""absence: something is said, and what the law wants said with it is nowhere in the item."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.core.engine.matchers.base import Match, Matcher, WordSet
from mingjian.core.engine.matchers.pattern import compiled
from mingjian.core.engine.passage import Passage


@dataclass(frozen=True, slots=True)
class AbsenceMatcher:
    """Matches what ``when`` matches, unless ``words`` or ``regex`` is found anywhere in the part."""

    when: Matcher
    words: WordSet | None
    regex: str | None
    masks: tuple[int, ...]

    def find(self, passage: Passage) -> list[Match]:
        document = passage.document
        if self.words is not None and document.of(self.words):
            return []
        if self.regex is not None and compiled(self.regex).search(document.text, document.start, document.end):
            return []
        return self.when.find(passage)[:1]
