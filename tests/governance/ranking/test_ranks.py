"""Points, ranks, ties, the list and its sensitivity, over any values."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.governance.ranking.load import shipped
from mingjian.governance.ranking.model import FIELDS, Dimension
from mingjian.governance.ranking.ranks import Computed, compute, length, listed, ranks_of
from mingjian.governance.ranking.sensitivity import sensitivity
from mingjian.governance.scorecards.engine import MISSING, Ints, score_exact
from mingjian.governance.scorecards.model import MICRO

PLAN = shipped("physicians")


def ends(one: Dimension) -> tuple[float, float]:
    return one.line or (one.bins[0][0], one.bins[-1][0])


def field_of(seed: int, rows: int, missing: float = 0.1) -> dict[str, Ints]:
    rng = np.random.default_rng(seed)
    columns: dict[str, Ints] = {}
    for one in PLAN.dimensions:
        low, high = ends(one)
        column = np.rint(rng.uniform(low, high, rows) * MICRO).astype(np.int64)
        column[rng.random(rows) < missing] = MISSING
        columns[one.key] = column
    return columns


def _one(columns: dict[str, Ints], row: int) -> dict[str, int | None]:
    return {key: None if column[row] == MISSING else int(column[row]) for key, column in columns.items()}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_every_score_is_the_sum_of_its_parts_and_the_same_one_by_one(seed: int, rows: int) -> None:
    columns = field_of(seed, rows)
    made = compute(PLAN, columns, rows)
    assert (made.parts.sum(axis=0) == made.points).all()
    assert (np.sum([made.field[name] for name in FIELDS], axis=0) == made.points).all()
    assert ((made.points >= 0) & (made.points <= 100 * MICRO)).all()
    for row in range(min(rows, 3)):
        score = score_exact(PLAN.card, _one(columns, row))
        assert score.points == made.points[row]
        assert [part.points for part in score.contributions] == made.parts[:, row].tolist()
        assert len(score.missing) == made.missing[row]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(PLAN.dimensions), st.floats(0, 1), st.floats(0, 1))
def test_improving_a_dimension_never_worsens_the_rank(seed: int, one: Dimension, before: float, after: float) -> None:
    columns = field_of(seed, 12)
    low, high = ends(one)
    worse, better = sorted((low + (high - low) * before, low + (high - low) * after), reverse=one.direction == "down")
    columns[one.key][0] = round(worse * MICRO)
    first = compute(PLAN, columns, 12)
    columns[one.key][0] = round(better * MICRO)
    second = compute(PLAN, columns, 12)
    assert second.points[0] >= first.points[0]
    assert second.ranks[0] <= first.ranks[0]
    assert second.listed[0] or not first.listed[0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_order_of_entrants_changes_nothing(seed: int) -> None:
    columns = field_of(seed, 20)
    turned = {key: column[::-1].copy() for key, column in columns.items()}
    first, second = compute(PLAN, columns, 20), compute(PLAN, turned, 20)
    assert (first.ranks == second.ranks[::-1]).all() and (first.points == second.points[::-1]).all()


def test_ranks_are_shared_and_then_skipped() -> None:
    assert ranks_of([np.array([5, 9, 9, 1])]).tolist() == [3, 1, 1, 4]
    assert ranks_of([np.array([9, 9, 9]), np.array([1, 3, 2])]).tolist() == [3, 1, 2]
    assert ranks_of([np.array([], np.int64)]).tolist() == []


def test_ties_go_by_fields_and_then_by_what_is_missing() -> None:
    keys = [np.array([50, 50, 50, 50]), np.array([20, 30, 30, 30]), np.array([-1, -5, -2, -2])]
    assert ranks_of(keys).tolist() == [4, 3, 1, 1]


def test_who_shares_the_last_place_is_listed_too() -> None:
    points = np.array([90, 80, 80, 70], np.int64) * MICRO
    ranks = ranks_of([points])
    assert listed(PLAN, points, ranks, most=2).tolist() == [True, True, True, False]


def test_nobody_is_listed_below_the_least_points() -> None:
    points = np.array([90, PLAN.least_points - 1], np.int64) * MICRO
    assert listed(PLAN, points, ranks_of([points]), most=2).tolist() == [True, False]


def test_the_list_is_as_long_as_the_plan_or_the_edition_says() -> None:
    assert length(PLAN, 3278) == 252
    assert length(PLAN, 100) == 10
    assert length(PLAN, 100, most=30) == 30


def test_an_entrant_of_whom_nothing_is_known_has_the_points_the_plan_gives() -> None:
    made = compute(PLAN, {}, 1)
    assert made.points[0] == sum(one.weight * one.missing * MICRO // 1000 for one in PLAN.dimensions)
    assert made.missing[0] == 101


def test_the_analysis_repeats_itself_by_its_seed() -> None:
    made = compute(PLAN, field_of(1, 60), 60)
    first, again, other = (sensitivity(PLAN, made, seed, draws=200) for seed in (7, 7, 8))
    assert (first.low == again.low).all() and (first.often == again.often).all() and first.changed == again.changed
    assert (first.often != other.often).any()


def test_without_any_spread_nothing_moves() -> None:
    made = compute(PLAN, field_of(2, 60), 60)
    still = sensitivity(PLAN, made, 7, draws=50, spread=0.0)
    assert (still.changed, still.first, still.swapped, still.worst) == (0.0, 0.0, 0.0, 0)
    assert (still.low == made.ranks).all() and (still.high == made.ranks).all()
    assert (still.often == made.listed).all()


def test_who_shares_a_rank_shares_it_in_every_draw() -> None:
    columns = {key: np.concatenate([column, column[:1]]) for key, column in field_of(5, 9).items()}
    made = compute(PLAN, columns, 10, most=1)
    tried = sensitivity(PLAN, made, 1, most=1, draws=100)
    assert made.ranks[0] == made.ranks[9] and tried.low[0] == tried.low[9] and tried.often[0] == tried.often[9]
    both = {key: np.concatenate([column[:1], column[:1]]) for key, column in columns.items()}
    twins = compute(PLAN, both, 2, most=1)
    assert twins.ranks.tolist() == [1, 1] and sensitivity(PLAN, twins, 1, most=1, draws=50).changed == 0.0


def test_a_lead_in_everything_cannot_be_lost() -> None:
    columns = field_of(3, 30, missing=0.0)
    for one in PLAN.dimensions:
        low, high = ends(one)
        columns[one.key][0] = round((high if one.direction == "up" else low) * MICRO)
    made = compute(PLAN, columns, 30)
    tried = sensitivity(PLAN, made, 1, draws=100, spread=0.5)
    assert made.ranks[0] == 1 and tried.high[0] == 1 and tried.often[0] == 1.0 and tried.first == 0.0


def test_figures_of_the_analysis_agree_with_each_other() -> None:
    made = compute(PLAN, field_of(4, 80), 80)
    tried = sensitivity(PLAN, made, 1, draws=300)
    assert (tried.low <= tried.high).all()
    assert tried.often.sum() <= length(PLAN, 80) + 1e-9
    assert 0 <= tried.swapped <= tried.worst and (tried.changed > 0) == (tried.worst > 0)


def test_an_empty_edition_is_an_empty_result() -> None:
    empty = {one.key: np.zeros(0, np.int64) for one in PLAN.dimensions}
    made: Computed = compute(PLAN, empty, 0)
    assert made.ranks.tolist() == [] and sensitivity(PLAN, made, 1, draws=10).changed == 0.0
