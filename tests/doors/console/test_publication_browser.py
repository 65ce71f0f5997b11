"""The publication pages in a real Chromium: from the empty editor through the three levels to the comparison."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mingjian.clinic.publication import service as publication
from mingjian.desk.people.model import house
from tests.doors.console import test_browser
from tests.doors.console.hospital import TEXT, draft, hire
from tests.doors.console.seeded import PASSWORD, Seeded, poster

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
browser = test_browser.browser
address = test_browser.address
Enter = Callable[[str], "Page"]


@pytest.fixture
def enter(request: pytest.FixtureRequest) -> Iterator[Enter]:
    """``enter("writer")``: a tab of somebody signed in. Nothing may be complained of in the browser's console."""
    running, base = request.getfixturevalue("browser"), request.getfixturevalue("address")
    contexts: list[Any] = []
    complaints: list[str] = []

    def come(login: str) -> Page:
        context = running.new_context(base_url=base, viewport={"width": 1440, "height": 900})
        contexts.append(context)
        tab: Page = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text)
               if said.type == "error" and not test_browser.REFUSED.search(said.text) else None)  # fmt: skip
        tab.on("pageerror", lambda error: complaints.append(str(error)))
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


def test_from_the_empty_editor_to_the_comparison(enter: Enter, full: Seeded) -> None:
    hire(full)
    writer = enter("writer")
    writer.goto("/drafts")
    writer.keyboard.press("n")
    writer.wait_for_url("**/drafts/new")
    writer.select_option("[name=platform]", "wechat")
    writer.select_option("[name=nature]", "education")
    writer.select_option("[name=domain]", "medical")
    writer.fill("[name=title]", "带状疱疹怎么治")
    writer.fill("[name=text]", "带状疱疹的治疗方法包括抗病毒和止痛,疗程一般为7天。")
    writer.click("[data-notice=medical_advice]")  # the check came by itself as the words were typed
    writer.wait_for_selector(".notices-due .met")
    assert "仅供参考" in writer.input_value("[name=text]")
    writer.click("button[value=submit]")
    writer.wait_for_url(re.compile(r"/drafts/drf_\w+$"))
    id = writer.url.rsplit("/", 1)[1]

    head = enter("head")
    head.goto("/drafts")
    head.click(f"a[href='/drafts/{id}'] >> nth=0")
    head.wait_for_url(f"**/drafts/{id}")
    head.keyboard.press("t")
    head.wait_for_selector("#verdict")
    select(head, "7天")
    assert head.inner_text("[data-chosen-words]") == "7天"
    head.fill("[data-say]", "疗程请以说明书为准")
    head.click("#say button[type=submit]")
    head.wait_for_selector(".words .c")
    assert head.inner_text(".words .c") == "7天"
    head.keyboard.press("1")  # passes without a reason: sent at once
    head.wait_for_selector("#alerts .notice.ok")

    office = enter("office")
    office.goto(f"/drafts/{id}")
    office.keyboard.press("t")
    office.wait_for_selector("#verdict")
    office.wait_for_load_state()  # keys are heard once the scripts have run
    office.keyboard.press("1")
    office.wait_for_selector(".card.sealed")
    assert "已封存:第 1 版" in office.inner_text(".card.sealed")
    office.fill("[name=published]", office.inner_text(".part-body p").replace("7天", "3天"))
    office.click("#drift button[type=submit]")
    office.wait_for_selector(".differences")
    assert office.inner_text(".differences del") == "7" and office.inner_text(".differences ins") == "3"
    with full.desk.database.read() as tx:
        found = publication.get_draft(tx, house("t"), id)
    assert (found.state, found.drift) == ("sealed", "drifted")


def select(tab: Page, words: str) -> None:
    """Select words of the version with the mouse's own means."""
    tab.evaluate(
        """(words) => {
          for (const run of document.querySelectorAll('[data-text] [data-at]')) {
            const at = run.textContent.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(run.firstChild, at);
            range.setEnd(run.firstChild, at + words.length);
            document.getSelection().removeAllRanges();
            document.getSelection().addRange(range);
            return;
          }
        }""",
        words,
    )
    tab.wait_for_selector("[data-chosen]:not([hidden])")


def test_a_finding_is_mended_and_shown_in_the_text(enter: Enter, full: Seeded) -> None:
    hire(full)
    writer = enter("writer")
    writer.goto("/drafts/new")
    writer.select_option("[name=nature]", "advertisement")
    writer.fill("[name=text]", "😀术后永不反弹,放心做!欢迎预约。")
    writer.click("#check [data-find] >> nth=0")
    chosen = "(() => { const t = document.activeElement; return t.value.slice(t.selectionStart, t.selectionEnd) })()"
    assert "永不反弹" in writer.evaluate(chosen)
    writer.click("#check [data-mend] >> nth=0")
    api = pytest.importorskip("playwright.sync_api")
    api.expect(writer.locator("[name=text]")).not_to_have_value(re.compile("永不反弹"))
    assert writer.input_value("[name=text]").endswith("放心做!欢迎预约。")


def test_a_box_on_a_picture(enter: Enter, full: Seeded, tmp_path: Path) -> None:
    staff = hire(full)
    id = draft(full, staff)
    picture = tmp_path / "海报.png"
    picture.write_bytes(poster())
    writer = enter("writer")
    writer.goto(f"/drafts/{id}/edit")
    writer.set_input_files("[name=files]", str(picture))
    writer.click("button[value=submit]")
    writer.wait_for_url(re.compile(rf"/drafts/{id}$"), timeout=120_000)
    head = enter("head")
    head.goto(f"/drafts/{id}")
    head.click("[data-draw]")
    image = head.locator(".frame img")
    image.scroll_into_view_if_needed()
    place = image.bounding_box()
    assert place is not None
    head.mouse.move(place["x"] + 20, place["y"] + 30)
    head.mouse.down()
    head.mouse.move(place["x"] + 120, place["y"] + 90, steps=4)
    head.mouse.up()
    head.fill("[data-say]", "遮住面部")
    head.click("#say button[type=submit]")
    head.wait_for_selector("g.box rect")
    assert abs(float(head.get_attribute("g.box rect", "width") or 0) - 100) < 6
    assert TEXT[:4] in head.inner_text(".part-body")
