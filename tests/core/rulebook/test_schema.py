"""The rule file: every field is validated, all at once, and nothing a writer can write crashes the reader."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import Rule
from mingjian.core.rulebook.errors import Problem
from mingjian.core.rulebook.schema import CHOICES, GATES, KEYS, parse_rule
from tests.core.rulebook.folder import RULE

TERM = {"kind": "term", "words": ["保证"]}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["term", "pattern", "(", "⟦保⟧"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | st.integers(), inner, max_size=3),
    max_leaves=6,
)


def parse(**changes: Any) -> tuple[Rule | None, list[str]]:
    problems: list[Problem] = []
    data = {key: value for key, value in {**RULE, **changes}.items() if value is not ...}
    return parse_rule(data, "r.yaml", problems), [str(problem).removeprefix("r.yaml: ") for problem in problems]


def test_a_good_rule_with_its_defaults() -> None:
    rule, problems = parse(status=...)
    assert rule is not None and problems == []
    assert (rule.status, rule.confidence, rule.outcome, rule.path) == ("preview", "medium", "violation", "r.yaml")
    assert (rule.rewrite, rule.needs, rule.monitoring) == (None, (), {})


def test_a_rule_that_needs_facts_waits_for_them_unless_it_says_otherwise() -> None:
    waiting, _ = parse(needs=["review_certificate"])
    advising, _ = parse(needs=["review_certificate"], outcome="advice")
    assert waiting and advising
    assert (waiting.outcome, advising.outcome) == ("needs_evidence", "advice")


def test_an_empty_rewrite_deletes_and_a_missing_one_does_not() -> None:
    assert [parse(rewrite=value)[0].rewrite for value in ("", None)] == ["", None]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("marked", "text", "spans"),
    [
        ("⟦保证⟧好看", "保证好看", ((0, 2),)),
        ("先⟦保证⟧再⟦根治⟧", "先保证再根治", ((1, 3), (4, 6))),
        ("😀⟦保\n证⟧", "😀保\n证", ((1, 4),)),
    ],
)
def test_marks_become_spans_of_the_text_without_them(marked: str, text: str, spans: Any) -> None:
    rule, _ = parse(examples={"bad": [marked], "good": []})
    assert rule is not None
    assert (rule.bad[0].text, rule.bad[0].spans) == (text, spans)


def test_an_example_may_say_its_setting() -> None:
    rule, _ = parse(examples={"bad": [{"text": "⟦保证⟧", "publisher": "institution", "as_of": "2024-01-01"}]})
    assert rule is not None
    assert rule.bad[0].context == {"publisher": "institution", "as_of": "2024-01-01"}


@pytest.mark.parametrize("key", ["code", "name", "title", "family", "severity", "cites", "match", "message", "why"])
def test_required_fields(key: str) -> None:
    rule, problems = parse(**{key: ...})
    assert rule is None
    assert f"{key}: required" in problems


@pytest.mark.parametrize("key", [*CHOICES, "outcome"])
def test_words_of_a_closed_list(key: str) -> None:
    rule, problems = parse(**{key: "nonsense"})
    assert rule is None
    assert len(problems) == 1 and problems[0].startswith(f"{key}: 'nonsense' is not one of ")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"colour": 1}, "colour: unknown field"),
        ({"cites": "cn.test-law/1"}, "cites: must be a list of words"),
        ({"suggest": [{"改为": "x"}]}, "suggest: must be a list of words"),
        ({"monitoring": "YL2"}, "monitoring: must be a mapping"),
        ({"title": ["x"]}, "title: must be a text (quote it)"),
        ({"applies": {"nature": ["news"]}}, f"applies.nature: is not one of {', '.join(GATES)}"),
        ({"applies": {"natures": "news"}}, "applies.natures: must be a list of words"),
        ({"silent_when": ["asleep"]}, "silent_when: 'asleep' is not one of "),
        ({"match": "保证"}, "match: needs a kind: one of "),
        ({"match": {"kind": "magic"}}, "match: needs a kind: one of "),
        ({"match": {"kind": "term"}}, "match: a term match names lexicons or words"),
        ({"match": {**TERM, "slots": []}}, "match.slots: not a field of a term match"),
        ({"match": {**TERM, "near": ["x"]}}, "match.near: must be a dict"),
        ({"match": {"kind": "term", "words": "保证"}}, "match.words: must be a list"),
        ({"match": {"kind": "claim", "slots": ["effect?"]}}, "match.slots: a claim needs at least one slot"),
        ({"match": {"kind": "pattern", "regex": "保证"}}, "match.anchors: a pattern needs anchors"),
        ({"match": {"kind": "pattern", "regex": "(", "anchors": ["保证"]}}, "match.regex: missing )"),
        ({"match": {"kind": "absence", "when": TERM}}, "match.missing: an absence says what is missing"),
        ({"match": {"kind": "absence", "when": {"kind": "term"}, "missing": TERM}}, "match.when: a term match names"),
        ({"examples": {"bad": ["没有标记"]}}, "examples.bad[0]: marks no ⟦span⟧"),
        ({"examples": {"bad": "⟦保证⟧"}}, "examples.bad: must be a list"),
        (
            {"examples": {"good": [{"text": "好", "mood": "x"}]}},
            "examples.good[0]: is a text, or a mapping of text and ",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_field(changes: dict[str, Any], told: str) -> None:
    rule, problems = parse(**changes)
    assert rule is None
    assert [line for line in problems if line.startswith(told)], problems


def test_all_errors_at_once() -> None:
    _, problems = parse(severity="awful", why=..., silent_when=["asleep"], match={"kind": "term"}, colour=1)
    assert sorted(line.split(":")[0] for line in problems) == ["colour", "match", "severity", "silent_when", "why"]


@pytest.mark.parametrize("data", [None, [], "rule", 3])
def test_a_rule_is_a_mapping(data: Any) -> None:
    problems: list[Problem] = []
    assert parse_rule(data, "r.yaml", problems) is None
    assert [str(problem) for problem in problems] == ["r.yaml: a rule is a mapping"]


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), ANYTHING, max_size=4))
def test_nothing_written_in_a_rule_crashes_the_reader(changes: dict[str, Any]) -> None:
    rule, problems = parse(**changes)
    assert (rule is None) == bool(problems)


@given(st.dictionaries(st.sampled_from(["words", "lexicons", "slots", "near", "regex", "anchors", "when", "missing", "gap"]), ANYTHING),
       st.sampled_from(["term", "claim", "pattern", "absence", "item", "classifier"]))  # fmt: skip
def test_nothing_written_in_a_match_crashes_the_reader(fields: dict[str, Any], kind: str) -> None:
    rule, problems = parse(match={"kind": kind, **fields})
    assert (rule is None) == bool(problems)
