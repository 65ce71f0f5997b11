"""Procedures held against the licence that an item's facts tell of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mingjian import api
from mingjian.core.engine.options import Options
from mingjian.core.model import Finding, Item, Part, Publisher, Verdict

DAY = date(2026, 11, 1)
CODES = ("MI-26-specialty", "MB-GRADE-level", "MI-23-lapsed")
SKIN: dict[str, Any] = {"licensed_specialties": ["14", "14.03"]}
SURGERY: dict[str, Any] = {"licensed_specialties": ["14", "14.01"]}


def judged(*texts: str, nature: str = "advertisement", **facts: Any) -> Verdict:
    parts = tuple(Part(text) for text in texts)
    item = Item("n", parts, nature=nature, publisher=Publisher("institution"), facts=facts)
    return api.engine().check([item], Options(as_of=DAY, select=CODES))[0]


def found(*texts: str, nature: str = "advertisement", **facts: Any) -> list[tuple[str, str, str]]:
    return [(one.code, one.quote, one.status) for one in judged(*texts, nature=nature, **facts).findings]


def test_silent_without_facts() -> None:
    assert found("双眼皮立减") == []
    assert found("双眼皮立减", review_certificate=True) == []


def test_a_procedure_beyond_the_specialties_says_what_the_licence_covers() -> None:
    (one,) = judged("双眼皮立减", **SKIN).findings
    assert (one.code, one.status, one.severity) == ("MI-26-specialty", "violation", "high")
    assert "重睑成形术属美容外科" in one.message and "登记的是:医疗美容科、美容皮肤科" in one.message
    assert one.cites[0] == "医疗机构管理条例26"
    assert "{why}" not in one.message and "{match}" not in one.message


def test_once_a_procedure_and_for_each_of_several() -> None:
    assert found("双眼皮、割双眼皮、双眼皮", "隆鼻和双眼皮", **SKIN) == [
        ("MI-26-specialty", "双眼皮", "violation"),
        ("MI-26-specialty", "隆鼻", "violation"),
    ]


def test_the_first_place_may_be_silent_and_the_second_not() -> None:
    assert found("本院不开展双眼皮。\n双眼皮立减,预约从速。", **SKIN) == [("MI-26-specialty", "双眼皮", "violation")]
    assert found("本院不开展双眼皮手术。", **SKIN) == []


def test_grade() -> None:
    assert found("下颌角手术", **SURGERY, institution_type="门诊部") == [("MB-GRADE-level", "下颌角手术", "violation")]
    assert found("双眼皮", **SURGERY, institution_type="门诊部") == []
    assert found("下颌角手术", **SURGERY, institution_type="综合医院", institution_level="三级") == []


def test_what_is_missing_is_asked_for_by_its_name() -> None:
    (one,) = judged("下颌角手术", **SURGERY).findings
    assert (one.code, one.status, one.missing) == ("MB-GRADE-level", "needs_evidence", ("institution_type",))
    (one,) = judged("下颌角手术", **SURGERY, institution_type="综合医院").findings
    assert one.missing == ("institution_level",)
    (one,) = judged("双眼皮", licensed_specialties=["医疗美容科"], institution_type="门诊部").findings
    assert (one.code, one.missing) == ("MI-26-specialty", ("licensed_specialties",))


def test_what_is_refused_is_not_asked_about_too() -> None:
    assert found("下颌角手术", **SKIN) == [("MI-26-specialty", "下颌角手术", "violation")]


@pytest.mark.parametrize("text", ["线雕提升", "黄金微雕溶脂", "鼻综合"])
def test_what_provinces_class_differently_is_no_violation(text: str) -> None:
    assert found(text, licensed_specialties=["12"], institution_type="诊所") == []


def test_a_licence_that_is_not_in_force_is_told_once() -> None:
    assert found("光子嫩肤和双眼皮", licence_in_force=False) == [("MI-23-lapsed", "光子嫩肤", "violation")]
    assert found("今天天气很好", licence_in_force=False) == []


@pytest.mark.parametrize("nature", ["education", "news", "experience", "official"])
def test_only_what_promotes(nature: str) -> None:
    assert found("双眼皮手术有哪些术式", nature=nature, **SKIN) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"licensed_specialties": []},
        {"licensed_specialties": None},
        {"licensed_specialties": 3},
        {"licensed_specialties": {}},
        {"institution_type": 5, "institution_level": []},
        {"licence_in_force": "no"},
    ],
)
def test_facts_of_the_wrong_shape_are_no_facts(facts: dict[str, Any]) -> None:
    assert found("双眼皮", **facts) == []


def test_a_word_in_disguise() -> None:
    assert [one.quote for one in _disguised()] == ["双*眼*皮"]


def _disguised() -> tuple[Finding, ...]:
    return judged("双*眼*皮手术立减,热玛吉到院预约", licensed_specialties=["14", "14.03"]).findings
