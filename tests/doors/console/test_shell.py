"""The shell: signing in, navigation, errors, language, files, headers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mingjian.doors import console
from mingjian.doors.console.context import local_path
from mingjian.doors.console.nav import GROUPS, Nav, arranged
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import Seeded

Visit = Callable[[str | None], Visitor]
HERE = Path(console.__file__).parent
OWN = "default-src 'none'; script-src 'self'; style-src 'self';"


def test_who_is_not_known_signs_in_first_and_comes_back(visit: Visit) -> None:
    nobody = visit(None)
    asked = nobody.get("/queues/content?severity=high")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/signin?next=%2Fqueues%2Fcontent%3Fseverity%3Dhigh"
    done = nobody.sign_in("chen", onward="/queues/content?severity=high")
    assert (done.status_code, done.headers["location"]) == (303, "/queues/content?severity=high")
    assert "陈晓" in nobody.get("/queues").text


def test_a_wrong_password_comes_back_with_the_form(visit: Visit) -> None:
    nobody = visit(None)
    answer = nobody.sign_in("chen", "falsch")
    assert answer.status_code == 401
    assert 'role="alert"' in answer.text and 'value="chen"' in answer.text and "falsch" not in answer.text


def test_signing_out_ends_it(visit: Visit) -> None:
    chen = visit("chen")
    assert chen.post("/signout").headers["location"] == "/signin"
    assert chen.get("/queues").status_code == 303


@pytest.mark.parametrize("bad", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "", "/a\nb"])
def test_nobody_is_sent_elsewhere_after_signing_in(visit: Visit, bad: str) -> None:
    assert local_path(bad) == "/"
    assert visit(None).sign_in("chen", onward=bad).headers["location"] == "/"


def test_a_form_without_its_token_changes_nothing(visit: Visit, full: Seeded) -> None:
    chen = visit("chen")
    for token in ("", "0" * 64):
        answer = chen.post(f"/review/{full.cases['plain']}/take", token=token)
        assert answer.status_code == 403 and "页面已过期" in answer.text
    assert "领取审核" in chen.get(f"/review/{full.cases['plain']}").text


def test_the_navigation_shows_what_somebody_may_see(visit: Visit) -> None:
    assert 'href="/queues"' in visit("chen").get("/search").text
    author = visit("author").get("/nothing").text
    assert 'class="brand"' in author and 'href="/queues"' not in author and 'href="/search"' not in author


def test_navigation_stands_in_the_order_of_its_groups() -> None:
    late, early = Nav("系统", "账号", "/people", ("user.manage",)), Nav("审核", "队列", "/q", ("case.read",))
    assert arranged([late, early]) == (early, late)
    with pytest.raises(ValueError, match="unknown navigation group"):
        arranged([Nav("其他", "x", "/x", ("case.read",))])
    assert GROUPS[0] == "审核"


def test_errors_are_pages(visit: Visit) -> None:
    chen = visit("chen")
    missing = chen.get("/review/cas_none")
    assert missing.status_code == 404 and "<h1>找不到</h1>" in missing.text and 'href="/"' in missing.text
    assert chen.get("/no/such/page").status_code == 404
    assert chen.get("/search?before=x").status_code == 422
    assert visit("author").get("/queues").status_code == 403
    over_htmx = chen.get("/review/cas_none", **{"HX-Request": "true"})
    assert over_htmx.status_code == 404 and over_htmx.headers["HX-Retarget"] == "#alerts"
    assert "<html" not in over_htmx.text


def test_english_by_choice(visit: Visit) -> None:
    chen = visit("chen")
    chosen = chen.get("/language/en?next=/queues")
    assert chosen.headers["location"] == "/queues"
    page = chen.get("/queues/content").text
    assert '<html lang="en">' in page and "violation" in page
    assert chen.get("/language/xx").status_code == 404


@pytest.mark.parametrize(
    "path", ["/queues", "/queues/content", "/search", "/signin", "/nothing", "/static/css/base.css"]
)
def test_every_answer_forbids_foreign_and_inline_scripts(visit: Visit, path: str) -> None:
    answer = visit("chen").get(path)
    assert answer.headers["content-security-policy"].startswith(OWN)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", answer.text)
    assert " style=" not in answer.text and not re.search(r"<[^>]+\son\w+=", answer.text)


def test_static_files_are_kept_by_digest_and_nothing_else_is_served(visit: Visit) -> None:
    nobody = visit(None)
    address = re.search(r'/static/css/base\.css\?v=[0-9a-f]{12}', nobody.get("/signin").text)
    assert address is not None
    assert "immutable" in nobody.get(address[0]).headers["cache-control"]
    assert nobody.get("/static/css/base.css").headers["cache-control"] == "no-cache"
    for path in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/passwd", ""):
        assert nobody.get(f"/static/{path}").status_code == 404


def test_vendored_files_are_what_the_register_says() -> None:
    folder = HERE / "static" / "vendor"
    register = yaml.safe_load((folder / "vendor.yaml").read_text("utf-8"))["files"]
    for entry in register:
        assert hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        assert (folder / entry["licence_file"]).read_text("utf-8").strip()
    named = {entry["file"] for entry in register} | {entry["licence_file"] for entry in register} | {"vendor.yaml"}
    assert {path.name for path in folder.iterdir()} == named


def test_no_template_runs_script_or_style_of_its_own() -> None:
    for path in (HERE / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"\bstyle=|\son[a-z]+=|hx-on|javascript:", text), path
        assert "|safe" not in text or path.name == "_icons.html", path
    for path in (HERE / "static").rglob("*"):
        if path.suffix in (".css", ".js") and "vendor" not in path.parts:
            assert len(path.read_text("utf-8").splitlines()) < 500, path
