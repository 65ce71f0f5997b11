"""The rating form in a real Chromium: keys, what is kept as one goes, a lost line, a tablet."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn

from mingjian.doors.console.app import create_console
from mingjian.records.storage import people
from mingjian.records.storage import ranking_forms as forms
from tests.doors.console.governed import govern
from tests.doors.console.seeded import PASSWORD, Seeded
from tests.doors.console.test_browser import browser
from tests.doors.ranked import rankings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]
pytestmark = pytest.mark.browser


@pytest.fixture
def form(full: Seeded) -> str:
    """A form that waits for the expert."""
    govern(full)
    with full.desk.database.read() as tx:
        users = {one.login: one for one in people.all_users(tx)}
    named = {"admin": users["administrator"], "zuzhang": users["lead"], "zhuanjia": users["expert"]}
    return rankings(full.desk, named, "0" * 64)["form"]


@pytest.fixture
def address(full: Seeded, form: str) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_console(full.desk), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def tab(browser: Browser, address: str, form: str) -> Iterator[Page]:
    """The expert at a tablet, before the form."""
    context = browser.new_context(base_url=address, viewport={"width": 820, "height": 1100}, has_touch=True)
    found = context.new_page()
    errors: list[str] = []
    found.on("pageerror", lambda error: errors.append(str(error)))
    found.goto("/signin")
    found.fill("[name=login]", "expert")
    found.fill("[name=password]", PASSWORD)
    found.click("button[type=submit]")
    found.wait_for_url(lambda url: "/signin" not in url)
    found.goto(f"/rating/{form}")
    yield found
    context.close()
    assert errors == []


def marks(full: Seeded, form: str) -> dict[str, int]:
    with full.desk.database.read() as tx:
        found = forms.form_by_id(tx, form)
    assert found is not None
    return dict(found.marks)


def test_one_key_a_mark_kept_and_handed_in(tab: Page, full: Seeded, form: str) -> None:
    for mark in "4350":
        tab.keyboard.press(mark)
    tab.wait_for_selector("[data-status]:has-text('已保存')")
    assert list(marks(full, form).values()) and sorted(marks(full, form).values()) == [0, 3, 4, 5]
    assert tab.inner_text("[data-done]") == "4"
    tab.reload()
    assert tab.locator("input:checked").count() == 4
    tab.keyboard.press("ArrowUp")  # at the fifth after the reload; back to the fourth, marked anew
    tab.keyboard.press("2")
    for _ in range(26):
        tab.keyboard.press("5")
    assert tab.inner_text("[data-done]") == "30"
    tab.keyboard.press("Control+Enter")
    tab.wait_for_url(lambda url: form not in url)
    assert len(marks(full, form)) == 30 and 0 not in marks(full, form).values()


def test_a_finger_is_enough_and_nothing_is_lost_without_a_line(tab: Page, full: Seeded, form: str) -> None:
    assert not tab.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    first = tab.locator("[data-mark]").first
    tab.context.set_offline(True)
    first.locator("label").nth(3).tap()
    tab.wait_for_selector("[data-status].late")
    assert marks(full, form) == {}
    tab.context.set_offline(False)
    tab.wait_for_selector("[data-status]:not(.late):has-text('已保存')", timeout=15_000)
    assert list(marks(full, form).values()) == [4]
    box = first.locator("label span").first.bounding_box()
    assert box is not None and min(box["width"], box["height"]) >= 40


def test_an_unfinished_form_is_refused_with_what_is_left(tab: Page, full: Seeded, form: str) -> None:
    tab.keyboard.press("4")
    tab.click("button:has-text('提交')")
    tab.wait_for_selector("text=还有 29 项没有打分")
    assert list(marks(full, form).values()) == [4]
