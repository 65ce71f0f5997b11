"""Extractors: what amounts, durations and contacts look like in a folded sentence, and that they stay linear."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.rulebook.audit import unbounded
from mingjian.core.text.numbers import EXTRACTORS, extract


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        ("number", "打了3次,花了1,980和三万余", ["3", "1,980", "三万余"]),
        ("number", "没有数字", []),
        ("percent", "有效率99.9%,复发率百分之三,九成满意", ["99.9%", "百分之三", "九成"]),
        ("percent", "100 %", ["100 %"]),
        ("percent", "九层妖塔", []),
        ("duration", "7天见效,三个月稳定,20余年经验,半小时", ["7天", "三个月", "20余年", "半小时"]),
        ("duration", "两疗程", ["两疗程"]),
        ("duration", "今天明天", []),
        ("money", "只要¥99,原价1980元,三千块", ["¥99", "1980元", "三千块"]),
        ("money", "9.9元", ["9.9元"]),
        ("money", "元旦快乐", []),
        ("count", "3万例手术,一次见效,第三名", ["3万例", "一次", "三名"]),
        ("date", "2024年5月1日到2024-06-01,6月18日", ["2024年5月1日", "2024-06-01", "6月18日"]),
        ("phone", "电话13800138000或400-123-4567,座机010-62345678", ["13800138000", "400-123-4567", "010-62345678"]),
        ("phone", "订单138001380001234", []),
        ("latin_id", "加meili_2024,vx:abc123x", ["meili_2024", "abc123x"]),
        ("latin_id", "spf50,2024abcdef", []),
    ],
)
def test_what_is_found(kind: str, text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in extract(kind, text, 0, len(text))] == found


@pytest.mark.parametrize("kind", EXTRACTORS)
def test_every_extractor_is_bounded_by_construction(kind: str) -> None:
    assert [line for line in unbounded(EXTRACTORS[kind].pattern) if "without a bound" in line] == []


@pytest.mark.parametrize("kind", EXTRACTORS)
@given(st.text(st.sampled_from("0123456789一二三十百万.,-% 元天年次月日¥ab_"), max_size=80), st.data())
def test_spans_stay_in_the_window_and_hold_something(kind: str, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = extract(kind, text, start, end)
    assert all(start <= low < high <= end for low, high in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
