"""Who may ask what: every route of the served application, asked by somebody of every role, by a key of every scope
and by nobody. What is right stands in authorisation.yaml; a route that is not there fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

import mingjian
from mingjian.desk.people.model import house
from mingjian.desk.people.permissions import permissions, scopes
from mingjian.desk.people.service import issue_key
from mingjian.doors.serve.app import create_app
from tests.doors.table import GRANTED, ROWS, Row
from tests.doors.whole import LOGINS, Made, Person, Whole, copied, routes_of

LEAVING = ("POST /signout", "POST /account/sessions/end")  # sent to the sign-in page in any case


@pytest.fixture(scope="module")
def whole(whole_made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    yield from copied(whole_made, tmp_path_factory.mktemp("authorisation") / "desk")


@pytest.fixture(scope="module")
def app(whole: Whole) -> Starlette:
    return create_app(whole.desk, duties=False)


@pytest.fixture(scope="module")
def everybody(app: Starlette) -> dict[str, Person]:
    return {role: Person(app, login) for role, login in LOGINS.items()}


def _ask(row: Row, who: Person, ids: dict[str, str], **more: Any) -> httpx.Response:
    if row.route in ("POST /api/v1/media", "POST /api/v1/registry/imports", "POST /api/v1/engagement/loads"):
        more["files"] = {"file": ("a.png", b"x")}
    elif row.api and row.method == "POST":
        more.setdefault("headers", {})["Content-Type"] = "application/json"
        more["content"] = b"{}"
    return who.send(row.method, row.address(ids), row.sent(ids), **more)


def _let_in(row: Row, answer: httpx.Response) -> bool:
    assert answer.status_code < 500, f"{row.route}: {answer.status_code} {answer.text[:300]}"
    if row.route == "POST /signin":  # a wrong password is told with the form
        return answer.status_code in (401, 429) and "<form" in answer.text
    out = answer.status_code in (401, 403) or (answer.status_code == 404 and row.hidden)
    return not out and not answer.headers.get("location", "").startswith("/signin?") and not _sent_away(row, answer)


def _sent_away(row: Row, answer: httpx.Response) -> bool:
    return answer.headers.get("location") == "/signin" and row.route not in LEAVING


def test_every_route_is_in_the_table_and_every_row_is_a_route(app: Starlette) -> None:
    assert {f"{method} {path}" for method, path in routes_of(app)} == set(ROWS)


@pytest.mark.parametrize("route", ROWS)
def test_each_role(route: str, app: Starlette, everybody: dict[str, Person], whole: Whole) -> None:
    row = ROWS[route]
    who_may = {role for role, granted in GRANTED.items() if row.lets(granted)}
    # Those who may not first: what they are refused must still be there.
    let_in = set()
    for role in sorted(everybody, key=lambda role: role in who_may):
        who = Person(app, LOGINS[role]) if route in LEAVING else everybody[role]
        if _let_in(row, _ask(row, who, whole.ids)):
            let_in.add(role)
    if row.own:  # of one's own only: the others who hold the permission are refused too
        assert let_in <= who_may
    else:
        assert let_in == who_may


@pytest.mark.parametrize("route", ROWS)
def test_nobody(route: str, app: Starlette, whole: Whole) -> None:
    row, visitor = ROWS[route], Person(app)
    visitor.see_token("/signin")
    answer = _ask(row, visitor, whole.ids)
    if row.needs == "public":
        assert _let_in(row, answer)
    else:
        assert answer.status_code == 401 or answer.headers["location"].startswith("/signin")


@pytest.mark.parametrize("scope", [*sorted(scopes()), "all"])
def test_a_key_opens_its_addresses_of_the_api_and_no_page(scope: str, app: Starlette, whole: Whole) -> None:
    given = sorted(scopes()) if scope == "all" else [scope]
    with whole.desk.database.write() as tx:
        _, secret = issue_key(tx, house("tests"), scope, given)
    bearer = {"Authorization": f"Bearer {secret}"}
    program = Person(app)
    program.see_token("/signin")
    for row in ROWS.values():
        if row.needs == "public" or row.method == "DELETE" or row.route in LEAVING:
            continue
        let_in = _let_in(row, _ask(row, program, whole.ids, headers=dict(bearer)))
        assert let_in is (row.api and row.lets(given)), row.route


def test_every_permission_is_demanded_somewhere() -> None:
    demanded = {
        word for row in ROWS.values() for part in row.needs.split("|") for word in map(str.strip, part.split("&"))
    }
    assert demanded - {"public", "account"} <= set(permissions())
    assert set(permissions()) - demanded - _spoken() == set()


def _spoken() -> set[str]:
    """The permissions that the code asks for where it decides: an argument of demand, allowed or permitted, or what a
    name in capitals or a data file gives them. What navigation shows counts for nothing."""
    source = Path(mingjian.__file__).parent
    found = set()
    for path in source.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in ("demand", "allowed", "permitted", "may"):
                found |= {one.value for one in ast.walk(node) if isinstance(one, ast.Constant)}
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and _name(node.targets[0]).isupper()
            ):
                found.add(node.value.value)
    for path in (*source.glob("desk/data/queues.yaml"), *source.glob("clinic/data/*.yaml")):
        found |= {line.partition("permission:")[2].strip() for line in path.read_text("utf-8").splitlines()}
    return {one for one in found if isinstance(one, str)}


def _name(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")
