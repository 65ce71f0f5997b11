"""Every kind of match, on a rulebook made for it."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.core.rulebook.errors import RulebookError
from tests.core.engine.fixtures import engine, judge, quotes, rule

TABLE: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("term", {"kind": "term", "lexicons": ["guarantee"]}, "我们保证根治", ["保证", "根治"]),
    ("term own words", {"kind": "term", "words": ["包好"]}, "三天包好", ["包好"]),
    ("term except", {"kind": "term", "lexicons": ["guarantee"]}, "交保证金", []),
    ("near", {"kind": "term", "lexicons": ["effect"], "near": {"lexicons": ["procedure"]}}, "水光针美白。紧致", ["美白"]),
    ("near clause", {"kind": "term", "lexicons": ["effect"], "near": {"lexicons": ["procedure"], "within": "clause"}},
     "水光针,美白", []),
    ("near item", {"kind": "term", "lexicons": ["effect"], "near": {"lexicons": ["procedure"], "within": "item"}},
     "水光针。好看。美白", ["美白"]),
    ("near chars", {"kind": "term", "lexicons": ["effect"], "near": {"lexicons": ["procedure"], "within": 2}},
     "水光针可以让人美白", []),
    ("without", {"kind": "term", "lexicons": ["effect"], "without": {"lexicons": ["procedure"]}}, "水光针美白。紧致", ["紧致"]),
    ("longest of a class", {"kind": "term", "lexicons": ["effect"]}, "提升紧致", ["提升紧致"]),
    ("claim any order", {"kind": "claim", "slots": ["effect", "guarantee"]}, "保证你美白", ["保证你美白"]),
    ("claim given order", {"kind": "claim", "slots": ["effect", "guarantee"], "order": "given"}, "保证你美白", []),
    ("claim gap", {"kind": "claim", "slots": ["effect", "guarantee"], "gap": 1}, "保证给你美白", []),
    ("claim extractor", {"kind": "claim", "slots": ["@duration", "effect"], "order": "given"}, "7天让你美白", ["7天让你美白"]),
    ("claim literal", {"kind": "claim", "slots": ["=一次|两次", "effect"]}, "打一次就紧致", ["一次就紧致"]),
    ("claim optional widens", {"kind": "claim", "slots": ["procedure?", "effect"]}, "水光针很美白", ["水光针很美白"]),
    ("claim clause", {"kind": "claim", "slots": ["effect", "guarantee"], "within": "clause"}, "保证,美白", []),
    ("pattern", {"kind": "pattern", "regex": "再也不.{0,6}反弹", "anchors": ["再也不"]}, "做完再也不会反弹了", ["再也不会反弹"]),
    ("pattern group", {"kind": "pattern", "regex": "做完(?P<m>再也不)会", "anchors": ["再也不"]}, "做完再也不会", ["再也不"]),
    ("pattern lexicon", {"kind": "pattern", "regex": "<effect>到尖叫", "anchors": ["<effect>"]}, "美白到尖叫", ["美白到尖叫"]),
    ("pattern punctuation", {"kind": "pattern", "regex": "真的吗？美白", "anchors": ["真的吗"]}, "真的吗?美白", []),
    ("absence", {"kind": "absence", "when": {"kind": "term", "lexicons": ["procedure"]}, "missing": {"words": ["广审"]}},
     "水光针", ["水光针"]),
    ("absence present", {"kind": "absence", "when": {"kind": "term", "lexicons": ["procedure"]},
     "missing": {"regex": r"医广.{0,6}\d{4}"}}, "水光针。医广【2025】1234", []),
    ("item", {"kind": "item", "mark": "domain"}, "来打水光针", ["水光针"]),
]  # fmt: skip


@pytest.mark.parametrize(("match", "text", "found"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_matches(match: dict[str, Any], text: str, found: list[str]) -> None:
    assert quotes(judge(engine(rule("T-1", match)), text, nature="advertisement")) == found


@pytest.mark.parametrize(
    ("match", "complaint"),
    [
        ({"kind": "term", "lexicons": ["nowhere"]}, "no lexicon is called nowhere"),
        ({"kind": "claim", "slots": ["@nothing", "effect"]}, "@nothing is not an extractor"),
        ({"kind": "claim", "slots": ["@number"]}, "needs at least one slot of words"),
        ({"kind": "claim", "slots": ["effect"] * 5}, "at most four"),
    ],
)
def test_a_rule_that_cannot_be_built_says_why(match: dict[str, Any], complaint: str) -> None:
    with pytest.raises(RulebookError, match=complaint):
        engine(rule("T-1", match))
