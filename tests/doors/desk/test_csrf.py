"""Changing requests come from our own pages only."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from mingjian.records.storage.database import Database
from tests.desk.people.staff import PASSWORD, hire
from tests.doors.desk.small import BASE, browser, enter, small_api, small_console, small_desk

EVIL = "https://evil.example"


@pytest.fixture
def client(sqlite_database: Database) -> TestClient:
    """A signed-in browser."""
    hire(sqlite_database)
    client = browser(small_console(small_desk(sqlite_database)))
    enter(client, "li.ming", PASSWORD)
    return client


def _word(answer: object) -> str:
    word: str = answer.json()["error"]["word"]  # type: ignore[attr-defined]
    return word


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_change_needs_the_token(client: TestClient, method: str) -> None:
    token = client.get("/page").json()["token"]
    assert _word(client.request(method, "/page")) == "csrf"
    assert _word(client.request(method, "/page", headers={"X-CSRF-Token": token[:-1] + "x"})) == "csrf"
    assert _word(client.request(method, "/page", headers={"X-CSRF-Token": ""})) == "csrf"
    assert _word(client.request(method, "/page", headers={"X-CSRF-Token": "é".encode()})) == "csrf"
    assert client.request(method, "/page", headers={"X-CSRF-Token": token}).status_code == 200


def test_a_form_carries_it_as_a_field(client: TestClient) -> None:
    token = client.get("/page").json()["token"]
    assert client.post("/page", data={"csrf_token": token}).status_code == 200
    assert client.post("/page", data={"csrf_token": token}, files={"f": b"x"}).status_code == 200
    assert _word(client.post("/page", data={"csrf_token": "x"})) == "csrf"
    assert _word(client.post("/page", files={"csrf_token": ("a.txt", token.encode())})) == "csrf"
    assert _word(client.post("/page", json={"csrf_token": token})) == "csrf", "JSON has the header"


def test_the_token_of_another_session_is_none(client: TestClient, sqlite_database: Database) -> None:
    other = browser(client.app)  # type: ignore[arg-type]
    hire(sqlite_database, "other")
    enter(other, "other", PASSWORD)
    assert _word(client.post("/page", headers={"X-CSRF-Token": other.get("/page").json()["token"]})) == "csrf"


def test_the_token_of_before_signing_in_is_none_afterwards(sqlite_database: Database) -> None:
    hire(sqlite_database)
    client = browser(small_console(small_desk(sqlite_database)))
    visitor = client.get("/signin").json()
    enter(client, "li.ming", PASSWORD)
    assert _word(client.post("/page", headers={"X-CSRF-Token": visitor})) == "csrf"


def test_nobody_is_signed_in_from_another_site(sqlite_database: Database) -> None:
    hire(sqlite_database)
    app = small_console(small_desk(sqlite_database))
    form = {"login": "li.ming", "password": PASSWORD}
    assert _word(browser(app).post("/signin", data=form)) == "csrf"
    theirs = browser(app).get("/signin").json()  # a token for the attacker's own browser
    assert _word(browser(app).post("/signin", data={**form, "csrf_token": theirs})) == "csrf"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Origin": BASE}, True),
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": EVIL}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "http://testserver:81"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
    ],
)
def test_a_change_comes_from_our_origin(client: TestClient, headers: dict[str, str], allowed: bool) -> None:
    token = client.get("/page").json()["token"]
    answer = client.post("/page", headers={"X-CSRF-Token": token, **headers})
    assert (answer.status_code == 200) is allowed


def test_behind_a_proxy_the_configured_address_is_ours(sqlite_database: Database) -> None:
    hire(sqlite_database)
    desk = small_desk(sqlite_database, base_url="http://desk.example:8000/")
    client = browser(small_console(desk), "http://127.0.0.1:8420")
    enter(client, "li.ming", PASSWORD)
    token = client.get("/page").json()["token"]
    for origin, status in (("http://desk.example:8000", 200), ("https://desk.example:8000", 403),
                           ("http://desk.example", 403), ("http://127.0.0.1:8420", 200)):  # fmt: skip
        answer = client.post("/page", headers={"X-CSRF-Token": token, "Origin": origin})
        assert answer.status_code == status, origin


def test_reading_needs_no_token_wherever_the_link_stands(client: TestClient) -> None:
    assert client.get("/page", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_a_door_that_forgot_the_dependency_is_closed(sqlite_database: Database) -> None:
    hire(sqlite_database)
    desk = small_desk(sqlite_database)
    console = browser(small_console(desk))
    enter(console, "li.ming", PASSWORD)
    token = console.get("/page").json()["token"]
    api = browser(small_api(desk))
    api.cookies.set("mingjian_session", console.cookies["mingjian_session"])
    assert _word(api.post("/who")) == "csrf"
    assert _word(api.post("/who", headers={"X-CSRF-Token": token, "Origin": EVIL})) == "csrf"
    assert api.post("/who", headers={"X-CSRF-Token": token}).status_code == 200
