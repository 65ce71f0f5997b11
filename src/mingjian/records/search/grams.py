"""Words as the index keeps them. Chinese is cut into overlapping pairs (玻尿酸 → 玻尿, 尿酸), so that every run of two
or more characters is a phrase of neighbouring pairs; Latin words and numbers stay whole. Before cutting, the text is
folded as the rules read it: width, case, traditional characters and look-alikes make no difference."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mingjian.core.text.prints import marks_of, text_prints
from mingjian.core.text.views import SEPARATOR, Batch
from mingjian.records.errors import Invalid

_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_CJK}]+|[a-z0-9_]+")
_LATIN = re.compile("[a-z0-9_]")
_PREFIX = 3  # a Latin word of so many letters is found by its beginning
_SKETCH = 8  # the least marks of a text: two texts that share most of their words share some of these
MOST_WORDS = 16
# PostgreSQL keeps at most a megabyte for one item and two kilobytes for one token; both stores index the same.
MOST_GRAMS = 40_000
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand one behind the other; ``open``: the last is the beginning of a token."""

    tokens: tuple[str, ...]
    open: bool = False


def grams(text: str) -> list[str]:
    """The tokens of a folded text, in order; what is behind MOST_GRAMS is left out."""
    found: list[str] = []
    for match in _RUN.finditer(text):
        run = match.group()
        if len(run) == 1 or _LATIN.match(run):
            found.append(run[:_LONGEST])
        else:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
        if len(found) > MOST_GRAMS:
            return found[:MOST_GRAMS]
    return found


def grams_of(texts: Sequence[str]) -> list[list[str]]:
    """The tokens of many texts."""
    folded = Batch([text.replace(SEPARATOR, " ") for text in texts]).folded.text
    return [grams(one) for one in folded.split(SEPARATOR)[: len(texts)]]


def phrases(query: str) -> tuple[Phrase, ...]:
    """What somebody asks for: words between blanks, each a phrase. Invalid when nothing can be looked for."""
    asked: list[Phrase] = []
    for word in fold(query).split():
        runs = [match.group() for match in _RUN.finditer(word)]
        if not runs:
            continue
        last = runs[-1]
        latin = bool(_LATIN.match(last))
        if len(runs) == 1 and len(last) == 1 and not latin:
            raise Invalid(f"“{word}”只有一个字,请至少输入两个字。", field="q")
        if len(runs) > 1 and len(runs[0]) == 1 and not _LATIN.match(runs[0]):
            del runs[0]  # in a text it is the end of a pair, which cannot be asked for
        asked.append(Phrase(tuple(grams(" ".join(runs))), len(last) >= _PREFIX if latin else len(last) == 1))
    if query.strip() and not asked:
        raise Invalid("请输入要搜索的文字或数字。", field="q")
    if len(asked) > MOST_WORDS:
        raise Invalid(f"一次最多搜索 {MOST_WORDS} 个词。", field="q")
    return tuple(dict.fromkeys(asked))


def fold(text: str) -> str:
    """A text as it is compared."""
    return Batch([text.replace(SEPARATOR, " ")]).folded.text.rstrip(SEPARATOR)


def facet(name: str, value: str) -> str:
    """A token for a property of the item: hashed, so that it is one token whatever it holds."""
    return f"@{name}{hashlib.sha256(value.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What near copies share: ``digest`` of the words as they read ("" where there are none) and all their marks."""

    digest: str
    marks: frozenset[int]

    def share(self, other: Likeness) -> float:
        """The part of both texts' marks that they have in common, 0..1; 1 for words that read the same."""
        if self.digest and self.digest == other.digest:
            return 1.0
        both = self.marks | other.marks
        return len(self.marks & other.marks) / len(both) if both else 0.0

    def tokens(self) -> list[str]:
        """Tokens of the index: one for the very same words, and the least of the marks."""
        if not self.digest:
            return []
        return [f"@x{self.digest[:16]}", *(f"@m{mark:016x}" for mark in sorted(self.marks)[:_SKETCH])]


def likeness(texts: Iterable[str]) -> Likeness:
    """Of the texts of an item, one after the other."""
    found = {each.kind: each.value for each in text_prints(texts)}
    return Likeness(found.get("text_sha256", ""), marks_of(found.get("text", "")))
