"""The pages of patrols, look-ups and enquiries, from the work list to the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.governance.lookups import service as lookups
from mingjian.governance.patrols import rescreening, service
from mingjian.records.clock import day
from mingjian.records.storage import enquiries as enquiry_store
from mingjian.records.storage import patrol_entries
from mingjian.records.storage import registry as book
from mingjian.records.storage.patrol_entries import EntryFilter
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import Seeded
from tests.governance.registered import KEEPER

NUMBER = "20151111011010519491231002X"  # holds the number of an identity card
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(30)
Come = Callable[[str | None], Visitor]


@pytest.fixture
def clinic(full: Seeded) -> tuple[str, str]:
    """An institution (the publisher clinic-1) whose licence ends in three days, patrolled; (entity, credential)."""
    database = full.desk.database
    ends = (day(database.clock.now()) + timedelta(days=3)).isoformat()
    paper = {"kind": "practice_licence", "number": "PDY-9", "issuer": "虚构区卫生健康委员会",
             "valid_from": "2020-01-01", "valid_to": ends}  # fmt: skip
    with database.write() as tx:
        told = record(tx, KEEPER, [Record({"kind": "institution", "key": "clinic-1", "name": "测试门诊部"}, [paper])],
                      "tests")[0]  # fmt: skip
        service.run_now(tx, KEEPER, "licence_expiry")
    while service.advance(database):
        pass
    return told.entity, told.credentials[0]


def _entry(full: Seeded) -> str:
    with full.desk.database.read() as tx:
        return patrol_entries.list_entries(tx, EntryFilter("live"), None, 9)[0][0].id


def test_from_the_patrol_to_the_work_done(full: Seeded, visit: Come, clinic: tuple[str, str]) -> None:
    lead = visit("lead")
    overview = lead.get("/patrols").text
    assert "证照到期" in overview and "在售未注册" in overview
    shown = lead.get("/patrols/of/licence_expiry").text
    run = re.search(r'href="(/patrols/run/[^"]+)"', shown)
    assert run is not None and "到期前 60 天" in shown
    assert "还有 3 天到期" in lead.get(run[1]).text
    assert "还有 3 天到期" in lead.get("/patrols/tasks").text
    id = _entry(full)
    assert "测试门诊部" in lead.get(f"/patrols/tasks/{id}").text
    assert lead.post(f"/patrols/tasks/{id}/assign", {"assignee": "me"}).status_code == 303
    soon = (day(full.desk.database.clock.now()) + timedelta(days=5)).isoformat()
    assert lead.post(f"/patrols/tasks/{id}/snooze", {"until": soon, "reason": "等换证"}).status_code == 303
    assert "等换证" in lead.get("/patrols/tasks?state=snoozed").text
    assert lead.post(f"/patrols/tasks/{id}/snooze", {"until": "明天", "reason": "x"}).status_code == 422
    assert lead.post(f"/patrols/tasks/{id}/done", {"note": "已换新证"}).status_code == 303
    assert "已换新证" in lead.get("/patrols/tasks?state=done").text
    assert "100%" in lead.get("/patrols/figures").text


def test_a_reviewer_looks_and_a_stranger_does_not(visit: Come, clinic: tuple[str, str]) -> None:
    chen = visit("chen")
    assert chen.get("/patrols").status_code == 200
    assert chen.post("/patrols/of/licence_expiry/run").status_code == 403
    assert visit("author").get("/patrols").status_code == 403


def test_run_pause_and_resume(visit: Come) -> None:
    lead = visit("lead")
    assert lead.post("/patrols/of/spot_check/run").headers["location"].startswith("/patrols/run/run_")
    assert lead.post("/patrols/of/spot_check/pause", {"reason": "盘点"}).status_code == 303
    assert "盘点" in lead.get("/patrols/of/spot_check").text
    assert lead.post("/patrols/of/spot_check/resume").status_code == 303
    assert lead.get("/patrols/of/none").status_code == 404


def test_a_look_up_answered_by_hand_with_evidence(full: Seeded, visit: Come, clinic: tuple[str, str]) -> None:
    lead = visit("lead")
    where = lead.post("/lookups", {"credential": clinic[1], "why": "入驻"}).headers["location"]
    assert "打开官方页面" in lead.get(where).text
    without = lead.post(f"{where}/answer", {"outcome": "confirmed"})
    assert without.status_code == 422 and "证据" in without.text
    told = {"csrf_token": lead.token, "outcome": "confirmed", "note": "状态正常"}
    sent = lead.client.post(f"{where}/answer", data=told,
                            files={"file": ("截图.png", PICTURE)})  # fmt: skip
    assert sent.status_code == 303
    page = lead.get(where).text
    assert "与官方一致" in page and "状态正常" in page
    assert lead.client.get(f"{where}/evidence").content == PICTURE
    assert visit("chen").get(f"{where}/evidence").status_code == 403  # personal data
    with full.desk.database.read() as tx:
        assert book.credentials_by_id(tx, [clinic[1]])[clinic[1]].check == "confirmed"


def test_an_enquiry_from_letter_to_answer(full: Seeded, visit: Come, clinic: tuple[str, str]) -> None:
    chen = visit("chen")
    where = chen.post("/enquiries", {"credential": clinic[1], "reason": "到期未换证"}).headers["location"]
    letter = chen.get(where).text
    assert "医疗机构执业许可证" in letter and "PDY-9" in letter and "虚构区卫生健康委员会" in letter
    assert chen.post(f"{where}/edit", {"letter": "改过的信", "regulator": "虚构市卫健委"}).status_code == 303
    assert chen.post(f"{where}/send", {"how": "letter", "number": "虚函1号"}).status_code == 303
    assert chen.post(f"{where}/remind", {"note": "电话"}).status_code == 303
    assert "催过 1 次" in chen.get("/enquiries").text
    told = {"csrf_token": chen.token, "outcome": "contradicted", "answer": "该证已注销"}
    sent = chen.client.post(f"{where}/answer", data=told, files={"file": ("函.pdf", b"%PDF-1.4")})
    assert sent.status_code == 303
    assert "该证已注销" in chen.get(where).text
    assert chen.post(f"{where}/close", {"reason": ""}).status_code == 303
    with full.desk.database.read() as tx:
        assert enquiry_store.count_enquiries(tx) == {"closed": 1, "overdue": 0}


def test_re_screening_shows_what_changed(full: Seeded, visit: Come, clinic: tuple[str, str]) -> None:
    lead = visit("lead")
    where = lead.post("/rescreenings", {"entity": clinic[0], "why": "许可变更"}).headers["location"]
    while rescreening.advance(full.desk.database, full.desk.screening):
        pass
    page = lead.get(where).text
    assert "测试门诊部" in page and "clinic-1" in page
    assert "/items/" in lead.get(f"{where}?all=1").text


def test_a_registered_product_under_review(full: Seeded, visit: Come) -> None:
    database = full.desk.database
    with database.write() as tx:
        told = record(tx, KEEPER, [Record({"kind": "device", "key": "d1", "name": "无证仪器"})], "tests")[0]
        run = service.run_now(tx, KEEPER, "unregistered_products")
    while service.advance(database):
        pass
    lead = visit("lead")
    assert "无证仪器" in lead.get("/queues/product").text
    case = re.search(r'href="(/review/[^"]+)"', lead.get("/queues/product").text)
    assert case is not None and run.patrol == "unregistered_products"
    page = lead.get(case[1]).text
    assert "无证仪器" in page and "没有登记资质" in page and "巡查核验" in page
    assert lead.post(f"{case[1]}/take").status_code == 303
    version = re.search(r'name="version" value="(\d+)"', lead.get(case[1]).text)
    assert version is not None
    sent = lead.post(f"{case[1]}/submit", {"version": version[1], "measure": "take_down", "reason": "unregistered"})
    assert sent.status_code == 303
    with database.read() as tx:
        assert book.entities_by_id(tx, [told.entity])[told.entity].state == "suspended"


def test_what_a_source_showed_is_covered(full: Seeded, visit: Come) -> None:
    with full.desk.database.write() as tx:
        paper = {"kind": "physician_qualification", "number": NUMBER, "valid_from": "2020-01-01"}
        told = record(tx, KEEPER, [Record({"kind": "physician", "key": "p1", "name": "张某"}, [paper])], "tests")[0]
        (asked,) = lookups.request(tx, KEEPER, told.credentials)
        lookups.answer_by_hand(tx, KEEPER, asked.id, "not_found", facts={"shown": {"number": NUMBER}},
                               evidence=None)  # fmt: skip
    for path in ("/lookups", f"/lookups/{asked.id}"):
        assert NUMBER[9:] not in visit("chen").get(path).text
