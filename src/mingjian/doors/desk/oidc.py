"""Single sign-on: an address that sends the browser to the provider, one that it comes back to, and one that ends the
session there too."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import RedirectResponse, Response

from mingjian.desk.people.permissions import roles
from mingjian.desk.people.single import Outside, account_of
from mingjian.desk.people.tokens import hashed, new_token
from mingjian.doors.desk.csrf import visitor_token
from mingjian.doors.desk.provider import Provider, SsoFailed
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.desk.signin import begin
from mingjian.records.errors import Invalid
from mingjian.records.storage.sessions import put_flow, take_flow

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

PATH = "/signin/oidc"
BACK = f"{PATH}/callback"
OUT = f"{PATH}/out"
_FLOW = 10 * 60 * 1_000_000  # microseconds within which the browser must come back
_LONGEST_PATH = 500
_LOCAL = ("localhost", "127.0.0.1", "::1")


def check(settings: DeskSettings) -> None:
    """Invalid with everything that is wrong with the settings of single sign-on."""
    if settings.oidc_issuer is None:
        return
    wrong = []
    issuer, base = urlsplit(settings.oidc_issuer), urlsplit(settings.base_url or "")
    if issuer.scheme != "https" and not (issuer.scheme == "http" and issuer.hostname in _LOCAL):
        wrong.append("oidc_issuer 要是 https 地址")
    if not settings.oidc_client_id:
        wrong.append("缺少 oidc_client_id")
    if not base.netloc or base.scheme not in ("http", "https"):
        wrong.append("要设 base_url(对外地址),浏览器从单点登录回到那里")
    for value, given in settings.oidc_roles.items():
        unknown = [role for role in given if role not in roles()]
        if unknown:
            wrong.append(f"oidc_roles 的“{value}”:没有这些角色:{'、'.join(unknown)}")
    if wrong:
        raise Invalid(f"单点登录的设置有误:{';'.join(wrong)}。", field="oidc")


def enabled(desk: Desk) -> bool:
    """Whether the sign-in page shows the way to it."""
    return desk.settings.oidc_issuer is not None


def install(app: FastAPI, desk: Desk) -> None:
    """Add the addresses to the console, if a provider is set."""
    settings = desk.settings
    check(settings)
    if settings.oidc_issuer is None:
        return
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
    app.state.oidc = Provider(settings.oidc_issuer, settings.oidc_client_id or "", secret)
    router = APIRouter(include_in_schema=False)
    router.add_api_route(PATH, leave, methods=["GET"])
    router.add_api_route(BACK, come_back, methods=["GET"])
    router.add_api_route(OUT, end, methods=["GET"])
    app.include_router(router)


def leave(request: Request, next: str = "/") -> Response:
    """To the provider; ``next`` is the page of ours to go on to afterwards."""
    desk, provider = desk_of(request), _provider(request)
    state, nonce, verifier = new_token(), new_token(), secrets.token_urlsafe(48)
    with desk.database.write() as tx:
        now = tx.now
        put_flow(tx, hashed(state), hashed(visitor_token(request)), nonce, verifier, local_path(next), now + _FLOW)
    there = provider.way_there(now, back=_back(desk), state=state, nonce=nonce, verifier=verifier)
    return RedirectResponse(there, 303)


def come_back(request: Request, state: str = "", code: str = "", error: str = "", iss: str | None = None) -> Response:
    """From the provider: only in the browser that left, once, and soon."""
    desk, provider = desk_of(request), _provider(request)
    with desk.database.write() as tx:
        now = tx.now
        flow = take_flow(tx, hashed(state), hashed(visitor_token(request)))
    if flow is None:
        raise SsoFailed("这次单点登录已过期或不是从这个浏览器发起的,请重新登录。")
    if error or not code:
        said = error if re.fullmatch(r"[a-z_]{1,40}", error) else "无授权码"
        raise SsoFailed(f"单点登录没有完成({said}),请重试或联系管理员。")
    if iss is not None and iss != provider.issuer:
        raise SsoFailed("单点登录的回应来自另一个服务,没有登录。")
    nonce, verifier, back_to = flow
    claims = provider.claims(now, code=code, back=_back(desk), nonce=nonce, verifier=verifier)
    who = outside(desk.settings, claims)
    with desk.database.write() as tx:
        user = account_of(tx, who)
    response = RedirectResponse(back_to, 303)
    begin(request, response, user, "oidc")
    return response


def end(request: Request) -> Response:
    """To the provider, to sign out there; to our own page where it knows no way out. Here the session ended before: a
    form may not lead to another site, so this is a link of its own."""
    desk = desk_of(request)
    base = (desk.settings.base_url or "").rstrip("/")
    out = _provider(request).way_out(desk.database.clock.now(), back=f"{base}/signin")
    return RedirectResponse(out or "/signin", 303)


def outside(settings: DeskSettings, claims: Mapping[str, Any]) -> Outside:
    """The person in our words, by the settings' names of claims."""
    login = claims.get(settings.oidc_login_claim)
    if not isinstance(login, str) or not login.strip():
        raise SsoFailed(f"单点登录没有给出登录名({settings.oidc_login_claim}),请管理员检查设置。")
    name = claims.get("name")
    given = claims.get(settings.oidc_roles_claim, [])
    values = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    mapped = [role for value in values if isinstance(value, str) for role in settings.oidc_roles.get(value, ())]
    found = tuple(dict.fromkeys(mapped)) if settings.oidc_roles else None
    return Outside(settings.oidc_issuer or "", str(claims["sub"]), login, name.strip() if isinstance(name, str) else "",
                   found)  # fmt: skip


def local_path(path: str) -> str:
    """An address within the console; anything else becomes its beginning."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if ours and len(path) <= _LONGEST_PATH and path.isprintable() else "/"


def _provider(request: Request) -> Provider:
    provider: Provider = request.app.state.oidc
    return provider


def _back(desk: Desk) -> str:
    return f"{(desk.settings.base_url or '').rstrip('/')}{BACK}"
