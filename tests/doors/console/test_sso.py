"""Single sign-on as the console offers it; the flow itself is tested in tests/doors/desk/test_oidc.py."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import SecretStr

from mingjian.doors.console.app import create_console
from mingjian.records.clock import SteppedClock
from mingjian.records.storage.database import Database
from tests.doors.desk.idp import CLIENT, SECRET, Idp, running
from tests.doors.desk.small import BASE, browser, small_desk


def test_the_sign_in_page_leads_to_the_provider_and_back(sqlite_database: Database, clock: SteppedClock) -> None:
    with running(Idp(now=lambda: clock.now() // 1_000_000, back=f"{BASE}/signin/oidc/callback")) as idp:
        desk = small_desk(
            sqlite_database, base_url=BASE, oidc_issuer=idp.issuer, oidc_client_id=CLIENT,
            oidc_client_secret=SecretStr(SECRET), oidc_roles={"reviewers": ["reviewer"]},
        )  # fmt: skip
        client = browser(create_console(desk))
        form = client.get("/signin?next=/queues%3Fstate%3Dopen")
        assert 'href="/signin/oidc?next=/queues%3Fstate%3Dopen"' in form.text
        away = client.get("/signin/oidc?next=/queues%3Fstate%3Dopen")
        done = client.get(httpx.get(away.headers["location"]).headers["location"])
        assert (done.status_code, done.headers["location"]) == (303, "/queues?state=open")
        assert "王芳" in client.get("/queues").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/queues").text)
        assert token is not None
        left = client.post("/signout", data={"csrf_token": token[1]})
        assert left.headers["location"] == "/signin?left=sso"
        assert 'href="/signin/oidc/out"' in client.get("/signin?left=sso").text
        out = urlsplit(client.get("/signin/oidc/out").headers["location"])
        assert f"{out.scheme}://{out.netloc}{out.path}" == f"{idp.issuer}/end"
        assert dict(parse_qsl(out.query)) == {"client_id": CLIENT, "post_logout_redirect_uri": f"{BASE}/signin"}
        idp.person["groups"] = []
        idp.person["sub"] = "stranger"
        away = client.get("/signin/oidc")
        refused = client.get(httpx.get(away.headers["location"]).headers["location"])
        assert refused.status_code == 403
        assert "没有给这个账号分配" in refused.text


def test_without_a_provider_nothing_leads_there(sqlite_database: Database) -> None:
    client = browser(create_console(small_desk(sqlite_database)))
    assert "oidc" not in client.get("/signin").text
    assert client.get("/signin/oidc").status_code == 404
