"""Cohen's kappa against a known table, another library and simulation."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from mingjian.desk.quality.kappa import Kappa, kappa, wilson

ANSWERS = ("pass", "label", "take_down")


def test_the_textbook_table() -> None:
    found = kappa({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    assert (found.pairs, found.agreed) == (50, 35)
    assert found.chance == pytest.approx(0.5)
    assert found.value == pytest.approx(0.4)


def test_nothing_to_compare_is_not_a_number() -> None:
    assert kappa({}) == Kappa(0, 0)
    alike = kappa({("pass", "pass"): 9})
    assert (alike.pairs, alike.agreed, alike.value, alike.low) == (9, 9, None, None)


def test_few_agreeing_answers_are_not_certain() -> None:
    found = kappa({("pass", "pass"): 2, ("limit", "limit"): 1})
    assert found.value == pytest.approx(1)
    assert found.low is not None and found.low < 0.5


@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS)), min_size=1, max_size=60))
def test_it_is_what_others_compute(pairs: list[tuple[str, str]]) -> None:
    table = Counter(pairs)
    found = kappa(table)
    turned = kappa({(two, one): count for (one, two), count in table.items()})
    assert found.value == pytest.approx(turned.value)
    if found.value is None:
        assert len({answer for pair in pairs for answer in pair}) == 1
        return
    assert found.value == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))
    assert found.low is not None and found.high is not None
    assert -1 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize(("margins", "error"), [((0.7, 0.2, 0.1), 0.1), ((0.95, 0.05), 0.03), ((0.5, 0.5), 0.2)])
@pytest.mark.parametrize("pairs", [10, 100])
def test_the_interval_holds_the_truth_in_19_of_20(margins: tuple[float, ...], error: float, pairs: int) -> None:
    many = len(margins)
    seen = np.eye(many) * (1 - error) + (1 - np.eye(many)) * error / (many - 1)
    both = (seen.T * np.array(margins)) @ seen  # two reviewers who err alike
    chance = float((both.sum(0) * both.sum(1)).sum())
    true = (float(np.trace(both)) - chance) / (1 - chance)
    held = of = 0
    for drawn in np.random.default_rng(7).multinomial(pairs, both.ravel(), size=400):
        found = kappa({(str(i // many), str(i % many)): int(count) for i, count in enumerate(drawn) if count})
        if found.low is not None and found.high is not None:
            of += 1
            held += found.low <= true <= found.high
    assert held / of > 0.92  # 0.95 less three standard errors of 400 draws


def test_a_share_has_its_interval() -> None:
    assert wilson(0, 10) == pytest.approx((0, 0.2775), abs=1e-3)
    assert wilson(10, 10) == pytest.approx((0.7225, 1), abs=1e-3)
