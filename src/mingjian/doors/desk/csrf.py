"""Requests that change something must come from our own pages: a token bound to the session, and the right origin.

The console demands it of every request (``FastAPI(dependencies=[Depends(demand_csrf)])``); ``signin`` refuses a
session whose changing request was not looked at, so that a forgotten dependency closes a page and opens none.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from fastapi import Request

from mingjian.desk.people.tokens import new_token
from mingjian.doors.desk.sessions import VISITOR, cookie_name, desk_of, session_token
from mingjian.records.errors import Forbidden

HEADER, FIELD = "X-CSRF-Token", "csrf_token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class CsrfFailed(Forbidden):
    """The request does not come from a page of ours that is still good."""

    word = "csrf"


def token(request: Request) -> str:
    """The token for forms (field ``csrf_token``) and scripts (header ``X-CSRF-Token``) on a page answered to this
    request. Before signing in it is bound to a cookie of the visitor, which the answer sets (security.py)."""
    return _made(request, session_token(request) or visitor_token(request))


def visitor_token(request: Request) -> str:
    """The random name of a browser that has not signed in; made when it has none."""
    found = request.cookies.get(cookie_name(desk_of(request), VISITOR)) or getattr(request.state, "new_visitor", None)
    if not found:
        found = request.state.new_visitor = new_token()
    return str(found)


async def demand_csrf(request: Request) -> None:
    """CsrfFailed unless a request that may change something carries its token (header or form field) and comes from
    our own origin."""
    if request.method in SAFE:
        return
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORMS:
        field = (await request.form()).get(FIELD)
        given = field if isinstance(field, str) else None
    _demand(request, given)


def demand_header(request: Request) -> None:
    """The same for endpoints that take no forms: the token is in the header. Passes what ``demand_csrf`` passed."""
    if request.method not in SAFE and not getattr(request.state, "csrf_passed", False):
        _demand(request, request.headers.get(HEADER))


def _demand(request: Request, given: str | None) -> None:
    _demand_origin(request)
    bound_to = session_token(request) or request.cookies.get(cookie_name(desk_of(request), VISITOR))
    if not given or not bound_to or not hmac.compare_digest(_made(request, bound_to).encode(), given.encode()):
        raise CsrfFailed("页面已过期,请刷新后再试。")
    request.state.csrf_passed = True


def _made(request: Request, bound_to: str) -> str:
    return hmac.new(desk_of(request).secret, f"csrf\n{bound_to}".encode(), hashlib.sha256).hexdigest()


def _demand_origin(request: Request) -> None:
    """A browser says where a changing request comes from; it must be us. One who says nothing still needs a token."""
    origin = request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise CsrfFailed("请求来自别的网站,已拒绝。")
        return
    came, base = urlsplit(origin), urlsplit(desk_of(request).settings.base_url or "")
    here = bool(came.netloc) and came.netloc.lower() == request.headers.get("host", "").lower()
    configured = bool(base.netloc) and (came.scheme, came.netloc.lower()) == (base.scheme, base.netloc.lower())
    if not here and not configured:
        raise CsrfFailed("请求来自别的网站,已拒绝。")
