"""What every request of the API passes: a number of its own, its caller's limit, a line in the log, a count."""

from __future__ import annotations

import hashlib
import itertools
import re
import secrets
from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mingjian.doors.api.errors import respond
from mingjian.doors.api.limiter import Limiter
from mingjian.doors.desk import faults
from mingjian.doors.desk.metrics import REQUESTS, SECONDS
from mingjian.doors.desk.sessions import SESSION, cookie_name
from mingjian.records.errors import TooMany

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

_LOG = structlog.get_logger("mingjian.api")
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNLIMITED = ("/health", "/ready")
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))  # a caller may make up others


class Edge:
    """Outermost middleware of the API."""

    def __init__(self, app: ASGIApp, *, desk: Desk) -> None:
        self.app = app
        self.limiter = Limiter(desk.settings.rate_limit)
        self.session = cookie_name(desk, SESSION)
        self.name, self.numbers = secrets.token_hex(6), itertools.count(0x100000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        given = headers.get("x-request-id", "")
        state["request_id"] = id = given if _ID.fullmatch(given) else f"{self.name}{next(self.numbers):x}"
        added = {"X-Request-ID": id}
        status = 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update(added)
            await send(message)

        try:
            path = scope["path"].removeprefix(scope.get("root_path", ""))
            if path in _UNLIMITED:
                await self.app(scope, receive, noted)
                return
            told = self.limiter.hit(self._caller(scope, headers))
            added.update(told.headers())
            if told.allowed:
                await self.app(scope, receive, noted)
            else:
                error = TooMany("请求太频繁,请按 Retry-After 稍后再试。", retry_after=told.reset)
                await faults.answer(respond, Request(scope), error)(scope, receive, noted)
        finally:
            took = perf_counter() - began
            # The route's pattern, never the address: addresses hold numbers that say who somebody is.
            route = getattr(scope.get("route"), "path", "-")
            principal = state.get("principal")
            REQUESTS.labels(scope["method"] if scope["method"] in _METHODS else "other", route, str(status)).inc()
            SECONDS.labels(route).observe(took)
            _LOG.info("request", id=id, method=scope["method"], route=route, status=status,
                      ms=round(took * 1000, 1), actor=principal.actor if principal else None)  # fmt: skip

    def _caller(self, scope: Scope, headers: Headers) -> str:
        """Who is counted: a key, a session, else an address. Only a digest of what identifies them is remembered."""
        named = headers.get("authorization") or Request(scope).cookies.get(self.session)
        if named:
            return hashlib.sha256(named.encode()).hexdigest()[:24]
        client = scope.get("client")
        return f"address {client[0] if client else '-'}"
