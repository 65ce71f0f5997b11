"""Rules and law, as the engine that judges here knows them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from mingjian.doors.api.answers import answer
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.openapi import gives
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.lookup import law_dict, rule_dict
from mingjian.records.clock import day
from mingjian.records.errors import NotFound

router = APIRouter(tags=["rulebook"])
AsOf = Annotated[date | None, Query(description="哪一天的法律,默认今天。 The day whose law is meant.")]


@router.get("/rules/{code}", responses=gives({200: "Rule"}))
def rule(request: Request, _principal: Caller, code: str, as_of: AsOf = None) -> Response:
    """A rule: its law, reason, examples and suggestion."""
    compiled = desk_of(request).engine.compiled
    found = next((rule for rule in compiled.rules if rule.code.casefold() == code.casefold()), None)
    if found is None:
        raise NotFound(f"没有这条规则:{code[:80]}")
    return answer(rule_dict(found, compiled.lawbook, as_of or _today(request)))


@router.get("/law/{slug}", responses=gives({200: "Law"}))
def law(request: Request, _principal: Caller, slug: str) -> Response:
    """An instrument of law with its provisions and the rules that rest on each."""
    compiled = desk_of(request).engine.compiled
    instrument = compiled.lawbook.instruments.get(slug)
    if instrument is None:
        raise NotFound(f"没有收录这部法律文件:{slug[:80]}")
    return answer(law_dict(instrument, instrument.provisions, compiled.rules))


def _today(request: Request) -> date:
    return day(desk_of(request).database.clock.now())
