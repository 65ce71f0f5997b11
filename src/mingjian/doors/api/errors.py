"""Errors as the API answers them: one shape, in the language the caller reads."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors import i18n
from mingjian.doors.api.answers import answer
from mingjian.doors.api.bodies import WrongItem
from mingjian.records.errors import DeskError


class Changed(DeskError):
    """``If-Match`` names a state that is past."""

    word, status = "changed", 412


def lang_of(request: Request) -> str:
    """The first language of ``Accept-Language`` that we speak; Chinese when there is none."""
    wanted: list[tuple[float, int, str]] = []
    for place, entry in enumerate(request.headers.get("accept-language", "")[:200].split(",")):
        name, _, weight = entry.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), place, name.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(wanted) if name in i18n.LANGUAGES), i18n.SOURCE)


def respond(request: Request, error: DeskError) -> Response:
    """``{"error": {word, message, field, request_id}}``, for an item also ``problems``."""
    lang = lang_of(request)
    body: dict[str, Any] = {
        "word": error.word,
        "message": i18n.say(error.message, lang),
        "field": error.field,
        "request_id": getattr(request.state, "request_id", None),
    }
    if isinstance(error, WrongItem):
        body["problems"] = problems_of(error, lang)
    return answer({"error": body}, error.status, {"Content-Language": "zh-CN" if lang == "zh" else lang})


def problems_of(error: WrongItem, lang: str) -> list[dict[str, Any]]:
    """Everything that is wrong with an item, in a language."""
    return [
        {
            "field": each.field,
            "message": i18n.say(each.message, lang),
            "hint": None if each.hint is None else i18n.say(each.hint, lang),
        }
        for each in error.problems
    ]
