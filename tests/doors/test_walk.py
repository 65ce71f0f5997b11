"""The served application in a real Chromium: every role walks its navigation, and the work goes from desk to desk."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import uvicorn

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import get_case, open_cases
from mingjian.desk.people.model import house
from mingjian.desk.queues.load import using
from mingjian.doors.serve.app import create_app
from mingjian.governance.decisions.service import decision_of
from tests.desk.staff import certain
from tests.doors.console.test_browser import REFUSED, browser
from tests.doors.things import HOSTILE
from tests.doors.whole import LOGINS, PASSWORD, Made, Whole, copied

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]
pytestmark = pytest.mark.browser
Enter = Callable[..., "Page"]


@pytest.fixture(scope="module")
def whole(whole_made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    yield from copied(whole_made, tmp_path_factory.mktemp("walk") / "desk")


@pytest.fixture(scope="module")
def address(whole: Whole) -> Iterator[str]:
    """The application with its duties, served on a free port."""
    server = uvicorn.Server(uvicorn.Config(create_app(whole.desk), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def enter(browser: Browser, address: str) -> Iterator[Enter]:
    """``enter("admin")``: a tab of somebody signed in; ``enter()`` nobody. Nothing may be complained of in the
    browser's console, nothing may be answered with an error, nothing may run that people wrote."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def come(login: str | None = None) -> Page:
        context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900}, accept_downloads=True)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(f"{tab.url} {said.text}")
               if said.type == "error" and not REFUSED.search(said.text) else None)  # fmt: skip
        tab.on("pageerror", lambda error: complaints.append(f"{tab.url} {error}"))
        tab.on("dialog", lambda dialog: complaints.append(f"{tab.url} dialog {dialog.message}"))
        tab.on("response", lambda answer: complaints.append(f"{answer.status} {answer.url}")
               if answer.status >= 400 else None)  # fmt: skip
        if login is not None:
            tab.goto("/signin")
            tab.fill("[name=login]", login)
            tab.fill("[name=password]", PASSWORD)
            tab.click("button[type=submit]")
            tab.wait_for_url(lambda url: "/signin" not in url)
        return tab

    yield come
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("role", LOGINS)
def test_each_role_walks_its_navigation(role: str, enter: Enter) -> None:
    tab = enter(LOGINS[role])
    tab.set_viewport_size({"width": 768, "height": 1024})
    found = tab.eval_on_selector_all(".side a[href^='/']", "all => all.map((a) => a.getAttribute('href'))")
    paths = sorted({str(path) for path in found})
    assert (paths != ["/"]) is (role != "nobody")
    for path in [*paths, "/account"]:
        answer = tab.goto(path)
        assert answer is not None and answer.status == 200, path
        over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
        assert tab.inner_text("h1").strip(), path


def test_two_ways_never_have_the_same_keys(whole: Whole) -> None:
    console = create_app(whole.desk, duties=False).routes[1].app  # type: ignore[attr-defined]
    keys = [entry.keys for entry in console.state.nav if entry.keys]
    assert sorted(keys) == sorted(set(keys))


