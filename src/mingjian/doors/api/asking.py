"""Who asks, as the addresses take it, and the answers that are given once however often they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.model import Principal
from mingjian.doors.api.answers import raw
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.signin import api_principal
from mingjian.records.canonical import digest
from mingjian.records.errors import Invalid
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer, claim, keep

_SCHEME = HTTPBearer(
    auto_error=False, scheme_name="key", description="接口密钥:Authorization: Bearer mjk_… An API key."
)
_BEARER = "bearer "
LONGEST_KEY = 200
IDEMPOTENT = "同一键、同一请求体,24 小时内只生效一次并得到同一回答。 Makes the request safe to repeat for 24 hours."


def _known(request: Request, _shown: Annotated[HTTPAuthorizationCredentials | None, Security(_SCHEME)]) -> Principal:
    return api_principal(request)


Caller = Annotated[Principal, Depends(_known)]
"""Whoever asks must be known."""
Repeat = Annotated[str | None, Header(alias="Idempotency-Key", max_length=LONGEST_KEY, description=IDEMPOTENT)]


async def caller_now(request: Request) -> str | Principal:
    """Who asks, for the addresses that look a key up themselves together with their work: the key's secret, or
    somebody with a session."""
    given = request.headers.get("authorization")
    if given is not None and given.lower().startswith(_BEARER):
        return given[len(_BEARER) :].strip()
    return await run_in_threadpool(api_principal, request)


def repeat_key(request: Request) -> str | None:
    """The caller's idempotency key; Invalid when it is none."""
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable() and key.isascii()):
        raise Invalid(f"幂等键应为 1 至 {LONGEST_KEY} 个可见 ASCII 字符。", field="Idempotency-Key")
    return key


def once(request: Request, principal: Principal, body: bytes, effect: Callable[[Tx], Answer]) -> Response:
    """The effect with its answer, in one transaction; the same key and body have it once and get the same answer."""
    key = repeat_key(request)
    with desk_of(request).database.write() as tx:
        before = None
        if key is not None:
            before = claim(tx, principal.actor, key, digest(f"{request.method} {request.url.path}\n".encode() + body))
        given = before or effect(tx)
        if key is not None and before is None:
            keep(tx, principal.actor, key, given)
    return raw(given.body, given.status, {"Idempotent-Replayed": "true"} if before else None)
