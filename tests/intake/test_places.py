"""The places of a part in Item JSONL: accepted, refused with the field named, written back."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import Item, Part, Place
from mingjian.intake import item_to_dict, parse_item
from mingjian.intake.json_schema import item_schema

VALIDATOR = jsonschema.Draft202012Validator(item_schema())
GOOD: dict[str, Any] = {"start": 0, "end": 4, "page": 1, "box": [120, 420, 840, 96]}


def _with(*places: Any) -> dict[str, Any]:
    return {"id": "1", "parts": [{"role": "ocr", "text": "永不反弹"}, {"text": "永不反弹", "places": list(places)}]}


def test_places_are_read_and_written_back() -> None:
    data = _with(
        GOOD | {"picture": 2},
        {"start": 2, "end": 3, "picture": 1},
        {"start": 1, "end": 3, "time": [12.4, 15], "box": None},
        {"start": 0, "end": 1, "page": 2.0},
    )
    parsed = parse_item(data)
    assert parsed.problems == () and parsed.unknown == ()
    assert parsed.item is not None
    assert parsed.item.parts[1].places == (
        Place(0, 4, 1, (120, 420, 840, 96), picture=2),
        Place(2, 3, picture=1),
        Place(1, 3, time=(12.4, 15.0)),
        Place(0, 1, 2),
    )
    written = item_to_dict(parsed.item)
    assert written["parts"][1]["places"][0] == GOOD | {"picture": 2} and "places" not in written["parts"][0]
    VALIDATOR.validate(data)


@pytest.mark.parametrize(
    ("place", "field", "words"),
    [
        ("x", "", "应为对象"),
        ({"end": 4, "page": 1}, ".start", "缺少必填字段"),
        (GOOD | {"end": "4"}, ".end", "从 0 起的整数"),
        (GOOD | {"start": True}, ".start", "从 0 起的整数"),
        (GOOD | {"start": -1}, ".start", "从 0 起的整数"),
        ({"start": 0, "end": 4}, "", "没有说在哪里"),
        ({"start": 0, "end": 4, "page": None}, "", "没有说在哪里"),
        (GOOD | {"page": 0}, ".page", "从 1 起"),
        (GOOD | {"picture": 0}, ".picture", "从 1 起"),
        (GOOD | {"box": [1, 2, 3]}, ".box", "四个不小于 0 的整数"),
        (GOOD | {"box": [-1, 2, 3, 4]}, ".box", "四个不小于 0 的整数"),
        (GOOD | {"box": [1, 2, 3, 4.5]}, ".box", "四个不小于 0 的整数"),
        (GOOD | {"time": [1]}, ".time", "两个秒数"),
        (GOOD | {"time": [-1, 4]}, ".time", "两个秒数"),
    ],
)
def test_what_is_wrong_is_named_and_the_schema_refuses_it_too(place: Any, field: str, words: str) -> None:
    parsed = parse_item(_with(GOOD, place), "a.jsonl", 7)
    assert parsed.item is None
    (problem,) = parsed.problems
    assert (problem.path, problem.line, problem.field) == ("a.jsonl", 7, f"parts[1].places[1]{field}")
    assert words in problem.message
    assert not VALIDATOR.is_valid(_with(GOOD, place))


@pytest.mark.parametrize(
    "place", [GOOD | {"end": 5}, GOOD | {"start": 4}, GOOD | {"time": [4, 1]}, GOOD | {"time": [0, float("inf")]}]
)
def test_what_a_schema_cannot_say_is_refused_all_the_same(place: Any) -> None:
    parsed = parse_item(_with(place))
    assert parsed.item is None and len(parsed.problems) == 1


def test_places_that_are_no_array_and_fields_nobody_knows() -> None:
    (problem,) = parse_item({"id": "1", "parts": [{"text": "永", "places": {}}]}).problems
    assert problem.field == "parts[0].places" and "应为数组" in problem.message
    assert parse_item(_with(GOOD | {"quad": 1})).unknown == ("parts[].places[].quad",)


PLACES = st.builds(
    Place,
    st.integers(0, 1),
    st.integers(2, 4),
    st.none() | st.integers(1, 9),
    st.tuples(*[st.integers(0, 99)] * 4),
    st.none() | st.tuples(st.floats(0, 5), st.floats(5, 9)),
)


@given(st.lists(PLACES, max_size=3).map(tuple))
def test_round_trip(places: tuple[Place, ...]) -> None:
    item = Item("1", (Part("永不反弹", "ocr", None, places),))
    data = item_to_dict(item)
    assert parse_item(data).item == item
    VALIDATOR.validate(data)
