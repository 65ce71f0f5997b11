"""Signing in through the browser, staying in, and programs with keys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mingjian.desk.people.keys import valid_key
from mingjian.desk.people.service import disable_user, first_administrator, issue_key, revoke_key
from mingjian.desk.people.signing import WRONG
from mingjian.records.clock import SteppedClock
from mingjian.records.storage.database import Database
from tests.desk.people.staff import PASSWORD, SETUP, hire
from tests.doors.desk.small import browser, enter, small_api, small_console, small_desk


def test_signing_in_and_out(database: Database) -> None:
    user = hire(database)
    client = browser(small_console(small_desk(database)))
    refused = client.get("/page")
    assert (refused.status_code, refused.json()["error"]["word"]) == (401, "unauthenticated")
    assert enter(client, user.login, PASSWORD).headers["x-user"] == user.id
    page = client.get("/page").json()
    assert (page["id"], page["roles"]) == (user.id, ["reviewer"])
    assert client.post("/signout", headers={"X-CSRF-Token": page["token"]}).status_code == 200
    assert "mingjian_session" not in client.cookies
    assert client.get("/page").status_code == 401


def test_the_cookie_over_http_and_over_https(sqlite_database: Database) -> None:
    user = hire(sqlite_database)
    plain = enter(browser(small_console(small_desk(sqlite_database))), user.login, PASSWORD)
    (set_plain,) = plain.headers.get_list("set-cookie")
    assert set_plain.startswith("mingjian_session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} == set(set_plain.split("; ")[1:])
    address = "https://desk.example"
    client = browser(small_console(small_desk(sqlite_database, base_url=address)), address)
    (visitor,) = client.get("/signin").headers.get_list("set-cookie")
    secure = enter(client, user.login, PASSWORD).headers["set-cookie"]
    for cookie in (visitor, secure):
        assert cookie.startswith("__Host-mingjian_")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; ")[1:])
    assert "domain" not in secure.lower()
    assert client.get("/page").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 5000])
def test_a_made_up_cookie_opens_nothing(sqlite_database: Database, token: str) -> None:
    client = browser(small_console(small_desk(sqlite_database)))
    assert client.get("/page", headers={"Cookie": f"mingjian_session={token}".encode("latin-1")}).status_code == 401


def test_refusals_and_lock_out_read_the_same_for_everybody(sqlite_database: Database) -> None:
    user = hire(sqlite_database)
    app = small_console(small_desk(sqlite_database))
    known = [enter(browser(app, client=("10.0.0.1", 1)), user.login, "wrong-horse-7") for _ in range(6)]
    unknown = [enter(browser(app, client=("10.0.0.2", 1)), "nobody", "wrong-horse-7") for _ in range(6)]
    assert [(one.status_code, one.json()) for one in known] == [(one.status_code, one.json()) for one in unknown]
    assert known[0].json()["error"]["message"] == WRONG
    assert (known[5].status_code, known[5].headers["retry-after"]) == (429, "30")
    assert "set-cookie" not in known[0].headers


def test_a_session_given_by_somebody_else_ends_at_sign_in(sqlite_database: Database) -> None:
    hire(sqlite_database, "attacker")
    hire(sqlite_database, "victim")
    app = small_console(small_desk(sqlite_database))
    theirs, ours = browser(app), browser(app)
    enter(theirs, "attacker", PASSWORD)
    planted = theirs.cookies["mingjian_session"]
    ours.cookies.set("mingjian_session", planted, domain="testserver.local")
    token = ours.get("/signin").json()
    done = ours.post("/signin", data={"login": "victim", "password": PASSWORD, "csrf_token": token})
    assert done.status_code == 200
    assert planted not in done.headers["set-cookie"]
    assert theirs.get("/page").status_code == 401


def test_a_one_time_password_opens_only_its_own_change(sqlite_database: Database) -> None:
    with sqlite_database.write() as tx:
        admin, given = first_administrator(tx)
    client = browser(small_console(small_desk(sqlite_database)))
    assert enter(client, "admin", given).status_code == 200
    closed = client.get("/page")
    assert (closed.status_code, closed.json()["error"]["word"]) == (403, "password_change_required")
    before = client.cookies["mingjian_session"]
    token = client.get("/signin").json()
    change = {"old": given, "new": "another-horse-8", "csrf_token": token}
    assert client.post("/password", data={**change, "new": "short"}).json()["error"]["field"] == "password"
    assert client.post("/password", data=change).status_code == 200
    assert client.get("/page").json()["id"] == admin.id
    assert client.cookies["mingjian_session"] != before


def test_signing_out_everywhere(sqlite_database: Database) -> None:
    user = hire(sqlite_database)
    app = small_console(small_desk(sqlite_database))
    one, two = browser(app), browser(app)
    for client in (one, two):
        enter(client, user.login, PASSWORD)
    token = one.get("/page").json()["token"]
    assert one.post("/signout?everywhere=true", headers={"X-CSRF-Token": token}).status_code == 200
    assert two.get("/page").status_code == 401


def test_what_changes_for_an_account_changes_at_its_next_click(sqlite_database: Database, clock: SteppedClock) -> None:
    user = hire(sqlite_database)
    client = browser(small_console(small_desk(sqlite_database)))
    enter(client, user.login, PASSWORD)
    clock.move(timedelta(minutes=29))
    assert client.get("/page").status_code == 200
    clock.move(timedelta(minutes=29))
    assert client.get("/page").status_code == 200, "the visit before kept it"
    with sqlite_database.write() as tx:
        disable_user(tx, SETUP, user.id)
    assert client.get("/page").status_code == 401


def test_a_program_comes_with_its_key(database: Database) -> None:
    with database.write() as tx:
        key, secret = issue_key(tx, SETUP, "程序", ["item.read"])
    client = browser(small_api(small_desk(database)))
    for scheme in ("Bearer", "bearer"):
        answer = client.post("/who", headers={"Authorization": f"{scheme} {secret}"})
        assert answer.json() == {"actor": f"key:{key.id}", "scopes": ["item.read"]}
    with database.read() as tx:
        assert valid_key(tx, secret).used_on == "2026-03-02"
    with database.write() as tx:
        revoke_key(tx, SETUP, key.id)
    gone = client.get("/who", headers={"Authorization": f"Bearer {secret}"})
    assert (gone.status_code, gone.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Basic YWRtaW46YWRtaW4=", "Bearer mjk_x", "Bearer é"])
def test_a_header_that_is_no_key_is_refused(sqlite_database: Database, given: str) -> None:
    client = browser(small_api(small_desk(sqlite_database)))
    answer = client.get("/who", headers={"Authorization": given.encode("latin-1")})
    assert answer.status_code == 401


def test_a_bad_key_is_not_saved_by_a_good_session(sqlite_database: Database) -> None:
    user = hire(sqlite_database)
    desk = small_desk(sqlite_database)
    console = browser(small_console(desk))
    enter(console, user.login, PASSWORD)
    api = browser(small_api(desk))
    api.cookies.set("mingjian_session", console.cookies["mingjian_session"])
    assert api.get("/who").json()["actor"] == f"user:{user.id}"
    assert api.get("/who", headers={"Authorization": "Bearer mjk_x"}).status_code == 401
