"""Values → points, ranks and the list, exactly. The engine of scorecards does the sums; ties are broken by the rules
of the ranking, and what is still equal shares a rank (1, 2, 2, 4)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.governance.ranking.model import FIELDS, Ranking
from mingjian.governance.scorecards.engine import MISSING, Ints, score_columns
from mingjian.governance.scorecards.model import MICRO


@dataclass(frozen=True, slots=True)
class Computed:
    """Arrays with one entry an entrant, in the order given. ``parts`` is dimensions × entrants, ``field`` points by
    field; all points in millionths."""

    points: Ints
    parts: Ints
    field: Mapping[str, Ints]
    missing: NDArray[np.int64]
    ranks: NDArray[np.int64]
    listed: NDArray[np.bool_]


def compute(ranking: Ranking, columns: Mapping[str, Ints], rows: int, most: int | None = None) -> Computed:
    """The points, ranks and list of ``rows`` entrants from columns of values in millionths (MISSING where unknown),
    by dimension. ``most`` overrides the ranking's longest list."""
    made = score_columns(ranking.card, columns, parts=True, rows=rows)
    every = ranking.dimensions
    parts = np.array([made.parts[one.key] for one in every], np.int64).reshape(len(every), rows)
    field = {key: parts[[one.field == key for one in every]].sum(axis=0) for key in FIELDS}
    gone = [columns[one.key] == MISSING if one.key in columns else np.ones(rows, bool) for one in every]
    missing = np.array(gone, np.int64).reshape(len(gone), rows).sum(axis=0)
    keys = [made.points, *(-missing if tie == "fewer_missing" else field[tie] for tie in ranking.ties)]
    ranks = ranks_of(keys)
    return Computed(made.points, parts, field, missing, ranks, listed(ranking, made.points, ranks, most))


def ranks_of(keys: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Ranks from 1 by the keys, the first counting most, greater being better; equal in all keys is equal in rank."""
    rows = len(keys[0])
    order = np.lexsort(tuple(-key for key in reversed(keys)))
    ranks = np.empty(rows, np.int64)
    same = np.ones(rows, bool)
    if rows:
        stacked = np.array([key[order] for key in keys])
        same[0] = False
        same[1:] = (stacked[:, 1:] == stacked[:, :-1]).all(axis=0)
    places = np.arange(1, rows + 1)
    first = np.maximum.accumulate(np.where(same, 0, places)) if rows else places
    ranks[order] = first
    return ranks


def length(ranking: Ranking, rows: int, most: int | None = None) -> int:
    """The longest the list may be: as the edition says, else as the ranking does."""
    return most or min(ranking.most, math.ceil(ranking.share * rows))


def listed(ranking: Ranking, points: Ints, ranks: NDArray[np.int64], most: int | None = None) -> NDArray[np.bool_]:
    """Who is listed: a rank within the list's length (those who share the last one too) and enough points."""
    within = ranks <= length(ranking, len(ranks), most)
    return np.asarray(within & (points >= ranking.least_points * MICRO), bool)
