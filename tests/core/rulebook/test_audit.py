"""Rules about rules: what the audit refuses, and that no pattern it lets through can be catastrophic."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.rulebook.audit import MAX_PATHS, MAX_REPEAT, audit, unbounded
from mingjian.core.rulebook.load import load
from tests.core.rulebook.folder import write

DAY = date(2026, 11, 1)


def told(root: Path, **changes: Any) -> list[str]:
    return [str(problem).removeprefix("rules/T-1.yaml: ") for problem in audit(load(write(root, **changes)), DAY)]


def pattern(regex: str) -> dict[str, Any]:
    return {"match": {"kind": "pattern", "regex": regex, "anchors": ["保证"]}}


def test_a_good_rulebook(tmp_path: Path) -> None:
    assert told(tmp_path) == []


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"code": "T-2"}, "code: T-2 is not the name of its file"),
        ({"cites": ["cn.test-law/9"]}, "cites: cn.test-law/9 dangles"),
        ({"examples": {"bad": ["⟦保证⟧"], "good": ["好", "好的"]}}, "examples.bad: a stable rule has at least 2"),
        ({"examples": {"bad": ["⟦保证⟧", "⟦根治⟧"]}}, "examples.good: a stable rule has at least 2"),
        ({"suggest": []}, "suggest: says nothing a writer could do instead"),
        ({"message": "“{match}不可以"}, "message: unbalanced quotes in"),
        ({"suggest": ["改为“效果因人而异"]}, "suggest: unbalanced quotes in"),
        ({"monitoring": {"medical": "YL99"}}, "monitoring: no monitoring code YL99"),
        ({"match": {"kind": "term", "lexicons": ["nowhere"]}}, "match: no lexicon is called nowhere"),
        ({"match": {"kind": "claim", "slots": ["guarantee", "nowhere|guarantee?"]}}, "match: no lexicon is called nowhere"),
        ({"match": {"kind": "term", "words": ["保证"], "near": {"lexicons": ["nowhere"]}}}, "match: no lexicon is called"),
        ({"match": {"kind": "term", "words": ["最"]}}, "match: '最': a single character"),
        ({"match": {"kind": "claim", "slots": ["guarantee", "=最|最好"]}}, "match: '最': a single character"),
        (pattern("保证.*"), "match.regex: a repeat without a bound"),
        ({"match": {"kind": "absence", "when": {"kind": "term", "words": ["保证"]}, "missing": {"regex": "医广.+"}}},
         "match.regex: a repeat without a bound"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path: Path, rule: dict[str, Any], complaint: str) -> None:
    found = told(tmp_path, rule=rule)
    assert [line for line in found if line.startswith(complaint)], found


def test_a_stable_rule_rests_on_law_in_force(tmp_path: Path) -> None:
    repealed = {"repealed": "2025-01-01"}
    assert told(tmp_path / "a", law=repealed) == ["cites: none of cn.test-law/1.1 is in force on 2026-11-01"]
    assert told(tmp_path / "b", law=repealed, rule={"status": "preview"}) == []
    both = {"cites": ["cn.test-law/1.1", "cn.test-law/2"]}
    assert told(tmp_path / "c", rule=both) == []


def test_a_preview_may_still_lack_examples(tmp_path: Path) -> None:
    assert told(tmp_path, rule={"status": "preview", "examples": ...}) == []


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    found = told(tmp_path, rule={"cites": ["cn.test-law/9"], "suggest": [], "monitoring": {"any": "X1"}})
    assert [line.split(":")[0] for line in found] == ["cites", "cites", "suggest", "monitoring"]


@pytest.mark.parametrize(
    "regex",
    [
        "a*", "a+", "(?:ab)*", "a{2,}", ".{0,41}", "(?:a{0,5}b){0,5}", "(?:(?:a|b){0,3}){0,3}", "(?:(?:a|aa){0,3}){0,3}",
        ".{0,40}a.{0,40}b.{0,40}c.{0,40}d", "(a)\\1", "(?P<x>a)(?P=x)", "(a)?(?(1)b|c)", "(?=a*)b", "(?:a|b*)c", "a*?",
    ],
)  # fmt: skip
def test_catastrophic_patterns_are_refused(regex: str) -> None:
    re.compile(regex)
    assert list(unbounded(regex))


@pytest.mark.parametrize(
    "regex",
    [
        "保证",
        "保证.{0,20}根治",
        "(?:三|七)天(?:见效|痊愈)",
        "(?<!不)保证(?!金)",
        "[0-9]{1,3}%",
        "a?b?c?",
        "(?:第[一二三]){1,2}",
        "^.{0,6}保证$",
    ],
)
def test_bounded_patterns_pass(regex: str) -> None:
    assert list(unbounded(regex)) == []


ATOMS = st.sampled_from(["a", "b", "[ab]", ".", "(?:a|ab)", "(?:b|a{0,3})"])
PIECES = st.tuples(ATOMS, st.sampled_from(["", "?", "{0,3}", "{1,8}", "{0,20}", "{0,40}", "*", "+"])).map("".join)


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join))
def test_whatever_passes_takes_a_bounded_number_of_ways(regex: str) -> None:
    """Counted independently: the widths of the repeats multiply, and no repeat is open or wider than allowed."""
    if list(unbounded(regex)):
        return
    widths = [int(high) - int(low) + 1 for low, high in re.findall(r"\{(\d+),(\d+)\}", regex)]
    ways = 2 ** regex.count("?") if "(?" not in regex else 1
    for width in widths:
        assert width <= MAX_REPEAT + 1
        ways *= width
    assert ways <= MAX_PATHS and "*" not in regex and "+" not in regex
