"""Live rooms in a real Chromium: keys, changes told while one looks, two operators, pictures covered until asked."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn

from mingjian.doors.console.app import create_console
from mingjian.records.storage import live_incidents
from tests.doors import live_made
from tests.doors.console.seeded import PASSWORD, Seeded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
REFUSED = re.compile(r"status of (4\d\d|503)")
ROOM = "/live/rooms/room-1"
BLUR = "getComputedStyle(document.querySelector('.sensitive')).filter"
Come = Callable[[str], "Page"]


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


@pytest.fixture
def incident(full: Seeded) -> str:
    room = live_made.room(full.desk)
    live_made.watched(full.desk, room)
    return live_made.raised(full.desk, room).incident.id


@pytest.fixture
def come(browser: Browser, full: Seeded) -> Iterator[Come]:
    """``come("chen")``: somebody's page. Nothing may be complained of in the browser's console."""
    server = uvicorn.Server(uvicorn.Config(create_console(full.desk), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    complaints: list[str] = []
    contexts = []

    def sign_in(login: str) -> Page:
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text)
               if said.type == "error" and not REFUSED.search(said.text) else None)  # fmt: skip
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto("/signin")
        tab.fill("[name=login]", login)
        tab.fill("[name=password]", PASSWORD)
        tab.click("button[type=submit]")
        tab.wait_for_url("**/queues")
        return tab

    yield sign_in
    for context in contexts:
        context.close()
    server.should_exit = True
    thread.join(20)
    assert complaints == [] and not thread.is_alive(), "open streams keep no server from stopping"


def states(full: Seeded, incident: str) -> dict[str, str]:
    with full.desk.database.read() as tx:
        return {act.measure: act.state for act in live_incidents.acts_of_incident(tx, incident)}


def test_keys_act_and_u_takes_it_back(come: Come, full: Seeded, incident: str) -> None:
    page = come("chen")
    page.goto("/live")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ROOM}")
    page.keyboard.press("m")
    page.wait_for_selector("#mask-dialog[open]")
    assert page.input_value("#mask-dialog [name=reason]") == "直播间推销水光针"
    page.keyboard.press("Escape")
    page.wait_for_selector("#mask-dialog", state="hidden")
    assert "mask" not in states(full, incident), "nothing is sent until it is said again"
    page.keyboard.press("m")
    page.wait_for_selector("#mask-dialog [name=reason]:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#alerts .notice.ok")
    assert states(full, incident)["mask"] == "failed"  # nobody subscribed to the order
    page.keyboard.press("u")
    page.wait_for_selector("#alerts .notice:has-text('已撤回')")
    assert states(full, incident)["mask"] == "lifted"
    page.keyboard.press("d")
    page.fill("#dismiss-dialog [name=reason]", "只是科普")
    page.keyboard.press("Enter")
    page.wait_for_selector("#alerts .notice:has-text('已排除')")
    with full.desk.database.read() as tx:
        found = live_incidents.incident_by_id(tx, incident)
    assert found is not None and found.state == "dismissed"


def test_changes_come_while_two_look_and_a_stale_page_is_told(come: Come, full: Seeded, incident: str) -> None:
    lead, chen = come("lead"), come("chen")
    lead.goto(ROOM)
    chen.goto(ROOM)
    chen.wait_for_selector("[data-live-state=events]")
    chen.wait_for_selector(".looking:has-text('林组长')")
    lead.wait_for_selector(".looking:has-text('陈晓')")
    chen.keyboard.press("i")
    chen.wait_for_selector("#interrupt-dialog[open]")
    lead.keyboard.press("m")
    lead.wait_for_selector("#mask-dialog [name=reason]:focus")
    lead.keyboard.press("Enter")
    lead.wait_for_selector("#alerts .notice.ok")
    chen.wait_for_selector(".acts .tag:has-text('遮挡')")  # told without asking, the dialog still open
    chen.click("#interrupt-dialog button[type=submit]")
    chen.wait_for_selector(".fault")
    assert "刷新后再看" in chen.inner_text(".fault") and "interrupt" not in states(full, incident)
    live_made.raised(full.desk, live_made.room(full.desk), "named:2")
    lead.wait_for_selector("#incident-list > li:nth-child(2)")


def test_without_events_the_page_asks(come: Come, full: Seeded, incident: str) -> None:
    page = come("chen")
    page.route("**/live/changes*", lambda route: route.fulfill(status=503, body="full"))
    page.goto("/live")
    page.wait_for_selector("[data-live-state=asking]")
    page.wait_for_timeout(300)
    live_made.room(full.desk, "room-2", "新开的直播间")
    page.wait_for_selector(".room:has-text('新开的直播间')", timeout=15_000)
    assert page.get_attribute("[data-live-state]", "data-live-state") == "asking", "it never heard an event"


def test_pictures_are_covered_until_asked_and_lines_lead_to_frames(come: Come, incident: str) -> None:
    page = come("chen")
    page.goto(ROOM)
    page.wait_for_selector(".strip img", state="attached")
    assert page.evaluate(BLUR) != "none"
    page.keyboard.press("b")
    assert page.evaluate(BLUR) == "none"
    page.reload()
    assert page.evaluate(BLUR) == "none", "remembered in this tab"
    page.keyboard.press("b")
    assert page.evaluate(BLUR) != "none"
    page.click("#said-list [data-at='4.0'] .words")
    page.wait_for_selector("[data-still][src$='/frames/000000004000.jpg']")
    assert page.locator(".live-line svg").count() == 1


@pytest.mark.parametrize("width", [1280, 820])
def test_pages_fit_and_everything_has_a_name(come: Come, incident: str, width: int) -> None:
    from tests.doors.console.test_browser import FAINT, NAMELESS

    page = come("lead")
    page.set_viewport_size({"width": width, "height": 1000})
    for path in ("/live", ROOM, f"/live/incidents/{incident}", "/live/incidents", "/live/acts", "/live/words"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        assert page.evaluate(NAMELESS) == [], path
        assert page.evaluate(FAINT) == [], path
