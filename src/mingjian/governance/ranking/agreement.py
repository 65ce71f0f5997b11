"""How far experts agree (Krippendorff's alpha), and how severe each of them is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.governance.ranking.model import Ranking
from mingjian.records.ranking.model import Form


@dataclass(frozen=True, slots=True)
class Alpha:
    """Agreement beyond chance: 1 is perfect, 0 what chance gives, None where nothing can be said (no two marks of one
    entrant, or everybody gave the same mark throughout). ``units`` are the entrants (by dimensions) with two or more
    marks."""

    key: str
    value: float | None
    units: int
    marks: int


@dataclass(frozen=True, slots=True)
class Severity:
    """How a rater marks beside others who saw the same: ``gap`` is their mean less the others' mean on the same
    entrants and dimensions, in marks; below 0 is severe. ``spread`` is the standard deviation of their own marks."""

    rater: str
    forms: int
    marks: int
    mean: float
    gap: float | None
    spread: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """By dimension, by field and over all, and every rater's severity."""

    dimensions: tuple[Alpha, ...]
    fields: tuple[Alpha, ...]
    whole: Alpha
    raters: tuple[Severity, ...]


def agreement(ranking: Ranking, forms: Sequence[Form]) -> Agreement:
    """Agreement of submitted forms. A mark of 0 (cannot judge) is no mark."""
    raters = sorted({one.rater for one in forms})
    entrants = sorted({one.entrant for one in forms})
    rows, columns = {name: at for at, name in enumerate(raters)}, {name: at for at, name in enumerate(entrants)}
    tables: dict[str, NDArray[np.float64]] = {
        one.key: np.full((len(raters), len(entrants)), np.nan) for one in ranking.rated
    }
    for form in forms:
        for key, mark in form.marks.items():
            if mark and key in tables:
                tables[key][rows[form.rater], columns[form.entrant]] = mark
    by_field = []
    for field in ranking.fields:
        own = [tables[one.key] for one in ranking.rated if one.field == field.key]
        if own:
            by_field.append(alpha(field.key, np.hstack(own)))
    every = np.hstack(list(tables.values())) if tables else np.empty((0, 0))
    known = ~np.isnan(every)
    totals, counts = np.where(known, every, 0).sum(axis=0), known.sum(axis=0)
    count = Counter(one.rater for one in forms)
    return Agreement(
        tuple(alpha(key, table) for key, table in tables.items()),
        tuple(by_field),
        alpha("all", every),
        tuple(_severity(name, every[rows[name]], totals, counts, count[name]) for name in raters),
    )


def alpha(key: str, table: NDArray[np.float64]) -> Alpha:
    """Agreement of a table of raters × units: Krippendorff's alpha for marks that are numbers, 1 - observed / expected
    disagreement, both mean squared differences of pairs (Content Analysis, 4th ed., 2019, ch. 12)."""
    given = ~np.isnan(table)
    many = given.sum(axis=0) >= 2 if table.size else np.zeros(0, bool)
    values, count = np.where(given, table, 0.0)[:, many], given[:, many].sum(axis=0)
    units, marks = int(many.sum()), int(count.sum())
    squares, sums = (values**2).sum(axis=0), values.sum(axis=0)
    # Twice n times the sum of squares less the square of the sum is the sum of squared differences of all pairs.
    expected = 2 * (marks * squares.sum() - sums.sum() ** 2)
    if not units or expected <= 0:
        return Alpha(key, None, units, marks)
    observed = (2 * (count * squares - sums**2) / (count - 1)).sum()
    return Alpha(key, round(float(1 - (marks - 1) * observed / expected), 6), units, marks)


def _severity(
    name: str, own: NDArray[np.float64], totals: NDArray[np.float64], counts: NDArray[np.int64], forms: int
) -> Severity:
    given = ~np.isnan(own)
    mine, marks = own[given], int(given.sum())
    beside = given & (counts >= 2)
    gap = None
    if beside.any():
        others = (totals[beside] - own[beside]) / (counts[beside] - 1)
        gap = round(float((own[beside] - others).mean()), 6)
    mean, spread = (float(mine.mean()), float(mine.std())) if marks else (0.0, 0.0)
    return Severity(name, forms, marks, round(mean, 6), gap, round(spread, 6))


def means(ranking: Ranking, forms: Sequence[Form]) -> Mapping[str, Mapping[str, tuple[float, int]]]:
    """entrant → dimension → (mean of the marks, how many raters gave one)."""
    given: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for form in forms:
        for key, mark in form.marks.items():
            if mark:
                given[form.entrant][key].append(mark)
    wanted = {one.key for one in ranking.rated}
    return {entrant: {key: (sum(marks) / len(marks), len(marks)) for key, marks in found.items() if key in wanted}
            for entrant, found in given.items()}  # fmt: skip
