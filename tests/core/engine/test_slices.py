"""One huge item is judged in slices, and told as one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.engine import slices
from mingjian.core.model import Item, Part
from tests.core.engine.fixtures import OPTIONS, engine, judge, rule

GUARANTEE = {"kind": "term", "lexicons": ["guarantee"]}
WITHOUT_LICENCE = {"kind": "absence", "when": GUARANTEE, "missing": {"words": ["许可证"]}}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "HUGE", 60)
    monkeypatch.setattr(slices, "SLICE", 40)
    monkeypatch.setattr(slices, "BACK", 10)


@given(st.lists(st.text(alphabet="甲乙。,\n", max_size=150), max_size=4))
def test_every_character_is_in_one_slice(texts: list[str]) -> None:
    item = Item("x", tuple(map(Part, texts)))
    back = [""] * len(texts)
    for piece_item, pieces in slices.slices(item):
        assert [part.text for part in piece_item.parts] == [piece.text for piece in pieces]
        assert sum(len(piece.text) for piece in pieces) <= slices.SLICE
        for piece in pieces:
            assert piece.start == len(back[piece.part])
            back[piece.part] += piece.text
    assert back == texts


def test_it_is_cut_where_a_sentence_ends() -> None:
    text = "甲" * 35 + "。" + "乙" * 30
    assert [pieces[0].text for _, pieces in slices.slices(Item.of(text))] == ["甲" * 35 + "。", "乙" * 30]


def test_findings_point_into_the_whole_text() -> None:
    text = ("天气很好。" * 9 + "保证好看。") * 5
    verdict = judge(engine(rule("T-1", GUARANTEE)), text)
    assert [f.start for f in verdict.findings] == [45 + 50 * i for i in range(5)]
    assert {text[f.start : f.end] for f in verdict.findings} == {"保证"}
    assert {text[f.sentence[0] : f.sentence[1]].strip() for f in verdict.findings} == {"保证好看。"}


@pytest.mark.parametrize(("end", "found"), [("没有别的话", 1), ("许可证齐全", 0)])
def test_what_is_missing_here_may_stand_in_another_slice(end: str, found: int) -> None:
    text = "保证好看。" + "天气很好。" * 20 + end
    assert len(judge(engine(rule("T-1", WITHOUT_LICENCE)), text).findings) == found


@pytest.mark.parametrize(("body", "found"), [("没有别的话", 1), ("许可证齐全", 0)])
def test_what_is_missing_in_one_part_may_stand_in_another(body: str, found: int) -> None:
    item = Item("x", (Part("保证好看", "title"), Part(body)), nature="advertisement")
    verdict = engine(rule("T-1", WITHOUT_LICENCE)).check([item], OPTIONS)[0]
    assert len(verdict.findings) == found


def test_huge_and_small_items_keep_their_order_and_their_verdicts() -> None:
    made = engine(rule("T-1", GUARANTEE))
    texts = ["保证好看", "天气很好。" * 30 + "保证", "天气很好", "天气很好。" * 30]
    found = made.check([Item.of(text, id=str(i)) for i, text in enumerate(texts)], OPTIONS)
    assert [(v.id, v.value) for v in found] == [
        ("0", "violation"), ("1", "violation"), ("2", "clean"), ("3", "clean"),
    ]  # fmt: skip


def test_what_was_not_read_stays_unread() -> None:
    facts: dict[str, Any] = {"unread": ("第2页",)}
    verdict = judge(engine(rule("T-1", GUARANTEE)), "天气很好。" * 30, facts=facts)
    assert (verdict.value, verdict.notes) == ("undetermined", ("第2页",))
