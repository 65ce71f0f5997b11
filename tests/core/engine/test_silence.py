"""Silencers: each hushes its own voice, and lets the same words stand where nobody speaks in it."""

from __future__ import annotations

import pytest

from mingjian.core.engine.silence import TESTS
from mingjian.core.rulebook.schema import SILENCERS
from tests.core.engine.fixtures import engine, judge, quotes, rule

GUARANTEE = {"kind": "term", "lexicons": ["guarantee"]}
SILENT = [
    ("negated", "没有任何方法能根治"),
    ("negated", "谁也不能保证"),
    ("negated", "根治的说法并不可信"),
    ("debunked", "警惕号称能根治的骗局"),
    ("debunked", "常见误区。一次就能根治"),
    ("question", "鼻炎能根治吗?"),
    ("question", "请问可以保证吗"),
    ("quoting_law", "医疗广告不得含有“根治”等内容"),
    ("quoting_law", "《广告法》第十六条写到保证"),
    ("quoting_law", "以下用语不得使用:\n根治"),
    ("debunked", "这些都是误区\n一次就能根治"),
    ("quoted", "广告中出现“根治”字样的,一律下架"),
    ("risk_disclosure", "手术存在风险,医生没法向你保证"),
    ("statistics", "研究显示五年内根治的占两成"),
    ("everyday", "这家餐厅保证好吃"),
    ("education", "一般来说,是否根治取决于分期"),
    ("experience", "医生跟我说会保证安全"),
    ("news", "据报道,该院曾保证退款"),
    ("posts", "他是省医学会整形分会委员,保证每周出诊"),
    ("self_goal", "我们努力保证每次面诊的时间"),
    ("conditional", "如果有人向您保证,请多问一句"),
]
LOUD = [
    ("negated", "不开刀就能根治"),
    ("negated", "不仅美白,还能根治"),
    ("negated", "术后没有疼痛。我们保证"),
    ("question", "鼻炎难受吗?我们三天就能根治,先到先得名额有限"),
    ("debunked", "我们的技术可以根治"),
    ("debunked", "投诉建议请填写意见卡\n一次就能根治"),
    ("quoting_law", "候诊区禁止吸烟\n一次就能根治"),
    ("quoted", "院长说:“我们保证”"),
    ("risk_disclosure", "无副作用,保证安全"),
    ("posts", "分会推荐,保证好看"),
    ("self_goal", "我们保证,并努力做好"),
    ("statistics", "三万人选择,保证好看"),
    ("everyday", "本院保证好看"),
    ("conditional", "来了就保证好看"),
]


def find(silencer: str, text: str) -> list[str]:
    return quotes(judge(engine(rule("T-1", GUARANTEE, silent_when=[silencer])), text, nature="advertisement"))


@pytest.mark.parametrize(("silencer", "text"), SILENT)
def test_silent(silencer: str, text: str) -> None:
    assert find(silencer, text) == []


@pytest.mark.parametrize(("silencer", "text"), SILENT)
def test_without_the_silencer_the_words_are_found(silencer: str, text: str) -> None:
    assert judge(engine(rule("T-1", GUARANTEE)), text, nature="advertisement").findings


@pytest.mark.parametrize(("silencer", "text"), LOUD)
def test_not_silent(silencer: str, text: str) -> None:
    assert find(silencer, text) != []


def test_a_silencer_hushes_one_place_not_the_text() -> None:
    assert find("negated", "没有人能保证。我们却能根治") == ["根治"]


def test_every_silencer_a_rule_may_name_exists_and_is_tried_here() -> None:
    assert set(TESTS) == set(SILENCERS) == {name for name, _ in SILENT}
