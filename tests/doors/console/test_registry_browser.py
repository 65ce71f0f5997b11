"""The registry in a real Chromium: search, entity, forms, graph clicked through, a file imported; nothing complains."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn

from mingjian.doors.console.app import create_console
from mingjian.doors.worker.registry import Imports
from mingjian.records.storage.registry import credentials_of, entities_by_id
from tests.doors.console.registered import registered
from tests.doors.console.seeded import PASSWORD, Seeded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
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
def ids(full: Seeded) -> Mapping[str, str]:
    return registered(full.desk)


@pytest.fixture
def page(browser: Browser, full: Seeded) -> Iterator[Page]:
    """Signed in as the lead. Nothing may be complained of in the browser's console."""
    server = uvicorn.Server(uvicorn.Config(create_console(full.desk), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto("/signin")
    tab.fill("[name=login]", "lead")
    tab.fill("[name=password]", PASSWORD)
    tab.click("button[type=submit]")
    tab.wait_for_url("**/queues")
    yield tab
    context.close()
    server.should_exit = True
    thread.join(20)
    assert complaints == []


def test_from_the_list_to_an_entity_by_keys(page: Page, ids: Mapping[str, str]) -> None:
    page.keyboard.press("g")
    page.keyboard.press("n")
    page.wait_for_url("**/registry")
    page.fill("[name=q]", "青禾")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registry?q=*")
    page.click("h1")  # out of the field: keys are keys again
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/registry/entity/*")
    assert "青禾示例" in (page.text_content("h1") or "")


def test_a_credential_is_added_and_checked_by_hand(page: Page, full: Seeded, ids: Mapping[str, str]) -> None:
    page.goto(f"/registry/entity/{ids['doctor']}")
    page.click("[data-open=add-credential]")
    page.select_option("#add-credential [name=kind]", "aesthetic_lead")
    page.fill("#add-credential [name=scope]", "美容外科、美容皮肤科")
    page.set_input_files("#add-credential [name=file]", {"name": "备案.pdf", "mimeType": "application/pdf",
                                                         "buffer": b"%PDF-1.4 lead"})  # fmt: skip
    page.click("#add-credential button[type=submit]")
    page.wait_for_selector(".notice.ok")
    with full.desk.database.read() as tx:
        made = next(c for c in credentials_of(tx, [ids["doctor"]])[ids["doctor"]] if c.kind == "aesthetic_lead")
    assert made.scope == ("美容外科", "美容皮肤科") and made.evidence is not None
    page.click(f"#{made.id} summary")
    page.fill(f"#{made.id} [name=issuer]", "示例区卫生健康委")
    page.click(f"#{made.id} form[enctype] button[type=submit]")
    page.wait_for_selector("text=示例区卫生健康委")


def test_the_graph_is_drawn_and_clicked_through(page: Page, ids: Mapping[str, str]) -> None:
    page.goto(f"/registry/entity/{ids['clinic']}")
    page.click("text=关系图 >> nth=0")
    page.wait_for_selector(".chart.graph svg")
    page.select_option("[name=depth]", "2")
    page.wait_for_url("**depth=2*")
    page.wait_for_selector(".chart.graph svg text")
    drawn = "".join(page.locator(".chart.graph svg text").all_text_contents())
    assert "林示例" in drawn and "医师" in drawn
    page.locator(".chart.graph svg text", has_text="林示例").first.click(force=True)
    page.wait_for_url(f"**/registry/entity/{ids['doctor']}/graph*")
    assert page.locator("table a", has_text="青禾示例医疗美容门诊部").count() == 3


def test_a_file_is_imported_while_one_watches(page: Page, full: Seeded, tmp_path: Path, ids: Mapping[str, str]) -> None:
    file = tmp_path / "机构.csv"
    lines = "".join(f"示例诊所{n},9111010{n:05d}MA9,\n" for n in range(300))
    file.write_text("名称,登记号,省\n" + lines + "没有编号的,,\n", encoding="utf-8")
    page.goto("/registry/imports")
    page.set_input_files("[name=file]", str(file))
    page.select_option("form.drop-file [name=kind]", "institution")
    page.click("button[value=import]")
    page.wait_for_url("**/registry/imports/imp_*")
    imports = Imports(full.desk)
    while imports.step():
        pass
    page.wait_for_selector("#progress .tag.ok", timeout=20_000)
    assert "300" in (page.text_content("#progress") or "")
    page.reload()
    assert "缺少编号" in (page.text_content("body") or "")


def test_a_state_is_changed_with_a_reason_and_english_works(page: Page, full: Seeded, ids: Mapping[str, str]) -> None:
    page.goto(f"/registry/entity/{ids['account']}")
    page.click("[data-open=edit-entity]")
    page.select_option("#edit-entity [name=state]", "closed")
    page.fill("#edit-entity [name=reason]", "账号已注销")
    page.click("#edit-entity .danger")
    page.wait_for_selector(".notice.ok")
    with full.desk.database.read() as tx:
        assert entities_by_id(tx, [ids["account"]])[ids["account"]].state == "closed"
    page.click(".langs a >> text=EN")
    page.goto("/registry")
    assert page.get_attribute("html", "lang") == "en"
