"""Law as dated data: versions, overlaps, citations as of a day, and looking provisions up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mingjian.core.model import Instrument
from mingjian.core.rulebook.errors import Problem
from mingjian.core.rulebook.lawbook import LEVELS, Lawbook, parse_instrument
from tests.core.rulebook.folder import LAW

VERSIONS = [
    {"id": "1", "summary": "旧文", "repealed": "2024-01-01", "penalty": "罚款"},
    {"id": "1", "summary": "新文", "effective": "2024-01-01"},
    {"id": "16.1.1", "article": "第十六条第一款第(一)项", "summary": "不得保证"},
    {"id": "160", "summary": "别的"},
]


def parse(**changes: Any) -> tuple[Instrument | None, list[str]]:
    problems: list[Problem] = []
    data = {key: value for key, value in {**LAW, **changes}.items() if value is not ...}
    return parse_instrument(data, "law/x.yaml", problems), [str(problem) for problem in problems]


def lawbook(**changes: Any) -> Lawbook:
    instrument, problems = parse(provisions=VERSIONS, **changes)
    assert instrument is not None and problems == []
    return Lawbook([instrument])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"slug": ..., "short": ...}, "law/x.yaml: slug, short: required"),
        ({"provisions": []}, "law/x.yaml: provisions: required"),
        ({"level": "decree"}, f"law/x.yaml: level: 'decree' is not one of {', '.join(LEVELS)}"),
        ({"repealed": "never"}, "law/x.yaml: repealed: 'never' is not a date (YYYY-MM-DD)"),
        ({"provisions": [{"id": "1"}]}, "law/x.yaml#0: id, summary: a provision needs both"),
        ({"provisions": ["1"]}, "law/x.yaml#0: id, summary: a provision needs both"),
        ({"provisions": [{"id": "1", "summary": "文", "effective": "2024-13-01"}]},
         "law/x.yaml#0: effective: '2024-13-01' is not a date (YYYY-MM-DD)"),
        ({"provisions": [{"id": "1", "summary": "文", "repealed": "2019-01-01"}]},
         "law/x.yaml#0: repealed: not after the day it took effect"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_field(changes: dict[str, Any], told: str) -> None:
    assert parse(**changes)[1] == [told]


def test_an_instrument_is_a_mapping() -> None:
    problems: list[Problem] = []
    assert parse_instrument(["x"], "law/x.yaml", problems) is None
    assert [str(problem) for problem in problems] == ["law/x.yaml: an instrument is a mapping"]


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ({"repealed": "2024-01-01"}, {"effective": "2024-01-01"}, False),
        ({"repealed": "2024-01-01"}, {"effective": "2025-01-01"}, False),
        ({"repealed": "2024-01-02"}, {"effective": "2024-01-01"}, True),
        ({}, {"effective": "2024-01-01"}, True),
        ({"repealed": "2024-01-01"}, {}, True),
    ],
)
def test_two_versions_never_hold_on_one_day(first: dict[str, str], second: dict[str, str], refused: bool) -> None:
    versions = [{"id": "1", "summary": "旧", **first}, {"id": "1", "summary": "新", **second}]
    told = ["law/x.yaml: 1: two versions in force on the same day"] if refused else []
    assert parse(provisions=versions)[1] == told
    assert parse(provisions=versions[::-1])[1] == told, "whatever their order in the file"


def test_provisions_inherit_the_dates_of_their_instrument() -> None:
    instrument, _ = parse(effective="2020-01-01", repealed="2030-01-01")
    assert instrument is not None
    assert {(p.effective, p.repealed) for p in instrument.provisions} == {(date(2020, 1, 1), date(2030, 1, 1))}


@pytest.mark.parametrize(
    ("day", "summary"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), "旧文"),
        (date(2023, 12, 31), "旧文"),
        (date(2024, 1, 1), "新文"),
        (date(2099, 1, 1), "新文"),
    ],
)
def test_the_version_of_the_day_is_cited(day: date, summary: str | None) -> None:
    citation = lawbook().cite("cn.test-law/1", day)
    assert (citation.summary if citation else None) == summary


def test_a_citation_says_where_to_look() -> None:
    citation = lawbook().cite("cn.test-law/16.1.1", date(2024, 1, 1))
    assert citation is not None
    assert (citation.label, citation.instrument) == ("测试法16.1.1", "测试法")
    assert citation.article == "第十六条第一款第(一)项"


def test_a_dangling_reference_cites_nothing() -> None:
    assert "cn.test-law/99" not in lawbook()
    assert lawbook().cite("cn.test-law/99", date(2024, 1, 1)) is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("测试法16", ["16.1.1"]),
        ("测试法16.1.1", ["16.1.1"]),
        ("cn.test-law/16", ["16.1.1"]),
        ("测试法1", ["1", "1"]),
        ("测试法160", ["160"]),
        ("测试法17", []),
        ("", []),
    ],
)
def test_provisions_are_found_by_label_and_by_article(query: str, found: list[str]) -> None:
    assert [provision.id for _, provision in lawbook().find(query)] == found
