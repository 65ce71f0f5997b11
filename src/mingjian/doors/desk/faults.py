"""Errors as answers: one shape for programs, a hook for pages."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from mingjian.records.errors import DeskError, TooMany, Unauthenticated

Respond = Callable[[Request, DeskError], Response]
"""Shows an error; the status is ``error.status``."""
_WORDS = {400: "invalid", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "unsupported_type"}
_MESSAGES = {
    400: "请求读不出来,请检查格式。",
    404: "没有这个地址。",
    405: "这个地址不支持这种操作。",
    413: "请求超出大小限制。",
    415: "不支持这种内容类型。",
}


class TooLarge(DeskError):
    """The body is longer than it may be."""

    word, status = "too_large", 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"请求太大,最多 {limit} 字节。")


class Framework(DeskError):
    """What the framework found wrong: no such address, no such method, a body that is none."""

    def __init__(self, status: int) -> None:
        super().__init__(_MESSAGES.get(status, "请求无法处理。"))
        self.status = status
        self.word = _WORDS.get(status, HTTPStatus(status).name.lower())


class Malformed(DeskError):
    """Values of the request are not what the address takes; the message names each."""

    word, status = "invalid", 422


class Broken(DeskError):
    """A mistake of ours. What it was is in the log and not in the answer."""

    word, status = "internal", 500


def as_json(_request: Request, error: DeskError) -> Response:
    """``{"error": {"word", "message", "field"}}``."""
    body = {"error": {"word": error.word, "message": error.message, "field": error.field}}
    return JSONResponse(body, error.status)


def answer(respond: Respond, request: Request, error: DeskError) -> Response:
    """The shown error with the headers that belong to it."""
    response = respond(request, error)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    if isinstance(error, Unauthenticated) and response.status_code == Unauthenticated.status:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def handle(app: FastAPI, respond: Respond, headers: Mapping[str, str]) -> None:
    """Show every error of an app through ``respond``. ``headers`` go with the answer to a mistake of ours, which is
    made outside of all middleware."""

    def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, DeskError)
        return answer(respond, request, error)

    def framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = answer(respond, request, Framework(error.status_code))
        response.headers.update(error.headers or {})
        return response

    def malformed(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(respond, request, _malformed(error))

    def broken(request: Request, _error: Exception) -> Response:
        response = answer(respond, request, Broken("出错了,已记入日志。请稍后再试,或把时间告诉管理员。"))
        response.headers.update(headers)
        return response

    app.add_exception_handler(DeskError, ours)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(RequestValidationError, malformed)
    app.add_exception_handler(Exception, broken)


def _malformed(error: RequestValidationError) -> Malformed:
    found = [(".".join(str(step) for step in one["loc"] if step != "body"), one["msg"]) for one in error.errors()]
    told = ";".join(f"{where}:{what}" if where else what for where, what in found)
    return Malformed(f"请求不合要求:{told}", field=found[0][0] or None if found else None)
