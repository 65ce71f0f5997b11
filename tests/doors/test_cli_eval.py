"""mingjian eval: the numbers, the lists, and lines that are not what they should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.doors.conftest import BREACH, CLEAN, CODE, Run

CASES = [
    {"id": "c1", "text": BREACH, "violation": ["efficacy_guarantee"], "articles": ["广告法16.1.1"]},
    {"id": "c2", "text": CLEAN, "violation": ["cure_rate"], "articles": [], "text_decidable": True},
    {"id": "c3", "text": CLEAN, "violation": ["unreviewed_ad"], "text_decidable": False},
]
LAWFUL = [{"id": "l1", "text": CLEAN, "kind": "科普"}, {"id": "l2", "text": BREACH, "kind": "新闻"}]


def _write(name: str, lines: list[object]) -> None:
    Path(name).write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), "utf-8")


def test_numbers_and_lists(run: Run) -> None:
    _write("cases.jsonl", list(CASES))
    _write("lawful.jsonl", list(LAWFUL))
    ran = run("eval", "cases.jsonl", "lawful.jsonl", "--format", "json")
    data = json.loads(ran.out)
    assert ran.code == 0
    assert (data["recall"]["hits"], data["recall"]["total"]) == (1, 2)
    assert data["recall_all_cases"]["total"] == 3
    assert data["recall"]["wilson95"] == [0.0945, 0.9055]
    assert data["recall_by_kind"]["efficacy_guarantee"]["value"] == 1
    assert data["citation_exact"]["value"] == 1
    assert data["false_positives"]["hits"] == 1
    assert data["false_positives_by_kind"]["新闻"]["hits"] == 1
    assert [miss["id"] for miss in data["misses"]] == ["c2"]
    assert data["false_alarms"][0]["id"] == "l2"
    assert CODE in {finding["code"] for finding in data["false_alarms"][0]["findings"]}


def test_text(run: Run) -> None:
    _write("cases.jsonl", list(CASES))
    _write("lawful.jsonl", list(LAWFUL))
    for lang, said in (("zh", "查出率"), ("en", "recall")):
        ran = run("eval", "cases.jsonl", "lawful.jsonl", "--lang", lang)
        assert ran.code == 0
        assert said in ran.out
        assert "c2" in ran.out
        assert "l2" in ran.out
        assert "50.0%" in ran.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{oops", "JSON"),
        ("[1]", "对象"),
        ({"text": "x", "violation": ["other"]}, "id"),
        ({"id": "x", "violation": ["other"]}, "text"),
        ({"id": "x", "text": 5, "violation": ["other"]}, "text"),
        ({"id": "x", "text": "x"}, "violation"),
        ({"id": "x", "text": "x", "violation": []}, "violation"),
        ({"id": "x", "text": "x", "violation": ["other"], "articles": [5]}, "articles"),
        ({"id": "x", "text": "x", "violation": ["other"], "text_decidable": "yes"}, "text_decidable"),
        ({"id": "c1", "text": "x", "violation": ["other"]}, "id"),
        ("[" * 100000, "JSON"),
    ],
)
def test_a_bad_line_is_named_with_its_field(run: Run, line: object, said: str) -> None:
    _write("cases.jsonl", [CASES[0], "", line])
    _write("lawful.jsonl", list(LAWFUL))
    ran = run("eval", "cases.jsonl", "lawful.jsonl", "-f", "json")
    assert ran.code == 2
    assert "cases.jsonl:3: " in ran.err
    assert said in ran.err
    assert json.loads(ran.out)["recall"]["total"] == 1


def test_mistakes(run: Run) -> None:
    _write("cases.jsonl", list(CASES))
    _write("empty.jsonl", [])
    assert run("eval", "cases.jsonl", "none.jsonl").code == 2
    assert run("eval", "cases.jsonl").code == 2
    assert run("eval", "empty.jsonl", "empty.jsonl").code == 2
    assert run("eval", "cases.jsonl", "empty.jsonl").code == 0
    assert run("eval", ".", "empty.jsonl").code == 2
