"""The cookies of a signed-in browser and of one that is not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi import Request, Response

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

SESSION, VISITOR = "mingjian_session", "mingjian_visitor"


def desk_of(request: Request) -> Desk:
    """The desk that the app serves."""
    desk: Desk = request.app.state.desk
    return desk


def is_https(desk: Desk) -> bool:
    """Whether people reach us by https, as ``base_url`` says."""
    return urlsplit(desk.settings.base_url or "").scheme == "https"


def cookie_name(desk: Desk, name: str) -> str:
    """Under https with the prefix that lets no other host or path set the cookie."""
    return f"__Host-{name}" if is_https(desk) else name


def session_token(request: Request) -> str | None:
    """The token of the browser's session, as it claims."""
    return request.cookies.get(cookie_name(desk_of(request), SESSION)) or None


def set_session(request: Request, response: Response, token: str) -> None:
    """Hand the browser its token. The store says when it ends; the browser forgets it when it closes."""
    desk = desk_of(request)
    response.set_cookie(cookie_name(desk, SESSION), token, path="/", httponly=True, samesite="lax",
                        secure=is_https(desk))  # fmt: skip


def clear_session(request: Request, response: Response) -> None:
    """Take the token back."""
    desk = desk_of(request)
    response.delete_cookie(cookie_name(desk, SESSION), path="/", httponly=True, samesite="lax", secure=is_https(desk))


def address_of(request: Request) -> str:
    """Where a request comes from. Behind a proxy the server is told which proxies to believe (uvicorn's
    ``forwarded_allow_ips``); no header is believed here."""
    return request.client.host if request.client else ""


def agent_of(request: Request) -> str:
    """What the browser calls itself."""
    return request.headers.get("user-agent", "")
