"""The public item schema: what is accepted, what is refused and how it is said, and the way back."""

from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import CHANNELS, DOMAINS, NATURES, PUBLISHER_KINDS, Item, Part, Publisher
from mingjian.intake import item_to_dict, parse_item
from mingjian.intake.json_schema import finding_schema, item_schema

VALIDATOR = jsonschema.Draft202012Validator(item_schema())
BASE: dict[str, Any] = {"id": "1", "text": "热玛吉"}


def test_short_form() -> None:
    assert parse_item(BASE).item == Item(id="1", parts=(Part("热玛吉"),))


def test_long_form() -> None:
    parsed = parse_item(
        {
            "schema": "mingjian.item/1",
            "id": 7,
            "kind": "note",
            "platform": "xiaohongshu",
            "published_at": "2025-06-01",
            "publisher": {"id": 3, "kind": "institution", "name": "某机构"},
            "channel": "live",
            "nature": "auto",
            "domain": "dental",
            "parts": [{"role": "title", "text": "甲"}, {"text": "乙", "line": 4}],
            "institution": "某机构",
            "physicians": ["某医师"],
            "products": [],
            "price": 99.5,
            "review_certificate": "某医广【2025】第01-01-01号",
            "facts": {"registration": True, "unknown": None},
        },
        "a.jsonl",
        12,
    )
    assert parsed.problems == () and parsed.unknown == ()
    assert parsed.item == Item(
        id="7",
        kind="note",
        platform="xiaohongshu",
        published_at=date(2025, 6, 1),
        publisher=Publisher("institution", "3", "某机构"),
        channel="live",
        nature=None,
        domain="dental",
        parts=(Part("甲", "title"), Part("乙", "body", 4)),
        facts={
            "institution": "某机构", "physicians": ["某医师"], "products": [], "price": 99.5,
            "review_certificate": "某医广【2025】第01-01-01号", "registration": True,
        },
        source="a.jsonl",
        line=12,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        ({}, {}),
        ({"review_certificate": None}, {}),
        ({"review_certificate": False}, {"review_certificate": False}),
        ({"review_certificate": " "}, {"review_certificate": False}),
        ({"facts": {"review_certificate": ""}}, {"review_certificate": False}),
        ({"review_certificate": True}, {"review_certificate": True}),
        ({"facts": {"license": False}}, {"license": False}),
    ],
)
def test_unknown_is_not_absent(value: dict[str, Any], facts: dict[str, Any]) -> None:
    item = parse_item(BASE | value).item
    assert item is not None and item.facts == facts


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-06-01", date(2025, 6, 1)),
        ("2025-06-01 23:30:00", date(2025, 6, 1)),
        ("2025-06-01T23:30:00+08:00", date(2025, 6, 1)),
        ("2025-06-01T17:00:00Z", date(2025, 6, 2)),  # already the next day in China
    ],
)
def test_the_day_is_the_day_in_china(written: str, day: date) -> None:
    item = parse_item(BASE | {"published_at": written}).item
    assert item is not None and item.published_at == day


# what is wrong → (field, words of the message)
WRONG: list[tuple[Any, str | None, str]] = [
    ([], None, "JSON 对象"),
    (None, None, "null"),
    ({"text": "x"}, "id", "缺少"),
    ({"id": "", "text": "x"}, "id", "空字符串"),
    ({"id": " ", "text": "x"}, "id", "非空"),
    ({"id": True, "text": "x"}, "id", "布尔值"),
    ({"id": "1"}, "text", "缺少 text 或 parts"),
    (BASE | {"parts": [{"text": "x"}]}, "parts", "只能写一个"),
    ({"id": "1", "text": 5}, "text", "数字 5"),
    ({"id": "1", "text": None}, "text", "null"),
    ({"id": "1", "parts": []}, "parts", "非空数组"),
    ({"id": "1", "parts": ["x"]}, "parts[0]", "应为对象"),
    ({"id": "1", "parts": [{"text": "x"}, {"role": "body"}]}, "parts[1].text", "缺少"),
    ({"id": "1", "parts": [{"text": "x", "role": 3}]}, "parts[0].role", "字符串"),
    ({"id": "1", "parts": [{"text": "x", "line": 0}]}, "parts[0].line", "从 1 起"),
    (BASE | {"schema": "mingjian.item/9"}, "schema", "版本"),
    (BASE | {"channel": "pubic"}, "channel", "是否想写 public?允许:public、moments"),
    (BASE | {"domain": "医美"}, "domain", "medical_aesthetics"),
    (BASE | {"nature": "ad"}, "nature", "advertisement"),
    (BASE | {"publisher": "某机构"}, "publisher", "应为对象"),
    (BASE | {"publisher": {"kind": "clinic"}}, "publisher.kind", "institution"),
    (BASE | {"published_at": "2025-13-01"}, "published_at", "不是日期"),
    (BASE | {"published_at": "昨天"}, "published_at", "2025-06-01"),
    (BASE | {"published_at": 20250601}, "published_at", "不是日期"),
    (BASE | {"platform": ["xhs"]}, "platform", "字符串"),
    (BASE | {"physicians": 3}, "physicians", "类型不对"),
    (BASE | {"facts": []}, "facts", "应为对象"),
    (BASE | {"price": 3, "facts": {"price": 4}}, "facts.price", "重复"),
]


