"""The API described: version, typed bodies and answers, errors, who may ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from mingjian.doors.api.schemas import ref, schemas

VERSION = "1.0.0"
_JSON = "application/json"
_ABOUT = """判定、提交、查询医疗与医美内容,查处置决定,提出申诉,登记回调。

Judge, submit and look up medical and medical-aesthetic content; read decisions, lodge appeals, register webhooks.
Within version 1 fields and addresses are added and none is taken away. Errors: `{"error": {word, message, field}}` in
Chinese or English by `Accept-Language`; `word` is for programs. Numbers of one caller's requests are limited
(`X-RateLimit-*`; 429 with `Retry-After`). Lists go page by page: give `next` back as `cursor`.
"""
_ERRORS = {
    "401": "不知道是谁。 Unknown caller.",
    "403": "没有权限。 Not allowed.",
    "404": "没有。 Not found.",
    "409": "已有变化或冲突。 Changed or held.",
    "413": "太大。 Too large.",
    "415": "内容类型不对。 Wrong content type.",
    "422": "内容不合要求。 Wrong content.",
    "429": "太频繁。 Too many requests.",
    "503": "暂时不能用。 Not available now.",
}
_OPEN = ("/health", "/ready", "/standards/{name}", "/certificates", "/certificates/{code}")


def takes(*names: str) -> dict[str, Any]:
    """A required JSON body that is one of these nouns."""
    schema = ref(names[0]) if len(names) == 1 else {"anyOf": [ref(name) for name in names]}
    return {"requestBody": {"required": True, "content": {_JSON: {"schema": schema}}}}


def gives(answers: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """Which noun is answered with which status."""
    told = {200: "答复。 The answer.", 201: "已建立。 Made.", 202: "已收下。 Taken."}
    return {
        status: {"description": told[status], "content": {_JSON: {"schema": ref(name)}}}
        for status, name in answers.items()
    }


ITEM_BODY = takes("Item")
BATCH_BODY = takes("Items")
CHECK_BODY = takes("Item", "Items")


def describe(app: FastAPI) -> None:
    """Let ``app`` describe itself so."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _made(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def _made(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(title="明鉴 Mingjian", version=VERSION, description=_ABOUT, routes=app.routes,
                       servers=[{"url": "/api/v1"}])  # fmt: skip
    parts = made.setdefault("components", {})
    parts["schemas"] = schemas()
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "接口密钥。 An API key."}}
    error = {_JSON: {"schema": ref("Error")}}
    for path, operations in made["paths"].items():
        for operation in operations.values():
            operation["security"] = [] if path in _OPEN else [{"key": []}]
            responses = operation["responses"]
            known = next((status for status in responses if status not in ("200", "422")), None)
            if known is not None and not responses.get("200", {}).get("content", {}).get(_JSON, {}).get("schema"):
                responses.pop("200", None)  # the framework's own guess
            for status, what in _ERRORS.items():
                responses[status] = {"description": what, "content": error}
            asked = {parameter["name"].lower() for parameter in operation.get("parameters", ())}
            if "if-match" in asked:
                responses["412"] = {"description": "看过之后变了。 Changed since it was seen.", "content": error}
            if "if-none-match" in asked:
                responses["304"] = {"description": "没变。 Unchanged."}
            responses["400"] = {"description": "读不出来。 Unreadable.", "content": error}
            for entry in responses.values():
                entry.setdefault("headers", {})["X-Request-ID"] = {"schema": {"type": "string"}}
    return made
