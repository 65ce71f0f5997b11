"""Scores add up to the last digit, alone and by the million; bins are monotone; missing is not zero."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.governance.scorecards.decay import divided, weighed, weights
from mingjian.governance.scorecards.engine import (
    MISSING,
    micro,
    micros_of,
    points_of,
    reweighted,
    score,
    score_columns,
    score_exact,
    score_many,
    top,
)
from mingjian.governance.scorecards.levers import levers
from mingjian.governance.scorecards.model import MICRO, Band, Feature, Scorecard

NUMBERS = st.one_of(st.none(), st.integers(-20, 20), st.floats(-50, 50, allow_nan=False))


@st.composite
def features(draw: st.DrawFn, name: str) -> Feature:
    rule = draw(st.sampled_from(["skip", "neutral", "worst"]))
    way = draw(st.sampled_from(["up", "down"]))
    if draw(st.booleans()):
        edges = sorted(draw(st.sets(st.integers(-9 * MICRO, 9 * MICRO), min_size=2, max_size=5)))
        points = sorted(draw(st.lists(st.integers(-40 * MICRO, 40 * MICRO), min_size=len(edges), max_size=len(edges))))
        bins = tuple(zip(edges, points if way == "up" else points[::-1], strict=True))
        made = Feature(name, name, name, "items", "judged", direction=way, bins=bins, missing=rule)
    else:
        low = draw(st.integers(-9 * MICRO, 9 * MICRO))
        most = draw(st.integers(1, 40 * MICRO)) * (1 if way == "up" else -1)
        made = Feature(name, name, name, "items", "judged", direction=way, low=low,
                       high=low + draw(st.integers(1, 20 * MICRO)), points=most, missing=rule)  # fmt: skip
    neutral = draw(st.integers(made.least_points, made.most_points)) if rule == "neutral" else 0
    return Feature(**{slot: getattr(made, slot) for slot in Feature.__slots__} | {"neutral": neutral})


@st.composite
def cards(draw: st.DrawFn) -> Scorecard:
    number = draw(st.integers(1, 5))
    found = tuple(draw(features(f"f{at}")) for at in range(number))
    edges = sorted(draw(st.sets(st.integers(-30 * MICRO, 90 * MICRO), max_size=3)))
    bands = (Band("b", "b", "b", -50 * MICRO), *(Band(f"b{at}", "", "", edge) for at, edge in enumerate(edges)))
    return Scorecard("x", 1, "", "", draw(st.sampled_from(["low", "high"])), (), found, bands,
                     base=draw(st.integers(-9 * MICRO, 9 * MICRO)), low=-50 * MICRO, high=100 * MICRO,
                     undetermined_above=draw(st.integers(0, MICRO)))  # fmt: skip


ROWS = st.lists(st.fixed_dictionaries({f"f{at}": NUMBERS for at in range(5)}), min_size=1, max_size=20)


@settings(deadline=None, max_examples=200)
@given(cards(), ROWS)
def test_one_and_many_agree_and_parts_are_the_score(card: Scorecard, rows: list[dict[str, float | None]]) -> None:
    columns = {
        one.name: np.array([np.nan if row[one.name] is None else row[one.name] for row in rows], float)
        for one in card.features
    }
    many = score_columns(card, {name: micros_of(column) for name, column in columns.items()}, parts=True)
    for at, row in enumerate(rows):
        alone = score(card, row)
        assert sum(part.points for part in alone.contributions) == alone.points == int(many.points[at])
        assert sum(int(column[at]) for column in many.parts.values()) == alone.points
        place = int(many.bands[at])
        assert alone.band == (None if place < 0 else card.bands[place].name)
        assert alone.missing_share == int(many.missing_share[at])
    assert score_many(card, columns).tolist() == many.points.tolist()


@settings(deadline=None)
@given(features("f"), st.lists(st.integers(-12 * MICRO, 12 * MICRO), min_size=2, max_size=20))
def test_points_never_turn_back(feature: Feature, values: list[int]) -> None:
    found = [points_of(feature, value) for value in sorted(values)]
    assert found == sorted(found, reverse=feature.direction == "down")


@settings(deadline=None, max_examples=60)
@given(cards(), ROWS)
def test_what_would_change_it_does(card: Scorecard, rows: list[dict[str, float | None]]) -> None:
    for row in rows[:4]:
        values = {one.name: micro(row[one.name]) for one in card.features}
        now = score_exact(card, values)
        for lever in levers(card, values, now):
            to = lever.to - 1 if lever.bound == "below" and card.feature(lever.feature).bins else lever.to  # type: ignore[union-attr]
            other = score_exact(card, {**values, lever.feature: to})
            assert (other.points, other.band) == (lever.points, lever.band)
            assert other.band != now.band


def card_of(*found: Feature, **more: object) -> Scorecard:
    return Scorecard("x", 1, "", "", "low", (), found, (Band("low", "", "", 0), Band("high", "", "", 30 * MICRO)),
                     **more)  # type: ignore[arg-type]  # fmt: skip


def straight(name: str, points: int, missing: str = "skip", neutral: int = 0) -> Feature:
    return Feature(name, name, name, "items", "judged", high=10 * MICRO, points=points * MICRO, missing=missing,
                   neutral=neutral)  # fmt: skip


def test_missing_is_not_zero() -> None:
    card = card_of(straight("a", 30), straight("b", 10))
    assert score(card, {"a": 10, "b": 0}).points == 30 * MICRO
    skipped = score(card, {"a": 10})
    assert skipped.points == 40 * MICRO  # a carries b's weight as well
    assert skipped.missing == ("b",)
    assert skipped.missing_share == 250_000
    assert not skipped.undetermined


def test_each_rule_of_missing() -> None:
    worst = card_of(straight("a", 30), straight("b", 10, "worst"))
    assert score(worst, {"a": 0}).points == 10 * MICRO
    neutral = card_of(straight("a", 30), straight("b", 10, "neutral", neutral=4 * MICRO))
    assert score(neutral, {"a": 0}).points == 4 * MICRO
    good_high = Scorecard("x", 1, "", "", "high", (), worst.features, worst.bands)
    assert score(good_high, {"a": 10}).points == 30 * MICRO  # the worst is then the fewest points


def test_too_much_missing_is_undetermined() -> None:
    card = card_of(straight("a", 30), straight("b", 10), undetermined_above=MICRO // 2)
    found = score(card, {"b": 10})
    assert (found.undetermined, found.band) == (True, None)
    assert score(card, {}).points == 0
    assert score(card, {}).undetermined


def test_what_is_cut_off_is_a_contribution() -> None:
    card = card_of(straight("a", 30), straight("b", 90))
    found = score(card, {"a": 10, "b": 10})
    assert found.points == 100 * MICRO
    assert found.contributions[-1].points == -20 * MICRO
    assert [part.feature for part in top(found, 1)] == ["b"]


def test_weights_halve_exactly_and_fall() -> None:
    table = weights(30)
    assert [int(table[at]) for at in (0, 30, 60, 90, 120)] == [MICRO, 500_000, 250_000, 125_000, 62_500]
    assert np.all(np.diff(table) <= 0)
    assert weights(7)[49] == 7812  # half to even
    assert np.all(weights(None) == MICRO)


@given(st.lists(st.tuples(st.integers(-(10**15), 10**15), st.integers(0, MICRO)), min_size=1, max_size=20))
def test_weighing_does_not_depend_on_the_order(rows: list[tuple[int, int]]) -> None:
    values, by = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    assert weighed(values, by).sum() == weighed(values[::-1], by[::-1]).sum()
    assert weighed(values, by).tolist() == [(2 * v * w + MICRO) // (2 * MICRO) for v, w in rows]


@given(st.integers(0, 10**14), st.integers(1, 4 * 10**12))
def test_division_is_exact_below_the_bound(above: int, below: int) -> None:
    found = divided(np.array([above], np.int64), np.array([below], np.int64))[0]
    whole, rest = divmod(above, below)
    assert found == min(whole, 9_000_000_000) * MICRO + (2 * rest * MICRO + below) // (2 * below)


def test_values_in_millionths() -> None:
    assert [micro(one) for one in (None, float("nan"), 2, 0.5, 1e300)] == [None, None, 2 * MICRO, MICRO // 2,
                                                                            9_000_000_000 * MICRO]  # fmt: skip
    column = micros_of(np.array([np.nan, 2, -np.inf]))
    assert column.tolist() == [MISSING, 2 * MICRO, -9_000_000_000 * MICRO]
    assert micros_of(np.array([1, 2])).tolist() == [MICRO, 2 * MICRO]


@pytest.mark.parametrize("factor", [Fraction(11, 10), 0.9])
def test_reweighting_moves_one_feature(factor: Fraction | float) -> None:
    card = reweighted(card_of(straight("a", 30), straight("b", 10)), {"a": factor})
    assert [one.points for one in card.features] == [round(30 * MICRO * Fraction(factor).limit_denominator(1000)),
                                                     10 * MICRO]  # fmt: skip
