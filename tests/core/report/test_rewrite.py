"""The rewriter: each case is a text with its findings marked, the prescription, and what must come out."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import Finding, Item, Part
from mingjian.core.report import rewrite
from tests.core.report.fixtures import finding, verdict

CLAUSE, WORDS = None, ""


def read(marked: str, how: tuple[str | None, ...]) -> tuple[str, list[Finding]]:
    """The text without its marks, and a finding for each mark in order of where it opens."""
    text, stack, spans = re.sub("[⟦⟧]", "", marked), [], []
    at = 0
    for char in marked:
        if char == "⟦":
            stack.append(at)
        elif char == "⟧":
            spans.append((stack.pop(), at))
        else:
            at += 1
    each = how if len(how) > 1 else how * len(spans)
    return text, [
        finding("甲", "甲", start=start, end=end, quote=text[start:end], rewrite=what)
        for (start, end), what in zip(sorted(spans), each, strict=True)
    ]


@pytest.mark.parametrize(
    ("marked", "how", "expected"),
    [
        # a replacement
        ("⟦保证治愈⟧。", ("效果因人而异",), "效果因人而异。"),
        # words deleted, and the particle that hung on them
        ("我们是⟦全国最好⟧的机构。", (WORDS,), "我们是机构。"),
        ("⟦国家级⟧的专家坐诊", (WORDS,), "专家坐诊"),
        ("本院⟦最好⟧⟦最强⟧的团队", (WORDS,), "本院团队"),
        ("价格1,000元⟦全网最低⟧起", (WORDS,), "价格1,000元起"),
        ("疗程3.5次 ⟦绝对⟧ 安全。", (WORDS,), "疗程3.5次 安全。"),
        # the clause has lost its point
        ("我们是⟦全国第一⟧。欢迎来", (WORDS,), "欢迎来"),
        ("面诊免费,我们是⟦全国第一⟧。", (WORDS,), "面诊免费。"),
        # enumerations
        ("项目A、⟦最好⟧、项目B", (WORDS,), "项目A、项目B"),
        ("⟦100%有效⟧、安全、放心", (WORDS,), "安全、放心"),
        ("安全和⟦有效⟧,来", (WORDS,), "安全,来"),
        # a clause, with its trailing comma
        ("热玛吉,⟦永不反弹⟧,放心做。", (CLAUSE,), "热玛吉,放心做。"),
        ("热玛吉,术后⟦永不反弹⟧。放心做。", (CLAUSE,), "热玛吉。放心做。"),
        ("A项目,⟦永不反弹⟧,⟦放心做⟧。来院面诊。", (CLAUSE,), "A项目。来院面诊。"),
        ("A项目。⟦永不反弹⟧,⟦放心做⟧。来院面诊。", (CLAUSE,), "A项目。来院面诊。"),
        ("⟦永不反弹⟧,而且恢复快。", (CLAUSE,), "恢复快。"),
        ("今天去做了 ⟦永不反弹⟧ 很开心", (CLAUSE,), "今天去做了 很开心"),
        ("⟦永不反弹⟧", (CLAUSE,), ""),
        # brackets, quotations, hashtags, lists
        ("项目(⟦永不反弹⟧)好", (CLAUSE,), "项目好"),
        ("本院(位于某地)⟦永不反弹⟧,欢迎", (CLAUSE,), "欢迎"),
        ("“⟦永不反弹⟧”是我们的承诺。欢迎", (CLAUSE,), "欢迎"),
        ("#⟦永不反弹⟧# #护肤#", (CLAUSE,), " #护肤#"),
        ("1. 面诊\n2. ⟦永不反弹⟧\n3. 护理", (CLAUSE,), "1. 面诊\n3. 护理"),
        ("A\r\n- ⟦永不反弹⟧\r\nB", (CLAUSE,), "A\r\nB"),
        # overlaps: the clause wins, else the widest
        ("a⟦bc⟦de⟧fg⟧h", ("效果因人而异", WORDS), "a效果因人而异h"),
        ("a⟦bc⟦de⟧fg⟧h,i", ("x", CLAUSE), "i"),
    ],
)
def test_apply(marked: str, how: tuple[str | None, ...], expected: str) -> None:
    text, findings = read(marked, how)
    assert rewrite.apply(text, findings) == expected


def test_what_waits_for_evidence_or_cannot_be_mended_by_cutting_is_left() -> None:
    text = "主任医师坐诊,热玛吉首选。"
    doubt = finding(text, "主任医师", status="needs_evidence")
    notice = finding(text, "热玛吉", family="missing_notice", rewrite=None)
    assert rewrite.apply(text, [doubt, notice]) == text
    assert rewrite.apply(text, [doubt], statuses=("needs_evidence",)) == "坐诊,热玛吉首选。"


def test_every_part_is_mended_by_its_own_findings() -> None:
    item = Item("甲", (Part("永不反弹的针", "title"), Part("面诊,永不反弹。")))
    hits = (finding("永不反弹的针", "永不反弹"), finding("面诊,永不反弹。", "永不反弹", part=1, rewrite=None))
    assert rewrite.apply_item(item, verdict(item, *hits)) == ("针", "面诊。")


def test_diff_is_unified_and_silent_when_nothing_changed() -> None:
    assert rewrite.diff("一\n", "一\n") == ""
    assert rewrite.diff("一\n二", "一\n三", "笔记.md") == (
        "--- a/笔记.md\n+++ b/笔记.md\n@@ -1,2 +1,2 @@\n 一\n-二\n\\ No newline at end of file\n"
        "+三\n\\ No newline at end of file\n"
    )


@given(
    st.text(alphabet=st.sampled_from("好是的和、,。!?\n ()“”#1.最甲乙"), max_size=60),
    st.lists(st.tuples(st.integers(0, 59), st.integers(1, 8), st.sampled_from(["", None])), max_size=6),
)
def test_without_replacements_characters_are_only_ever_dropped(
    text: str, spans: list[tuple[int, int, str | None]]
) -> None:
    findings = [
        finding("甲", "甲", start=a, end=min(len(text), a + n), rewrite=how) for a, n, how in spans if a < len(text)
    ]
    left = iter(rewrite.apply(text, findings))
    out = list(left)
    source = iter(text)
    assert all(char in source for char in out)  # a subsequence: in order, and nothing new


@pytest.mark.parametrize("unit", ["做完永不反弹,(放心", "做完永不反弹啊我的放心"])
def test_a_long_text_with_many_findings_stays_quick(unit: str) -> None:
    text, size = unit * 20_000, len(unit)
    findings = [
        finding("甲", "甲", start=i * size + 2, end=i * size + 6, rewrite=None if i % 2 else "") for i in range(20_000)
    ]
    began = time.perf_counter()
    assert len(rewrite.apply(text, findings)) < len(text)
    assert time.perf_counter() - began < 10  # a quadratic rewriter takes minutes
