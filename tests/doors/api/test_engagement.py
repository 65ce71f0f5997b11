"""Engagement through the API: pushed as a file, looked through, alarms listed and shown."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from mingjian.governance.engagement import loads
from mingjian.governance.engagement.settings import SETTINGS
from mingjian.records.blobs import Blobs
from tests.doors.api.desks import Caller
from tests.doors.engaged import raised
from tests.governance.engagement.made import World


def push(call: Caller, body: bytes, name: str = "互动.jsonl") -> Any:
    return call("POST", "/engagement/loads", files={"file": (name, io.BytesIO(body))})


def test_from_the_push_to_the_alarm(call: Caller) -> None:
    world = World().honest(1500).likes()
    told = push(call, world.lines().encode())
    assert told.status_code == 202, told.text
    load = told.json()
    assert (load["state"], load["format"]) == ("waiting", "jsonl")
    assert push(call, world.lines().encode()).json()["id"] == load["id"]
    with SETTINGS.using(replace(SETTINGS.current(), rounds=1, time_rounds=20, methods=("lockstep",))):
        assert loads.work(call.desk.database, Blobs(call.desk.settings.blobs)) == 1
    done = call("GET", f"/engagement/loads/{load['id']}").json()
    assert (done["state"], done["alarms"], done["bad"]) == ("looked", 1, 0)
    assert [one["id"] for one in call("GET", "/engagement/loads").json()["items"]] == [load["id"]]
    listed = call("GET", "/engagement/alarms", params={"load": load["id"], "state": "open"}).json()
    (alarm,) = listed["items"]
    shown = call("GET", f"/engagement/alarms/{alarm['id']}").json()
    assert shown["kinds"] == ["lockstep"] and shown["actors"] == len(world.bought)
    assert shown["evidence"]["methods"][0]["kind"] == "lockstep"
    assert shown["evidence"]["actions"] == {"like": shown["events"]}
    assert [one["id"] for one in call("GET", "/engagement/alarms", params={"member": "b3"}).json()["items"]] == [
        alarm["id"]
    ]


def test_members_go_on_by_their_cursor(call: Caller) -> None:
    with call.desk.database.write() as tx:
        id = raised(tx, "egl_x", [f"a{number:02}" for number in range(7)], ["n1", "n2"], ["p1"])
    seen, cursor = list[str](), None
    while True:
        params = {"role": "actor", "limit": 3, **({"cursor": cursor} if cursor else {})}
        page = call("GET", f"/engagement/alarms/{id}/members", params=params).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"a{number:02}" for number in range(7)]
    publishers = call("GET", f"/engagement/alarms/{id}/members", params={"role": "publisher"}).json()
    assert publishers["items"] == [{"role": "publisher", "id": "p1", "events": 0}]
    assert call("GET", f"/engagement/alarms/{id}/members", params={"role": "boss"}).status_code == 422


@pytest.mark.parametrize("body", [b"a,b\n1,2\n", b"", b"[1]"])
def test_other_files_are_refused_and_not_kept(call: Caller, body: bytes) -> None:
    answer = push(call, body)
    assert answer.status_code == 422 and "actor" in answer.json()["error"]["message"]
    assert not list(call.desk.settings.blobs.rglob("??/*"))


def test_what_is_not_there_is_not_found(call: Caller) -> None:
    for path in ("/engagement/loads/egl_none", "/engagement/alarms/ega_none", "/engagement/alarms/ega_none/members"):
        assert call("GET", path).status_code == 404