def test_nothing_that_people_wrote_runs(enter: Enter, whole: Whole) -> None:
    ids = whole.ids
    pages = {
        "zuzhang": (f"/items/{ids['item']}", f"/review/{ids['case']}", f"/review/{ids['actor_case']}", "/queues/all",
                    f"/decisions/{ids['decision']}", f"/appeals/{ids['appeal']}", "/search?q=永不反弹",
                    f"/publishers?id={quote(HOSTILE)}", f"/search?q={quote(HOSTILE)}", "/investigate",
                    f"/registry/entity/{ids['entity']}", f"/registry/entity/{ids['entity']}/graph",
                    f"/registry/imports/{ids['import']}", f"/rankings/{ids['published']}",
                    f"/rankings/{ids['published']}/entrants/{ids['entrant']}", f"/rankings/{ids['edition']}/plan",
                    f"/ranking/{ids['published']}", f"/ranking-appeals/{ids['ranking_appeal']}",
                    f"/patrols/run/{ids['patrol_run']}", f"/patrols/tasks/{ids['patrol_entry']}", "/patrols/figures",
                    f"/lookups/{ids['lookup']}", f"/enquiries/{ids['enquiry']}", "/scores/cards/institution_risk@1",
                    f"/scores/actor?actor={quote(HOSTILE)}", "/scores/report/institution_risk", "/reinstatement",
                    "/certification/policies", "/certification/impact?policy=public_3a_only@1", "/penalties",
                    f"/accreditations/{ids['accreditation']}"),
        "zhuren": (f"/drafts/{ids['draft']}",),
        "zhuangao": (f"/drafts/{ids['writing']}/edit",),
        "celue": (f"/policies/{ids['policy']}", f"/policies/new?edit={ids['policy']}"),
        "admin": ("/people", "/keys", "/webhooks", "/accesses", f"/people/{ids['user']}"),
    }  # fmt: skip
    for login, paths in pages.items():
        tab = enter(login)
        for path in paths:
            tab.goto(path)
            assert tab.evaluate("typeof window.owned") == "undefined", path


def test_a_reviewer_takes_the_next_answers_by_key_and_takes_it_back(enter: Enter, whole: Whole) -> None:
    tab = enter("shenhe2")
    tab.goto("/queues/content")
    tab.click("form[action='/queues/content/next'] button")
    tab.wait_for_url("**/review/cas_*")
    first = tab.url
    tab.wait_for_selector("#verdict")
    tab.keyboard.press("1")
    tab.wait_for_url(lambda url: "/review/cas_" in url and url != first)
    tab.keyboard.press("u")
    tab.wait_for_url(first)
    assert _outcome(whole, first.rsplit("/", 1)[1]) is None
    tab.goto("/queues")
    assert first.rsplit("/", 1)[1] in tab.content()


def _outcome(whole: Whole, case: str) -> str | None:
    with whole.desk.database.read() as tx:
        return get_case(tx, house("t"), case).outcome


def _answer(tab: Page, case: str, measure: str, reason: str | None, cites: str = "") -> None:
    tab.goto(f"/review/{case}")
    tab.keyboard.press("t")
    tab.wait_for_selector("#verdict")
    tab.check(f"input[name=measure][value={measure}]", force=True)
    if reason is not None:
        tab.check(f"input[name=reason][value={reason}]", force=True)
    if cites:
        tab.fill("[name=cites]", cites)
    tab.click("button[name=then][value=stay]")
    tab.wait_for_selector(".notice.ok")


def test_the_lead_assigns_and_bans_with_a_reason(enter: Enter, whole: Whole) -> None:
    tab, case = enter("zuzhang"), whole.ids["actor_case"]
    tab.goto("/queues/onboarding")
    tab.check(f"input[name=case][value={case}]")
    tab.select_option("#bulk [name=assignee]", label="审核组长 沈清")
    tab.click("#bulk button[type=submit]")
    tab.wait_for_selector(".notice.ok")
    _answer(tab, case, "ban", "identity", "广告法16.1.1")
    assert _outcome(whole, case) == "ban"
    tab.goto(f"/publishers?id={quote(HOSTILE)}")
    assert "封禁" in tab.inner_text("main")


def test_two_reviewers_differ_and_the_expert_has_the_last_word(enter: Enter, whole: Whole) -> None:
    with using(certain(content={"second": {"share": 1.0}})):
        with whole.desk.database.write() as tx:
            request = CaseRequest("item", whole.ids["other"], {}, "manual", "content", "复审")
            case = open_cases(tx, house("policies"), [request])[0].id
        _answer(enter("shenhe1"), case, "take_down", "effect")
        assert _outcome(whole, case) is None
        _answer(enter("shenhe2"), case, "pass", None)
        assert _outcome(whole, case) is None
        _answer(enter("zhuanjia"), case, "return", "effect", "广告法16.1.1")
    assert _outcome(whole, case) == "return"


