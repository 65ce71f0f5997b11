"""Scope answers in the console: the question in the address, the chain below, and what stands beside an item."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from mingjian.desk.registry.model import Record
from mingjian.records.items.model import Submission
from mingjian.records.storage.database import Database
from tests.desk.registry.test_scope import SCOPE, confirm, device, doctor, review
from tests.desk.registry.world import account, clinic, licence, put
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import HOSTILE, Seeded

Visit = Callable[[str | None], Visitor]
PHYSICIAN = "110000000000001"
WHO = f"institution=PDY00001&physician={PHYSICIAN}&as_of=2025-11-01"


@pytest.fixture
def town(full: Seeded) -> Database:
    store = full.desk.database
    put(store, clinic(credentials=[licence(scope=SCOPE), review()]), doctor(), device(), account())
    confirm(store)
    return store


@pytest.mark.usefixtures("town")
def test_the_chain_link_by_link(visit: Visit) -> None:
    page = visit("chen").get(f"/scope?procedure=ipl&{WHO}").text
    assert page.count('<li class="yes">') == 9 and '<span class="tag big ok">可以</span>' in page
    assert 'href="/law/cn.medical-institutions-regulation#26"' in page and "云杉医疗美容门诊部" in page
    refused = visit("chen").get(f"/scope?procedure={quote('双眼皮')}&{WHO}").text
    assert '<span class="tag big bad">不可以</span>' in refused and '<li class="no">' in refused
    waits = visit("chen").get(f"/scope?procedure={quote('线雕')}&{WHO}").text
    assert "还缺这些事实" in waits


def test_choosing_one_of_several_and_nobody(visit: Visit, town: Database) -> None:
    put(town, clinic("PDY00009", f"云杉{HOSTILE}"[:200]))
    page = visit("chen").get(f"/scope?procedure=ipl&institution={quote('云杉')}").text
    assert page.count("/scope?procedure=ipl&amp;institution=ent_") == 2 and HOSTILE not in page
    assert "登记里没有这个机构" in visit("chen").get("/scope?procedure=ipl&institution=nobody").text


@pytest.mark.parametrize("query", ["", "?ask=perform", "?as_of=2025-01-01"])
def test_nothing_asked_yet(visit: Visit, query: str) -> None:
    answer = visit("chen").get(f"/scope{query}")
    assert answer.status_code == 200 and "问一个范围" in answer.text


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("procedure=ipl", "请写明机构"),
        ("institution=a", "请写明项目"),
        ("procedure=ipl&as_of=x", "不是日期"),
        ("ask=dance&procedure=ipl&institution=a", "perform"),
    ],
)
def test_what_cannot_be_asked_is_told_beside_the_form(visit: Visit, query: str, says: str) -> None:
    answer = visit("chen").get(f"/scope?{query}")
    assert answer.status_code == 422 and says in answer.text and '<form class="inner"' in answer.text


def test_who_may_ask(visit: Visit) -> None:
    assert visit("nobody").get("/scope").status_code == 403
    assert visit(None).get("/scope").status_code == 303
    assert visit("nobody").get("/procedures").status_code == 200


def test_procedures_and_specialties_are_found(visit: Visit) -> None:
    chen = visit("chen")
    found = chen.get(f"/procedures?q={quote('双眼皮')}").text
    assert 'href="/procedures/double-eyelid"' in found and 'href="/procedures/ipl"' not in found
    graded = chen.get("/procedures?section=surgery&grade=4").text
    assert "/procedures/mandible-angle" in graded and "/procedures/double-eyelid" not in graded
    one = chen.get("/procedures/breast-augmentation").text
    assert "二级" in one and "另设麻醉科" in one and "医疗美容项目分级管理目录" in one
    assert chen.get("/procedures/none").status_code == 404
    assert "没有找到" in chen.get("/procedures?q=zzz").text
    assert "14.03" in chen.get(f"/specialties?q={quote('美容皮肤')}").text


def _item(full: Seeded, **more: object) -> str:
    given = {
        "id": "named",
        "text": "周年庆双眼皮立减,光子嫩肤同享",
        "platform": "xhs",
        "nature": "advertisement",
        "publisher": {"id": "9001", "kind": "institution", "name": "云杉"},
        **more,
    }
    ((taken, _),) = full.desk.screening.check_now([Submission(given)], "key:key_tests")
    return taken.item.id


@pytest.mark.usefixtures("town")
def test_beside_an_item_what_is_registered_and_what_was_stated(visit: Visit, full: Seeded) -> None:
    id = _item(full, review_certificate="自报的文号", published_at="2025-11-01")
    page = visit("chen").get(f"/items/{id}").text
    assert "登记的资质" in page and "官方已确认" in page and "在期" in page and "PDY00001" in page
    assert "提交方申报" in page and "自报的文号" in page and "由提交方随内容申报" in page
    assert "内容写到的项目能否宣传" in page and "执业许可证登记的是:医疗美容科、美容皮肤科" in page
    assert "MI-26-specialty" in page  # and it was judged with it


@pytest.mark.usefixtures("town")
def test_only_for_who_may_read_the_registry(visit: Visit, full: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    id = _item(full)
    monkeypatch.setattr("mingjian.doors.console.registered.allowed", lambda *_: False)
    assert "登记的资质" not in visit("chen").get(f"/items/{id}").text


@pytest.mark.usefixtures("town")
def test_the_publishers_page_leads_to_the_registry(visit: Visit, full: Seeded) -> None:
    _item(full)
    page = visit("lead").get("/publishers?id=9001").text
    assert "登记的资质" in page and 'href="/registry/ent_' in page


def test_a_publisher_nobody_registered(visit: Visit, full: Seeded, town: Database) -> None:
    put(town, Record({"kind": "creator", "key": "c1", "name": "博主"}))
    id = _item(full, publisher={"id": "stranger", "kind": "creator"})
    assert "登记的资质" not in visit("chen").get(f"/items/{id}").text
    known = _item(full, id="other", publisher={"id": "c1", "kind": "creator"})
    page = visit("chen").get(f"/items/{known}").text
    assert "登记里没有它的资质" in page and "能否宣传" not in page
