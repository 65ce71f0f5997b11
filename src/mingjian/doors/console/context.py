"""What every page needs from a request: the desk, who asks, and a rendered template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import jinja2
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.doors.console import formats, nav
from mingjian.doors.console.i18n import HTML_LANG, labeller, language, speaker
from mingjian.doors.desk import csrf, signin
from mingjian.doors.desk.opening import Desk
from mingjian.doors.i18n import say

FLASH_COOKIE = "mingjian_flash"
_FLASH_MAX = 3000  # bytes of a cookie that every browser keeps


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to this page; without ``path`` it is the page itself."""

    title: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Flash:
    """A message shown once on the next page. ``kind``: ok, warning, error. ``undo`` is an address that a POST takes
    the last thing back with (key u)."""

    message: str
    kind: str = "ok"
    undo: str | None = None


def desk(request: Request) -> Desk:
    """The desk this console serves."""
    return cast(Desk, request.app.state.desk)


def user(request: Request) -> Principal:
    """Who asks. Unauthenticated (the door then shows the sign-in page) when nobody is known."""
    known: Principal | None = getattr(request.state, "principal", None)
    return signin.current_user(request) if known is None else known


def permitted(request: Request, permission: str, queue: str | None = None) -> Principal:
    """Who asks, if they may; else Forbidden."""
    asks = user(request)
    demand(asks, permission, queue)
    return asks


def page(request: Request, template: str, *, status: int = 200, title: str = "", crumbs: Sequence[Crumb] = (),
         **values: Any) -> HTMLResponse:  # fmt: skip
    """A whole page from ``templates/<template>``, with navigation, flashes and the person's language. ``title`` and
    crumbs are Chinese source strings; they are translated here."""
    flashes = [Flash(**given) for given in _flashed(request)]
    shown = {"title": title, "crumbs": crumbs, "flashes": flashes, **values}
    response = HTMLResponse(_render(request, template, shown), status)
    if flashes:
        response.delete_cookie(FLASH_COOKIE, path="/")
    return response


def fragment(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A piece of a page for htmx: the template does not extend base.html; flashes stay for the next whole page."""
    return HTMLResponse(_render(request, template, values), status)


def redirect(request: Request, path: str, *flashes: Flash) -> Response:
    """Go on to another page of the console after a POST, with messages. htmx goes there as a whole page."""
    response: Response
    if is_htmx(request):
        response = Response(status_code=204, headers={"HX-Redirect": path})
    else:
        response = RedirectResponse(path, 303)
    if flashes:
        told = [{"message": each.message[:400], "kind": each.kind, "undo": each.undo} for each in flashes]
        signed = _signer(request).dumps(told[:4])
        kept = signed if isinstance(signed, str) else signed.decode()
        if len(kept) <= _FLASH_MAX:
            secure = request.url.scheme == "https"
            response.set_cookie(FLASH_COOKIE, kept, path="/", httponly=True, samesite="lax", secure=secure, max_age=120)
    return response


def is_htmx(request: Request) -> bool:
    """Whether htmx asks, for a piece of a page."""
    return request.headers.get("HX-Request") == "true"


def local_path(path: str | None, fallback: str = "/") -> str:
    """An address to go on to that stays in this console; others become ``fallback``."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or any(ord(c) < 32 for c in path):
        return fallback
    return path


async def posted(request: Request) -> FormData:
    """The fields of a form, as a dependency: ``form: FormData = Depends(posted)``. The app has looked at its token."""
    return await request.form()


def text(form: FormData, name: str, limit: int = 4000) -> str:
    """A field of a form as text without blanks at its ends; empty when it is absent or a file."""
    value = form.get(name)
    return value.strip()[:limit] if isinstance(value, str) else ""


def spoken(request: Request, message: str, **values: object) -> str:
    """A message in the person's language: for flashes."""
    return speaker(language(request))(message, **values)


def _render(request: Request, template: str, values: dict[str, Any]) -> str:
    asks: Principal | None = getattr(request.state, "principal", None)
    lang = language(request)
    entries: tuple[nav.Nav, ...] = request.app.state.nav
    environment: jinja2.Environment = request.app.state.templates

    def may(permission: str, queue: str | None = None) -> bool:
        return asks is not None and allowed(asks, permission, queue)

    shared = {
        "request": request,
        "user": asks,
        "lang": lang,
        "html_lang": HTML_LANG[lang],
        "_": speaker(lang),
        "say": partial(say, lang=lang),
        "label": labeller(lang),
        "may": may,
        "nav_groups": nav.visible(entries, asks) if asks is not None else (),
        "nav_current": nav.current(entries, request.url.path),
        "csrf_token": csrf.token(request),
        "now": desk(request).database.clock.now(),
        "f": formats.Formats(lang),
        "platforms": formats.platform_names(),
        "role_titles": formats.role_titles,
    }
    return environment.get_template(template).render({**shared, **values})


def _signer(request: Request) -> URLSafeSerializer:
    return URLSafeSerializer(desk(request).secret.hex(), salt="console.flash")


def _flashed(request: Request) -> list[dict[str, Any]]:
    kept = request.cookies.get(FLASH_COOKIE)
    if not kept:
        return []
    try:
        found = _signer(request).loads(kept)
    except BadSignature:
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
