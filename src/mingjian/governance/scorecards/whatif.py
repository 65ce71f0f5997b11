"""What other weights would change, before they go live: the same actors scored on two cards as of the same day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mingjian.governance.scorecards.counting import band_names, count, population
from mingjian.governance.scorecards.engine import Ints
from mingjian.governance.scorecards.model import MICRO, Scorecard
from mingjian.governance.scorecards.picking import picked
from mingjian.records.storage.database import Tx

STRETCH = 20_000
MOST_SHOWN = 20
_SLICES = 20
Mover = tuple[str, int, int, str | None, str | None]
"""Actor, points before and after, band before and after."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The comparison. ``before`` and ``after`` count actors by slice of the score (``edges``: the lower ends in
    points); ``migration`` counts (band before, band after), "" for undetermined; ``worse`` and ``better`` are those
    who moved most. ``seen`` of ``of`` actors were looked at."""

    card: str
    digest: str
    against: str
    day: int
    of: int
    seen: int
    moved: int
    edges: tuple[float, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]
    migration: tuple[tuple[str, str, int], ...]
    worse: tuple[Mover, ...]
    better: tuple[Mover, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, body: bytes) -> WhatIf:
        """From what ``to_json`` gave."""
        data: Mapping[str, Any] = json.loads(body)
        plain = {name: data[name] for name in ("card", "digest", "against", "day", "of", "seen", "moved")}
        lists = {name: tuple(data[name]) for name in ("edges", "before", "after")}
        rows = {name: tuple(tuple(row) for row in data[name]) for name in ("migration", "worse", "better")}
        return cls(**plain, **lists, **rows)  # type: ignore[arg-type]


def compare(
    tx: Tx, card: Scorecard, against: Scorecard | None, day: int, *, digest: str = "", limit: int | None = None
) -> WhatIf:
    """Score everybody (or a sample of ``limit``, always the same) on a card and on the one it would replace."""
    everybody = population(tx, card, day)
    chosen = picked(everybody, limit)
    old: list[Ints] = []
    new: list[Ints] = []
    old_bands: list[str | None] = []
    new_bands: list[str | None] = []
    for first in range(0, len(chosen), STRETCH):
        some = chosen[first : first + STRETCH]
        after = count(tx, card, some, day)
        new.append(after.points)
        new_bands += [band_names(card)[at] for at in after.bands.tolist()]
        if against is not None:
            before = count(tx, against, some, day)
            old.append(before.points)
            old_bands += [band_names(against)[at] for at in before.bands.tolist()]
    now, was = _whole(new), _whole(old)
    pairs: dict[tuple[str, str], int] = {}
    for one, other in zip(old_bands, new_bands, strict=False):
        pairs[one or "", other or ""] = pairs.get((one or "", other or ""), 0) + 1
    edges = _edges(card)
    worse, better = _movers(card, chosen, was, now, old_bands, new_bands)
    return WhatIf(
        card=card.id, digest=digest, against=against.id if against is not None else "", day=day, of=len(everybody),
        seen=len(chosen), moved=sum(many for (one, other), many in pairs.items() if one != other),
        edges=tuple(edge / MICRO for edge in edges), before=_counted(was, edges), after=_counted(now, edges),
        migration=tuple((one, other, many) for (one, other), many in sorted(pairs.items())),
        worse=worse, better=better,
    )  # fmt: skip


def _edges(card: Scorecard) -> list[int]:
    step = (card.high - card.low) // _SLICES
    return [card.low + step * number for number in range(_SLICES)]


def _whole(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _counted(points: Ints, edges: Sequence[int]) -> tuple[int, ...]:
    at = np.clip(np.searchsorted(np.array(edges, np.int64), points, side="right") - 1, 0, len(edges) - 1)
    return tuple(np.bincount(at, minlength=len(edges)).tolist())


def _movers(
    card: Scorecard, actors: Sequence[str], was: Ints, now: Ints, old: Sequence[str | None], new: Sequence[str | None]
) -> tuple[tuple[Mover, ...], tuple[Mover, ...]]:
    """Who moves furthest, by the card's own sense of better: only those whose band changes come first."""
    if not len(was):
        return (), ()
    change = (now - was) * (1 if card.good == "low" else -1)  # above 0: worse
    order = np.argsort(-change, kind="stable")

    def listed(places: Sequence[int]) -> tuple[Mover, ...]:
        return tuple((actors[at], int(was[at]), int(now[at]), old[at], new[at]) for at in places)

    worse = [at for at in order.tolist()[: MOST_SHOWN * 5] if change[at] > 0]
    better = [at for at in order[::-1].tolist()[: MOST_SHOWN * 5] if change[at] < 0]
    by_band = [sorted(some, key=lambda at: (old[at] == new[at], -abs(int(change[at])), actors[at]))
               for some in (worse, better)]  # fmt: skip
    return listed(by_band[0][:MOST_SHOWN]), listed(by_band[1][:MOST_SHOWN])
