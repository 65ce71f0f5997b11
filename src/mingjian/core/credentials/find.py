"""Numbers in a text."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from mingjian.core.credentials.kinds import kinds

NEAR = 24  # characters before a bare run of digits within which its name stands


def find_numbers(text: str, wanted: Collection[str] = ()) -> list[tuple[int, int, str]]:
    """Where numbers stand in a text: start, end, kind; by start, without overlap (the longest is taken).

    A number that is only digits and letters is taken for one only where a word of its kind stands shortly before it.
    ``wanted`` limits the kinds. Identity numbers are not looked for: that is the business of privacy.
    """
    found: list[tuple[int, int, str]] = []
    for kind, near, pattern in _patterns():
        if wanted and kind not in wanted:
            continue
        for match in pattern.finditer(text):
            if near is None or near.search(text, max(0, match.start() - NEAR), match.start()):
                found.append((match.start(), match.start() + len(match.group().rstrip()), kind))
    found.sort(key=lambda each: (each[0], -each[1]))
    kept: list[tuple[int, int, str]] = []
    for each in found:
        if not kept or each[0] >= kept[-1][1]:
            kept.append(each)
    return kept


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str] | None, re.Pattern[str]], ...]:
    made = []
    for kind in kinds().values():
        near = re.compile("|".join(map(re.escape, kind.near))) if kind.near else None
        made += [(kind.name, near, re.compile(_loose(regex))) for regex in kind.find]
    return tuple(made)


def _loose(regex: str) -> str:
    """Brackets in every shape they are written in, and full-width signs."""
    return (
        regex.replace("[〔(]", "[〔(\\[【〖（]").replace("[〕)]", "[〕)\\]】〗）]").replace("\\(", "[(（]")
        .replace("\\)", "[)）]").replace(" ?- ?", " ?[-－—–] ?")
    )  # fmt: skip
