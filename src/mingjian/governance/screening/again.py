"""Judging stored items once more, with what is known today, and keeping nothing: that is the caller's affair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.core.model import Item, Verdict
from mingjian.governance.screening.service import Screening
from mingjian.records.items.model import Stored


@dataclass(frozen=True, slots=True)
class Again:
    """An item with the verdict it would be given now; without one, ``why`` says what is in the way (its words were
    deleted, it cannot be read)."""

    stored: Stored
    item: Item | None
    verdict: Verdict | None
    why: str = ""


def judged_again(screening: Screening, stored: Sequence[Stored]) -> list[Again]:
    """Read and judge as for the first time, media and the registry's facts included; in the order given."""
    if not stored:
        return []
    with screening.database.read() as tx:
        waiting = screening._opened(tx, stored)
    return [
        Again(answer.stored, getattr(answer, "item", None), getattr(answer, "verdict", None),
              getattr(answer, "reason", ""))
        for answer in screening._judge_waiting(waiting)
    ]  # fmt: skip