@pytest.mark.parametrize(("data", "field", "words"), WRONG)
def test_errors_name_line_field_and_what_is_allowed(data: Any, field: str | None, words: str) -> None:
    parsed = parse_item(data, "a.jsonl", 3)
    assert parsed.item is None
    (problem,) = parsed.problems
    assert (problem.path, problem.line, problem.field, problem.level) == ("a.jsonl", 3, field, "error")
    assert words in str(problem)


def test_all_errors_of_a_line_at_once() -> None:
    parsed = parse_item({"parts": [{}, {"text": 1}], "channel": "x", "published_at": "x"})
    assert [problem.field for problem in parsed.problems] == [
        "id", "parts[0].text", "parts[1].text", "published_at", "channel",
    ]  # fmt: skip


def test_unknown_fields_are_told_and_ignored() -> None:
    parsed = parse_item(BASE | {"publised_at": "x", "publisher": {"type": 1}})
    assert parsed.item is not None
    assert parsed.unknown == ("publised_at", "publisher.type")


def test_lone_surrogates_become_replacement_characters_of_the_same_length() -> None:
    parsed = parse_item({"id": "1", "text": "玻\ud83d酸"})
    assert parsed.item is not None and parsed.item.parts[0].text == "玻\ufffd酸"
    assert parsed.problems[0].level == "note"


TEXTS = st.text(max_size=20)
NAMES = st.none() | st.text(min_size=1, max_size=6)
PARTS = st.builds(
    Part, TEXTS, st.sampled_from(["body", "title", "ocr"]), st.none() | st.integers(min_value=1, max_value=99)
)
FACTS = st.dictionaries(
    st.sampled_from(["review_certificate", "institution", "licence", "来源"]),
    st.booleans() | st.text(min_size=1, max_size=5).filter(str.strip),
    max_size=4,
)
ITEMS = st.builds(
    Item,
    id=st.text(min_size=1, max_size=8).filter(str.strip),
    parts=st.lists(PARTS, min_size=1, max_size=3).map(tuple),
    kind=NAMES,
    platform=NAMES,
    published_at=st.none() | st.dates(),
    publisher=st.builds(Publisher, st.none() | st.sampled_from(PUBLISHER_KINDS), NAMES, NAMES),
    channel=st.none() | st.sampled_from(CHANNELS),
    nature=st.none() | st.sampled_from(NATURES),
    domain=st.none() | st.sampled_from(DOMAINS),
    facts=FACTS,
)


@given(ITEMS)
def test_round_trip(item: Item) -> None:
    data = item_to_dict(item)
    assert parse_item(data).item == item
    VALIDATOR.validate(data)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["text", "role", "kind", "id"]), inner),
    max_leaves=4,
)
LINES = st.dictionaries(
    st.sampled_from(["id", "text", "parts", "publisher", "price", "review_certificate", "physicians", "channel"]),
    VALUES,
)


@given(LINES | VALUES)
def test_the_reader_and_the_json_schema_agree(data: Any) -> None:
    parsed = parse_item(data)
    assert (parsed.item is not None) == VALIDATOR.is_valid(data)


@pytest.mark.parametrize(("data", "field", "words"), [case for case in WRONG if case[1] != "facts.price"])
def test_the_json_schema_refuses_the_same(data: Any, field: str | None, words: str) -> None:
    if data != BASE | {"published_at": "2025-13-01"}:  # a calendar is beyond a pattern
        assert not VALIDATOR.is_valid(data)


def test_schemas_are_schemas() -> None:
    for schema in (item_schema(), finding_schema()):
        jsonschema.Draft202012Validator.check_schema(schema)
