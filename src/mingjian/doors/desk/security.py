"""What both web apps put round themselves: headers on every answer and a limit on every body."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingjian.doors.desk import faults
from mingjian.doors.desk.sessions import VISITOR, cookie_name, is_https

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

# Own files only: no inline script or style, no eval. Boxes over pictures are SVG attributes, charts write their
# tooltips as rich text. Signing in elsewhere begins with a link, which form-action does not concern.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer our own forms would come from origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",  # static files say otherwise themselves
}
_HSTS = "max-age=31536000"
_VISITOR_AGE = 3600
_FRAME = 1 << 20  # what a form puts round a file


def protect(
    app: FastAPI, desk: Desk, *, pages: bool, uploads: Sequence[str] = (), respond: faults.Respond = faults.as_json
) -> None:
    """Make ``desk`` the app's, and give it headers, body limits and errors. ``pages``: it answers with pages of ours,
    not only with data. ``uploads``: beginnings of paths within the app that take files up to ``max_upload``; any other
    body ends at ``max_body``. ``respond(request, error)`` shows an error, also those of the framework."""
    app.state.desk = desk
    headers = headers_for(desk, pages=pages)
    faults.handle(app, respond, headers)
    settings = desk.settings
    app.add_middleware(
        BodyLimit,
        limit=lambda path: settings.max_upload + _FRAME if path.startswith(tuple(uploads)) else settings.max_body,
        respond=respond,
    )
    app.add_middleware(SecurityHeaders, headers=headers, visitor=cookie_name(desk, VISITOR), https=is_https(desk))


def headers_for(desk: Desk, *, pages: bool) -> dict[str, str]:
    """The headers of every answer."""
    found = {"Content-Security-Policy": PAGE_POLICY if pages else DATA_POLICY, **_ALWAYS}
    return found | {"Strict-Transport-Security": _HSTS} if is_https(desk) else found


class SecurityHeaders:
    """Adds ``headers`` where the answer has none of its own, and the cookie of a visitor who was just named."""

    def __init__(self, app: ASGIApp, *, headers: dict[str, str], visitor: str, https: bool) -> None:
        self.app = app
        self.headers = headers
        self.visitor = visitor
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                if "new_visitor" in state:
                    cookie = Response()
                    cookie.set_cookie(self.visitor, state["new_visitor"], max_age=_VISITOR_AGE, path="/",
                                      httponly=True, samesite="lax", secure=self.https)  # fmt: skip
                    headers.append("set-cookie", cookie.headers["set-cookie"])
            await send(message)

        await self.app(scope, receive, with_headers)


class BodyLimit:
    """Answers 413 as soon as a body is longer than ``limit(path)``: by what it says of itself, or, when it comes in
    pieces, by counting. ``path`` is within the app, without the place it is mounted at."""

    def __init__(self, app: ASGIApp, *, limit: Callable[[str], int], respond: faults.Respond) -> None:
        self.app = app
        self.limit = limit
        self.respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))
        limit = self.limit(path)
        said = Headers(scope=scope).get("content-length", "")
        error = faults.TooLarge(limit)
        if said.isdigit() and int(said) > limit:
            await faults.answer(self.respond, Request(scope), error)(scope, receive, send)
            return
        seen, over, begun = 0, False, False

        async def counted() -> Message:
            nonlocal seen, over
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > limit:
                    over = True
                    return {"type": "http.disconnect"}  # the app stops reading; what it then says is not sent
            return message

        async def unless_over(message: Message) -> None:
            nonlocal begun
            if not over or begun:
                begun = True
                await send(message)

        try:
            await self.app(scope, counted, unless_over)
        except Exception:
            if not over:
                raise
        if over and not begun:
            await faults.answer(self.respond, Request(scope), error)(scope, receive, send)
