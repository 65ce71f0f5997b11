"""The review page: what it shows, the answer, and what happens when somebody else was faster."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import get_case, open_cases
from mingjian.desk.people.model import house
from mingjian.desk.queues.load import using
from mingjian.records.storage import accesses, items
from tests.desk.staff import certain
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import HOSTILE, PHONE, Seeded

Visit = Callable[[str | None], Visitor]


def answer(page: str, **more: object) -> dict[str, object]:
    """The fields of the form with an answer."""
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    return {"version": version[1], "measure": "take_down", "reason": ["effect"], "note": "", "seconds": "12", **more}


def test_looking_shows_the_item_and_takes_no_lease(visit: Visit, full: Seeded) -> None:
    page = visit("chen").get(f"/review/{full.cases['plain']}").text
    assert re.search(r'<mark class="f s-critical" data-f="[\d ]+"[^>]*>永不反弹</mark>', page)
    assert 'data-law-label="广告法16.1.1"' in page and "罚则" in page and "自 2015-09-01 施行" in page
    assert "暂无资质记录" in page and "领取审核" in page and 'id="verdict"' not in page
    with full.desk.database.read() as tx:
        assert get_case(tx, house("t"), full.cases["plain"]).lease_holder is None


def test_pictures_show_their_boxes_and_stay_blurred_until_asked(visit: Visit, full: Seeded) -> None:
    page = visit("chen").get(f"/review/{full.cases['poster']}").text
    assert 'class="frame blurred"' in page and "data-blur-toggle" in page
    assert re.search(r'<rect x="\d+" y="300" width="\d+" height="40"/>', page)
    assert "执业许可证号" in page and "PDY000001" in page and "未经核验" in page


def test_a_clip_shows_its_findings_on_a_line_of_time(visit: Visit, full: Seeded) -> None:
    page = visit("chen").get(f"/review/{full.cases['clip']}").text
    assert re.search(r'data-from="2.0" data-to="6.5"', page) and "<video" in page and "00:02–00:06" in page


def test_a_publisher_is_reviewed_by_what_is_known_of_them(visit: Visit, full: Seeded) -> None:
    page = visit("chen").get(f"/review/{full.cases['actor']}").text
    assert "clinic-1" in page and "最近发布" in page and 'id="findings-title"' not in page


def test_similar_items_stand_beside_it(visit: Visit, full: Seeded) -> None:
    page = visit("chen").get(f"/review/{full.cases['plain']}").text
    assert f'href="/items/{full.items["copy"]}"' in page
    assert f'href="/items/{full.items["clip"]}"' not in page.partition("similar-title")[2]


def test_what_somebody_wrote_is_never_markup(visit: Visit, full: Seeded) -> None:
    chen = visit("chen")
    own = (f"/review/{full.cases['hostile']}", f"/items/{full.items['hostile']}")
    for path in (*own, "/queues/content", "/search?q=owned"):
        page = chen.get(path).text
        assert "<script>window" not in page and "<img src=x" not in page
        assert "&lt;img src=x" in page or "&lt;script&gt;" in page


def test_personal_data_is_covered_until_it_is_asked_for_and_the_look_is_logged(visit: Visit, full: Seeded) -> None:
    case, item = full.cases["poster"], full.items["poster"]
    chen, lead = visit("chen"), visit("lead")
    for path in (f"/review/{case}", f"/review/{case}?personal=1", f"/items/{item}?personal=1"):
        page = chen.get(path).text
        assert PHONE not in page and "138****5678" in page and "?personal=1" not in page
    assert PHONE not in lead.get(f"/review/{case}").text
    with full.desk.database.read() as tx:
        assert accesses.accesses(tx, subject=item) == []
    assert PHONE in lead.get(f"/review/{case}?personal=1").text
    with full.desk.database.read() as tx:
        (look,) = accesses.accesses(tx, subject=item)
    assert (look.actor, look.what) == (f"user:{full.users['lead']}", "item.read") and "phone" in look.fields


def test_an_answer_closes_the_case_and_opens_the_next(visit: Visit, full: Seeded) -> None:
    chen, case = visit("chen"), full.cases["plain"]
    assert chen.post(f"/review/{case}/take").headers["location"] == f"/review/{case}"
    page = chen.get(f"/review/{case}").text
    assert 'data-measure="1"' in page and "封禁" in page and re.search(r'value="ban"[^>]*disabled', page)
    done = chen.post(f"/review/{case}/submit", answer(page))
    assert done.headers["location"].startswith("/review/cas_") and done.headers["location"] != f"/review/{case}"
    following = chen.get(done.headers["location"]).text
    assert "已提交:下架" in following and f'action="/review/{case}/undo"' in following and 'data-key="u"' in following
    with full.desk.database.read() as tx:
        assert get_case(tx, house("t"), case).outcome == "take_down"
        stored = items.item_by_id(tx, full.items["plain"])
    assert stored is not None and stored.standing == "take_down"
    assert "决定:下架" in chen.get(f"/review/{case}").text
    assert "已结案" in chen.get(f"/review/{case}").text


def test_htmx_goes_on_as_a_whole_page(visit: Visit, full: Seeded) -> None:
    chen, case = visit("chen"), full.cases["plain"]
    chen.post(f"/review/{case}/take")
    done = chen.post(f"/review/{case}/submit", answer(chen.get(f"/review/{case}").text, then="stay"), htmx=True)
    assert done.status_code == 204 and done.headers["HX-Redirect"] == f"/review/{case}"


def test_the_last_answer_can_be_taken_back(visit: Visit, full: Seeded) -> None:
    chen, case = visit("chen"), full.cases["plain"]
    chen.post(f"/review/{case}/take")
    chen.post(f"/review/{case}/submit", answer(chen.get(f"/review/{case}").text))
    assert chen.post(f"/review/{case}/undo").headers["location"] == f"/review/{case}"
    page = chen.get(f"/review/{case}").text
    assert "已撤回,请重新审核" in page and 'id="verdict"' in page
    with full.desk.database.read() as tx:
        stored = items.item_by_id(tx, full.items["plain"])
    assert stored is not None and stored.standing is None


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"measure": ""}, 422, "请先选一个处置"),
        ({"reason": []}, 422, "请至少选一个理由"),
        ({"reason": ["other"]}, 422, "请写备注"),
        ({"measure": "applaud"}, 422, "不能用"),
        ({"version": "7"}, 409, ""),
        ({"version": "x"}, 422, "应为整数"),
        ({"measure": "ban"}, 403, "没有权限"),
    ],
)
def test_what_is_wrong_is_told_beside_the_keys(
    visit: Visit, full: Seeded, fields: dict[str, object], status: int, message: str
) -> None:
    chen, case = visit("chen"), full.cases["plain"]
    chen.post(f"/review/{case}/take")
    told = chen.post(f"/review/{case}/submit", answer(chen.get(f"/review/{case}").text, **fields), htmx=True)
    assert told.status_code == status and message in told.text
    assert told.headers["HX-Retarget"] == "#verdict-alert" and "没有提交" in told.text
    with full.desk.database.read() as tx:
        assert get_case(tx, house("t"), case).outcome is None


def test_two_reviewers_on_one_case(visit: Visit, full: Seeded) -> None:
    chen, zhou, case = visit("chen"), visit("zhou"), full.cases["plain"]
    chen.post(f"/review/{case}/take")
    page = chen.get(f"/review/{case}").text
    seen = zhou.get(f"/review/{case}").text
    assert "陈晓 正在审核" in seen and "到期或放回后可以领取" in seen
    refused = zhou.post(f"/review/{case}/take")
    assert refused.status_code == 409 and "正由他人审核" in refused.text
    late = zhou.post(f"/review/{case}/submit", answer(page), htmx=True)
    assert late.status_code == 409 and "案件已变动" in late.text
    assert chen.post(f"/review/{case}/release").headers["location"] == "/queues/content"
    assert zhou.post(f"/review/{case}/take").status_code == 303


def test_a_lease_is_begun_anew_in_place(visit: Visit, full: Seeded) -> None:
    chen, case = visit("chen"), full.cases["plain"]
    chen.post(f"/review/{case}/take")
    chen.client.headers["HX-Target"] = "lease"
    clock = chen.post(f"/review/{case}/take", htmx=True)
    assert clock.status_code == 200 and "data-lease-until" in clock.text and "<html" not in clock.text


def test_a_second_reviewer_is_not_told_what_the_first_said(visit: Visit, full: Seeded) -> None:
    case = full.cases["plain"]
    with using(certain(content={"second": {"share": 1.0}})):
        chen, zhou = visit("chen"), visit("zhou")
        chen.post(f"/review/{case}/take")
        chen.post(f"/review/{case}/submit", answer(chen.get(f"/review/{case}").text, note="初审备注甲"))
        assert "还须他人复审" in chen.get("/queues").text
        zhou.post(f"/review/{case}/take")
        page = zhou.get(f"/review/{case}").text
        assert "二审" in page and "初审备注甲" not in page and 'id="verdict"' in page


def test_suspending_names_the_right_and_the_term(visit: Visit, full: Seeded) -> None:
    lead, case = visit("lead"), full.cases["plain"]
    lead.post(f"/review/{case}/take")
    page = lead.get(f"/review/{case}").text
    assert 'name="right"' in page and 'name="days_suspend"' in page
    given = answer(page, measure="suspend", right="posting", days_suspend="14")
    assert lead.post(f"/review/{case}/submit", given).status_code == 303
    beside = lead.get(f"/review/{full.cases['poster']}").text  # by the same publisher
    assert "暂停权限" in beside.partition("正在执行的处置")[2].partition("处置记录")[0]


def test_only_those_who_may_review_get_the_keys(visit: Visit, full: Seeded) -> None:
    author = visit("author")
    assert author.get(f"/review/{full.cases['plain']}").status_code == 403
    assert author.post(f"/review/{full.cases['plain']}/take").status_code == 403
    assert HOSTILE not in author.get("/queues").text


def test_what_has_a_page_of_its_own_is_reviewed_there(visit: Visit, full: Seeded) -> None:
    with full.desk.database.write() as tx:
        (case,) = open_cases(tx, house("t"), [CaseRequest("draft", "drf_1", {}, "manual", "department", "送审")])
    assert visit("lead").get(f"/review/{case.id}").headers["location"] == "/drafts/drf_1"
