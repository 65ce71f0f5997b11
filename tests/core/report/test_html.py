"""The page: escaped, self-contained, and usable in a real browser."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.model import Item
from mingjian.core.report import FORMATS, Report
from mingjian.core.report.spans import WHOLE, runs
from tests.core.report.fixtures import DAY, Trouble, finding, sample, verdict
from tests.core.report.seen import clip, poster, seen

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OWNED = "window.owned=1"
HOSTILE = f"</script><script>{OWNED}</script><img src=x onerror={OWNED}>\"'><svg/onload={OWNED}>"
CHROMIUM = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)


def hostile() -> Report:
    """A report in which everything that comes from outside is hostile."""
    item = Item.of(HOSTILE + "永不反弹", id=HOSTILE, source=HOSTILE)
    hit = finding(
        item.parts[0].text, "永不反弹", message=HOSTILE, title=HOSTILE, why=HOSTILE, code=HOSTILE,
        suggestions=(HOSTILE,) * 2, missing=(HOSTILE,), disguise=f"homophone:{HOSTILE}", quote=HOSTILE,
        words=((HOSTILE, 1.0),), name=HOSTILE,
    )  # fmt: skip
    clean = Item.of("好", id=HOSTILE)
    return Report(
        [(item, verdict(item, hit, notes=(HOSTILE,))), (clean, verdict(clean))],
        errors=[Trouble(HOSTILE, HOSTILE, 1, HOSTILE, HOSTILE)],
        rulebook=HOSTILE,
        as_of=DAY,
    )


def test_everything_from_outside_is_escaped() -> None:
    page = FORMATS["html"](hostile())
    assert len(re.findall(r"<script", page)) == 1
    assert "<img" not in page and "<svg/" not in page and "onerror=window" in page


def test_the_page_asks_for_nothing_and_its_policy_says_so() -> None:
    page = FORMATS["html"](sample())
    assert not re.search(r"""(?:src|href|action)=["']?(?!#)[a-z]*:?//|@import|url\(""", page)
    assert "default-src &#39;none&#39;" in page
    for tag in ("style", "script"):
        body = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.S)
        assert body
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in page
    assert " style=" not in page


def test_a_page_without_findings_and_one_without_items() -> None:
    item = Item.of("效果因人而异")
    for report in (Report([(item, verdict(item))]), Report([])):
        page = FORMATS["html"](report)
        assert "没有发现问题" in page and 'class="chart"' not in page


