"""Whether a card still means what it meant: how far scores and features have shifted between two days, who changed
bands, and whether the bands tell apart those who were later decided against."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.scorecards.active import live_cards
from mingjian.governance.scorecards.counting import population
from mingjian.governance.scorecards.engine import MISSING, Ints, score_columns
from mingjian.governance.scorecards.gather import gather
from mingjian.governance.scorecards.model import MICRO, Feature, Scorecard
from mingjian.governance.scorecards.picking import picked
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.scores.model import number_at
from mingjian.records.storage import scores
from mingjian.records.storage.database import Tx

SAMPLE = 20_000
"""Actors looked at: with so many a share is known to 0.7 percentage points."""
SHIFTS = (0.1, 0.25)
"""Below the first a population stability index is taken as no shift, from the second on as a large one (the usual rule
of thumb of credit scoring; it is a convention, not a test)."""
_SLICES = 10
_STRETCH = 20_000
_HARD = ("return", "limit", "demote", "take_down", "interrupt", "suspend", "ban")


@dataclass(frozen=True, slots=True)
class Shift:
    """How far one distribution moved. ``parts`` are (what, share before, share after); the last part is who has no
    value. ``index`` is the population stability index."""

    name: str
    title: str
    index: float
    parts: tuple[tuple[str, float, float], ...]

    @property
    def word(self) -> str:
        """stable, shifted or far."""
        return "stable" if self.index < SHIFTS[0] else "shifted" if self.index < SHIFTS[1] else "far"


@dataclass(frozen=True, slots=True)
class Stability:
    """A card between two days: the score's shift, each feature's, the greatest first, and who went from band to band
    ("": undetermined). ``seen`` of ``of`` actors were looked at."""

    card: str
    first: int
    last: int
    of: int
    seen: int
    score: Shift
    features: tuple[Shift, ...]
    migration: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """Of ``actors`` in a band ``hits`` were decided against later; ``low`` and ``high`` bound the share (Wilson)."""

    band: str
    title: str
    actors: int
    hits: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share itself; 0 of none."""
        return self.hits / self.actors if self.actors else 0.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Bands as of a day against what people decided in the ``days`` behind it. ``rising``: each band that has anybody
    has at least the share of the band below it."""

    card: str
    day: int
    days: int
    of: int
    seen: int
    rates: tuple[Rate, ...]
    rising: bool


def stability(
    tx: Tx, principal: Principal, name: str, first: int, last: int, sample: int = SAMPLE
) -> Stability:
    """Between the ends of two days, both counted anew from what is known of them today. NotFound, Invalid."""
    card = _card(tx, principal, name)
    if not first < last <= number_at(tx.now):
        raise Invalid("应先有较早的一天,再有较晚的一天,且不晚于今天。", field="since")
    everybody = population(tx, card, last)
    chosen = picked(everybody, sample)
    before, after = _values(tx, card, chosen, first), _values(tx, card, chosen, last)
    was, now = (score_columns(card, values, rows=len(chosen)) for values in (before, after))
    shifts = [_shift(one.name, one.title, before[one.name], after[one.name], _edges(one, before[one.name]))
              for one in card.features]  # fmt: skip
    slices = [card.low + (card.high - card.low) * number // _SLICES for number in range(1, _SLICES)]
    moves = scores.moves_between(tx, name, first, last)
    return Stability(
        card.id, first, last, len(everybody), len(chosen),
        _shift("score", card.title, _known(was.points, was.bands), _known(now.points, now.bands), slices),
        tuple(sorted(shifts, key=lambda one: (-one.index, one.name))),
        tuple(sorted((one or "", other or "", many) for one, other, many in moves)),
    )  # fmt: skip


def calibration(
    tx: Tx, principal: Principal, name: str, day: int, days: int = 90, sample: int = SAMPLE
) -> Calibration:
    """Bands as of ``day`` against decisions of people made in the ``days`` behind it, in force at their end."""
    card = _card(tx, principal, name)
    if not 1 <= days <= 365 or day + days > number_at(tx.now):
        raise Invalid("观察期应为 1 至 365 天,并且已经过完。", field="days")
    everybody = population(tx, card, day)
    chosen = picked(everybody, sample)
    bands = score_columns(card, _values(tx, card, chosen, day), rows=len(chosen)).bands
    later = _values(tx, _outcome(card, days), chosen, day + days)["later"]
    rates = []
    for place, (band, title) in enumerate([*((one.name, one.title) for one in card.bands), ("", "未定")]):
        mine = bands == (place if band else -1)
        actors, hits = int(mine.sum()), int((later[mine] > 0).sum())
        rates.append(Rate(band, title, actors, hits, *wilson(hits, actors)))
    known = [one.share for one in rates if one.actors and one.band]
    ordered = known if card.good == "low" else known[::-1]
    return Calibration(card.id, day, days, len(everybody), len(chosen), tuple(rates), ordered == sorted(ordered))


def wilson(hits: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval of a share (95 %); 0 to 1 of none."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def stability_index(before: Sequence[float], after: Sequence[float]) -> float:
    """Σ (q − p) · ln(q / p) over the parts of two distributions of counts; empty parts count as half a case."""
    p, q = (np.maximum(np.array(counts, float), 0.5) for counts in (before, after))
    p, q = p / p.sum(), q / q.sum()
    return float(((q - p) * np.log(q / p)).sum())


def _card(tx: Tx, principal: Principal, name: str) -> Scorecard:
    demand(principal, "score.read")
    live = live_cards(tx).get(name)
    if live is None:
        raise NotFound(f"没有生效的评分卡“{name}”")
    return live.card


def _values(tx: Tx, card: Scorecard, actors: Sequence[str], day: int) -> dict[str, Ints]:
    parts = [gather(tx, card, actors[at : at + _STRETCH], day) for at in range(0, len(actors), _STRETCH)]
    names = [one.name for one in card.features]
    empty = np.empty(0, np.int64)
    return {name: np.concatenate([part[name] for part in parts]) if parts else empty for name in names}


def _outcome(card: Scorecard, days: int) -> Scorecard:
    feature = Feature(
        "later", "", "", "decisions", "made", aggregation="count", window_days=days, high=MICRO, points=MICRO,
        where={"origins": ["review", "manual", "ladder", "appeal"], "measures": list(_HARD)},
    )  # fmt: skip
    return Scorecard("later", 1, "", "", "low", card.kinds, (feature,), ())


def _known(points: Ints, bands: np.ndarray[tuple[int], np.dtype[np.int16]]) -> Ints:
    return np.where(bands < 0, MISSING, points)


def _edges(feature: Feature, before: Ints) -> list[int]:
    """Where a feature's values are cut: at its bins, or at tenths of what was known before; where most of these are
    the same value, at fifths of its range as well."""
    if feature.bins:
        return [since for since, _ in feature.bins[1:]]
    equal = {feature.low + (feature.high - feature.low) * number // 5 for number in range(1, 5)}
    known = before[before != MISSING]
    if len(known):
        cuts = np.quantile(known, [number / _SLICES for number in range(1, _SLICES)], method="lower")
        equal = {int(cut) for cut in cuts} | (equal if len({int(cut) for cut in cuts}) < _SLICES // 2 else set())
    return sorted(equal)


def _shift(name: str, title: str, before: Ints, after: Ints, edges: Sequence[int]) -> Shift:
    cut = np.array(sorted(set(edges)), np.int64)
    counts = []
    for column in (before, after):
        known = column[column != MISSING]
        found = np.bincount(np.searchsorted(cut, known, side="right"), minlength=len(cut) + 1)
        counts.append([*found.tolist(), len(column) - len(known)])
    ends = [*(f"< {edge / MICRO:g}" for edge in cut.tolist()), f"≥ {cut[-1] / MICRO:g}" if len(cut) else "有值", "缺失"]
    whole = [max(sum(some), 1) for some in counts]
    parts = tuple((word, one / whole[0], other / whole[1]) for word, one, other in zip(ends, *counts, strict=True))
    return Shift(name, title, stability_index(*counts), parts)
