"""Values → score, for one actor and for a million. Integers only: the same values give the same points in both ways,
and contributions add up to the score to the last digit.

Where features are skipped, the others carry their weight: p → p · (all weight not answered by a rule) / (known weight),
rounded half up for each feature by itself, so that the sum of the rounded ones *is* the score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mingjian.governance.scorecards.model import BASE, HELD, MICRO, Contribution, Feature, Score, Scorecard

Ints = NDArray[np.int64]
MISSING = int(np.iinfo(np.int64).min)
"""In a column of millionths: nobody knows."""
LIMIT = 9_000_000_000 * MICRO
"""Values beyond are held here; far below 2**53 millionths of a millionth would not matter to any feature."""


def micro(value: float | int | None) -> int | None:
    """A value in millionths, half to even; None for what is not known (NaN too)."""
    if value is None:
        return None
    if isinstance(value, int):
        return max(-LIMIT, min(LIMIT, value * MICRO))
    if math.isnan(value):
        return None
    return round(max(-LIMIT / MICRO, min(LIMIT / MICRO, value)) * MICRO)


def micros_of(column: NDArray[np.generic]) -> Ints:
    """The same for a column of numbers: NaN becomes MISSING."""
    if column.dtype.kind in "iub":
        return np.clip(column.astype(np.int64), -LIMIT // MICRO, LIMIT // MICRO) * MICRO
    given = column.astype(np.float64)
    unknown = np.isnan(given)
    held = np.clip(np.where(unknown, 0.0, given), -LIMIT / MICRO, LIMIT / MICRO)
    made: Ints = np.rint(held * MICRO).astype(np.int64)
    made[unknown] = MISSING
    return made


def points_of(feature: Feature, value: int) -> int:
    """The points (micro) of a value (micro), before any weight of missing features is shared out."""
    if feature.cap is not None:
        value = min(value, feature.cap)
    if feature.bins:
        found = feature.bins[0][1]
        for since, points in feature.bins:
            if value >= since:
                found = points
        return found
    times, by = slope(feature)
    along = max(feature.low, min(feature.high, value)) - feature.low
    return (2 * along * times + by) // (2 * by)


def slope(feature: Feature) -> tuple[int, int]:
    """Points per value of a straight feature as a reduced fraction: small enough for 64 bits."""
    found = Fraction(feature.points, feature.high - feature.low)
    return found.numerator, found.denominator


def score(card: Scorecard, values: Mapping[str, float | None]) -> Score:
    """The score of one actor from values in the features' own units; a feature that is None or not there is missing."""
    return score_exact(card, {one.name: micro(values.get(one.name)) for one in card.features})


def score_exact(card: Scorecard, values: Mapping[str, int | None]) -> Score:
    """The same from values in millionths."""
    raw: list[tuple[Feature, int | None, int]] = []
    skipped = unknown = 0
    for feature in card.features:
        value = values.get(feature.name)
        if value is None:
            unknown += feature.weight
            skipped += feature.weight if feature.missing == "skip" else 0
            raw.append((feature, None, filled(card, feature)))
        else:
            raw.append((feature, value, points_of(feature, value)))
    known = card.weight - skipped
    made = [_contribution(feature, value, _share(points, known + skipped, known)) for feature, value, points in raw]
    if card.base:
        made.append(Contribution(BASE, None, card.base, "起始分"))
    total = sum(one.points for one in made)
    held = max(card.low, min(card.high, total))
    if held != total:
        made.append(Contribution(HELD, None, held - total, "超出评分范围的部分不计"))
    undetermined = unknown * MICRO > card.undetermined_above * card.weight or known == 0
    band = None if undetermined else card.band_at(held)
    return Score(
        points=held,
        value=held / MICRO,
        band=band.name if band is not None else None,
        contributions=tuple(made),
        missing=tuple(feature.name for feature, value, _ in raw if value is None),
        missing_share=unknown * MICRO // card.weight if card.weight else 0,
        undetermined=undetermined,
    )


def filled(card: Scorecard, feature: Feature) -> int:
    """The points a missing feature gives by its rule."""
    if feature.missing == "worst":
        return feature.most_points if card.good == "low" else feature.least_points
    return feature.neutral if feature.missing == "neutral" else 0


def _share(points: int, whole: int, known: int) -> int:
    return 0 if known == 0 else (2 * points * whole + known) // (2 * known)


_RULES = {
    "skip": "没有数据:不计分,权重由其余特征分担",
    "neutral": "没有数据:按评分卡规定的中性分",
    "worst": "没有数据:按最不利情形计分",
}


def _contribution(feature: Feature, value: int | None, points: int) -> Contribution:
    if value is None:
        return Contribution(feature.name, None, points, _RULES[feature.missing], None, True)
    return Contribution(feature.name, value / MICRO, points, feature.why, value)