def test_english_labels() -> None:
    page = FORMATS["html"](sample(lang="en", title="March audit"))
    assert '<html lang="en">' in page and "March audit" in page and "Guarantee of effect" in page


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6),
)
def test_runs_give_the_text_back_under_the_right_findings(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [(min(a, b), max(a, b)) for a, b in pairs if max(a, b) <= len(text) and a != b]
    at = 0
    for run in runs(text, spans):
        size = 1 if run.hidden else len(run.text)
        if run.hidden:
            assert run.text == f"U+{ord(text[at]):04X}"
        else:
            assert run.text == text[at : at + size]
        for i in range(at, at + size):
            assert set(run.findings) == {n for n, (a, b) in enumerate(spans) if a <= i < b}
        at += size
    assert at == len(text)


def test_a_long_text_is_shown_only_round_its_findings() -> None:
    text = "好" * 5000 + "永不反弹" + "好" * 5000
    shown = runs(text, [(5000, 5004)])
    assert [bool(run.skipped) for run in shown] == [True, False, False, False, True]
    assert sum(run.skipped + len(run.text) for run in shown) == len(text) > WHOLE


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
def browser_page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def opened(page: Page, report: Report, tmp_path: Path) -> list[str]:
    """Load the report; returns the list that collects what the page asks for and complains of."""
    path = tmp_path / "report.html"
    path.write_text(FORMATS["html"](report), encoding="utf-8")
    seen: list[str] = []
    page.on("request", lambda r: seen.append(r.url))
    page.on("console", lambda m: seen.append(m.text))
    page.on("pageerror", lambda e: seen.append(str(e)))
    page.goto(path.as_uri())
    assert seen == [path.as_uri()]
    return seen


@pytest.mark.browser
def test_filters_work_and_no_request_is_made(browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    seen = opened(page, sample(), tmp_path)
    cards, shown = page.locator(".card:visible"), page.locator("#shown")
    assert cards.count() == 6 and shown.inner_text() == "显示 6 / 6 处"
    for name, value, count in [
        ("severity", "high", 2),
        ("family", "absolute_term", 1),
        ("status", "needs_evidence", 1),
        ("file", "批量.jsonl", 1),
    ]:
        page.locator(f"select[name={name}]").select_option(value)
        assert cards.count() == count, name
        assert shown.inner_text() == f"显示 {count} / 6 处"
        page.locator("button[type=reset]").click()
        page.wait_for_timeout(50)
        assert cards.count() == 6
    page.locator("input[name=q]").fill("广告法9.3")
    page.wait_for_timeout(300)
    assert cards.count() == 1
    page.locator("input[name=q]").fill("世上没有这句话")
    page.wait_for_timeout(300)
    assert cards.count() == 0 and page.locator("#nothing").is_visible()
    page.locator("button[type=reset]").click()
    page.locator(".bar[data-family=efficacy_guarantee]").click()
    assert cards.count() == 2
    assert page.locator(".bar[aria-pressed=true]").count() == 1
    assert len(seen) == 1, seen


@pytest.mark.browser
def test_a_mark_opens_its_cards_by_keyboard_and_print_shows_all(browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    opened(page, sample(), tmp_path)
    assert page.locator(".more:visible").count() == 0
    page.locator(".mark").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".more:visible").count() == 2  # nested: both findings of the overlap
    assert page.evaluate("document.activeElement.className") == "toggle"
    page.keyboard.press("Enter")
    assert page.locator(".more:visible").count() == 1
    page.emulate_media(media="print")
    assert page.locator(".more:visible").count() == 6
    assert not page.locator("#filters").is_visible()
    page.emulate_media(media="screen")


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_hangs_over_the_edge(browser_page: Page, tmp_path: Path, width: int) -> None:
    browser_page.set_viewport_size({"width": width, "height": 800})
    for report in (sample(), hostile()):
        opened(browser_page, report, tmp_path)
        assert browser_page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_hostile_text_does_not_run(browser_page: Page, tmp_path: Path) -> None:
    opened(browser_page, hostile(), tmp_path)
    assert browser_page.evaluate("window.owned") is None
    browser_page.locator(".mark").first.click()
    assert browser_page.evaluate("window.owned") is None


def test_pictures_come_along_and_the_policy_lets_in_nothing_else() -> None:
    page = FORMATS["html"](seen())
    assert "default-src &#39;none&#39;; img-src data:; style-src" in page and " style=" not in page
    sources = re.findall(r'<img src="([^"]{0,40})', page)
    assert len(sources) == 1 + 24 + 1 and all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert "另有 6 帧未放入报告" in page and "另有 19 张图片未放入报告" in page
    assert "手册.pdf:1" not in page and "海报.png:1" not in page
    english = FORMATS["html"](seen(lang="en"))
    assert "6 more frames are not in this report" in english and "page 1, left 112, top 150, 500 × 100" in english


def test_a_report_on_text_alone_holds_nothing_of_pictures() -> None:
    body = FORMATS["html"](sample()).split("<body>")[1].split("<script>")[0]
    assert "<img" not in body and 'class="media' not in body and 'class="no ' not in body


def test_hostile_names_stay_names_beside_pictures() -> None:
    item, hits, view = poster()
    bad = replace(item, id=HOSTILE, source=HOSTILE)
    page = FORMATS["html"](seen((bad, tuple(replace(hit, title=HOSTILE) for hit in hits), view)))
    assert len(re.findall(r"<script", page)) == 1 and len(re.findall(r"<img", page)) == 1 and "<svg/" not in page


@pytest.mark.browser
def test_boxes_lie_on_the_words(browser_page: Page, tmp_path: Path) -> None:
    opened(browser_page, seen(poster()), tmp_path)
    image = browser_page.locator(".canvas img").bounding_box()
    box = browser_page.locator(".over .spot[data-f~=i1f5] .edge").first.bounding_box()
    assert image and box
    by = image["width"] / 1080  # the original is 1080 wide
    assert abs(box["x"] - image["x"] - 117 * by) < 5 and abs(box["y"] - image["y"] - 900 * by) < 5
    assert abs(image["width"] / image["height"] - 0.75) < 0.01


@pytest.mark.browser
def test_box_and_card_lead_to_each_other_by_keyboard_and_mouse(browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    asked = opened(page, seen(poster(), clip()), tmp_path)
    spot = page.locator(".over .spot[id]").first
    card = page.locator("#" + str(spot.get_attribute("data-f")))
    spot.focus()
    assert "on" in str(card.get_attribute("class")).split()
    page.keyboard.press("Enter")
    assert page.locator(".more:visible").count() == 1 and card.locator(".more").is_visible()
    assert page.evaluate("document.activeElement.className") == "toggle"
    assert "on" in str(spot.get_attribute("class")).split()
    card.locator(".no").click()
    assert page.evaluate("document.activeElement.id") == spot.get_attribute("id")
    page.locator(".timeline .tag").last.click()
    assert page.locator("#i2f4 .more").is_visible()
    assert len(asked) == 1, asked


@pytest.mark.browser
def test_filters_hide_boxes_and_a_mark_brings_its_frame(browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    opened(page, seen(clip()), tmp_path)
    strip, shot = page.locator(".strip"), page.locator(".strip .shot", has=page.locator("[data-f~=i1f4]")).first
    before = strip.evaluate("each => each.scrollLeft")
    page.locator(".timeline .spot[data-f=i1f4]").focus()
    page.wait_for_function("from => document.querySelector('.strip').scrollLeft > from", arg=before)
    shot.locator(".grow").click()
    assert shot.locator(".grow").get_attribute("aria-pressed") == "true"
    page.locator("select[name=severity]").select_option("medium")
    page.wait_for_timeout(50)
    assert page.locator(".timeline .spot.off").count() == 3
    assert page.locator(".timeline .spot:not(.off)").get_attribute("data-f") == "i1f4"


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_pictures_do_not_hang_over_the_edge_and_print(browser_page: Page, tmp_path: Path, width: int) -> None:
    browser_page.set_viewport_size({"width": width, "height": 800})
    opened(browser_page, seen(), tmp_path)
    assert browser_page.evaluate("document.documentElement.scrollWidth") <= width
    browser_page.emulate_media(media="print")
    assert browser_page.locator(".over .edge:visible").count() == browser_page.locator(".over .edge").count() > 0
    assert browser_page.locator(".timeline .tag:visible").count() == 5
    assert browser_page.locator(".grow:visible").count() == 0
