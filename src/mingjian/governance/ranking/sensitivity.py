"""How much the list hangs on the weights: they are moved at random, many times, and the list is made anew each time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.governance.ranking.model import Ranking
from mingjian.governance.ranking.ranks import Computed, length
from mingjian.governance.scorecards.model import MICRO

_AT_ONCE = 100  # draws in one block: entrants × draws of floats fit into the processor's cache or nearly


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """``changed``: share of draws in which another set of entrants is listed; ``first``: share in which somebody else
    leads; ``swapped``: how many listed entrants are replaced on average, and ``worst`` at most. For each entrant: the
    ranks between which it stays in nine of ten draws, and in which share of draws it is listed."""

    draws: int
    spread: float
    seed: int
    changed: float
    first: float
    swapped: float
    worst: int
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    often: NDArray[np.float64]


def sensitivity(ranking: Ranking, computed: Computed, seed: int, *, most: int | None = None,
                draws: int | None = None, spread: float | None = None) -> Sensitivity:  # fmt: skip
    """Move every weight by a factor drawn evenly from 1 ± spread, scale them so that the whole stays 100, rank and
    list. The same seed gives the same draws."""
    draws, spread = draws or ranking.draws, ranking.spread if spread is None else spread
    rows = computed.parts.shape[1]
    rng = np.random.default_rng(seed)
    weights = np.array([one.weight for one in ranking.dimensions], np.float64)
    parts = computed.parts.T.astype(np.float64)
    placed = np.empty((rows, draws), np.int32)
    inside = np.empty((rows, draws), bool)
    size = length(ranking, rows, most)
    for since in range(0, draws, _AT_ONCE):
        count = min(_AT_ONCE, draws - since)
        factors = rng.uniform(1 - spread, 1 + spread, (len(weights), count))
        factors *= weights.sum() / (weights @ factors)
        points = parts @ factors
        ranks = _ranks(points, computed.ranks)
        placed[:, since : since + count] = ranks
        inside[:, since : since + count] = (ranks <= size) & (points >= ranking.least_points * MICRO - 0.5)
    return _told(computed, placed, inside, draws, spread, seed)


def _ranks(points: NDArray[np.float64], before: NDArray[np.int64]) -> NDArray[np.int32]:
    """Ranks in each column. Points that are equal to the millionth go by the rank computed ``before``, and who shared
    that shares this one too."""
    rows, count = points.shape
    keys = np.rint(points).astype(np.int64) * (rows + 1) - before[:, None]
    order = np.argsort(-keys, axis=0, kind="stable")
    sorted_keys = np.take_along_axis(keys, order, axis=0)
    places = np.broadcast_to(np.arange(1, rows + 1, dtype=np.int32)[:, None], (rows, count)).copy()
    places[1:][sorted_keys[1:] == sorted_keys[:-1]] = 0
    ranks = np.empty((rows, count), np.int32)
    np.put_along_axis(ranks, order, np.maximum.accumulate(places, axis=0), axis=0)
    return ranks


def _told(computed: Computed, placed: NDArray[np.int32], inside: NDArray[np.bool_], draws: int, spread: float,
          seed: int) -> Sensitivity:  # fmt: skip
    rows = len(computed.points)
    if not rows:
        none = np.zeros(0, np.int64)
        return Sensitivity(draws, spread, seed, 0.0, 0.0, 0.0, 0, none, none, np.zeros(0))
    left = (computed.listed[:, None] & ~inside).sum(axis=0)
    came = (~computed.listed[:, None] & inside).sum(axis=0)
    moved = np.maximum(left, came)
    leader = computed.ranks == 1
    placed.sort(axis=1)  # each entrant's ranks in order: quantiles are places in it
    edge = int(draws * 0.05)
    return Sensitivity(
        draws, spread, seed,
        changed=float((moved > 0).mean()),
        first=float(1.0 - _leads(computed, placed, leader, draws)),
        swapped=float(moved.mean()),
        worst=int(moved.max()),
        low=placed[:, edge].astype(np.int64),
        high=placed[:, draws - 1 - edge].astype(np.int64),
        often=inside.mean(axis=1),
    )  # fmt: skip


def _leads(computed: Computed, placed: NDArray[np.int32], leader: NDArray[np.bool_], draws: int) -> float:
    return float((placed[leader] == 1).sum()) / draws
