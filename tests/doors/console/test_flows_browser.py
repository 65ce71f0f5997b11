"""Work on the registry in a real Chromium, each from its first page to the last: a patrol's task, an official look-up,
a letter to the regulator, a batch of revocations, a right that comes back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.governance.certification import adopting
from mingjian.governance.certification.batches import run_batches
from mingjian.governance.decisions.law import basis_in_force
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide
from mingjian.governance.ladders.reinstate import awaiting
from mingjian.governance.ladders.settle import _take
from mingjian.governance.patrols import service as patrols
from mingjian.records.clock import day
from mingjian.records.journal.append import append
from mingjian.records.storage import patrol_entries
from mingjian.records.storage.patrol_entries import EntryFilter
from tests.doors.console import test_browser, test_patrols, test_publication_browser
from tests.doors.console.seeded import PASSWORD, Seeded
from tests.doors.console.test_publication_browser import Enter
from tests.governance.certification.bodies import LEAD, STRICT, certified, clinic, hospital

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page

pytestmark = pytest.mark.browser
browser, address, enter = test_browser.browser, test_browser.address, test_publication_browser.enter
licensed = test_patrols.clinic
PICTURE: FilePayload = {"name": "截图.png", "mimeType": "image/png", "buffer": test_patrols.PICTURE}


def send(tab: Page, action: str, **fields: str) -> None:
    """Fill a form as somebody would and press its button; wait for the page that follows."""
    form = f"form[action$='{action}']"
    for name, value in fields.items():
        tab.fill(f"{form} [name={name}]", value)
    with tab.expect_navigation():
        tab.click(f"{form} button[type=submit]")


def says(tab: Page, words: str) -> bool:
    return words in tab.inner_text("main")


def task(full: Seeded) -> str:
    """The address of the one task of the work list."""
    with full.desk.database.read() as tx:
        return f"/patrols/tasks/{patrol_entries.list_entries(tx, EntryFilter('live'), None, 9)[0][0].id}"


def test_a_patrol_is_run_and_its_task_taken_put_off_and_done(
    enter: Enter, full: Seeded, licensed: tuple[str, str]
) -> None:
    lead = enter("lead")
    lead.goto("/patrols/of/spot_check")
    send(lead, "/run")
    assert re.search(r"/patrols/run/run_\w+$", lead.url)
    while patrols.advance(full.desk.database):
        pass
    lead.goto("/patrols/tasks")
    lead.click("a:has-text('还有 3 天到期') >> nth=0")
    lead.wait_for_url(f"**{task(full)}")
    with lead.expect_navigation():
        lead.click("form:has([name=assignee][value=me]) button")
    soon = day(full.desk.database.clock.now()) + timedelta(days=5)
    send(lead, "/snooze", until=soon.isoformat(), reason="等换证")
    lead.goto("/patrols/tasks?state=snoozed")
    assert says(lead, "等换证")
    lead.goto(task(full))
    send(lead, "/reopen", reason="已来电")
    send(lead, "/done", note="已换新证")
    lead.goto("/patrols/tasks?state=done")
    assert says(lead, "已换新证")


def test_a_look_up_is_answered_by_hand_with_what_was_seen(
    enter: Enter, full: Seeded, licensed: tuple[str, str]
) -> None:
    lead = enter("lead")
    lead.goto(task(full))
    send(lead, "/lookups")
    assert re.search(r"/lookups/\w+$", lead.url) and says(lead, "打开官方页面")
    where = lead.url
    lead.check("[name=outcome][value=confirmed]")
    lead.set_input_files("[name=file]", files=[PICTURE])
    send(lead, "/answer", note="状态正常")
    assert says(lead, "与官方一致") and says(lead, "状态正常") and says(lead, "查看证据文件")
    lead.goto("/lookups")
    assert where.rsplit("/", 1)[1] in lead.inner_html("main")


def test_a_letter_goes_out_is_urged_answered_and_closed(enter: Enter, full: Seeded, licensed: tuple[str, str]) -> None:
    chen = enter("chen")
    chen.goto(task(full))
    send(chen, "/enquiries")
    send(chen, "/edit", regulator="虚构市卫生健康委员会", letter="请核实该机构执业许可是否有效。")
    send(chen, "/send", number="虚函1号")
    assert says(chen, "虚函1号")
    send(chen, "/remind", note="电话催办")
    assert says(chen, "1 次")
    chen.check("[name=outcome][value=contradicted]")
    chen.set_input_files("[name=file]", files=[PICTURE])
    send(chen, "/answer", answer="该证已注销")
    assert says(chen, "该证已注销")
    send(chen, "/close", reason="已办结")
    chen.goto("/enquiries?state=closed")
    assert says(chen, "虚构市卫生健康委员会")


def test_a_batch_is_frozen_approved_by_another_and_taken_back(enter: Enter, full: Seeded) -> None:
    database = full.desk.database
    with database.write() as tx:
        user = people.create_user(tx, house("setup"), "policy_deployer", "发布员", ("policy_deployer",))
        people.set_password(tx, house("setup"), user.id, PASSWORD, must_change=False)
        today = day(tx.now)
    ids = certified(database, [hospital(1), clinic(2)])
    with database.write() as tx:
        wanted = adopting.propose(tx, LEAD, STRICT, today, "治理", announced=today - timedelta(days=30))
        adopting.adopt(tx, user.principal(), wanted.id)
    lead = enter("lead")
    lead.goto(f"/certification/impact?policy={STRICT}")
    send(lead, "/certification/batches", reason="按新政策")
    where = lead.url
    assert lead.query_selector("form[action$='/approve']") is None, "who froze it does not approve it"
    deployer = enter("policy_deployer")
    deployer.goto(where)
    send(deployer, "/approve")
    while run_batches(database):
        pass
    lead.goto(f"/certification/entities/{ids[1]}")
    assert says(lead, "取消专业认证")
    lead.goto(where)
    lead.click("details:has(form[action$='/undo']) summary")
    send(lead, "/undo", reason="名单有误")
    while run_batches(database):
        pass
    lead.goto(f"/certification/entities/{ids[1]}")
    assert says(lead, "认证展示中")


def test_a_condition_is_recorded_and_the_record_withdrawn(enter: Enter, full: Seeded) -> None:
    with full.desk.database.write() as tx:
        made = decide(tx, LEAD, DecisionInput("take_down", item=full.items["plain"], reasons=("违规",)))
        basis = basis_in_force()
        ladder = basis.book.ladders["group_buying"]
        assert made.decision.publisher is not None
        append(tx, _take(tx, made.decision, made.decision.publisher, ladder, ladder.steps[0], tx.now, basis))
        (one,) = awaiting(tx, LEAD)
    lead = enter("lead")
    lead.goto("/reinstatement")
    lead.click(f"a[href='/reinstatement/{one.action.id}'] >> nth=0")
    lead.wait_for_url(f"**/reinstatement/{one.action.id}")
    card = "section:has([name=condition][value=training])"
    lead.fill(f"{card} [name=evidence]", "结业记录 A-1")
    with lead.expect_navigation():
        lead.click(f"{card} button[type=submit]")
    assert says(lead, "结业记录 A-1") and says(lead, "已满足")
    lead.click("details:has(form[action$='/withdraw']) summary")
    send(lead, "/withdraw", reason="记错了人")
    assert not says(lead, "结业记录 A-1")
