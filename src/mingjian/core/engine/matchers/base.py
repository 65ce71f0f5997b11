"""What every matcher offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from mingjian.core.engine.passage import Passage
from mingjian.core.engine.scan import Hit


class Match(NamedTuple):
    """A place where a rule's words stand, in folded offsets. ``reason``: why, where the matcher has worked it out."""

    start: int
    end: int
    disguise: str | None = None
    reason: str = ""


class Matcher(Protocol):
    """``masks``: a passage can match only if its mask meets every one of these."""

    @property
    def masks(self) -> tuple[int, ...]: ...

    def find(self, passage: Passage) -> list[Match]:
        """Matches in one passage, by start."""


@dataclass(frozen=True, slots=True)
class WordSet:
    """A set of lexicons (a rule's own words are a nameless lexicon), and how near they must stand.

    ``within``: sentence, clause, item, or a number of characters.
    """

    lexicons: frozenset[int]
    within: str | int = "sentence"
    mask: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mask", sum(1 << lexicon for lexicon in self.lexicons))

    def near(self, passage: Passage, start: int, end: int) -> bool:
        """Whether a word of the set stands near a span (words inside the span itself do not count)."""
        if self.within == "item":
            return any(_apart(hit, start, end) for hit in passage.document.of(self))
        if not self.mask & passage.mask:
            return False
        low, high = passage.start, passage.end
        if self.within == "clause":
            low, high = passage.clause(start, end)
        elif isinstance(self.within, int):
            low, high = start - self.within, end + self.within
        return any(
            hit.start >= low and hit.end <= high and _apart(hit, start, end) for hit in passage.of(self)
        )


def _apart(hit: Hit, start: int, end: int) -> bool:
    return hit.end <= start or hit.start >= end
