"""Conditions over what is known of a case."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import SEVERITIES
from mingjian.desk.queues.conditions import parse_condition


def matches(condition: Any, facts: dict[str, Any]) -> bool:
    problems: list[str] = []
    made = parse_condition(condition, "when", lambda field, message: problems.append(f"{field}: {message}"))
    assert not problems
    return made.matches(facts)


@pytest.mark.parametrize(
    ("condition", "facts", "matched"),
    [
        ({}, {}, True),
        ({"platform": "douyin"}, {"platform": "douyin"}, True),
        ({"platform": "douyin"}, {"platform": "xiaohongshu"}, False),
        ({"platform": "douyin"}, {}, False),
        ({"platform": ["douyin", "xiaohongshu"]}, {"platform": "xiaohongshu"}, True),
        ({"families": ["minors", "privacy"]}, {"families": ["diversion", "privacy"]}, True),
        ({"families": ["minors"]}, {"families": []}, False),
        ({"severity": {"at_least": "high"}}, {"severity": "critical"}, True),
        ({"severity": {"at_least": "high"}}, {"severity": "medium"}, False),
        ({"severity": {"at_least": "high"}}, {}, False),
        ({"severity": {"below": "high"}}, {"severity": "high"}, False),
        ({"risk": {"at_least": 0.5, "below": 0.8}}, {"risk": 0.5}, True),
        ({"risk": {"at_least": 0.5, "below": 0.8}}, {"risk": 0.8}, False),
        ({"risk": {"at_least": 0.5}}, {"risk": "0.9"}, False),
        ({"risk": {"at_least": 0}}, {"risk": True}, False),
        ({"kind": "item", "nature": "advertisement"}, {"kind": "item", "nature": "news"}, False),
        ({"publisher": "pub_1"}, {"publisher": "pub_1"}, True),
    ],
)
def test_what_matches(condition: Any, facts: dict[str, Any], matched: bool) -> None:
    assert matches(condition, facts) is matched


@given(st.sampled_from(SEVERITIES), st.sampled_from(SEVERITIES))
def test_at_least_and_below_share_all_there_is(edge: str, value: str) -> None:
    facts = {"severity": value}
    assert matches({"severity": {"at_least": edge}}, facts) != matches({"severity": {"below": edge}}, facts)
