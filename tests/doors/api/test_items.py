"""Submitting and looking up items."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from mingjian import api
from mingjian.desk.registry.service import note_check
from mingjian.governance.screening.knowing import registry_facts
from mingjian.records.storage import contents
from mingjian.records.storage.accesses import accesses
from mingjian.records.storage.database import Database
from mingjian.records.storage.items import count_pending
from mingjian.records.storage.registry import credentials_of
from tests.desk.registry.world import HOUSE, clinic, licence, put
from tests.doors.api.desks import BAD, GOOD, PHONE, Caller, desk_over, item, new_key


def test_one_who_waits_gets_the_bytes_that_are_kept(both: Caller) -> None:
    answer = both("POST", "/items?wait=true", item())
    assert answer.status_code == 200
    told = answer.json()
    assert (told["fresh"], told["item"]["state"], told["verdict"]["verdict"]) == (True, "judged", "violation")
    with both.database.read() as tx:
        kept = contents.get(tx, told["item"]["verdict_digest"])
    assert kept is not None
    assert answer.content.endswith(b',"verdict":' + kept + b"}")


def test_one_who_does_not_wait_finds_the_item_pending_and_then_judged(both: Caller) -> None:
    answer = both("POST", "/items", item(text=GOOD))
    assert (answer.status_code, answer.json()["item"]["state"]) == (202, "pending")
    assert both.desk.screening.work() == 1
    opened = both("GET", f"/items/{answer.json()['item']['id']}").json()
    assert (opened["item"]["state"], opened["item"]["verdict"]) == ("judged", "clean")
    assert opened["content"]["item"]["text"] == GOOD


def test_the_same_number_of_two_sources_is_two_items(call: Caller) -> None:
    first = call("POST", "/items?source=crm", item()).json()["item"]
    second = call("POST", "/items?source=cms", item(text=GOOD)).json()["item"]
    assert (first["version"], second["version"]) == (1, 1)
    assert call("POST", "/items?source=CRM", item()).status_code == 422


def test_a_batch_keeps_the_good_and_tells_index_and_field_of_the_rest(both: Caller) -> None:
    wrong = [{"id": "x"}, item(2, nature="advert"), 5, item(3, txet="…")]
    answer = both("POST", "/items/batch", {"items": [item(1), *wrong, item(9, GOOD)]})
    assert answer.status_code == 202
    told = answer.json()
    assert (told["accepted"], told["rejected"]) == (2, 4)
    fields = {r["index"]: [p["field"] for p in r["problems"]] for r in told["results"] if "problems" in r}
    assert fields == {1: ["text"], 2: ["nature"], 3: [None], 4: ["txet"]}
    assert [r["state"] for r in told["results"] if "id" in r] == ["pending", "pending"]
    with both.database.read() as tx:
        assert count_pending(tx) == 2


def test_lists_go_page_by_page_and_cursors_belong_to_their_list(both: Caller) -> None:
    for number in range(5):
        both("POST", "/items?wait=true", item(number, BAD if number % 2 else GOOD))
    first = both("GET", "/items?limit=2").json()
    second = both("GET", f"/items?limit=2&cursor={first['next']}").json()
    third = both("GET", f"/items?limit=2&cursor={second['next']}").json()
    assert [[i["external"] for i in page["items"]] for page in (first, second, third)] == [
        ["4", "3"],
        ["2", "1"],
        ["0"],
    ]
    assert third["next"] is None
    bad = both("GET", "/items?verdict=violation").json()["items"]
    assert [i["external"] for i in bad] == ["3", "1"]
    for address in (f"/items?verdict=clean&cursor={first['next']}", "/items?cursor=AAAA", "/items?cursor=%E6%B1%89"):
        assert both("GET", address).status_code == 422


def test_lists_by_time_of_submission(both: Caller) -> None:
    both("POST", "/items", item())
    assert len(both("GET", "/items?since=2026-03-02T00:00:00Z").json()["items"]) == 1
    assert both("GET", "/items?since=2026-03-03T00:00:00Z").json()["items"] == []
    assert both("GET", "/items?until=2026-03-02T00:00:00Z").json()["items"] == []


def test_personal_data_is_masked_unless_the_key_needs_it_and_then_logged(both: Caller) -> None:
    text = f"保证有效,预约电话{PHONE}"
    id = both("POST", "/items?wait=true", item(text=text)).json()["item"]["id"]
    masked = both("GET", f"/items/{id}", secret=new_key(both.database, "item.read"))
    assert PHONE not in masked.text
    assert "保证有效" in masked.text
    with both.database.read() as tx:
        assert accesses(tx) == []
    assert PHONE in both("GET", f"/items/{id}").text
    with both.database.read() as tx:
        assert [(one.subject, one.fields) for one in accesses(tx)] == [(id, ("phone",))]


def test_findings_say_law_and_reason(call: Caller) -> None:
    id = call("POST", "/items?wait=true", item()).json()["item"]["id"]
    found = call("GET", f"/items/{id}/findings").json()["findings"]
    assert any("广告法16.1.1" in finding["cites"] for finding in found)
    assert call("GET", "/items/itm_none/findings").status_code == 404


def test_an_unchanged_item_is_not_sent_again(call: Caller) -> None:
    id = call("POST", "/items", item()).json()["item"]["id"]
    tag = call("GET", f"/items/{id}").headers["ETag"]
    assert call("GET", f"/items/{id}", headers={"If-None-Match": tag}).status_code == 304
    call.desk.screening.work()
    assert call("GET", f"/items/{id}", headers={"If-None-Match": tag}).status_code == 200


def test_an_erased_item_has_no_words_left_but_its_journal_holds(both: Caller) -> None:
    told = both("POST", "/items?wait=true", item()).json()["item"]
    seen = {"If-Match": '"1-pending-none-none"'}
    assert both("DELETE", f"/items/{told['id']}?reason=撤回同意", headers=seen).status_code == 412
    answer = both("DELETE", f"/items/{told['id']}?reason=撤回同意")
    assert (answer.status_code, answer.json()["state"]) == (200, "erased")
    opened = both("GET", f"/items/{told['id']}").json()
    assert (opened["content"], opened["verdict"]) == (None, None)
    with both.database.read() as tx:
        assert contents.get_many(tx, [told["digest"], told["verdict_digest"]]) == {}
    assert both("DELETE", f"/items/{told['id']}?reason=再来").json()["state"] == "erased"


def test_erasing_leaves_another_item_of_the_same_words_whole(call: Caller) -> None:
    one = call("POST", "/items?wait=true&source=a", item()).json()["item"]
    two = call("POST", "/items?wait=true&source=b", item()).json()["item"]
    assert one["digest"] == two["digest"]
    call("DELETE", f"/items/{one['id']}?reason=x")
    assert call("GET", f"/items/{two['id']}").json()["content"]["item"]["text"] == BAD


def test_media_are_uploaded_named_and_deleted_with_their_last_item(call: Caller) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 100
    made = call("POST", "/media", files={"file": ("a.png", picture, "image/png")})
    assert (made.status_code, made.json()["kind"], made.json()["size"]) == (201, "picture", len(picture))
    digest = made.json()["digest"]
    blob = call.desk.settings.blobs / digest[:2] / digest
    assert blob.read_bytes() == picture
    named: dict[str, Any] = {"media": [{"digest": digest, "name": "a.png"}]}
    ids = [call("POST", "/items", item(n, **named)).json()["item"]["id"] for n in (1, 2)]
    kept = call("GET", f"/items/{ids[0]}").json()["content"]["media"][0]
    assert (kept["kind"], kept["size"], kept["name"]) == ("picture", len(picture), "a.png")
    call("DELETE", f"/items/{ids[0]}?reason=x")
    assert blob.exists()
    call("DELETE", f"/items/{ids[1]}?reason=x")
    assert not blob.exists()


def test_an_item_may_be_a_picture_alone_but_the_picture_must_be_there(call: Caller) -> None:
    made = call("POST", "/media", files={"file": ("a.jpg", b"\xff\xd8\xff0", "image/jpeg")}).json()
    alone = {"id": "p", "media": [{"digest": made["digest"]}]}
    assert call("POST", "/items", alone).status_code == 202
    missing = call("POST", "/items", {"id": "q", "media": [{"digest": "0" * 64}]})
    assert (missing.status_code, missing.json()["error"]["field"]) == (422, "media[0].digest")
    assert call("POST", "/items?wait=true", alone | {"id": "r"}).status_code == 200


def test_checks_keep_nothing(call: Caller) -> None:
    verdict = call("POST", "/checks", item()).json()
    assert (verdict["id"], verdict["verdict"]) == ("1", "violation")
    results = call("POST", "/checks", {"items": [item(1, GOOD), {"id": 2}]}).json()["results"]
    assert (results[0]["verdict"]["verdict"], results[1]["problems"][0]["field"]) == ("clean", "text")
    assert call("GET", "/items").json()["items"] == []


def test_checks_ask_the_registry_for_who_may_see_it(sqlite_database: Database, tmp_path: Path) -> None:
    (id,) = put(sqlite_database, clinic(credentials=[licence(scope=["14.03"], valid_from="2021-03-01",
                                                              valid_to="2036-02-28")]))  # fmt: skip
    with sqlite_database.write() as tx:
        note_check(tx, HOUSE, credentials_of(tx, [id])[id][0].id, "confirmed", "见于官方查询页")
    engine = api.engine()
    know = registry_facts(engine.compiled.catalogue, engine.compiled.finder)
    desk = desk_over(sqlite_database, tmp_path)
    desk = replace(desk, screening=replace(desk.screening, know=(know,)))
    note = item(text="双眼皮手术开约", publisher={"id": "PDY00001", "kind": "institution"}, nature="advertisement")

    def codes(*scopes: str) -> set[str]:
        told = Caller(desk, scopes)("POST", "/checks", note).json()
        return {one["code"] for one in told["findings"] if one["status"] == "violation"}

    assert codes("item.check", "registry.read") - codes("item.check") == {"MI-26-specialty"}


def test_rewrites_mend_what_can_be_mended(call: Caller) -> None:
    told = call("POST", "/rewrites", item(text="术后永不反弹,欢迎咨询")).json()
    assert told["changed"] >= 1
    assert "永不反弹" not in json.dumps(told["item"], ensure_ascii=False)


def test_rules_and_law(call: Caller) -> None:
    rule = call("GET", "/rules/AD-16-1-guarantee").json()
    assert "cn.advertising-law/16.1.1" in [cited["ref"] for cited in rule["citations"]]
    law = call("GET", "/law/cn.advertising-law").json()
    assert "AD-16-1-guarantee" in next(p for p in law["provisions"] if p["label"] == "广告法16.1.1")["rules"]
    assert (call("GET", "/rules/XX").status_code, call("GET", "/law/xx").status_code) == (404, 404)
