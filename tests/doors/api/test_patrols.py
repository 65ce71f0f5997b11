"""Patrols, look-ups and enquiries for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.governance.enquiries import service as enquiries
from mingjian.governance.patrols import rescreening, service
from mingjian.records.storage.database import Database
from mingjian.records.storage.patrol_entries import notices_of
from tests.doors.api.desks import Caller, desk_over, new_key
from tests.governance.registered import INSPECTOR, clinic


@pytest.fixture
def call(database: Database, tmp_path: Path) -> Caller:
    return Caller(desk_over(database, tmp_path))


def test_patrols_runs_and_the_work_list(call: Caller) -> None:
    for number in range(3):
        clinic(call.database, f"c{number}", ends="2026-03-05")
    with call.database.write() as tx:
        service.run_now(tx, INSPECTOR, "licence_expiry")
    while service.advance(call.database):
        pass
    listed = call("GET", "/patrols").json()["patrols"]
    mine = next(one for one in listed if one["name"] == "licence_expiry")
    assert (mine["last"]["hits"], mine["last"]["counts"]["work"], mine["missed"], mine["paused"]) == (3, 3, 0, False)
    runs = call("GET", "/patrols/runs?patrol=licence_expiry").json()
    assert [run["state"] for run in runs["items"]] == ["finished"] and runs["next"] is None
    first = call("GET", "/patrols/entries?limit=2").json()
    rest = call("GET", f"/patrols/entries?limit=2&cursor={first['next']}").json()
    assert len({entry["id"] for entry in first["items"] + rest["items"]}) == 3 and rest["next"] is None
    assert call("GET", "/patrols/entries?state=nonsense").status_code == 422
    with call.database.read() as tx:
        (notice, *_) = notices_of(tx)
    told = call("GET", f"/patrols/notices/{notice.id}").json()
    assert "还有 3 天到期" in told["text"] and told["entity"] == notice.entity
    assert call("GET", "/patrols/notices/ntc_x").status_code == 404


def test_look_ups_are_asked_once(call: Caller) -> None:
    credential = clinic(call.database).credentials[0]
    made = call("POST", "/lookups", {"credentials": [credential], "why": "入驻"}, key="one")
    again = call("POST", "/lookups", {"credentials": [credential], "why": "入驻"}, key="one")
    assert made.status_code == 202 and made.json() == again.json()
    (told,) = made.json()["lookups"]
    assert (told["state"], told["source"], told["credential"]) == ("by_hand", "nhc_unit", credential)
    assert call("GET", f"/lookups/{told['id']}").json() == {"lookup": told, "facts": None}
    assert call("GET", "/lookups?state=by_hand").json()["items"] == [told]


@pytest.mark.parametrize("body", [
    {}, {"credentials": []}, {"credentials": "crd"}, {"credentials": [1]}, {"credentials": ["x"], "more": 1}, [],
    {"credentials": ["x"], "again": "yes"},
])  # fmt: skip
def test_wrong_wishes(call: Caller, body: object) -> None:
    assert call("POST", "/lookups", body).status_code == 422


def test_what_is_not_there(call: Caller) -> None:
    assert call("POST", "/lookups", {"credentials": ["crd_none"]}).status_code == 404
    for path in ("/lookups/lkp_x", "/enquiries/enq_x", "/rescreenings/rsc_x"):
        assert call("GET", path).status_code == 404


def test_enquiries_and_re_screening(call: Caller) -> None:
    told = clinic(call.database)
    with call.database.write() as tx:
        made = enquiries.draft(tx, INSPECTOR, told.credentials[0], "核实")
        begun = rescreening.start(tx, INSPECTOR, told.entity, "许可变更")
    assert call("GET", f"/enquiries/{made.id}").json()["state"] == "drafted"
    assert [one["id"] for one in call("GET", "/enquiries?state=drafted").json()["items"]] == [made.id]
    assert call("GET", f"/rescreenings/{begun.id}").json()["state"] == "running"


def test_a_key_starts_no_patrol_and_needs_its_scopes(call: Caller) -> None:
    assert call("POST", "/patrols/spot_check/runs", {}).status_code == 403
    narrow = new_key(call.database, "item.check")
    for path in ("/patrols", "/lookups", "/enquiries"):
        assert call("GET", path, secret=narrow).status_code == 403
