"""The sheet of an audit in a real Chromium of a tablet's size: touch, keyboard, photos, no network, two auditors."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from mingjian.doors.console.app import create_console
from mingjian.governance.accreditation import marking
from mingjian.governance.accreditation.marking import Given
from mingjian.records.accreditation.model import Mark
from mingjian.records.clock import SteppedClock
from mingjian.records.storage import accreditations as store
from tests.desk.people.cheap import cheap_hashing
from tests.doors.console.accrediting import accrediting, opened
from tests.doors.console.seeded import PASSWORD
from tests.governance.accreditation.scene import Scene
from tests.governance.world import calm_queues

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["cheap_hashing"]
pytestmark = pytest.mark.browser
CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
EXPECTED = re.compile(r"status of 4\d\d|ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_NETWORK_CHANGED")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield running
        running.close()


class Sheet:
    """An audit under way, and the page of one of its auditors."""

    def __init__(self, scene: Scene, page: Page, id: str, audit: str) -> None:
        self.scene, self.page, self.id, self.audit = scene, page, id, audit

    def mark(self, clause: str) -> Mark | None:
        with self.scene.database.read() as tx:
            return store.marks_of(tx, self.audit).get(clause)

    def tap(self, clause: str, word: str) -> None:
        self.page.tap(f'[data-clause="{clause}"] .mark.{word}')

    def state(self, clause: str) -> str:
        return self.page.inner_text(f'[data-clause="{clause}"] [data-state]')

    def saved(self, clause: str) -> None:
        self.page.wait_for_selector(f'[data-clause="{clause}"] [data-state].ok', timeout=15_000)


@pytest.fixture
def sheet(browser: Browser, tmp_path: Path, clock: SteppedClock) -> Iterator[Sheet]:
    """As the lead auditor sees it, on a tablet. Nothing may be complained of in the browser's console."""
    desk, scene = accrediting(tmp_path / "desk", clock)
    with calm_queues():
        id, audit = opened(scene)
        server = uvicorn.Server(uvicorn.Config(create_console(desk), host="127.0.0.1", port=0, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport={"width": 820, "height": 1180},
                                      has_touch=True)  # fmt: skip
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text)
                if said.type == "error" and not EXPECTED.search(said.text) else None)  # fmt: skip
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/signin")
        page.fill("[name=login]", "ann")
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state("networkidle")
        page.goto(f"/accreditations/{id}/sheets/{audit}")
        yield Sheet(scene, page, id, audit)
        context.close()
        server.should_exit = True
        thread.join(20)
    desk.close()
    assert complaints == []


def test_touch_saves_clause_by_clause(sheet: Sheet) -> None:
    page = sheet.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.eval_on_selector_all(
        ".mark, .add-file, .chapter-links a",
        "all => all.map(one => one.getBoundingClientRect()).filter(box => box.height < 34 || box.width < 34).length",
    )
    assert small == 0
    assert page.eval_on_selector(".mark", "one => one.getBoundingClientRect().height") >= 48
    sheet.tap("1.1", "met")
    sheet.saved("1.1")
    found = sheet.mark("1.1")
    assert found is not None
    assert found.mark == "met"
    page.fill('[data-clause="1.2"] [data-note]', "清单缺科目")
    sheet.tap("1.2", "partly")
    sheet.saved("1.2")
    page.fill('[data-clause="1.2"] [data-note]', "清单缺科目和分级")
    page.wait_for_selector("[data-pending-line]:not(.late)")
    sheet.saved("1.2")
    again = sheet.mark("1.2")
    assert again is not None
    assert again.version >= 2
    assert page.inner_text("[data-pending-line]") == "全部已送出"


def test_what_cannot_be_sent_is_kept_and_sent_again(sheet: Sheet, tmp_path: Path) -> None:
    page = sheet.page
    photo = tmp_path / "现场.png"
    photo.write_bytes(PNG)
    page.context.set_offline(True)
    page.fill('[data-clause="1.3"] [data-note]', "没有分级对照表")
    sheet.tap("1.3", "not")
    page.set_input_files('[data-clause="1.3"] [data-add]', str(photo))
    page.wait_for_selector('[data-clause="1.3"] [data-state].kept')
    sheet.tap("1.4", "met")
    page.wait_for_selector("[data-pending-line].late:has-text('2')")
    assert sheet.mark("1.3") is None
    page.context.set_offline(False)
    sheet.saved("1.3")
    sheet.saved("1.4")
    found = sheet.mark("1.3")
    assert found is not None
    assert len(found.evidence) == 1
    with sheet.scene.database.read() as tx:
        kept = store.files_in(tx, sheet.id)[found.evidence[0]]
    assert (kept.name, kept.kind) == ("现场.png", "picture")


def test_a_reload_loses_nothing(sheet: Sheet) -> None:
    page = sheet.page
    page.route("**/marks", lambda route: route.abort())
    page.fill('[data-clause="2.1"] [data-note]', "会议记录齐全")
    sheet.tap("2.1", "met")
    page.wait_for_selector('[data-clause="2.1"] [data-state].kept')
    page.on("dialog", lambda dialog: dialog.accept())  # are you sure to leave?
    page.unroute("**/marks")
    page.reload()
    sheet.saved("2.1")
    found = sheet.mark("2.1")
    assert found is not None
    assert found.mark == "met"
    assert page.evaluate("localStorage.length") == 0


def test_what_is_refused_stays_on_the_page_with_its_reason(sheet: Sheet) -> None:
    page = sheet.page
    sheet.tap("2.2", "not")  # without a fact
    page.wait_for_selector('[data-clause="2.2"] [data-state].bad')
    assert "事实" in sheet.state("2.2")
    assert sheet.mark("2.2") is None
    page.fill('[data-clause="2.2"] [data-note]', "没有指标统计")
    sheet.saved("2.2")


def test_two_auditors_on_one_clause(sheet: Sheet) -> None:
    page, scene = sheet.page, sheet.scene
    with scene.database.write() as tx:
        given = [Given("1.5", "met", "面积达标"), Given("1.6", "met", "在本址")]
        marking.mark(tx, scene.who["bea"], sheet.id, "audit", given, audit=sheet.audit)
    for clause in ("1.5", "1.6"):
        page.fill(f'[data-clause="{clause}"] [data-note]', "我看到的不同")
        sheet.tap(clause, "not")
        page.wait_for_selector(f'[data-clause="{clause}"] [data-clash]:not([hidden])')
        assert "bea" in page.inner_text(f'[data-clause="{clause}"] [data-clash]')
    page.click('[data-clause="1.5"] [data-clash] button:has-text("用我的")')
    sheet.saved("1.5")
    page.click('[data-clause="1.6"] [data-clash] button:has-text("用对方的")')
    page.wait_for_selector("[data-pending-line]:not(.late)")
    mine, theirs = sheet.mark("1.5"), sheet.mark("1.6")
    assert mine is not None
    assert theirs is not None
    assert (mine.mark, mine.by, theirs.mark) == ("not", scene.who["ann"].actor, "met")
    assert page.input_value('[data-clause="1.6"] [data-note]') == "在本址"


def test_the_keyboard_is_enough(sheet: Sheet) -> None:
    page = sheet.page
    page.keyboard.press("n")  # the next clause without a mark
    page.keyboard.press("1")
    sheet.saved("1.1")
    page.keyboard.press("n")
    page.keyboard.press("m")
    page.keyboard.type("缺一项")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    sheet.saved("1.2")
    found = sheet.mark("1.2")
    assert found is not None
    assert found.mark == "partly"
    assert page.is_checked('[data-clause="1.1"] input[value=met]')
