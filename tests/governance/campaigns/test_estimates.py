"""Estimates from samples: stratified, corrected for a judge's errors, and how many to ask."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mingjian.governance.campaigns.corrected import Measured, rogan_gladen
from mingjian.governance.campaigns.intervals import wilson
from mingjian.governance.campaigns.planning import allot, size_for_fall, size_for_share
from mingjian.governance.campaigns.stratified import Stratum, estimate


def test_one_stratum_of_a_large_population_is_plain_wilson() -> None:
    found = estimate([Stratum("all", 10**9, 400, 20)])
    plain = wilson(20, 400)
    assert found.interval.value == pytest.approx(0.05)
    assert (found.interval.low, found.interval.high) == pytest.approx((plain.low, plain.high), abs=1e-4)


def test_strata_weigh_by_their_size_not_by_how_many_were_asked() -> None:
    found = estimate([Stratum("rare", 1000, 100, 50), Stratum("usual", 99_000, 100, 0)])
    assert found.interval.value == pytest.approx(0.005)
    assert (found.tries, found.hits, found.left_out) == (200, 50, 0.0)


def test_who_asked_everybody_knows() -> None:
    found = estimate([Stratum("a", 50, 50, 5), Stratum("b", 50, 50, 15)])
    assert (found.interval.low, found.interval.value, found.interval.high) == (0.2, 0.2, 0.2)


def test_what_was_not_asked_is_told() -> None:
    found = estimate([Stratum("a", 900, 30, 3), Stratum("b", 100, 0, 0)])
    assert found.left_out == pytest.approx(0.1)
    nothing = estimate([Stratum("a", 900, 0, 0)])
    assert (nothing.interval.low, nothing.interval.high) == (0.0, 1.0)


def test_none_found_still_leaves_room_above() -> None:
    """No spread is seen, yet the upper bound is that of as many asked."""
    found = estimate([Stratum("a", 10**6, 150, 0), Stratum("b", 10**6, 150, 0)])
    assert found.interval.value == 0
    assert 0.005 < found.interval.high < 0.02


def test_stratified_intervals_cover_as_often_as_they_say() -> None:
    """Drawn anew 400 times from a known population: 95 % of the intervals hold the truth, give or take."""
    chance = np.random.default_rng(20260302)
    rates, sizes, tries = (0.02, 0.10, 0.30), (60_000, 30_000, 10_000), (150, 120, 80)
    truth = sum(rate * size for rate, size in zip(rates, sizes, strict=True)) / sum(sizes)
    held = 0
    for _ in range(400):
        drawn = [Stratum(str(at), size, n, int(chance.binomial(n, rate)))
                 for at, (rate, size, n) in enumerate(zip(rates, sizes, tries, strict=True))]  # fmt: skip
        found = estimate(drawn).interval
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 400 <= 0.99


def test_rogan_gladen_undoes_the_judges_errors() -> None:
    exact = rogan_gladen(Measured(0.1 * 0.9 + 0.9 * 0.05, math.inf), Measured(0.9, math.inf), Measured(0.95, math.inf))
    assert (exact.low, exact.value, exact.high) == pytest.approx((0.1, 0.1, 0.1))
    perfect = rogan_gladen(Measured(0.1, 1000), Measured(1.0, 10**9), Measured(1.0, 10**9))
    assert (perfect.low, perfect.high) == pytest.approx((wilson(100, 1000).low, wilson(100, 1000).high), abs=2e-3)
    with pytest.raises(ValueError, match="chance"):
        rogan_gladen(Measured(0.5, 100), Measured(0.5, 100), Measured(0.5, 100))


def test_less_known_of_the_judge_is_a_wider_interval() -> None:
    told, se, sp = Measured(0.08, 10**6), (0.9, 0.97), 500
    widths = []
    for tries in (50, 500, 50_000):
        found = rogan_gladen(told, Measured(se[0], tries), Measured(se[1], sp * tries / 50))
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)


def test_corrected_intervals_cover_as_often_as_they_say() -> None:
    """With sensitivity and specificity measured anew each time, as Lang and Reiczigel (2014) simulate."""
    chance, truth, se, sp = np.random.default_rng(7), 0.05, 0.85, 0.97
    held = 0
    for _ in range(500):
        told = chance.binomial(20_000, truth * se + (1 - truth) * (1 - sp)) / 20_000
        found = rogan_gladen(Measured(told, 20_000), Measured(chance.binomial(120, se) / 120, 120),
                             Measured(chance.binomial(600, sp) / 600, 600))  # fmt: skip
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 500 <= 0.99


def test_sample_sizes_of_textbooks() -> None:
    assert size_for_share(0.5, 0.05) == 385
    assert size_for_share(0.5, 0.05, population=1000) == 278
    assert size_for_fall(0.05, 0.02) == 588  # Fleiss (1981), without the correction for continuity
    assert size_for_fall(0.05, 0.02, power=0.9) > size_for_fall(0.05, 0.02)
    with pytest.raises(ValueError, match="differ"):
        size_for_fall(0.05, 0.05)


def test_a_sample_is_shared_out_by_size_and_forgets_nobody() -> None:
    assert allot({"a": 10, "b": 1000, "c": 3}, 100) == {"a": 2, "b": 96, "c": 2}
    assert allot({"a": 1, "b": 1}, 100) == {"a": 1, "b": 1}
    for total in (10, 57, 333):
        given = allot({"a": 500, "b": 333, "c": 167}, total)
        assert sum(given.values()) == total
