"""The registry through the API: recording, asking, files, and who may."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from mingjian.doors.worker.registry import QUIET, Imports
from mingjian.records.blobs import Blobs
from mingjian.records.clock import SteppedClock
from mingjian.records.storage.accesses import accesses
from tests.doors.api.desks import Caller, new_key

CLINIC: dict[str, Any] = {
    "entity": {"kind": "institution", "key": "PDY00001", "name": "云杉医疗美容门诊", "attributes": {"grade": "门诊"}},
    "credentials": [{"kind": "practice_licence", "number": "PDY00001", "scope": ["A02"], "valid_from": "2021-03-01",
                     "valid_to": "2026-02-28"}],
}  # fmt: skip
DOCTOR: dict[str, Any] = {
    "entity": {"kind": "physician", "key": "D-1", "name": "林知遥", "attributes": {"phone": "13812345678"}},
    "credentials": [{"kind": "physician_qualification", "number": "201599110990101199001010019"}],
    "links": [{"kind": "practises_at", "target": {"key": "PDY00001"}, "valid_from": "2022-01-01"}],
}
TABLE = "机构名称,登记号\n云杉,PDY00001\n青禾,PDY00002\n没有编号,\n"


def put(call: Caller, *records: dict[str, Any]) -> list[dict[str, Any]]:
    answer = call("POST", "/registry/records", {"records": list(records)})
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


def test_records_come_in_and_are_asked_for(both: Caller) -> None:
    doctor, clinic = (one["recorded"] for one in put(both, DOCTOR, CLINIC))
    assert (doctor["fresh"], doctor["awaited"], clinic["malformed"]) == (True, 1, 1)
    found = both("GET", f"/registry/entities/{clinic['id']}")
    body = found.json()
    assert found.headers["etag"] == '"1"'
    assert body["entity"]["attributes"] == {"grade": "门诊"}
    assert [(one["number"], one["check"]) for one in body["credentials"]] == [("PDY00001", "malformed")]
    assert [(one["kind"], one["source"]) for one in body["links"]] == [("practises_at", doctor["id"])]
    assert [one["name"] for one in body["others"]] == ["林知遥"]
    listed = both("GET", "/registry/entities", params={"words": "云杉"}).json()
    assert [one["id"] for one in listed["items"]] == [clinic["id"]] and listed["next"] is None
    graph = both("GET", f"/registry/entities/{doctor['id']}/graph", params={"as_of": "2023-01-01"}).json()
    assert {one["id"]: one["depth"] for one in graph["entities"]} == {doctor["id"]: 0, clinic["id"]: 1}
    before = both("GET", f"/registry/entities/{doctor['id']}/graph", params={"as_of": "2021-12-31"}).json()
    assert len(before["entities"]) == 1 and before["whole"]
    due = both("GET", "/registry/expiring", params={"from": "2026-02-01", "to": "2026-02-28"}).json()
    assert [one["entity"] for one in due["items"]] == [clinic["id"]]
    assert len(both("GET", "/registry/changed").json()["items"]) == 2


def test_pages_go_on_by_their_cursor(call: Caller) -> None:
    put(call, *({"entity": {"kind": "creator", "key": f"c{n}", "name": "同名博主"}} for n in range(5)))
    seen, cursor = list[str](), None
    while True:
        told = call(
            "GET", "/registry/entities", params={"words": "同名", "limit": 2} | ({"cursor": cursor} if cursor else {})
        )
        seen += [one["key"] for one in told.json()["items"]]
        cursor = told.json()["next"]
        if cursor is None:
            break
    assert seen == ["c4", "c3", "c2", "c1", "c0"]
    other = call("GET", "/registry/changed", params={"limit": 2}).json()["next"]
    assert call("GET", "/registry/entities", params={"cursor": other}).status_code == 422


def test_what_is_wrong_is_told_and_the_good_are_kept(both: Caller) -> None:
    bad = {"entity": {"kind": "institution", "key": "X", "name": "y", "colour": "red"}, "credentials": 7}
    results = put(both, CLINIC, bad, {"entity": {"kind": "institution", "key": "Z"}}, {"entty": {}})
    assert "recorded" in results[0]
    assert [[one["field"] for one in each["problems"]] for each in results[1:]] == [
        ["entity.colour", "credentials"], ["entity.name"], ["entty"],
    ]  # fmt: skip
    english = both("POST", "/registry/records", {"entity": {"kind": "x"}}, headers={"Accept-Language": "en"})
    assert english.json()["rejected"] == 1


def test_the_same_key_records_once(both: Caller) -> None:
    first = both("POST", "/registry/records", CLINIC, key="k1")
    again = both("POST", "/registry/records", CLINIC, key="k1")
    assert first.json() == again.json() and again.headers["idempotent-replayed"] == "true"
    assert both("POST", "/registry/records", DOCTOR, key="k1").status_code == 409


def test_versions_and_states(both: Caller) -> None:
    (made,) = put(both, CLINIC)
    id, held = made["recorded"]["id"], made["recorded"]["credentials"][0]
    changed = CLINIC | {
        "credentials": [CLINIC["credentials"][0] | {"scope": ["A02", "A08"]}],
        "effective": "2025-01-01",
    }
    (told,) = put(both, changed)
    assert told["recorded"]["changed"] == ["credential.scope"]
    old = both("GET", f"/registry/entities/{id}", params={"as_of": "2024-12-31"}).json()
    assert old["credentials"][0]["scope"] == ["A02"]
    stale = {"entity": {"id": id, "version": 7, "name": "z"}}
    assert put(both, stale)[0]["problems"][0]["word"] == "stale"
    wish = {"id": held, "state": "revoked", "reason": "吊销"}
    assert both("POST", "/registry/states", wish).status_code == 200
    assert both("POST", "/registry/states", wish | {"state": "lost"}).status_code == 422
    assert both("POST", "/registry/states", wish | {"id": "crd_none"}).status_code == 404
    assert both("POST", "/registry/states", wish | {"reason": " "}).status_code == 422
    versions = both("GET", f"/registry/entities/{id}/history").json()["versions"]
    assert [(one["noun"], one["version"], one["changed"]) for one in versions] == [
        ("credential", 3, ["state"]), ("credential", 2, ["scope"]), ("entity", 1, []), ("credential", 1, []),
    ]  # fmt: skip


def test_personal_numbers_are_covered_and_looks_are_logged(both: Caller) -> None:
    (made,) = put(both, DOCTOR)
    id = made["recorded"]["id"]
    narrow = new_key(both.database, "registry.read")
    covered = both("GET", f"/registry/entities/{id}", secret=narrow).json()
    assert covered["credentials"][0]["number"] == "2015" + "*" * 19 + "0019"
    assert covered["entity"]["attributes"]["phone"] == "1381***5678"
    history = both("GET", f"/registry/entities/{id}/history", secret=narrow).text
    assert "19900101" not in history and "13812345678" not in history
    open = both("GET", f"/registry/entities/{id}").json()
    assert open["credentials"][0]["number"].endswith("199001010019")
    with both.database.read() as tx:
        (look,) = [one for one in accesses(tx) if one.what == "registry.read"]
    assert (look.subject, set(look.fields)) == (id, {"phone", "physician_qualification"})


def test_an_erased_entity_is_gone(both: Caller) -> None:
    (made,) = put(both, DOCTOR)
    id = made["recorded"]["id"]
    assert both("DELETE", f"/registry/entities/{id}", params={"reason": "本人要求"}).status_code == 200
    assert both("GET", f"/registry/entities/{id}").status_code == 404
    assert both("DELETE", f"/registry/entities/{id}", params={"reason": "本人要求"}).status_code == 404


def upload(call: Caller, content: str | bytes = TABLE, name: str = "a.csv", **fields: str) -> Any:
    data = content.encode() if isinstance(content, str) else content
    return call("POST", "/registry/imports", files={"file": (name, data)}, data={"kind": "institution"} | fields)


def test_a_file_is_taken_in_by_the_duty(both: Caller) -> None:
    sent = upload(both)
    assert sent.status_code == 202 and sent.json()["state"] == "waiting"
    id = sent.json()["id"]
    assert upload(both).json()["id"] == id
    duty = Imports(both.desk)
    while duty.step():
        pass
    done = both("GET", f"/registry/imports/{id}").json()
    assert (done["state"], done["rows"], done["added"], done["rejected"]) == ("finished", 3, 2, 1)
    rejects = both("GET", f"/registry/imports/{id}/rejects").json()
    (reject,) = rejects["items"]
    assert (reject["line"], reject["row"], reject["problems"][0]["field"]) == (4, ["没有编号", ""], "登记号")
    narrow = new_key(both.database, "registry.import")
    assert both("GET", f"/registry/imports/{id}/rejects", secret=narrow).json()["items"][0]["row"] is None
    assert [one["id"] for one in both("GET", "/registry/imports").json()["items"]] == [id]
    assert Blobs(both.desk.settings.blobs).size(done["digest"]) is None  # nobody needs it any more
    assert len(both("GET", "/registry/entities").json()["items"]) == 2


def test_what_a_process_left_alone_is_gone_on_with(both: Caller, clock: SteppedClock) -> None:
    upload(both, "机构名称,登记号\n" + "".join(f"店{n},K{n:05}\n" for n in range(4500)))
    died = Imports(both.desk)
    assert died.step() and died.step()
    other = Imports(both.desk)
    assert other.step() == 0  # somebody has it
    clock.move(timedelta(seconds=QUIET + 1))
    while other.step():
        pass
    (done,) = both("GET", "/registry/imports").json()["items"]
    assert (done["state"], done["rows"], done["added"]) == ("finished", 4500, 4500)
    assert died.step() == 1 and died.step() == 0  # it notices that it was overtaken


def test_a_dry_run_and_files_that_cannot_be_read(call: Caller) -> None:
    tried = upload(call, dry_run="true")
    assert tried.status_code == 200
    assert (tried.json()["import"]["added"], len(tried.json()["rejects"])) == (2, 1)
    assert call("GET", "/registry/imports").json()["items"] == []
    for more in ({"kind": "ship"}, {"mapping": "{"}, {"mapping": '{"登记号": "licence"}'}, {"format": "pdf"}):
        assert upload(call, **more).status_code == 422, more
    for name, content in (
        ("a.xlsx", b"nothing"),
        ("a.csv", b"\x00\x01\x02"),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.json", b"{"),
    ):
        assert upload(call, content, name).status_code == 422, name
    assert not list(Blobs(call.desk.settings.blobs).folder.glob("??/*"))
    assert call("POST", "/registry/imports", raw=b"{}").status_code == 422


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"7", b'{"records": []}', b'{"records": [1], "more": 2}', b'{"records": {}}', b"{", b'{"a": NaN}',
     json.dumps({"records": [{}] * 1001}).encode()],
)  # fmt: skip
def test_bodies_that_are_none(call: Caller, body: bytes) -> None:
    assert call("POST", "/registry/records", raw=body).status_code == 422


def test_hostile_values_are_problems_not_faults(both: Caller) -> None:
    for record in (
        {"entity": {"kind": "institution", "key": "a\x00b", "name": "x"}},
        {"entity": {"kind": "institution", "key": "k", "name": "x" * 5000}},
        {"entity": {"kind": "institution", "key": "k", "name": "x", "attributes": {"a": 1 << 70}}},
        {"entity": {"id": "' OR 1=1 --"}},
        {"entity": {"id": ["x"]}},
        {"entity": [], "credentials": {}, "links": "x", "effective": 5},
    ):
        answer = both("POST", "/registry/records", record)
        assert (answer.status_code, answer.json()["rejected"]) == (200, 1), record
    for words in ("' OR 1=1 --", '"', "@kinstitution OR", "%", "(((", "a*b*"):
        assert both("GET", "/registry/entities", params={"words": words}).status_code in (200, 422), words
    assert both("GET", "/registry/entities", params={"words": "a\x00"}).status_code == 422
    assert both("GET", "/registry/entities/x%00y").status_code in (404, 422)
