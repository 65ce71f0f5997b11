"""Single sign-on against a real provider on a port of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from mingjian.desk.people.service import disable_user, list_users
from mingjian.doors.desk import oidc
from mingjian.doors.desk.settings import DeskSettings
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Invalid
from mingjian.records.storage.database import Database
from tests.desk.people.staff import SETUP, hire
from tests.doors.desk.idp import CLIENT, SECRET, Idp, Signer, b64, running
from tests.doors.desk.small import BASE, browser, small_console, small_desk

ROLES = {"reviewers": ["reviewer"], "leads": ["desk_lead", "reviewer"]}
OTHER = Signer("one")  # another key under the same number


@pytest.fixture
def idp(clock: SteppedClock) -> Iterator[Idp]:
    with running(Idp(now=lambda: clock.now() // 1_000_000, back=f"{BASE}/signin/oidc/callback")) as provider:
        yield provider


def _client(database: Database, idp: Idp, **more: Any) -> TestClient:
    settings: dict[str, Any] = {"oidc_issuer": idp.issuer, "oidc_client_id": CLIENT, "base_url": BASE,
                                "oidc_client_secret": SecretStr(SECRET), "oidc_roles": ROLES}  # fmt: skip
    return browser(small_console(small_desk(database, **settings | more)))


def _there(client: TestClient, next: str = "/page") -> str:
    """Where the provider sends the browser back to."""
    away = client.get("/signin/oidc", params={"next": next})
    assert away.status_code == 303
    return httpx.get(away.headers["location"]).headers["location"]


def _round(client: TestClient, next: str = "/page") -> Any:
    return client.get(_there(client, next))


def _word(answer: Any) -> str:
    word: str = answer.json()["error"]["word"]
    return word


def test_signing_in_by_another_system(database: Database, idp: Idp) -> None:
    client = _client(database, idp)
    done = _round(client)
    assert (done.status_code, done.headers["location"]) == (303, "/page")
    page = client.get("/page").json()
    assert page["roles"] == ["reviewer"]
    with database.read() as tx:
        (user,) = list_users(tx, SETUP)
    assert (user.id, user.login, user.name, user.issuer) == (page["id"], "wang.fang", "王芳", idp.issuer)


def test_a_provider_without_a_way_out(sqlite_database: Database, idp: Idp) -> None:
    idp.configuration = {"end_session_endpoint": None}
    assert _client(sqlite_database, idp).get("/signin/oidc/out").headers["location"] == "/signin"


def test_what_the_browser_is_sent_with(sqlite_database: Database, idp: Idp) -> None:
    client = _client(sqlite_database, idp)
    first, second = (dict(parse_qsl(urlsplit(client.get("/signin/oidc").headers["location"]).query)) for _ in range(2))
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == idp.back
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


def test_roles_follow_the_provider_at_every_visit(sqlite_database: Database, idp: Idp) -> None:
    client = _client(sqlite_database, idp)
    _round(client)
    idp.person["groups"] = ["leads", "others"]
    _round(client)
    assert client.get("/page").json()["roles"] == ["desk_lead", "reviewer"]
    idp.person["groups"] = "reviewers"
    _round(client)
    assert client.get("/page").json()["roles"] == ["reviewer"]
    idp.person["groups"] = []
    _round(client)
    assert client.get("/page").json()["roles"] == []


def test_claims_may_come_from_user_info_and_under_other_names(sqlite_database: Database, idp: Idp) -> None:
    idp.person |= {"email": "fang@clinic.example", "dept": ["leads"]}
    idp.in_userinfo = ("email", "dept", "name")
    client = _client(sqlite_database, idp, oidc_login_claim="email", oidc_roles_claim="dept")
    _round(client)
    assert client.get("/page").json()["roles"] == ["desk_lead", "reviewer"]
    with sqlite_database.read() as tx:
        assert [user.login for user in list_users(tx, SETUP)] == ["fang@clinic.example"]


@pytest.mark.parametrize(("methods", "secret"), [(("client_secret_post",), SECRET), (("none",), None)])
def test_other_ways_to_say_who_we_are(
    sqlite_database: Database, idp: Idp, methods: tuple[str, ...], secret: str | None
) -> None:
    idp.methods = methods
    client = _client(sqlite_database, idp, oidc_client_secret=SecretStr(secret) if secret else None)
    assert _round(client).status_code == 303


def _unsigned(claims: dict[str, Any]) -> str:
    return ".".join([b64(b'{"alg":"none"}'), b64(json.dumps(claims).encode()), ""])


def _with_our_secret(claims: dict[str, Any]) -> str:
    signed = ".".join([b64(b'{"alg":"HS256"}'), b64(json.dumps(claims).encode())])
    return f"{signed}.{b64(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).digest())}"


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _with_our_secret,
        OTHER.sign,
        lambda claims: Signer("unknown").sign(claims),
        lambda claims: OTHER.sign(claims, jwk=OTHER.jwk()),
        lambda _: "a.b.c",
        lambda _: "",
    ],
)
def test_a_token_that_the_provider_did_not_sign(
    sqlite_database: Database, idp: Idp, forge: Callable[[dict[str, Any]], str]
) -> None:
    idp.forge = forge
    client = _client(sqlite_database, idp)
    refused = _round(client)
    assert (refused.status_code, _word(refused)) == (403, "sso_failed")
    assert client.get("/page").status_code == 401


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": "another-client", "azp": CLIENT},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "of another visit"},
        {"nonce": None},
        {"sub": None},
        {"exp": 1_500_000_000},
        {"exp": None},
        {"exp": "soon"},
        {"iat": 4_000_000_000},
        {"at_hash": "of another token"},
    ],
)
def test_a_signed_token_that_does_not_hold(sqlite_database: Database, idp: Idp, lies: dict[str, Any]) -> None:
    idp.lies = lies
    refused = _round(_client(sqlite_database, idp))
    assert (refused.status_code, _word(refused)) == (403, "sso_failed")
    with sqlite_database.read() as tx:
        assert list_users(tx, SETUP) == []


def test_user_info_of_somebody_else(sqlite_database: Database, idp: Idp) -> None:
    idp.userinfo = {"sub": "another"}
    assert _word(_round(_client(sqlite_database, idp))) == "sso_failed"


def test_new_keys_are_fetched_when_they_are_needed(sqlite_database: Database, idp: Idp, clock: SteppedClock) -> None:
    client = _client(sqlite_database, idp)
    _round(client)
    idp.signer = Signer("two")
    assert _word(_round(client)) == "sso_failed", "keys were just read: nobody makes us ask again and again"
    clock.move(timedelta(minutes=1))
    assert _round(client).status_code == 303
    assert idp.asked.count("/jwks") == 2
    assert idp.asked.count("/.well-known/openid-configuration") == 1


def test_coming_back_twice_late_or_in_another_browser(sqlite_database: Database, idp: Idp, clock: SteppedClock) -> None:
    client = _client(sqlite_database, idp)
    back = _there(client)
    assert _word(browser(client.app).get(back)) == "sso_failed"  # type: ignore[arg-type]
    assert client.get(back).status_code == 303
    assert _word(client.get(back)) == "sso_failed"
    late = _there(client)
    clock.move(timedelta(minutes=10))
    assert _word(client.get(late)) == "sso_failed"
    assert _word(client.get("/signin/oidc/callback?code=x&state=made-up")) == "sso_failed"


def test_coming_back_with_an_error_or_from_another_provider(sqlite_database: Database, idp: Idp) -> None:
    client = _client(sqlite_database, idp)
    state = parse_qs(urlsplit(_there(client)).query)["state"][0]
    said = client.get("/signin/oidc/callback", params={"state": state, "error": "access_denied"})
    assert "access_denied" in said.json()["error"]["message"]
    state = parse_qs(urlsplit(_there(client)).query)["state"][0]
    said = client.get("/signin/oidc/callback", params={"state": state, "error": "<script>alert(1)</script>"})
    assert "script" not in said.text
    assert _word(client.get(_there(client).replace("iss=http", "iss=https"))) == "sso_failed"


@pytest.mark.parametrize(
    "next", ["https://evil.example", "//evil.example", "/\\evil.example", "page", "/a\nb", "/" * 600]
)
def test_one_comes_back_to_our_own_pages_only(sqlite_database: Database, idp: Idp, next: str) -> None:
    assert _round(_client(sqlite_database, idp), next).headers["location"] == "/"


def test_strangers_namesakes_and_disabled_people_stay_out(sqlite_database: Database, idp: Idp) -> None:
    client = _client(sqlite_database, idp)
    idp.person["groups"] = ["cleaning"]
    assert _word(_round(client)) == "forbidden"
    idp.person["groups"] = ["reviewers"]
    _round(client)
    with sqlite_database.write() as tx:
        disable_user(tx, SETUP, list_users(tx, SETUP)[0].id)
    assert _word(_round(client)) == "forbidden"
    assert client.get("/page").status_code == 401
    hire(sqlite_database, "li.ming")
    idp.person |= {"sub": "another", "preferred_username": "li.ming"}
    assert _word(_round(client)) == "conflict"
    idp.person |= {"preferred_username": None}
    assert _word(_round(client)) == "sso_failed"


@pytest.mark.parametrize(
    "configuration",
    [{"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": "file:///etc/passwd"}],
)
def test_a_configuration_that_is_not_the_provider_s(
    sqlite_database: Database, idp: Idp, configuration: dict[str, Any]
) -> None:
    idp.configuration = configuration
    assert _word(_client(sqlite_database, idp).get("/signin/oidc")) == "sso_failed"


def test_a_provider_that_is_away(sqlite_database: Database, idp: Idp) -> None:
    with running(Idp(now=idp.now, back=idp.back)) as gone:
        client = _client(sqlite_database, gone)
    away = client.get("/signin/oidc")
    assert (away.status_code, _word(away)) == (503, "unavailable")


def test_without_a_provider_there_is_no_such_address(sqlite_database: Database) -> None:
    desk = small_desk(sqlite_database)
    assert not oidc.enabled(desk)
    assert browser(small_console(desk)).get("/signin/oidc").status_code == 404


def _settings(**given: Any) -> DeskSettings:
    return DeskSettings(**given)


def test_every_mistake_of_the_settings_is_said_at_once() -> None:
    with pytest.raises(Invalid) as wrong:
        oidc.check(_settings(oidc_issuer="http://sso.example", oidc_roles={"a": ["root"]}))
    for said in ("https", "oidc_client_id", "base_url", "root"):
        assert said in wrong.value.message
    oidc.check(_settings(oidc_issuer="https://sso.example", oidc_client_id="x", base_url="https://desk.example"))
    oidc.check(_settings())
