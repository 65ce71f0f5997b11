"""The queues: counting, filtering in the address, taking the next case, giving cases to people, saved filters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mingjian.desk.cases.service import get_case
from mingjian.desk.people.model import house
from mingjian.doors.console.filters import address, day_bounds
from mingjian.records.clock import moment
from mingjian.records.errors import Invalid
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import HOSTILE, PHONE, Seeded

Visit = Callable[[str | None], Visitor]


def test_a_reviewer_begins_at_the_queues(visit: Visit) -> None:
    chen = visit("chen")
    assert chen.get("/").headers["location"] == "/queues"
    page = chen.get("/queues").text
    assert "内容审核" in page and "入驻审核" in page and "没有领取中或分派给你的案件" in page


def test_a_queue_lists_its_cases_with_what_they_are_about(visit: Visit, full: Seeded) -> None:
    page = visit("chen").get("/queues/content").text
    for id in (full.cases["plain"], full.cases["poster"]):
        assert f'data-href="/review/{id}"' in page
    assert full.cases["actor"] not in page
    assert "美丽节" in page and HOSTILE not in page and PHONE not in page


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("platform=douyin", "copy", "plain"),
        ("publisher=clinic-1", "plain", "copy"),
        ("state=open", "plain", None),
        ("state=closed", None, "plain"),
        ("overdue=1", None, "plain"),
        ("assignee=me", None, "plain"),
        ("value=violation&severity=critical", "plain", None),
    ],
)
def test_filters_live_in_the_address(
    visit: Visit, full: Seeded, query: str, shown: str | None, hidden: str | None
) -> None:
    page = visit("chen").get(f"/queues/content?{query}").text
    assert shown is None or full.cases[shown] in page
    assert hidden is None or full.cases[hidden] not in page


def test_an_unknown_queue_or_state_is_told(visit: Visit) -> None:
    chen = visit("chen")
    assert chen.get("/queues/nowhere").status_code == 404
    assert chen.get("/queues/content?state=gone").status_code == 422
    assert chen.get("/queues/content?after=broken").status_code == 422


def test_taking_the_next_case_leases_it(visit: Visit, full: Seeded) -> None:
    chen, zhou = visit("chen"), visit("zhou")
    first = chen.post("/queues/content/next").headers["location"]
    assert first.startswith("/review/cas_")
    assert chen.post("/queues/content/next").headers["location"] == first
    assert zhou.post("/queues/content/next").headers["location"] != first
    assert "(我)" in chen.get("/queues").text
    assert zhou.post("/queues/product/next").headers["location"] == "/queues/product"
    assert "现在没有可以领取的案件" in zhou.get("/queues/product").text
    assert "现在没有可以领取的案件" not in zhou.get("/queues/product").text


def test_a_lead_gives_several_cases_to_one_reviewer(visit: Visit, full: Seeded) -> None:
    lead, chen = visit("lead"), visit("chen")
    given = [full.cases["plain"], full.cases["copy"]]
    data = {"case": given, "assignee": f"user:{full.users['chen']}", "back": "/queues/content?platform=douyin"}
    assert lead.post("/queues/assign", data).headers["location"] == "/queues/content?platform=douyin"
    assert "已分派 2 件" in lead.get("/queues").text
    mine = chen.get("/queues/content?assignee=me").text
    assert all(id in mine for id in given) and full.cases["poster"] not in mine
    assert chen.post("/queues/assign", data).status_code == 403
    assert lead.post("/queues/assign", {**data, "assignee": ""}).status_code == 303
    with full.desk.database.read() as tx:
        assert get_case(tx, house("t"), given[0]).assignee is None


def test_assigning_is_all_or_nothing(visit: Visit, full: Seeded) -> None:
    data = {"case": [full.cases["plain"], "cas_none"], "assignee": f"user:{full.users['chen']}"}
    assert visit("lead").post("/queues/assign", data).status_code == 404
    with full.desk.database.read() as tx:
        assert get_case(tx, house("t"), full.cases["plain"]).assignee is None


def test_filters_are_saved_under_a_name_and_shared_by_leads_only(visit: Visit) -> None:
    chen, zhou, lead = visit("chen"), visit("zhou"), visit("lead")
    mine = {"page": "queues", "name": "抖音高危", "address": "/queues/content?platform=douyin&severity=high"}
    assert chen.post("/views", mine).headers["location"] == mine["address"]
    assert "已保存筛选“抖音高危”" in chen.get("/queues").text
    assert "抖音高危" in chen.get("/queues/content").text and "抖音高危" not in zhou.get("/queues/content").text
    assert zhou.post("/views", {**mine, "shared": "1"}).status_code == 403
    lead.post("/views", {**mine, "name": "全组看", "shared": "1"})
    page = zhou.get("/queues/content").text
    assert "全组看" in page and 'action="/views/' not in page
    own = chen.get("/queues/content").text.partition('action="/views/')[2].partition('"')[0]
    assert zhou.post(f"/views/{own}", {}).status_code == 404
    assert chen.post(f"/views/{own}", {"back": "/queues/content"}).status_code == 303
    assert "抖音高危" not in chen.get("/queues/content").text.replace("已删除", "")
    chen.post("/views", {**mine, "name": " "})
    assert "名称应为" in chen.get("/queues").text


def test_addresses_are_made_of_what_is_set() -> None:
    assert address("/q", {"a": "1", "b": "医 美"}, a=None, c=2) == "/q?b=%E5%8C%BB+%E7%BE%8E&c=2"
    assert address("/q", {"a": ""}) == "/q"


def test_days_are_days_in_china() -> None:
    since, until = day_bounds("2026-03-02", "2026-03-02")
    assert since is not None and until is not None
    assert moment(since).isoformat() == "2026-03-02T00:00:00+08:00"
    assert moment(until).isoformat() == "2026-03-03T00:00:00+08:00"
    assert day_bounds(None, "") == (None, None)
    with pytest.raises(Invalid, match="不是日期"):
        day_bounds("gestern", None)
    with pytest.raises(Invalid, match="早于"):
        day_bounds("2026-03-02", "2026-03-01")
