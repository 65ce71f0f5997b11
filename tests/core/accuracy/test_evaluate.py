"""Accuracy: intervals against known values, and what counts as found, flagged and rightly cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.accuracy.evaluate import Case, Evaluation, Lawful, Share, article_of, evaluate
from tests.core.engine.fixtures import OPTIONS, engine, rule

GUARANTEE = {"kind": "term", "lexicons": ["guarantee"]}
EFFECT = {"kind": "term", "lexicons": ["effect"]}


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17: table I, method 3 (Wilson score without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # The complement, and all of them.
        (28, 29, 0.8282, 0.9939),
        (20, 20, 0.8389, 1.0000),
    ],
)
def test_wilson_intervals(hits: int, total: int, low: float, high: float) -> None:
    share = Share(hits, total)
    assert share.value == hits / total
    assert share.interval == pytest.approx((low, high), abs=5e-5)


def test_nothing_has_no_share() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_between_none_and_all(counts: tuple[int, int]) -> None:
    share = Share(*counts)
    assert share.interval is not None and share.value is not None
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-12 and share.value - 1e-12 <= high <= 1


def run(cases: list[Case], lawful: list[Lawful] | None = None) -> Evaluation:
    checker = engine(
        rule("T-1", GUARANTEE, cites=["cn.test-law/1"]),
        rule("T-2", EFFECT, cites=["cn.test-law/1"], outcome="advice", family="comparison"),
    )
    return evaluate(checker, cases, lawful or [], OPTIONS)


def test_only_violations_find_a_case() -> None:
    result = run(
        [
            Case("a", "保证好看", ("efficacy_guarantee",)),
            Case("b", "美白", ("comparison",)),
            Case("c", "什么也没有", ("comparison", "efficacy_guarantee")),
            Case("d", "看不出来", ("comparison",), decidable=False),
        ]
    )
    assert (result.found, result.found_all) == (Share(1, 3), Share(1, 4))
    assert [case.id for case in result.misses] == ["b", "c"]
    assert result.kind_found == {"comparison": Share(0, 2), "efficacy_guarantee": Share(1, 2)}
    assert result.kind_named == {"comparison": Share(0, 2), "efficacy_guarantee": Share(1, 2)}


def test_a_case_found_as_another_kind_is_found_but_not_named() -> None:
    result = run([Case("a", "保证好看", ("comparison",))])
    assert result.kind_found["comparison"] == Share(1, 1)
    assert result.kind_named["comparison"] == Share(0, 1)


@pytest.mark.parametrize(
    ("articles", "exact", "by_article"),
    [
        (("测试法1",), Share(1, 1), Share(1, 1)),
        (("测试法1.2",), Share(0, 1), Share(1, 1)),
        (("测试法2",), Share(0, 1), Share(0, 1)),
        (("测试法10",), Share(0, 1), Share(0, 1)),
        (("测试法2", "测试法1"), Share(1, 1), Share(1, 1)),
        ((), Share(0, 0), Share(0, 0)),
    ],
)
def test_citations(articles: tuple[str, ...], exact: Share, by_article: Share) -> None:
    result = run([Case("a", "保证好看", ("efficacy_guarantee",), articles)])
    assert (result.exact, result.by_article) == (exact, by_article)
    assert [case.id for case, _ in result.miscited] == (["a"] if articles and not by_article.hits else [])


def test_a_case_that_was_not_found_counts_for_no_citation() -> None:
    result = run([Case("a", "什么也没有", ("comparison",), ("测试法1",))])
    assert (result.exact, result.by_article) == (Share(0, 0), Share(0, 0))


@pytest.mark.parametrize(("label", "article"), [("广告法16.1.1", "广告法16"), ("广告法9", "广告法9")])
def test_article_of(label: str, article: str) -> None:
    assert article_of(label) == article


def test_lawful_passages_are_flagged_by_violations_only() -> None:
    result = run([], [Lawful("1", "保证好看", "科普"), Lawful("2", "美白", "科普"), Lawful("3", "天气", "新闻")])
    assert result.flagged == Share(1, 3)
    assert result.flagged_by_kind == {"新闻": Share(0, 1), "科普": Share(1, 2)}
    assert [(passage.id, verdict.value) for passage, verdict in result.false_alarms] == [("1", "violation")]
    assert result.found == Share(0, 0)
