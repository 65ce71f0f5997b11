"""What the API says of what an item is like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mingjian.governance.reuse.service import Reuse
from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, desk_over, item, new_key
from tests.governance.reuse.texts import COPY, DIARY, OTHER, TEMPLATE


@pytest.fixture
def call(sqlite_database: Database, tmp_path: Path) -> Caller:
    desk = desk_over(sqlite_database, tmp_path)
    screening = replace(desk.screening, reuse=Reuse(sqlite_database))
    return Caller(replace(desk, screening=screening))


def note(number: int, text: str, publisher: str) -> dict[str, Any]:
    return item(number, text, publisher={"id": publisher, "kind": "person"})


def test_a_check_says_what_is_known_and_alike(call: Caller) -> None:
    assert "reuse" not in call("POST", "/checks", note(1, DIARY, "a")).json()
    first = call("POST", "/items?wait=true", note(1, DIARY, "a")).json()
    assert "reuse" not in first
    told = call("POST", "/checks", note(2, TEMPLATE, "b")).json()["reuse"]
    assert (told["count"], told["earliest"], told["matters"]) == (1, first["item"]["id"], {"text": 1})
    many = call("POST", "/checks", {"items": [note(2, TEMPLATE, "b"), note(3, OTHER, "c")]}).json()["results"]
    assert ["reuse" in one["verdict"] for one in many] == [True, False]
    assert "reuse" not in call("POST", "/checks?reuse=false", note(2, TEMPLATE, "b")).json()
    checker = new_key(call.database, "item.check")
    hidden = call("POST", "/checks", note(2, TEMPLATE, "b"), secret=checker).json()["reuse"]
    assert (hidden["count"], hidden["earliest"]) == (1, None)
    assert first["item"]["id"] not in str(hidden)


def test_a_submission_says_it_and_the_item_keeps_it(call: Caller) -> None:
    first = call("POST", "/items?wait=true", note(1, DIARY, "a")).json()["item"]["id"]
    second = call("POST", "/items?wait=true", note(2, COPY, "b")).json()
    third = call("POST", "/items?wait=true", note(3, TEMPLATE, "b")).json()["item"]["id"]
    assert second["reuse"]["earliest"] == first
    assert call("POST", "/items?wait=true", note(2, COPY, "b")).json()["fresh"] is False
    kept = call("GET", f"/items/{second['item']['id']}").json()["reuse"]
    assert kept == second["reuse"]
    page = call("GET", f"/items/{first}/likenesses?limit=1").json()
    assert [(one["item"], one["earlier"], one["matter"]) for one in page["items"]] == [(third, False, "text")]
    rest = call("GET", f"/items/{first}/likenesses?limit=1&cursor={page['next']}").json()
    assert [one["item"] for one in rest["items"]] == [second["item"]["id"]]
    assert rest["next"] is None
    assert "spans" in rest["items"][0]["detail"]
    assert call("GET", "/items/itm_none/likenesses").status_code == 404
    assert call("GET", f"/items/{second['item']['id']}/likenesses?cursor={page['next']}").status_code == 422
