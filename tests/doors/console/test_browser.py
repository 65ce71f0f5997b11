"""The console in a real Chromium: keys, palette, boxes, lease, refusal, and that the policy blocks nothing of ours."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import uvicorn

from mingjian.desk.cases.service import get_case, release_case, take_case
from mingjian.desk.people.model import house
from mingjian.doors.console.app import create_console
from mingjian.records.people.model import Principal
from tests.doors.console.seeded import PASSWORD, PHONE, Seeded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
REFUSED = re.compile(r"status of 4\d\d|Status Error Code 4\d\d")
CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)


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
def address(full: Seeded) -> Iterator[str]:
    """The console, served on a free port."""
    server = uvicorn.Server(uvicorn.Config(create_console(full.desk), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Signed in as the reviewer Chen. Nothing may be complained of in the browser's console."""
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    tab = context.new_page()
    complaints: list[str] = []
    # A refusal is an answer like others; the browser calls it an error.
    tab.on("console", lambda said: complaints.append(said.text)
           if said.type == "error" and not REFUSED.search(said.text) else None)  # fmt: skip
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(tab, "chen")
    yield tab
    context.close()
    assert complaints == []


def sign_in(tab: Page, login: str) -> None:
    tab.goto("/signin")
    tab.fill("[name=login]", login)
    tab.fill("[name=password]", PASSWORD)
    tab.click("button[type=submit]")
    tab.wait_for_url("**/queues")


def outcome(full: Seeded, case: str) -> str | None:
    with full.desk.database.read() as tx:
        return get_case(tx, house("t"), case).outcome


def test_a_whole_review_from_the_keyboard(page: Page, full: Seeded) -> None:
    case = full.cases["plain"]
    page.goto(f"/review/{case}")
    page.keyboard.press("t")
    page.wait_for_selector("#verdict")
    page.keyboard.press("6")  # 下架 needs a reason: it is asked for, nothing is sent
    assert page.is_checked("input[value=take_down]")
    assert "wanted" in (page.get_attribute("[data-reasons]", "class") or "")
    page.keyboard.press("Enter")
    assert outcome(full, case) is None
    page.keyboard.press("q")
    assert page.is_checked("input[value=effect]")
    page.keyboard.press("m")
    page.keyboard.type("术后不反弹无依据")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(rf"/review/(?!{case})cas_"))
    assert outcome(full, case) == "take_down"
    assert "已提交:下架" in page.inner_text("#alerts")
    page.keyboard.press("u")
    page.wait_for_url(f"**/review/{case}")
    assert outcome(full, case) is None and page.is_visible("#verdict")


def test_one_key_passes_an_item(page: Page, full: Seeded) -> None:
    case = full.cases["copy"]
    page.goto(f"/review/{case}")
    page.keyboard.press("t")
    page.wait_for_selector("#verdict")
    page.keyboard.press("1")
    page.wait_for_url(re.compile(rf"/review/(?!{case})cas_"))
    assert outcome(full, case) == "pass"


def test_what_was_typed_outlives_a_refusal(page: Page, full: Seeded) -> None:
    case = full.cases["plain"]
    page.goto(f"/review/{case}")
    page.keyboard.press("t")
    page.wait_for_selector("#verdict")
    page.keyboard.press("6")
    page.keyboard.press("w")
    page.fill("[name=note]", "写了很久的备注")
    with full.desk.database.write() as tx:  # a lead takes the case away while it is being reviewed
        lead = Principal(full.users["lead"], "user", "林", ("desk_lead",))
        release_case(tx, lead, case)
        take_case(tx, lead, case)
    page.click("[data-submit-next]")
    page.wait_for_selector("#verdict-alert .notice")
    assert "正由他人审核" in page.inner_text("#verdict-alert")
    assert page.input_value("[name=note]") == "写了很久的备注" and page.is_checked("input[value=rate]")
    with full.desk.database.write() as tx:
        release_case(tx, lead, case)
    page.reload()
    page.keyboard.press("t")
    page.wait_for_selector("#verdict")
    assert page.input_value("[name=note]") == "写了很久的备注" and page.is_checked("input[value=take_down]")


def test_words_and_findings_point_at_each_other(page: Page, full: Seeded) -> None:
    page.goto(f"/review/{full.cases['plain']}")
    page.click("mark.f >> nth=0")
    assert page.locator(".finding.on").count() == 1
    page.click("[data-goto] >> nth=1")
    number = page.get_attribute("[data-goto] >> nth=1", "data-goto")
    assert page.get_attribute(".finding.on", "data-finding") == number
    page.keyboard.press("]")
    assert page.get_attribute(".finding.on", "data-finding") != number
    page.click(".cites a >> nth=0")
    assert page.locator(".law li.on details[open]").count() == 1


