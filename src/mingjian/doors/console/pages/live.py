"""The wall of live rooms, and what tells open pages that something changed."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from mingjian.doors.console.context import Flash, desk, fragment, page, permitted, redirect, spoken
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.live_feed import feed
from mingjian.doors.console.live_pulse import LASTS
from mingjian.doors.console.live_views import tiles_of, worst_first
from mingjian.doors.console.nav import Nav
from mingjian.governance.live.wall import RoomRow, WallFilter, wall
from mingjian.records.errors import Invalid, Unavailable
from mingjian.records.live.model import ROOM_STATES
from mingjian.records.people.model import Principal
from mingjian.records.storage import live_incidents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.live_incidents import IncidentFilter

router = APIRouter()
READS = "live.read"
NAV = (Nav("治理", "直播", "/live", (READS,), icon="eye", order=5, keys="g g"),)
STATES = (*ROOM_STATES, "all")
ONLY = ("incident", "waiting", "gap")
_SIFTED = ("incident", "gap")
_FILTERS = ("state", "platform", "publisher", "only", "page")
_PAGE, _LOOKED = 24, 200


@router.get("/live")
def listed(request: Request) -> Response:
    """Rooms by risk; the filters are in the address."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, _FILTERS)
    return page(request, "live/wall.html", title="直播", states=STATES, part=address("/live/wall", values),
                **_wall(request, asks, values))  # fmt: skip


@router.get("/live/wall")
def tiles(request: Request) -> Response:
    """The wall alone, drawn again when something changed."""
    asks = permitted(request, READS)
    return fragment(request, "live/_wall.html", **_wall(request, asks, chosen(request.query_params, _FILTERS)))


def _wall(request: Request, asks: Principal, values: dict[str, str]) -> dict[str, Any]:
    state, only, number = values.get("state", "open"), values.get("only"), values.get("page", "1")
    if state not in STATES:
        raise Invalid("没有这种状态。", field="state")
    if only and only not in ONLY:
        raise Invalid("没有这种筛选。", field="only")
    if not (number.isascii() and number.isdigit() and 0 < int(number) < 10_000):
        raise Invalid("翻页地址不对,请从头再看。", field="page")
    wanted = WallFilter(None if state == "all" else state, values.get("platform"), values.get("publisher"),
                        waiting=only == "waiting")  # fmt: skip
    first = (int(number) - 1) * _PAGE
    with desk(request).database.read() as tx:
        if only in _SIFTED:
            found = [row for row in wall(tx, asks, wanted, limit=_LOOKED)[0] if _fits(row, only)]
            rows, total = found[first : first + _PAGE], len(found)
        else:
            rows, total = wall(tx, asks, wanted, offset=first, limit=_PAGE)
        shown = tiles_of(tx, rows, asks.actor)
        now = tx.now
    onward = address("/live", values, page=int(number) + 1) if first + len(rows) < total else None
    return {"tiles": shown, "values": values, "next": onward, "at": now}


def _fits(row: RoomRow, only: str) -> bool:
    return bool(row.incidents if only == "incident" else row.gaps)


@router.get("/live/next")
def onward(request: Request, room: str = "", incident: str = "") -> Response:
    """The next incident that waits for somebody: of this room first, then of the riskiest one."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = _next(tx, asks, room, incident)
    if found is None:
        return redirect(request, "/live", Flash(spoken(request, "没有等人处理的线索。")))
    return redirect(request, address(f"/live/rooms/{found[0]}", {}, incident=found[1]))


def _next(tx: Tx, asks: Principal, room: str, incident: str) -> tuple[str, str] | None:
    """Room and incident. One waits when nothing was done about it, or something is to be confirmed."""
    rows, _ = wall(tx, asks, WallFilter(), limit=_LOOKED)
    order = [row.room for row in rows if row.incidents]
    order.sort(key=lambda one: one.id != room)  # this room first, the others by risk
    again = None
    for one in order:
        found, _ = live_incidents.list_incidents(tx, IncidentFilter(one.id, one.session, "open"), None, _LOOKED)
        acts = live_incidents.acts_of_session(tx, one.id, one.session)
        answered = {act.incident for act in acts} - {
            act.incident for act in acts if act.state in ("proposed", "failed")
        }
        waiting = [each.id for each in worst_first(found) if each.id not in answered]
        if one.id == room and incident in waiting:
            waiting, again = waiting[waiting.index(incident) + 1 :], (room, incident)
        if waiting:
            return one.id, waiting[0]
    return again


@router.get("/live/changes")
def changes(request: Request, room: str = "", lasts: Annotated[float, Query(ge=0, le=LASTS)] = LASTS) -> Response:
    """Events (SSE): that something changed in a room, or in any, for ``lasts`` seconds; whoever listens comes again
    then. Unavailable when too many listen; a page then asks every few seconds."""
    asks = permitted(request, READS)
    told = feed(request)
    if told.streams.full(asks.actor):
        raise Unavailable("同时打开的实时连接太多,页面改为定时刷新。")
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    events = told.events(room[:64], asks.actor, lasts=lasts)
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


@router.get("/live/mark")
def mark(request: Request, room: str = "") -> Response:
    """The same by asking."""
    asks = permitted(request, READS)
    told = feed(request)
    told.looks(room[:64], asks.actor)
    return JSONResponse({"mark": told.marks.of(room[:64])})
