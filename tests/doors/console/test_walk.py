"""Every page in a real Chromium: nothing is blocked or broken, all has a name and enough contrast, nothing overflows;
and the check page from typing to the rewritten text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.doors.console.governed import Governed, govern
from tests.doors.console.seeded import PASSWORD, Seeded, poster
from tests.doors.console.test_browser import FAINT, NAMELESS, REFUSED, address, browser

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Page

__all__ = ["address", "browser"]
pytestmark = pytest.mark.browser
WALK = {
    "lead": ("/check", "/decisions", "/decisions/{decision}", "/decisions/{decision}/statement?lang=zh",
             "/publishers?id=clinic-1", "/appeals", "/appeals/{appeal}", "/dashboard",
             "/investigate?since=2020-01-01&until=2020-02-01", "/investigate?compare=1&by=code", "/policies",
             "/policies/content@1", "/policies/rules", "/quality/reviewers", "/quality/agreement", "/quality/samples",
             "/quality/reviewers/me", "/evidence", "/account", "/rules", "/rules/AD-46-medical", "/law",
             "/law/cn.advertising-law", "/concerned/{token}"),
    "appeal_officer": ("/appeals/{appeal}", "/appeals"),
    "policy_author": ("/policies/new?name=content", "/policies"),
    "policy_deployer": ("/policies/content@1", "/policies/rules"),
    "quality_inspector": ("/quality/golden",),
    "administrator": ("/people", "/keys", "/webhooks", "/roles", "/accesses"),
}  # fmt: skip
# Ids twice, pictures without words, labels that name nothing, tables without heads.
BROKEN = """() => {
  const ids = Array.from(document.querySelectorAll("[id]")).map((e) => e.id);
  const found = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id ${id}`);
  for (const e of document.querySelectorAll("img:not([alt])")) found.push(e.outerHTML);
  for (const e of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(e.getAttribute("aria-labelledby"))) found.push(e.outerHTML.slice(0, 120));
  for (const e of document.querySelectorAll("label[for]"))
    if (!document.getElementById(e.htmlFor)) found.push(`for ${e.htmlFor}`);
  for (const e of document.querySelectorAll("table")) if (!e.querySelector("th[scope]")) found.push("table");
  if (document.querySelectorAll("h1").length !== 1) found.push(`h1 ${document.querySelectorAll("h1").length}`);
  return found;
}"""


@pytest.fixture
def governed(full: Seeded) -> Governed:
    return govern(full)


def enter(tab: Page, login: str) -> None:
    tab.goto("/signin")
    tab.fill("[name=login]", login)
    tab.fill("[name=password]", PASSWORD)
    tab.click("button[type=submit]")
    tab.wait_for_url(lambda url: not url.endswith("/signin"))


# htmx tells of a request that a newer one, or leaving the page, made needless; failed ones it calls otherwise.
GIVEN_UP = re.compile(r"htmx:(afterRequest|sendAbort|abort)\b")


@pytest.fixture
def tab(browser: Browser, governed: Governed, address: str) -> Iterator[Page]:
    """Nothing may be complained of in the browser's console."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    complaints: list[str] = []

    def hear(said: ConsoleMessage) -> None:
        if said.type == "error" and not REFUSED.search(said.text) and not GIVEN_UP.match(said.text):
            complaints.append(f"{page.url} {said.text}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("login", list(WALK))
def test_every_page_stands(tab: Page, governed: Governed, login: str) -> None:
    enter(tab, login)
    wrong: dict[str, object] = {}
    for path in WALK[login]:
        path = path.format(decision=governed.decision, appeal=governed.appeal, token=governed.token)
        for width, scheme in ((1440, "light"), (768, "dark")):
            tab.set_viewport_size({"width": width, "height": 1000})
            tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            answer = tab.goto(path)
            assert answer is not None and answer.status == 200, path
            over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found = [*tab.evaluate(NAMELESS), *tab.evaluate(BROKEN), *tab.evaluate(FAINT)]
            if over > 0 or found:
                wrong[f"{path} {width}"] = (over, found)
    assert wrong == {}


def test_writing_fixing_and_taking_the_rewritten_text(tab: Page) -> None:
    enter(tab, "lead")
    tab.goto("/check")
    tab.fill("#text", "😀你好!术后永不反弹,放心做!全国第一的祛斑专家。")
    tab.wait_for_selector("#found .findings")
    first = tab.input_value("#text")
    tab.click("[data-apply] >> nth=0")
    tab.wait_for_function("was => document.getElementById('text').value !== was", arg=first)
    assert tab.input_value("#text").startswith("😀") and tab.is_visible("#undo")
    tab.click("#undo")
    assert tab.input_value("#text") == first
    tab.wait_for_selector("[data-take]")
    tab.wait_for_timeout(700)
    rewritten = tab.inner_text("#rewritten")
    tab.click("[data-take]")
    assert tab.input_value("#text").strip() == rewritten.strip() and "永不反弹" not in rewritten
    tab.select_option("[name=platform]", "xiaohongshu")
    tab.wait_for_url("**/check?platform=xiaohongshu")


def test_files_show_how_far_they_are_and_what_was_found(tab: Page, tmp_path: Path) -> None:
    enter(tab, "lead")
    tab.goto("/check")
    words, picture = tmp_path / "文案.txt", tmp_path / "图.png"
    words.write_text("术后永不反弹", encoding="utf-8")
    picture.write_bytes(poster())
    tab.set_input_files("#files", [str(words), str(picture)])
    tab.wait_for_selector(".file-found[data-file='文案.txt'] .finding")
    tab.wait_for_selector(".file-found[data-file='图.png']", timeout=90_000)
    assert tab.locator("#uploads li").count() == 2


def test_an_appeal_is_answered_from_the_keyboard(tab: Page, governed: Governed) -> None:
    enter(tab, "appeal_officer")
    tab.goto(f"/appeals/{governed.appeal}")
    assert not tab.is_visible("#varied")
    tab.keyboard.press("2")
    assert tab.is_checked("input[value=varied]") and tab.is_visible("#varied")
    tab.keyboard.press("1")
    tab.check("input[name=word] >> nth=0")
    tab.fill("[name=reason]", "维持:原文确有保证性表述。")
    tab.click("#answer button[type=submit]")
    tab.wait_for_selector(".notice.ok")
    assert "已裁决" in tab.inner_text("#alerts")


def test_bars_are_drawn_and_lead_on(tab: Page) -> None:
    enter(tab, "lead")
    tab.goto("/dashboard")
    assert tab.locator(".chart svg").count() >= 3
    tab.click("details.numbers >> nth=1 >> summary")
    tab.click("details.numbers >> nth=1 >> tbody a >> nth=0")
    tab.wait_for_url("**/investigate?family=*")
    assert tab.locator("#items-title").count() == 1
