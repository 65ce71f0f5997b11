"""A row of a sweep as people are to see it: the item's words, and what was found in it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.governance.screening.service import Judge
from mingjian.governance.sweeps.judging import read_items
from mingjian.governance.sweeps.plan import Plan
from mingjian.governance.sweeps.sources import open_source
from mingjian.records.errors import DeskError
from mingjian.records.sweeps.model import Piece

Place = tuple[int, int]
"""(piece's place, row)."""


def items_at(frozen: Plan, pieces: Mapping[int, Piece], rows: Iterable[Place]) -> dict[Place, Item]:
    """The items of these rows, as far as the source still has them."""
    wanted: dict[int, set[int]] = {}
    for place, row in rows:
        wanted.setdefault(place, set()).add(row)
    found: dict[Place, Item] = {}
    try:
        source = open_source(frozen.source)
        for place, some in wanted.items():
            given, _ = read_items(source.read(pieces[place]))
            found |= {(place, row): item for row, item in given if row in some}
    except DeskError:  # the source is elsewhere now: what was counted stands, the words cannot be shown
        return found
    return found


def verdicts_of(frozen: Plan, judge: Judge, items: Mapping[Place, Item]) -> dict[Place, Verdict]:
    """Their verdicts, where this program's rulebook is the plan's."""
    if judge.rulebook != frozen.rulebook:
        return {}
    found: list[Any] = judge.check(list(items.values()), Options(as_of=frozen.day))
    return dict(zip(items, found, strict=True))
