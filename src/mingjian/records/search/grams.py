"""Words as the index keeps them. Chinese is cut into overlapping pairs (玻尿酸 → 玻尿, 尿酸), so that every run of two
or more characters is a phrase of neighbouring pairs; Latin words and numbers stay whole. Before cutting, the text is
folded as the rules read it: width, case, traditional characters and look-alikes make no difference."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mingjian.core.text.prints import marks, plain
from mingjian.core.text.views import SEPARATOR, Batch
from mingjian.records.errors import Invalid

_CJK = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(f"[{_CJK}]+|[a-z0-9_]+")
_LATIN = re.compile("[a-z0-9_]")
_PREFIX = 3  # a Latin word of so many letters is found by its beginning
_SKETCH = 8  # the least marks of a text: two texts that share most of their words share some of these
MOST_WORDS = 16
PREFIX = "*"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand one behind the other; ``open``: the last is the beginning of a token."""

    tokens: tuple[str, ...]
    open: bool = False


def grams(text: str) -> list[str]:
    """The tokens of a folded text, in order."""
    found: list[str] = []
    for match in _RUN.finditer(text):
        run = match.group()
        if len(run) == 1 or _LATIN.match(run):
            found.append(run)
        else:
            found += [run[at : at + 2] for at in range(len(run) - 1)]
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
        # A single character before others stands at the end of a pair in the text, so it cannot be asked for.
        tokens = grams(" ".join(runs[1:] if len(runs) > 1 and len(runs[0]) == 1 and not _LATIN.match(runs[0]) else runs))
        asked.append(Phrase(tuple(tokens), len(last) >= _PREFIX if latin else len(last) == 1))
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


def sketch(texts: Iterable[str]) -> list[str]:
    """Tokens that near copies share: one for the very same words, and the least of the text's marks."""
    whole = "\n".join(texts)
    kept = plain(whole)
    if not kept:
        return []
    return [facet("x", kept), *(f"@m{mark:016x}" for mark in marks(whole)[:_SKETCH])]
