"""The bound against exact sums, and how often it cries wolf on fixed data."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.governance.policies.bound import surprise, tail
from mingjian.governance.policies.breaker import LIMITS, judged_rate
from mingjian.records.policies.model import Rate


def exact(hits: int, tries: int, chance: Fraction) -> float:
    terms = (comb(tries, k) * chance**k * (1 - chance) ** (tries - k) for k in range(hits, tries + 1))
    return float(sum(terms))


@given(st.integers(0, 60), st.integers(0, 60), st.fractions(min_value=0, max_value=1, max_denominator=50))
@settings(max_examples=150, deadline=None)
def test_the_tail_is_the_exact_sum(hits: int, tries: int, chance: Fraction) -> None:
    assert tail(hits, tries, float(chance)) == pytest.approx(exact(hits, tries, chance), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    ("hits", "items", "former_hits", "former_items", "least", "most"),
    [
        (0, 1000, 50, 20_000, 1.0, 1.0),
        (5, 1000, 0, 0, 1.0, 1.0),
        (3, 1000, 60, 20_000, 0.4, 0.7),  # as usual
        (50, 1000, 100, 20_000, 0.0, 1e-20),  # ten times as many
        (20, 1000, 0, 20_000, 0.0, 1e-20),  # never before
        (400, 1000, 8000, 20_000, 0.4, 0.6),  # much, and always so
        (900, 1000, 400_000, 1_000_000, 0.0, 1e-40),  # large numbers do not break it
    ],
)
def test_surprise(hits: int, items: int, former_hits: int, former_items: int, least: float, most: float) -> None:
    assert least <= surprise(hits, items, former_hits, former_items) <= most


def test_how_often_it_cries_wolf() -> None:
    """400 rules of every rate, 100 windows each, of hits that do nothing but vary: fixed data. At a level of 1 % the
    bare bound is surprised by at most 1 %; with the limits in force nothing trips in 40,000 looks."""
    chance = np.random.default_rng(20260302)
    rates = np.repeat(np.geomspace(0.0005, 0.5, 400), 100)
    hits, former = chance.binomial(LIMITS.window, rates), chance.binomial(LIMITS.history, rates)
    looks = [(int(a), LIMITS.window, int(b), LIMITS.history) for a, b in zip(hits, former, strict=True)]
    surprised = sum(surprise(*look) < 0.01 for look in looks)
    assert 0 < surprised / len(looks) <= 0.01
    assert not any(judged_rate(Rate("x", *look), LIMITS).trips for look in looks)


def test_how_large_a_leap_is_seen() -> None:
    """A rule that hits 1 % of the items trips nearly always when that becomes 4 %, on fixed data."""
    chance = np.random.default_rng(7)
    hits, former = chance.binomial(LIMITS.window, 0.04, 1000), chance.binomial(LIMITS.history, 0.01, 1000)
    rates = [Rate("x", int(a), LIMITS.window, int(b), LIMITS.history) for a, b in zip(hits, former, strict=True)]
    assert sum(judged_rate(rate, LIMITS).trips for rate in rates) > 900