def test_an_appeal_by_the_link_is_overturned_and_the_strike_given_back(enter: Enter, whole: Whole) -> None:
    visitor = enter()
    visitor.goto(f"/concerned/{whole.ids['token']}")
    visitor.fill("[name=grounds]", "原文引用的是法条,不是宣传,请复核。")
    visitor.click("main button[type=submit]")
    visitor.wait_for_selector(".notice.ok")
    officer = enter("shensu")
    officer.goto("/appeals")
    officer.click("main a[href^='/appeals/apl_']:not([href$='" + whole.ids["appeal"] + "']) >> nth=-1")
    officer.wait_for_url("**/appeals/apl_*")
    assert "原文引用的是法条" in officer.inner_text("main")
    officer.keyboard.press("3")
    assert officer.is_checked("input[value=overturned]")
    officer.check("input[name=word] >> nth=0")
    officer.fill("#answer [name=reason]", "撤销:原文是科普引用。")
    officer.click("#answer button[type=submit]")
    officer.wait_for_selector(".notice.ok")
    with whole.desk.database.read() as tx:
        assert decision_of(tx, whole.ids["fresh"]).state != "in_force"
    visitor.reload()
    assert "撤销:原文是科普引用。" in visitor.inner_text("main")
    officer.goto(f"/decisions/{whole.ids['fresh']}")
    assert "推翻" in officer.inner_text("main")


def test_a_policy_is_written_tried_and_brought_into_force_by_another(enter: Enter) -> None:
    author, deployer = enter("celue"), enter("fabu")
    author.goto("/policies/new?name=content")
    author.click("form[action='/policies/new'] button[type=submit]")
    author.wait_for_url("**/policies/content@2")
    author.select_option("[name=limit]", "500")
    author.click("form[action$='/trial'] button[type=submit]")
    author.wait_for_selector(".notice.ok")
    assert author.locator("form[action$='/stage']").count() == 0, "its author does not deploy it"
    deployer.goto("/policies/content@2")
    for stage in ("shadow", "share", "live"):
        form = f"form[action$='/stage']:has(input[name=to][value={stage}])"
        deployer.fill(f"{form} [name=reason]", "按计划")
        deployer.click(f"{form} button[type=submit]")
        deployer.wait_for_selector(".notice.ok")
    assert "全量" in deployer.inner_text("main") or "生效" in deployer.inner_text("main")


def test_the_administrator_makes_an_account_a_key_and_a_webhook(enter: Enter) -> None:
    tab = enter("admin")
    for path, opens, fields in (
        ("/people", "new-person", {"login": "xiaoli", "name": "小李"}),
        ("/keys", "new-key", {"name": "投放系统"}),
        ("/webhooks", "new-hook", {"url": "https://example.com/hook"}),
    ):
        tab.goto(path)
        tab.click(f"[data-open={opens}]")
        for name, value in fields.items():
            tab.fill(f"#{opens} [name={name}]", value)
        tab.check(f"#{opens} input[type=checkbox] >> nth=0")
        tab.click(f"#{opens} button[type=submit]")
        tab.wait_for_selector("#secret")
        assert len(tab.inner_text("#secret")) > 11
        secret = tab.inner_text("#secret")
        tab.goto(path)
        assert next(iter(fields.values())) in tab.inner_text("main") and secret not in tab.content()


def test_an_evidence_package_verifies_by_itself(enter: Enter, whole: Whole, tmp_path: Path) -> None:
    tab = enter("shenji")
    tab.goto("/evidence")
    tab.click("form[action='/evidence/verify'] button")
    tab.wait_for_load_state()
    assert tab.locator("main .notice, main .ok").count() > 0
    tab.fill("form[action='/evidence/package'] [name=subject]", whole.ids["item"])
    with tab.expect_download() as waiting:
        tab.click("form[action='/evidence/package'] button[type=submit]")
    package = tmp_path / "package.zip"
    waiting.value.save_as(package)
    with zipfile.ZipFile(package) as archive:
        archive.extractall(tmp_path / "package")
    verify = next((tmp_path / "package").rglob("verify.py"))
    done = subprocess.run([sys.executable, "-I", str(verify)], cwd=verify.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d", done.stdout)
