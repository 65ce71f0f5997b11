"""Counts and positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import FAMILIES, Item, Part
from mingjian.core.report import labels
from mingjian.core.report.model import Position, Positions, gravity, ordered, position, summarise
from mingjian.core.report.visible import visible
from tests.core.report.fixtures import finding, sample


def test_summary_counts_everything_once() -> None:
    summary = sample().summary
    assert (summary.items, summary.findings, summary.errors) == (3, 6, 2)
    assert summary.verdicts == {
        "violation": 1,
        "needs_evidence": 0,
        "undetermined": 0,
        "advice": 1,
        "clean": 1,
    }
    assert summary.statuses == {"violation": 4, "needs_evidence": 1, "advice": 1}
    assert list(summary.severities.items())[:2] == [("critical", 1), ("high", 2)]
    assert next(iter(summary.families.items())) == ("efficacy_guarantee", 2)
    assert summary.natures == {"advertisement": 2, "education": 1}
    assert summarise([]).items == 0


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("永不反弹", 0, (1, 1)),
        ("一\n二三", 3, (2, 2)),
        ("一\r\n二三", 4, (2, 2)),
        ("一\r二三", 3, (2, 2)),
        ("一\n\n\n二", 4, (4, 1)),
        ("😀𠮷反", 2, (1, 3)),
    ],
)
def test_place_counts_lines_and_characters_from_one(text: str, offset: int, expected: tuple[int, int]) -> None:
    assert Positions(Item.of(text)).at(0, offset) == Position(*expected)


def test_place_starts_from_the_items_line_but_a_row_keeps_its_own() -> None:
    text = "一\n永不反弹"
    hit = finding(text, "永不反弹")
    assert position(Item.of(text, source="笔记.md", line=10), hit) == Position(11, 1)
    assert position(Item.of(text, source="批量.JSONL", line=10), hit) == Position(10, 3)
    assert position(Item("x", (Part(text, line=4),), source="笔记.md"), hit) == Position(5, 1)


@given(st.text(alphabet=st.sampled_from("好a\n\r"), max_size=30), st.data())
def test_place_agrees_with_an_editor(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n":
        return
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert Positions(Item("x", (Part(text),))).at(0, offset) == Position(len(before), len(before[-1]) + 1)


def test_order_is_reading_order_then_gravity() -> None:
    text = "最好永不反弹"
    mild, grave, first = (
        finding(text, "永不", severity="low"),
        finding(text, "永不反弹", severity="critical"),
        finding(text, "最好", severity="info"),
    )
    assert ordered([mild, grave, first]) == [first, grave, mild]
    assert gravity(grave) < gravity(mild)


def test_every_family_has_words_in_both_languages() -> None:
    assert set(labels.FAMILY) == set(FAMILIES)
    for group in labels.GROUPS.values():
        assert all(len(pair) == 2 and all(pair) for pair in group.values())
    assert labels.label("family", "a_newer_kind") == "a_newer_kind"


def test_hidden_characters_are_shown_and_emoji_left_alone() -> None:
    assert visible("玻\u200b尿\x1b[31m酸\u202e") == "玻‹U+200B›尿‹U+001B›[31m酸‹U+202E›"
    assert visible("医生👩\u200d⚕️好") == "医生👩\u200d⚕️好"
    assert visible("一\r\n二\t三\ud800") == "一 二 三‹U+D800›"
