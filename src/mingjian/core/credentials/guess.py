"""Which kind of number this is, where nobody said, and how a number may be shown."""

from __future__ import annotations

from datetime import date

from mingjian.core.credentials.kinds import UnknownKind, kinds, number_kinds
from mingjian.core.credentials.model import Check
from mingjian.core.credentials.normal import clean
from mingjian.core.credentials.verify import verify

LEAST_HIDDEN = 6  # a text with fewer characters than are shown is hidden whole


def guess(number: str, as_of: date) -> Check | None:
    """The check of the kind whose form fits best: one that holds before one that is doubted before one that fails.
    Where no form fits, that of the kind whose words stand in the text; None when there are none."""
    best: Check | None = None
    text, _ = clean(number)
    for kind in kinds().values():
        check = verify(kind.name, number, as_of)
        meant = "form" in check.facts or any(word in text for word in kind.anchors)
        if meant and (best is None or _rank(check) < _rank(best)):
            best = check
    return best


def _rank(check: Check) -> int:
    return {True: 0, None: 1, False: 2}[check.ok] if "form" in check.facts else 3


def masked(kind: str, number: str) -> str:
    """The number as it may be shown: those that are, or hold, an identity number keep only their ends."""
    try:
        personal = any(each.personal for each in number_kinds(kind))
    except UnknownKind:
        personal = False
    if not personal:
        return number
    shown = 9 if len(number) >= 24 else 3  # year, province, level and category of a physician's are not personal
    if len(number) < shown + 2 + LEAST_HIDDEN:
        return "*" * len(number)
    return number[:shown] + "*" * (len(number) - shown - 2) + number[-2:]
