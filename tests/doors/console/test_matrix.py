"""Every page for every role; every form against forgery; nobody's words run as script."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from starlette.routing import Route

from mingjian.desk.people.permissions import allowed, roles
from mingjian.doors.console import pages
from mingjian.records.people.model import Principal
from tests.doors.console.browsing import Visitor
from tests.doors.console.governed import Governed, govern
from tests.doors.console.seeded import HOSTILE, Seeded

Visit = Callable[[str | None], Visitor]
ANYBODY = ""
# Page → the permission it asks for.
PAGES = {
    "/check": "item.check", "/decisions": "case.read", "/decisions/{decision}": "case.read",
    "/decisions/{decision}/statement?lang=en": "case.read", "/publishers?id=clinic-1": "case.read",
    "/appeals": "case.read", "/appeals?state=decided": "case.read", "/appeals/{appeal}": "case.read",
    "/dashboard": "statistics.read", "/dashboard/items.csv": "statistics.read", "/investigate": "statistics.read",
    "/investigate.csv?by=code": "statistics.read", "/policies": "policy.read", "/policies/content@1": "policy.read",
    "/policies/rules": "policy.read", "/policies/new": "policy.author", "/policies/new?name=content": "policy.author",
    "/people": "user.manage", "/keys": "key.manage", "/webhooks": "key.manage", "/accesses": "access.read",
    "/accesses.csv": "access.read", "/quality/reviewers": "quality.read", "/quality/agreement": "quality.read",
    "/quality/samples": "quality.read", "/quality/golden": "quality.manage", "/evidence": "evidence.read",
    "/account": ANYBODY, "/rules": ANYBODY, "/rules/AD-46-medical": ANYBODY, "/law": ANYBODY,
    "/law/cn.advertising-law": ANYBODY, "/quality/reviewers/me": ANYBODY,
}  # fmt: skip


class Inline(HTMLParser):
    """Collects what the policy forbids: scripts and styles within the page, handlers by attribute."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(tag)


@pytest.fixture
def governed(full: Seeded) -> Governed:
    return govern(full)


def filled(path: str, governed: Governed) -> str:
    return path.format(decision=governed.decision, appeal=governed.appeal)


@pytest.mark.parametrize("role", sorted(roles()))
def test_a_role_sees_what_it_may_and_nothing_else(visit: Visit, governed: Governed, role: str) -> None:
    somebody = visit(role)
    principal = Principal("x", "user", "x", (role,))
    seen = {path: somebody.get(filled(path, governed)).status_code for path in PAGES}
    wanted = {path: 200 if right == ANYBODY or allowed(principal, right) else 403 for path, right in PAGES.items()}
    assert seen == wanted


def test_nobody_sees_anything_without_signing_in(visit: Visit, governed: Governed) -> None:
    nobody = visit(None)
    assert {nobody.get(filled(path, governed)).status_code for path in PAGES} == {303}


def test_every_navigation_entry_opens(visit: Visit, governed: Governed) -> None:
    for role in roles():
        somebody = visit(role)
        page = somebody.get("/account").text
        entries = re.findall(r'<a href="([^"]+)"', page.split('class="nav"')[1].split("</nav>")[0])
        assert {path: code for path in entries if (code := somebody.get(path).status_code) not in (200, 303)} == {}


def test_every_form_asks_for_the_token(visit: Visit, governed: Governed) -> None:
    lead = visit("lead")
    modules = [importlib.import_module(f"{pages.__name__}.{one.name}") for one in pkgutil.iter_modules(pages.__path__)]
    routes = [route for module in modules if hasattr(module, "router") for route in module.router.routes]
    posts = [route.path for route in routes if isinstance(route, Route) and "POST" in (route.methods or ())]
    assert len(posts) > 30
    for path in posts:
        known = {"{token}": governed.token, "{id}": "x", "{action}": "x", "{version}": "1"}
        for name, value in known.items():
            path = path.replace(name, value)
        answer = lead.post(re.sub(r"\{[^}]*\}", "1", path), token="0" * 64)
        assert answer.status_code in (303, 403), path
        assert answer.status_code == 403 or answer.headers["location"].startswith("/signin"), path


@pytest.mark.parametrize("role", ["appeal_officer", "administrator", "analyst"])
def test_hostile_words_are_only_words(visit: Visit, governed: Governed, role: str) -> None:
    somebody = visit(role)
    hostile = f"/publishers?id={quote(HOSTILE)}"
    asked = [*(filled(path, governed) for path in PAGES), hostile, f"/investigate?publisher={hostile[15:]}&compare=1",
             f"/decisions/{governed.appealed}", f"/decisions?publisher={hostile[15:]}",
             f"/concerned/{governed.token}", "/rules?q=" + hostile[15:]]  # fmt: skip
    shown = 0
    for path in asked:
        answer = somebody.get(path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert HOSTILE not in answer.text, path
        assert "<script>window" not in answer.text and "<img src=x" not in answer.text, path
        assert Inline(answer.text).found == [], path
        shown += "window.owned" in answer.text
    assert shown >= 1


def test_a_table_holds_no_formula(visit: Visit, governed: Governed) -> None:
    from mingjian.doors.console.ranges import csv_response

    text = bytes(csv_response("x", ("a",), [("=1+1",), ("@x",), ("-2",), (-2,), ("fine",)]).body).decode()
    assert text.splitlines()[1:] == ["'=1+1", "'@x", "'-2", "-2", "fine"]
