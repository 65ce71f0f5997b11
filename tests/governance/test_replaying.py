"""Replaying: the same bytes, or where they differ."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mingjian.governance.screening.replaying import difference, replay_items
from mingjian.governance.screening.service import Judge
from mingjian.records.canonical import canonical, digest
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents
from mingjian.records.storage.events import events_of
from tests.governance.world import GOOD, World


def replayed(world: World, *ids: str, judge: Judge | None = None) -> list[tuple[str, str]]:
    engine = judge or world.screening.judge
    found = replay_items(world.database, ids, lambda version: engine if version == engine.rulebook else None)
    return [(one.result, one.where) for one in found]


def test_what_was_judged_comes_out_the_same(world: World) -> None:
    ids = [world.item(), world.item(GOOD)]
    assert replayed(world, *ids) == [("same", ""), ("same", "")]


def test_a_verdict_that_was_not_given_is_named(small: World) -> None:
    item = small.item()
    with small.database.write() as tx:
        (judged,) = [event for event in events_of(tx, item) if event.kind == "item.judged"]
        kept = contents.get(tx, judged.body["verdict"])
        assert kept is not None
        verdict = json.loads(kept)
        verdict["findings"][0]["severity"] = "low"
        (name,) = contents.put(tx, [canonical(verdict)])
        append(tx, Event("item.judged", item, judged.body | {"verdict": name}))
    ((result, where),) = replayed(small, item)
    assert result == "different"
    assert where.startswith('findings[0].severity: "low" → ')


def test_what_cannot_be_replayed_is_no_failure(small: World) -> None:
    other, gone = small.item(), small.item(GOOD)
    with small.database.write() as tx:
        (judged,) = [event for event in events_of(tx, other) if event.kind == "item.judged"]
        append(tx, Event("item.judged", other, judged.body | {"rulebook": "older"}))
        (judged,) = [event for event in events_of(tx, gone) if event.kind == "item.judged"]
        contents.delete_content(tx, judged.body["read"])
    assert replayed(small, other, gone, "itm_none") == [("unknown", ""), ("gone", ""), ("gone", "")]


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        ({"a": 1}, {"a": 1}, ""),
        ({"a": 1}, {"a": 2}, "a: 1 → 2"),
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}]}, 'a[1].b: "x" → "y"'),
        ({"a": [1]}, {"a": [1, 2]}, "a: [1] → [1, 2]"),
        ({}, {"a": 2}, "a: null → 2"),
        (digest(b""), None, f'": "{digest(b"")}" → null'[1:]),
    ],
)
def test_the_first_difference(before: Any, now: Any, says: str) -> None:
    assert difference(before, now) == says