def test_boxes_lie_on_the_picture_and_b_takes_the_blur_away(page: Page, full: Seeded) -> None:
    page.goto(f"/review/{full.cases['poster']}")
    page.wait_for_selector("svg.boxes[viewBox='0 0 400 500']", state="attached")
    assert page.evaluate("getComputedStyle(document.querySelector('.frame img')).filter") != "none"
    page.keyboard.press("b")
    assert page.evaluate("getComputedStyle(document.querySelector('.frame img')).filter") == "none"
    picture, box = page.locator(".frame img").bounding_box(), page.locator(".box rect >> nth=0").bounding_box()
    assert picture is not None and box is not None
    scale = picture["width"] / 400
    assert abs(box["width"] - 320 * scale) < 6 and abs(box["x"] - picture["x"] - 40 * scale) < 6
    page.click(".box >> nth=1", force=True)
    assert page.locator(".box.on").count() >= 1 and page.locator(".finding.on").count() == 1
    assert PHONE not in page.content()


def test_stretches_lie_along_the_clip(page: Page, full: Seeded) -> None:
    page.goto(f"/review/{full.cases['clip']}")
    track, stretch = page.locator("[data-track]").bounding_box(), page.locator(".stretch >> nth=0").bounding_box()
    assert track is not None and stretch is not None
    share = (stretch["x"] - track["x"]) / track["width"]
    assert 0.27 < share < 0.34  # from second 2.0 of the 6.5 that are known


def test_lists_are_walked_with_j_k_and_enter(page: Page, full: Seeded) -> None:
    page.goto("/queues/content")
    for key in "jjk":
        page.keyboard.press(key)
    assert page.locator("tr.at").count() == 1
    target = page.get_attribute("tr.at", "data-href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")


def test_ticked_rows_are_given_to_somebody(browser: Browser, address: str, full: Seeded) -> None:
    context = browser.new_context(base_url=address)
    tab = context.new_page()
    sign_in(tab, "lead")
    tab.goto("/queues/content")
    assert not tab.is_visible("#bulk")
    tab.keyboard.press("j")
    tab.keyboard.press("x")
    assert tab.inner_text("[data-ticked-count]") == "1"
    tab.select_option("#bulk [name=assignee]", label="陈晓")
    tab.click("#bulk button[type=submit]")
    tab.wait_for_selector(".notice.ok")
    assert "已分派 1 件" in tab.inner_text("#alerts")
    context.close()


def test_the_palette_finds_pages_queues_and_words(page: Page) -> None:
    page.goto("/search")
    page.keyboard.press("Control+k")
    page.keyboard.type("入驻")
    page.wait_for_selector("#palette-list [role=option]:has-text('入驻审核')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/queues/onboarding")
    page.keyboard.press("Control+k")
    page.keyboard.type("永不反弹")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert "永不反弹" in page.inner_text("mark >> nth=0")
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queues")
    page.keyboard.press("?")
    assert page.is_visible("#keys-help")


@pytest.mark.parametrize("width", [1440, 1024, 768])
def test_pages_fit_a_desk_and_a_tablet(page: Page, full: Seeded, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1024})
    for path in ("/queues", "/queues/content", "/search?q=反弹", f"/review/{full.cases['poster']}",
                 f"/items/{full.items['poster']}", "/nothing", "/signin"):  # fmt: skip
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
    if width < 1024:
        page.goto("/queues")
        assert not page.is_visible(".side")
        page.click("[data-toggle-nav]")
        page.wait_for_selector(".side a[href='/search']", state="visible")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_has_a_name_and_enough_contrast(page: Page, full: Seeded, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for path in ("/queues/content", "/search?q=反弹", f"/review/{full.cases['plain']}"):
        page.goto(path)
        assert page.evaluate(NAMELESS) == [], path
        assert page.evaluate(FAINT) == [], path


# Controls without a name for those who do not see them.
NAMELESS = """() => Array.from(document.querySelectorAll("a,button,input:not([type=hidden]),select,textarea"))
  .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.length || e.title))
  .map((e) => e.outerHTML.slice(0, 120))"""
# Text whose contrast with what lies behind it is below 4.5 : 1 (AA); what is disabled is exempt.
FAINT = """() => {
  const parse = (c) => (c.match(/[0-9.]+/g) || []).map(Number);
  const linear = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const bright = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const c = parse(getComputedStyle(at).backgroundColor);
      if (c.length === 3 || c[3] === 1) return c;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = Array.from(e.childNodes).some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.offsetParent || e.closest(":disabled,.barred,svg,option")) continue;
    if (getComputedStyle(e).opacity !== "1") continue;
    const a = bright(parse(getComputedStyle(e).color)), b = bright(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${e.className} ${e.textContent.trim().slice(0, 20)}`);
  }
  return found;
}"""
