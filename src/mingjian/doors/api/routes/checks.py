"""Verdicts without keeping anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.core.engine.options import Options
from mingjian.core.model import Item
from mingjian.core.report.json_ import verdict_dict
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.doors.api.answers import answer
from mingjian.doors.api.bodies import MOST_ITEMS, WrongItem, demand_json, loads, submission
from mingjian.doors.api.errors import lang_of, problems_of
from mingjian.doors.api.openapi import CHECK_BODY, ITEM_BODY, gives
from mingjian.doors.desk.metrics import CHECKED
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.signin import api_principal
from mingjian.doors.mending import mend
from mingjian.governance.reuse.lists import shown_to
from mingjian.governance.reuse.model import Asked
from mingjian.governance.reuse.service import Reuse
from mingjian.governance.screening.service import item_of
from mingjian.intake.item_schema import item_to_dict
from mingjian.records.clock import day
from mingjian.records.errors import Invalid

router = APIRouter(tags=["checks"])
AsOf = Annotated[date | None, Query(description="按哪一天的法律;默认按发布日,没有则今天。 The day whose law binds.")]

Compare = Annotated[bool, Query(description="与已知内容比对;false 则不比,更快。 Compare with what is known.")]


@router.post("/checks", openapi_extra=CHECK_BODY, responses=gives({200: "Checked"}))
async def check(request: Request, as_of: AsOf = None, reuse: Compare = True) -> Response:
    """Judge one item (answered with its verdict) or ``{"items": […]}`` (answered with one result each, good or bad).
    Nothing is kept. Who may see the registry is answered with what it knows of the publisher."""
    body = await request.body()
    return await run_in_threadpool(_check, request, body, as_of, reuse)


def _check(request: Request, body: bytes, as_of: date | None, compare: bool) -> Response:
    principal, data = _allowed(request, body)
    many = isinstance(data, dict) and isinstance(data.get("items"), list)
    listed: list[Any] = data["items"] if many else [data]
    if many and (len(data) != 1 or not 1 <= len(listed) <= MOST_ITEMS):
        raise Invalid(f"items 应有 1 至 {MOST_ITEMS} 项,旁边没有其他字段。", field="items")
    results: list[dict[str, Any]] = []
    good = []
    for index, entry in enumerate(listed):
        results.append({"index": index})
        try:
            given = submission(entry)
            if given.media:
                raise Invalid("即时检测不读图片和音视频,请用 POST /items?wait=true。", field="media")
            good.append((index, item_of(given.item), given.source))
        except WrongItem as error:
            if not many:
                raise
            results[index]["problems"] = problems_of(error, lang_of(request))
    desk = desk_of(request)
    known = _known(desk.screening.reuse if compare else None, principal, [(item, source) for _, item, source in good])
    if allowed(principal, "registry.read"):  # facts show in what the verdict asks for and what it does not
        told = desk.screening.facts([item for _, item, _ in good])
        good = [(index, replace(item, facts={**item.facts, **facts}), source)
                for (index, item, source), facts in zip(good, told, strict=True)]  # fmt: skip
    verdicts = desk.engine.check([item for _, item, _ in good], _options(request, as_of))
    for (index, item, _), verdict, reuse in zip(good, verdicts, known, strict=True):
        results[index]["verdict"] = verdict_dict(verdict, item) | ({"reuse": reuse} if reuse else {})
    CHECKED.inc(len(good))
    return answer({"results": results} if many else results[0]["verdict"])


@router.post("/rewrites", openapi_extra=ITEM_BODY, responses=gives({200: "Rewritten"}))
async def rewrite(request: Request, as_of: AsOf = None) -> Response:
    """Mend an item's words by what the rules prescribe: replaced or deleted, nothing invented. ``left`` is what only
    a person can mend."""
    body = await request.body()
    return await run_in_threadpool(_rewrite, request, body, as_of)


def _rewrite(request: Request, body: bytes, as_of: date | None) -> Response:
    item = item_of(submission(_allowed(request, body)[1]).item)
    done = mend(item, desk_of(request).engine, _options(request, as_of))
    return answer(done.as_dict(item_to_dict(done.after)))


def _known(reuse: Reuse | None, principal: Principal, asked: list[tuple[Item, str]]) -> Sequence[Mapping[str, Any]]:
    """What is known already and like each item; empty where nothing is."""
    if reuse is None:
        return [{} for _ in asked]
    told = reuse.told([Asked(item, source=source) for item, source in asked])
    return [shown_to(principal, one) if one else one for one in told]


def _allowed(request: Request, body: bytes) -> tuple[Principal, Any]:
    principal = api_principal(request)
    demand(principal, "item.check")
    demand_json(request.headers.get("content-type"))
    return principal, loads(body)


def _options(request: Request, as_of: date | None) -> Options:
    today = day(desk_of(request).database.clock.now())
    return Options(as_of=as_of or today, force_as_of=as_of is not None)
