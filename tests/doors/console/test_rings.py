"""The pages of rings: list, one ring, and everything people do with one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from mingjian.records.storage import rings as store
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import Seeded
from tests.doors.ring_made import ring

Come = Callable[[str | None], Visitor]
MISSING = [f"itm_missing{n}" for n in range(9)]


@pytest.fixture
def id(full: Seeded) -> str:
    listed = list(full.items.values())
    return ring(full.desk.database, [*listed[:2], *MISSING[:7]])


def test_empty_list(visit: Come, full: Seeded) -> None:
    assert "没有这样的团伙" in visit("lead").get("/rings").text


def test_list_and_page(full: Seeded, visit: Come, id: str) -> None:
    chen = visit("chen")
    assert id in chen.get("/rings").text and id in chen.get("/rings?account=acc1&state=open").text
    assert id not in chen.get("/rings?account=stranger").text
    shown = chen.get(f"/rings/{id}").text
    item = next(iter(full.items.values()))
    for words in ("为什么", "测试门诊", "acc0", "最早", "时间线", "收款", "反复使用", item):
        assert words in shown
    assert 'action="/rings' not in shown.replace('action="/rings"', ""), "a reviewer sees no forms"
    assert chen.get("/rings?state=nonsense").status_code == 422 and chen.get("/rings?after=x").status_code == 422
    assert chen.get(f"/rings/{id}?materials=x").status_code == 422 and chen.get("/rings/rng_none").status_code == 404
    assert visit("author").get("/rings").status_code == 403


def test_items_and_their_cases_say_which_ring_they_are_in(full: Seeded, visit: Come, id: str) -> None:
    first, other = (list(full.items)[place] for place in (0, 3))
    link, chen = f'href="/rings/{id}"', visit("chen")
    assert link in chen.get(f"/items/{full.items[first]}").text
    assert link in chen.get(f"/review/{full.cases[first]}").text
    assert link not in chen.get(f"/items/{full.items[other]}").text
    visit("lead").post(f"/rings/{id}/dismiss", {"reason": "同一家人"})
    assert link not in chen.get(f"/items/{full.items[first]}").text


def test_dismiss_and_reopen(visit: Come, id: str) -> None:
    lead = visit("lead")
    assert lead.post(f"/rings/{id}/dismiss", {"reason": ""}).status_code == 422
    assert lead.post(f"/rings/{id}/dismiss", {"reason": "同一家人"}).status_code == 303
    assert "同一家人" in lead.get("/rings?state=dismissed").text and id not in lead.get("/rings").text
    assert "重开" in lead.get(f"/rings/{id}").text
    assert lead.post(f"/rings/{id}/reopen", {"reason": "又有新证据"}).status_code == 303
    assert id in lead.get("/rings?state=open").text


def test_split_merge_back(full: Seeded, visit: Come, id: str) -> None:
    lead = visit("lead")
    assert "分出哪些账号" in lead.get(f"/rings/{id}").text
    assert lead.post(f"/rings/{id}/split", {"reason": "本人", "account": "nobody"}).status_code == 422
    gone = lead.post(f"/rings/{id}/split", {"reason": "本人", "account": "acc2"})
    new = re.search(r"rng_\w+", gone.headers["location"])
    assert gone.status_code == 303 and new is not None and new[0] != id
    assert "拆自" in lead.get(f"/rings/{new[0]}").text and "把哪个团伙并进来" in lead.get(f"/rings/{id}").text
    assert lead.post(f"/rings/{id}/merge", {"reason": "误拆", "other": new[0]}).status_code == 303
    assert "已并入" in lead.get(f"/rings/{new[0]}").text
    with full.desk.database.read() as tx:
        assert store.members_of(tx, [id])[id] == {"acc0", "acc1", "acc2"}


def test_act_on_all_and_undo(full: Seeded, visit: Come, id: str) -> None:
    lead = visit("lead")
    wish = {"measure": "limit", "cites": "广告法16.1.1", "reason": "购买素材", "days": "7"}
    assert lead.post(f"/rings/{id}/act", {**wish, "days": "many"}).status_code == 422
    assert lead.post(f"/rings/{id}/act", {**wish, "measure": "suspend"}).status_code == 422, "which right?"
    assert lead.post(f"/rings/{id}/act", wish).status_code == 303
    with full.desk.database.read() as tx:
        (work,) = store.works_of(tx, id)
    assert "全部撤销" in lead.get(f"/rings/{id}").text
    assert lead.post(f"/rings/{id}/undo/{work.id}", {"reason": "证据不足"}).status_code == 303
    shown = lead.get(f"/rings/{id}").text
    assert "已撤销" in shown and "证据不足" in shown