@dataclass(frozen=True, slots=True)
class Scored:
    """Many scores: ``points`` (micro), ``bands`` as places in the card's bands (-1: undetermined or none),
    ``missing_share`` in millionths. ``parts``: feature → its contributions, where they were asked for."""

    points: Ints
    bands: NDArray[np.int16]
    missing_share: Ints
    parts: Mapping[str, Ints]


def score_many(card: Scorecard, columns: Mapping[str, NDArray[np.generic]]) -> Ints:
    """The points (micro) of many actors from columns in the features' own units, one row an actor. NaN is missing; so
    is a feature without a column. Equal to ``score`` of each row."""
    return score_columns(card, {name: micros_of(column) for name, column in columns.items()}).points


def score_columns(card: Scorecard, columns: Mapping[str, Ints], *, parts: bool = False, rows: int = 0) -> Scored:
    """The same from columns in millionths (MISSING where unknown). ``rows`` is needed where no column is given."""
    rows = len(next(iter(columns.values()))) if columns else rows
    absent = {one.name: _absent(columns.get(one.name)) for one in card.features}
    skipped, unknown = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    for feature in card.features:
        gone = absent[feature.name]
        if gone is None:
            continue
        lost = np.where(gone, feature.weight, 0) if isinstance(gone, np.ndarray) else feature.weight
        unknown += lost
        if feature.missing == "skip":
            skipped += lost
    known = card.weight - skipped
    spread = bool(skipped.any()) or not card.weight
    safe = np.where(known == 0, 1, known)
    total = np.full(rows, card.base, np.int64)
    kept: dict[str, Ints] = {}
    for feature in card.features:
        points = _points(card, feature, columns.get(feature.name), absent[feature.name], rows)
        if spread:
            points = (2 * points * (known + skipped) + safe) // (2 * safe)
            points[known == 0] = 0
        total += points
        if parts:
            kept[feature.name] = points
    held = np.clip(total, card.low, card.high)
    if parts:
        kept[BASE], kept[HELD] = np.full(rows, card.base, np.int64), held - total
    # As points_of one: a share is compared without dividing. Weights are at most 10**9, so this stays in 64 bits.
    undetermined = (unknown * MICRO > card.undetermined_above * card.weight) | (known == 0)
    share = unknown * MICRO // card.weight if card.weight else unknown
    return Scored(held, np.where(undetermined, -1, bands_of(card, held)).astype(np.int16), share, kept)


def bands_of(card: Scorecard, points: Ints) -> NDArray[np.int16]:
    """The place of each score's band; -1 where the card has none."""
    if not card.bands:
        return np.full(len(points), -1, np.int16)
    edges = np.array([band.since for band in card.bands[1:]], np.int64)
    return np.searchsorted(edges, points, side="right").astype(np.int16)


def _absent(column: Ints | None) -> NDArray[np.bool_] | bool | None:
    """Where a feature is missing: True everywhere, None nowhere."""
    if column is None:
        return True
    gone: NDArray[np.bool_] = column == MISSING
    return gone if gone.any() else None


def _points(
    card: Scorecard, feature: Feature, column: Ints | None, gone: NDArray[np.bool_] | bool | None, rows: int
) -> Ints:
    if column is None:
        return np.full(rows, filled(card, feature), np.int64)
    value = column if feature.cap is None else np.minimum(column, feature.cap)
    if feature.bins:
        edges = np.array([since for since, _ in feature.bins[1:]], np.int64)
        given = np.array([points for _, points in feature.bins], np.int64)
        made: Ints = given[np.searchsorted(edges, value, side="right")]
    else:
        times, by = slope(feature)
        along = np.clip(value, feature.low, feature.high) - feature.low
        made = along * times if by == 1 else (2 * along * times + by) // (2 * by)
    if gone is not None:
        made = np.where(gone, filled(card, feature), made)
    return made


def reweighted(card: Scorecard, factors: Mapping[str, Fraction | float | int]) -> Scorecard:
    """The card with features' points (and neutral points) multiplied: for sensitivity and what-if. Points are rounded
    to whole millionths; bands stay where they are."""

    def times(points: int, factor: Fraction) -> int:
        return round(points * factor)

    made: list[Feature] = []
    for one in card.features:
        factor = Fraction(factors.get(one.name, 1)).limit_denominator(MICRO)
        made.append(
            replace(
                one,
                bins=tuple((since, times(points, factor)) for since, points in one.bins),
                points=times(one.points, factor),
                neutral=times(one.neutral, factor),
            )
        )
    return replace(card, features=tuple(made))


def top(made: Score, count: int = 5) -> Sequence[Contribution]:
    """The features that moved a score most, either way."""
    features = [one for one in made.contributions if one.feature not in (BASE, HELD) and one.points]
    return sorted(features, key=lambda one: (-abs(one.points), one.feature))[:count]
