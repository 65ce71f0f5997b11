"""Rings for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, desk_over, new_key
from tests.doors.ring_made import ring

MISSING = [f"itm_missing{n}" for n in range(9)]
WHY = {"reason": "理由"}


@pytest.fixture
def call(sqlite_database: Database, tmp_path: Path) -> Caller:
    return Caller(desk_over(sqlite_database, tmp_path))


@pytest.fixture
def reading(call: Caller) -> str:
    """A key that may read rings; none can hold ring.manage."""
    return new_key(call.database, "ring.read")


def test_pages_and_one(call: Caller, reading: str) -> None:
    ids = {ring(call.database, [f"{name}{one}" for one in MISSING], name) for name in ("x", "y")}
    first = call("GET", "/rings?limit=1", secret=reading).json()
    rest = call("GET", f"/rings?limit=1&cursor={first['next']}", secret=reading).json()
    assert {one["id"] for one in first["items"] + rest["items"]} == ids and rest["next"] is None
    id = first["items"][0]["id"]
    told = call("GET", f"/rings/{id}", secret=reading).json()
    assert told["ring"] == first["items"][0] and len(told["story"]["accounts"]) == 3 and told["works"] == []
    assert told["story"]["schema"] == "mingjian.ring/1" and 0.5 <= told["ring"]["confidence"] <= 1
    some = call("GET", f"/rings/{id}/items?limit=5", secret=reading).json()
    more = call("GET", f"/rings/{id}/items?limit=5&cursor={some['next']}", secret=reading).json()
    assert sorted(some["items"] + more["items"]) == sorted(told["story"]["posts"])
    account = told["story"]["accounts"][0]
    assert [one["id"] for one in call("GET", f"/rings?account={account}", secret=reading).json()["items"]] == [id]
    assert call("GET", "/rings?state=nonsense", secret=reading).status_code == 422
    assert call("GET", "/rings/rng_none", secret=reading).status_code == 404
    assert call("GET", "/rings?cursor=x", secret=reading).status_code == 422


def test_a_reading_key_changes_nothing(call: Caller, reading: str) -> None:
    id = ring(call.database, MISSING)
    for path, body in (("dismiss", WHY), ("reopen", WHY), ("merge", {**WHY, "others": ["x"]}),
                       ("split", {**WHY, "accounts": ["acc0"]}), ("act", {**WHY, "measure": "limit"})):  # fmt: skip
        assert call("POST", f"/rings/{id}/{path}", body, secret=reading).status_code == 403
    assert call("POST", "/rings/works/rwk_x/undo", WHY, secret=reading).status_code == 403
