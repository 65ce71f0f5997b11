"""Intervals: against published tables and other software, and by their own laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.governance.campaigns.intervals import Interval, beta_share, clopper_pearson, difference, quantile, wilson


def near(found: Interval, low: float, high: float) -> bool:
    return abs(found.low - low) < 5e-5 and abs(found.high - high) < 5e-5


def test_newcombe_1998_table() -> None:
    """The examples of Newcombe's table II, method 10."""
    assert near(difference(wilson(56, 70), wilson(48, 80)), 0.0524, 0.3339)
    assert near(difference(wilson(9, 10), wilson(3, 10)), 0.1705, 0.8090)
    assert near(difference(wilson(10, 10), wilson(0, 20)), 0.6791, 1.0)


def test_textbook_counts() -> None:
    """Brown, Cai and DasGupta (2001) and R's binom.test."""
    assert near(clopper_pearson(0, 20), 0.0, 0.16843)
    assert near(clopper_pearson(3, 50), 0.01255, 0.16548)
    assert near(wilson(0, 20), 0.0, 0.16113)
    assert near(wilson(212, 4000), 0.04648, 0.06038)
    assert quantile(0.95) == pytest.approx(1.959964, abs=1e-6)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_exact_interval_inverts_the_binomial(pair: tuple[int, int]) -> None:
    hits, tries = pair
    found = clopper_pearson(hits, tries)
    assert 0 <= found.low <= hits / tries <= found.high <= 1
    if hits:  # P(X ≥ hits | low) is half of the rest
        assert beta_share(found.low, hits, tries - hits + 1) == pytest.approx(0.025, abs=1e-9)
    if hits < tries:
        assert 1 - beta_share(found.high, hits + 1, tries - hits) == pytest.approx(0.025, abs=1e-9)
    mirrored = clopper_pearson(tries - hits, tries)
    assert mirrored.low == pytest.approx(1 - found.high, abs=1e-9)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_solves_the_score_equation(pair: tuple[int, int]) -> None:
    hits, tries = pair
    found = wilson(hits, tries)
    for bound in {found.low, found.high} - {0.0, 1.0}:
        score = abs(hits / tries - bound) / math.sqrt(bound * (1 - bound) / tries)
        assert score == pytest.approx(quantile(), rel=1e-6)


def test_nothing_asked_says_nothing_and_nonsense_is_refused() -> None:
    assert (wilson(0, 0).low, clopper_pearson(0, 0).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="5 of 3"):
        wilson(5, 3)
    with pytest.raises(ValueError, match="level"):
        quantile(1.0)
