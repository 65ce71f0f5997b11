"""Take the screenshots of the documentation from a demonstration desk.

    python scripts/shoot_desk.py --data out/desk           docs/images/desk-*.png, 1440 × 900, 120 KB at most each

Needs Chromium (scripts/setup_browser.sh). The desk is started on a free port over ``--data`` and stopped afterwards.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1440, "height": 900}
MOST = 120 * 1024
COPY = (
    "【术后真实反馈】热玛吉一次见效,永不反弹!\n我们是本市最好的医美机构,由国家级专家亲自操作,保证安全无副作用。\n"
    "活动价仅 999 元,加微信预约。\n效果因人而异,请以医师面诊为准。"
)


@contextlib.contextmanager
def desk(data: Path) -> Iterator[tuple[str, str]]:
    """A demonstration desk: its address and its accounts' password."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "mingjian", "serve", "--demo", "--data", str(data), "--port", "0"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert running.stdout is not None
        address = next(found[0] for line in running.stdout if (found := re.search(r"http://[\d.]+:\d+", line)))
        _wait(f"{address}/api/v1/ready", running)
        yield address, (data / "secrets" / "demo-password").read_text("ascii")
    finally:
        running.terminate()
        running.wait(30)


def _wait(address: str, running: subprocess.Popen[str]) -> None:
    """Until the desk answers."""
    while running.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address):
            return
        time.sleep(0.2)
    raise SystemExit("the desk did not start")


@contextlib.contextmanager
def signed_in(browser: Browser, address: str, login: str, password: str) -> Iterator[Page]:
    """A page of somebody's."""
    context = browser.new_context(base_url=address, viewport=SIZE, locale="zh-CN", color_scheme="light")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/signin")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def _review(page: Page) -> None:
    page.goto("/queues/content")
    page.keyboard.press("n")
    page.wait_for_url("**/review/**")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("6")  # a verdict that asks for reasons


def _check(page: Page) -> None:
    page.goto("/check?platform=xiaohongshu&publisher=institution&channel=public")
    page.fill("textarea", COPY)
    page.wait_for_selector("mark, .finding", timeout=15_000)


def _first(listing: str, link: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(listing)
        page.goto(str(page.locator(link).first.get_attribute("href")))

    return go


def _at(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(path)

    return go


SHOTS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "queues": ("zuzhang", _at("/queues")),
    "review": ("zuzhang", _review),
    "check": ("zuzhang", _check),
    "dashboard": ("zuzhang", _at("/dashboard")),
    "decision": ("zuzhang", _first("/decisions", "a[href^='/decisions/dec_']")),
    "policies": ("celue", _first("/policies", "a[href^='/policies/content@']")),
    "quality": ("zhijian", _at("/quality")),
    "draft": ("xuanchuan", _first("/drafts", "a[href^='/drafts/drf_']")),
    "evidence": ("shenji", _at("/evidence")),
}


def small(shot: bytes) -> bytes:
    """The same picture in as few colours as make it small enough."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        made = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
        if made.tell() <= MOST:
            return made.getvalue()
    raise SystemExit("a screenshot cannot be made small enough")


def main() -> int:
    """Take those named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *SHOTS], help="which; all when none is named")
    parser.add_argument("--data", type=Path, default=ROOT / "out" / "desk", help="the demonstration's folder")
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with desk(given.data) as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name in given.names or SHOTS:
            login, go = SHOTS[name]
            with signed_in(browser, address, login, password) as page:
                go(page)
                page.wait_for_load_state("networkidle")
                page.wait_for_timeout(600)  # charts draw themselves in
                file = IMAGES / f"desk-{name}.png"
                file.write_bytes(small(page.screenshot()))
            print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1024} KB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
