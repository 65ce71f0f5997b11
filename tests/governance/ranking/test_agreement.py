"""Agreement and severity against hand-made tables and the library's published example."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.governance.ranking.agreement import agreement, alpha, means
from mingjian.governance.ranking.load import shipped
from mingjian.records.ranking.model import Form

PLAN = shipped("physicians")
KEY = PLAN.rated[0].key
N = np.nan


def form(rater: str, entrant: str, mark: int) -> Form:
    return Form(f"{rater}-{entrant}", "edt", entrant, rater, "submitted", {one.key: mark for one in PLAN.rated}, 0, 0)


def test_krippendorffs_own_example() -> None:
    """K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), data C: interval alpha 0.849."""
    table = np.array([
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ])  # fmt: skip
    found = alpha("c", table)
    assert found.value == pytest.approx(0.849, abs=5e-4)
    assert (found.units, found.marks) == (11, 40)


def test_perfect_agreement_is_one_and_one_mark_says_nothing() -> None:
    assert alpha("x", np.array([[1, 5, 3], [1, 5, 3]], float)).value == 1.0
    assert alpha("x", np.array([[1, 5, 3]], float)).value is None
    assert alpha("x", np.array([[4, 4], [4, 4]], float)).value is None
    assert alpha("x", np.empty((0, 0))).value is None


def test_a_severe_rater_shows() -> None:
    forms = [form(rater, entrant, mark) for entrant, base in (("a", 3), ("b", 4), ("c", 5))
             for rater, mark in (("mild", base), ("even", base), ("severe", base - 2))]  # fmt: skip
    found = {one.rater: one for one in agreement(PLAN, forms).raters}
    assert found["severe"].gap == pytest.approx(-2.0) and found["mild"].gap == pytest.approx(1.0)
    assert found["severe"].mean == pytest.approx(2.0) and found["severe"].forms == 3


def test_who_cannot_judge_gave_no_mark() -> None:
    forms = [form("x", "a", 4), form("y", "a", 0)]
    assert means(PLAN, forms)["a"][KEY] == (4.0, 1)
    assert agreement(PLAN, forms).whole.units == 0


def test_each_dimension_field_and_the_whole() -> None:
    forms = [form(rater, entrant, mark) for entrant, mark in (("a", 2), ("b", 5)) for rater in ("x", "y", "z")]
    found = agreement(PLAN, forms)
    assert [one.key for one in found.dimensions] == [one.key for one in PLAN.rated]
    assert [one.key for one in found.fields] == ["technique", "aesthetics", "service"]
    assert found.whole.value == 1.0 and all(one.value == 1.0 for one in (*found.fields, *found.dimensions))
