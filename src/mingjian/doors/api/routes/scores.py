"""Scores with their explanation and history, and what outside sources report of actors."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.doors import scores as shown
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps
from mingjian.doors.api.asking import Caller, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.signin import api_principal
from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.observing import may_observe
from mingjian.records.errors import Invalid
from mingjian.records.scores.model import number_of
from mingjian.records.storage import scores
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer

router = APIRouter(tags=["scores"])
Actor = Annotated[
    str, Query(min_length=1, max_length=200, description="发布者或登记对象的编号。 A publisher's id or key.")
]
UNDETERMINED = "undetermined"


@router.get("/scores", responses=gives({200: "Scores"}))
def of_actor(request: Request, principal: Caller, actor: Actor) -> Response:
    """An actor's scores on every card (``score.read``)."""
    demand(principal, "score.read")
    with desk_of(request).database.read() as tx:
        found = service.scores_for(tx, principal, _line(actor))
    return answer({"actor": actor, "scores": [shown.kept_dict(one) for one in found]})


@router.get("/scores/cards", responses=gives({200: "Scorecards"}))
def cards(request: Request, principal: Caller) -> Response:
    """The cards in force with how many stand in each band (``score.read``)."""
    demand(principal, "score.read")
    with desk_of(request).database.read() as tx:
        found = service.overview(tx, principal)
    return answer({"cards": [shown.card_dict(one) for one in found]})


@router.post("/scores/observations", openapi_extra=takes("Observation", "Observations"),
             responses=gives({200: "Observed"}))  # fmt: skip
async def observe(request: Request) -> Response:
    """Report numbers of actors, one or up to 1,000 (``registry.import``): complaints, engagement, rings, reviews … The
    good ones are kept, the others told with index and field. The same source, actor and day again takes the place of
    the measures it names."""
    body = await request.body()
    return await run_in_threadpool(_observe, request, body)


def _observe(request: Request, body: bytes) -> Response:
    principal = api_principal(request)
    may_observe(principal)
    demand_json(request.headers.get("content-type"))
    data = loads(body)
    if not isinstance(data, dict) or not data:
        raise Invalid('应为一条观测,或 {"observations": [ … ]}。')
    rows = [data]
    if "observations" in data:
        rows = data["observations"]
        if not isinstance(rows, list) or not rows or len(data) > 1:
            raise Invalid("observations 应为至少一条观测的数组,旁边没有别的字段。", field="observations")

    def effect(tx: Tx) -> Answer:
        found = service.observe(tx, principal, rows)
        if not found.kept:
            first = found.wrong[0]
            raise Invalid(f"没有一条可用。第 {first.row + 1} 条 {first.field}:{first.message}", field=first.field)
        return Answer(200, dumps(shown.told_dict(found)))

    return once(request, principal, body, effect)


@router.get("/scores/{card}", responses=gives({200: "ScoreExplained"}))
def explained(
    request: Request, principal: Caller, card: str, actor: Actor,
    as_of: Annotated[str | None, Query(max_length=10, description="日期。 A day; else that of the score.")] = None,
) -> Response:  # fmt: skip
    """An actor's score on a card with every contribution and what would change it (``score.read``)."""
    demand(principal, "score.read")
    with desk_of(request).database.read() as tx:
        found = service.explain(tx, principal, _line(card), _line(actor), _day(as_of))
    return answer(shown.explained_dict(found))


@router.get("/scores/{card}/history", responses=gives({200: "ScoreHistory"}))
def history(request: Request, principal: Caller, card: str, actor: Actor) -> Response:
    """An actor's scores as they were, oldest first (``score.read``)."""
    demand(principal, "score.read")
    with desk_of(request).database.read() as tx:
        found = scores.history(tx, _line(card), _line(actor))
    return answer({"card": card, "actor": actor, "history": [shown.past_dict(one) for one in found]})


@router.get("/scores/{card}/bands/{band}", responses=gives({200: "ScorePage"}))
def in_band(
    request: Request, principal: Caller, card: str, band: str, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """Who stands in a band, the highest score first; the band ``undetermined``: too much is missing
    (``score.read``)."""
    demand(principal, "score.read")
    desk = desk_of(request)
    listing = ("scores", card, band)
    place: Any = paging.read(desk.secret, listing, cursor)
    before = (int(place[0]), str(place[1])) if place is not None else None
    with desk.database.read() as tx:
        wanted = None if band == UNDETERMINED else _line(band)
        page, after = service.band_page(tx, principal, _line(card), wanted, before, min(limit, 199))
    next = None if after is None else paging.made(desk.secret, listing, list(after))
    return answer({"items": [shown.kept_dict(one) for one in page], "next": next})


def _line(value: str) -> str:
    if not value.isprintable():
        raise Invalid("编号里不能有控制字符。")
    return value


def _day(written: str | None) -> int | None:
    if not written:
        return None
    try:
        return number_of(date.fromisoformat(written))
    except ValueError:
        raise Invalid(f"不是日期:{written[:40]}。请写作 2026-03-02。", field="as_of") from None
