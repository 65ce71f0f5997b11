"""The pages of engagement: from the file to the decision and back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from mingjian.governance.engagement import loads
from mingjian.governance.engagement.settings import SETTINGS
from mingjian.records.blobs import Blobs
from mingjian.records.storage import engagement as store
from mingjian.records.storage.engagement import AlarmFilter
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import Seeded
from tests.doors.engaged import raised
from tests.governance.engagement.made import World

Come = Callable[[str | None], Visitor]


@pytest.fixture
def alarm(full: Seeded) -> str:
    with full.desk.database.write() as tx:
        return raised(tx, "egl_x", [f"a{number:02}" for number in range(40)], ["n1", "n2"], ["clinic-1"])


def test_from_the_file_to_the_alarm(full: Seeded, visit: Come) -> None:
    lead = visit("lead")
    assert "没有异动线索" in lead.get("/engagement").text
    assert "还没有推送过" in lead.get("/engagement/loads").text
    world = World().honest(1500).likes()
    given = {"file": ("互动.jsonl", io.BytesIO(world.lines().encode()))}
    sent = lead.client.post("/engagement/loads", data={"csrf_token": lead.token}, files=given)
    assert sent.headers["location"] == "/engagement/loads"
    assert "等待分析" in lead.get("/engagement/loads").text
    with SETTINGS.using(replace(SETTINGS.current(), rounds=1, time_rounds=20, methods=("lockstep",))):
        loads.work(full.desk.database, Blobs(full.desk.settings.blobs))
    assert "已分析" in lead.get("/engagement/loads").text
    with full.desk.database.read() as tx:
        (found,), _ = store.list_alarms(tx, AlarmFilter(), None, 2)
    assert "同步操作" in lead.get("/engagement").text
    shown = lead.get(f"/engagement/alarms/{found.id}").text
    assert "什么时候" in shown and "在哪些内容上" in shown and ">b0<" in shown.replace("\n", "")
    assert ">n5<" in lead.get(f"/engagement/alarms/{found.id}?role=item").text.replace("\n", "")


def test_confirmed_and_taken_back(full: Seeded, visit: Come, alarm: str) -> None:
    lead = visit("lead")
    assert lead.post(f"/engagement/alarms/{alarm}/confirm", {"reason": ""}).status_code == 422
    assert lead.post(f"/engagement/alarms/{alarm}/confirm", {"reason": "同一批号"}).status_code == 303
    shown = lead.get(f"/engagement/alarms/{alarm}").text
    assert "已确认" in shown and "同一批号" in shown and "确认异常" not in shown
    assert lead.post(f"/engagement/alarms/{alarm}/dismiss", {"reason": "x"}).status_code == 409
    assert lead.post(f"/engagement/alarms/{alarm}/reopen", {"reason": "证据不足"}).status_code == 303
    assert "待核对" in lead.get(f"/engagement/alarms/{alarm}").text
    assert alarm in lead.get("/engagement?state=open&kind=lockstep&member=a01").text
    assert alarm not in lead.get("/engagement?member=nobody").text


def test_members_page_by_page(full: Seeded, visit: Come, alarm: str) -> None:
    first = visit("lead").get(f"/engagement/alarms/{alarm}").text
    assert "a29" in first and "a30" not in first and "after=29" in first
    assert "a39" in visit("lead").get(f"/engagement/alarms/{alarm}?role=actor&after=29").text


def test_whoever_may_only_look(full: Seeded, visit: Come, alarm: str) -> None:
    chen = visit("chen")
    assert "确认异常" not in chen.get(f"/engagement/alarms/{alarm}").text
    assert chen.post(f"/engagement/alarms/{alarm}/confirm", {"reason": "x"}).status_code == 403
    assert "上传并分析" not in chen.get("/engagement/loads").text
