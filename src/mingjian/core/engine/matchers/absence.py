"""absence: something is said, and what the law wants said with it is nowhere in the item."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.core.engine.matchers.base import Match, Matcher, WordSet
from mingjian.core.engine.matchers.pattern import compiled
from mingjian.core.engine.passage import Document, Passage


@dataclass(frozen=True, slots=True)
class AbsenceMatcher:
    """Matches what ``when`` matches, unless ``words`` or ``regex`` is found anywhere in the part; the engine
    asks ``present`` of the item's other parts."""

    when: Matcher
    words: WordSet | None
    regex: str | None
    masks: tuple[int, ...]

    def find(self, passage: Passage) -> list[Match]:
        return [] if self.present(passage.document) else self.when.find(passage)[:1]

    def present(self, document: Document) -> bool:
        """Whether a part says what should be said."""
        if self.words is not None and document.of(self.words):
            return True
        if self.regex is None:
            return False
        return compiled(self.regex).search(document.text, document.start, document.end) is not None
