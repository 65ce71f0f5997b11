"""Live rooms: opened and fed by the platform's programs, which are told what to do and say that it is done; what was
found, for those who look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.core.model import SEVERITIES
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.live_answers import act_dict, card_dict, gap_dict, incident_dict, pulse_dict, room_dict
from mingjian.doors.api.live_bodies import about_of, moments_of, new_cards_of, product_of, time_at, title_of, wish
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.live import acting, evidence, incidents, rooms
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.live.model import ACT_STATES, INCIDENT_STATES, ROOM_STATES
from mingjian.records.storage import live_inbox, live_incidents, live_pulses, live_rooms
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer
from mingjian.records.storage.live_incidents import IncidentFilter
from mingjian.records.storage.live_rooms import RoomFilter

router = APIRouter(prefix="/live", tags=["live"])
Word = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
Change = Callable[[Tx, Mapping[str, Any]], Mapping[str, Any]]


@router.post("/rooms", responses=gives({200: "LiveRoom"}), openapi_extra=takes("LiveAbout"))
async def open_room(request: Request, principal: Caller, idempotency_key: Repeat = None) -> Response:
    """A room is running: opened, or, if it is open already, changed. Without an id it gets one."""

    def opened(tx: Tx, wish: Mapping[str, Any]) -> Mapping[str, Any]:
        return room_dict(rooms.open_room(tx, principal, about_of(wish, str(wish.get("id") or ""))))

    return await _feed(request, principal, opened)


@router.get("/rooms", responses=gives({200: "LiveRoomPage"}))
def list_rooms(
    request: Request, principal: Caller, state: Word = "open", platform: Word = None, publisher: Word = None,
    cursor: paging.Cursor = None, limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Rooms, the last opened first. ``state``: open, closed or all."""
    _may_look(principal)
    _among(state, (*ROOM_STATES, "all"), "state")
    wanted = RoomFilter(None if state == "all" else state, platform, publisher)
    desk = desk_of(request)
    before = paging.read(desk.secret, ("live-rooms", wanted), cursor)
    with desk.database.read() as tx:
        found, last = rooms.list_rooms(tx, principal, wanted, before, limit)
    next = None if last is None else paging.made(desk.secret, ("live-rooms", wanted), last)
    return answer({"items": [room_dict(one) for one in found], "next": next})


@router.get("/rooms/{id}", responses=gives({200: "LiveRoomFull"}))
def one_room(request: Request, principal: Caller, id: str) -> Response:
    """One room: how it is just now, its gaps, its cards, and how much of what was pushed waits."""
    _may_look(principal)
    with desk_of(request).database.read() as tx:
        room = rooms.get_room(tx, principal, id)
        gaps = live_rooms.gaps_of(tx, id, room.session, limit=100)
        cards = live_rooms.cards_of(tx, id, room.session, limit=200)
        pulse = live_pulses.pulses(tx, [id]).get(id)
        waiting = live_inbox.backlog(tx, id)
    return answer({"room": room_dict(room), "gaps": [gap_dict(one) for one in gaps], "waiting": waiting,
                   "cards": [card_dict(one) for one in cards], "pulse": pulse_dict(pulse)})  # fmt: skip


@router.put("/rooms/{id}", responses=gives({200: "LiveRoom"}), openapi_extra=takes("LiveChange"))
async def change_room(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """What is known of a room is another now; a new title is judged as a moment."""

    def changed(tx: Tx, wish: Mapping[str, Any]) -> Mapping[str, Any]:
        before = rooms.get_room(tx, principal, id)
        after = rooms.change_room(tx, principal, id, about_of(wish, id))
        if after.title and after.title != before.title and after.state == "open":
            live_inbox.push(tx, id, "api:rooms", [title_of(after)])
        return room_dict(after)

    return await _feed(request, principal, changed)


@router.post("/rooms/{id}/close", responses=gives({200: "LiveRoom"}), openapi_extra=takes("LiveClosing"))
async def close_room(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """The stream is over; opening the room again is the reverse."""

    def closed(tx: Tx, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return room_dict(rooms.close_room(tx, principal, id, wish(given, {"reason": str}).get("reason") or ""))

    return await _feed(request, principal, closed)


@router.post(
    "/rooms/{id}/moments", status_code=202, responses=gives({202: "LivePushed"}), openapi_extra=takes("LiveMoments")
)
async def push_moments(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """Up to 1000 at a time: what the host says, comments, pinned ones, titles, product words. One with an id that
    its source pushed before is not taken again; what is wrong with one is told by its index and field, the others
    are taken."""

    def pushed(tx: Tx, given: Mapping[str, Any]) -> Mapping[str, Any]:
        room = rooms.get_room(tx, principal, id)
        if room.state != "open":
            raise Conflict("直播已结束,不再收内容。")
        source, good, bad = moments_of(given, tx)
        fresh = live_inbox.push(tx, id, source, good)
        return {"accepted": len(good), "fresh": fresh, "rejected": bad}

    return await _feed(request, principal, pushed, 202)


@router.post("/rooms/{id}/cards", responses=gives({200: "LiveCards"}), openapi_extra=takes("LiveNewCards"))
async def add_cards(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """Product cards are up; their words are judged too."""

    def added(tx: Tx, given: Mapping[str, Any]) -> Mapping[str, Any]:
        wanted = new_cards_of(given)
        made = rooms.add_cards(tx, principal, id, wanted)
        live_inbox.push(tx, id, "api:cards", [product_of(one, card) for one, card in zip(made, wanted, strict=True)])
        return {"cards": [card_dict(one) for one in made]}

    return await _feed(request, principal, added)


@router.post("/rooms/{id}/cards/down", responses=gives({200: "LiveRoom"}), openapi_extra=takes("LiveCardsDown"))
async def drop_cards(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """Product cards were taken down."""

    def dropped(tx: Tx, given: Mapping[str, Any]) -> Mapping[str, Any]:
        cards = wish(given, {"cards": list}).get("cards") or []
        if not cards or len(cards) > 200 or not all(isinstance(one, str) for one in cards):
            raise Invalid("应为 1 至 200 个商品卡编号。", field="cards")
        rooms.drop_cards(tx, principal, id, cards)
        return room_dict(rooms.the(tx, id))

    return await _feed(request, principal, dropped)


@router.get("/incidents", responses=gives({200: "LiveIncidentPage"}))
def list_incidents(
    request: Request, principal: Caller, room: Word = None, state: Word = None, publisher: Word = None,
    merchant: Word = None, severity: Word = None, cursor: paging.Cursor = None, limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """What was found in rooms, the newest first."""
    demand(principal, rooms.READS)
    _among(state, INCIDENT_STATES, "state")
    _among(severity, tuple(SEVERITIES), "severity")
    wanted = IncidentFilter(room, None, state, publisher, merchant, severity)
    desk = desk_of(request)
    before = paging.read(desk.secret, ("live-incidents", wanted), cursor)
    with desk.database.read() as tx:
        found, last = incidents.list_incidents(tx, principal, wanted, before, limit)
    next = None if last is None else paging.made(desk.secret, ("live-incidents", wanted), last)
    return answer({"items": [incident_dict(one) for one in found], "next": next})


@router.get("/incidents/{id}", responses=gives({200: "LiveIncidentFull"}))
def one_incident(request: Request, principal: Caller, id: str) -> Response:
    """One incident with its evidence, what was done about it, and the seal on clip, frames, transcript and comments."""
    with desk_of(request).database.read() as tx:
        found = incidents.get_incident(tx, principal, id)
        rests = evidence.told(tx, found)
        sealed = evidence.sealed(tx, found)
        acts = live_incidents.acts_of_incident(tx, id)
    words: dict[str, Any] | None = None
    if rests is not None:
        words = {"moments": [{"number": one.number, "channel": one.channel, "speaker": one.speaker, "start": one.start,
                              "end": one.end, "text": one.text} for one in rests.moments],
                 "signals": [{"moment": one.moment, "kind": one.kind, "quote": one.quote, "what": one.what}
                             for one in rests.signals]}  # fmt: skip
    told = None if sealed is None else dict(sealed)
    return answer({"incident": incident_dict(found), "acts": [act_dict(one) for one in acts], "evidence": words,
                   "sealed": told})  # fmt: skip


@router.get("/acts", responses=gives({200: "LiveActPage"}))
def list_acts(
    request: Request, principal: Caller, room: Word = None, state: Word = None, cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """What was done, or waits for an operator (``state=proposed``), the newest first."""
    _may_look(principal)
    _among(state, ACT_STATES, "state")
    desk = desk_of(request)
    before = paging.read(desk.secret, ("live-acts", room, state), cursor)
    with desk.database.read() as tx:
        found, last = acting.list_acts(tx, principal, room=room, state=state, before=before, limit=limit)
    next = None if last is None else paging.made(desk.secret, ("live-acts", room, state), last)
    return answer({"items": [act_dict(one) for one in found], "next": next})


@router.get("/acts/{id}", responses=gives({200: "LiveActFull"}))
def one_act(request: Request, principal: Caller, id: str) -> Response:
    """One act, and what the host is told."""
    with desk_of(request).database.read() as tx:
        found, text = acting.get_act(tx, principal, id)
    return answer({"act": act_dict(found), "text": text})


@router.post(
    "/acts/{id}/acknowledgement", responses=gives({200: "LiveAct"}), openapi_extra=takes("LiveAcknowledgement")
)
async def acknowledge(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """The platform has done it (``done``), or will not (``done`` false: operators are told). Said again it changes
    nothing."""

    def acknowledged(tx: Tx, given: Mapping[str, Any]) -> Mapping[str, Any]:
        demand(principal, rooms.FEEDS)
        said = wish(given, {"done": bool, "detail": str, "time": (str, int)})
        at = time_at(said.get("time"))
        done = said.get("done", True)
        return act_dict(acting.acknowledge(tx, principal, id, at, done=done, detail=said.get("detail") or ""))

    return await _feed(request, principal, acknowledged)


def _may_look(principal: Principal) -> None:
    if not allowed(principal, rooms.FEEDS):
        demand(principal, rooms.READS)


async def _feed(request: Request, principal: Principal, change: Change, status: int = 200) -> Response:
    if not allowed(principal, rooms.FEEDS):
        demand(principal, rooms.MANAGES)
    return await _change(request, principal, change, status)


async def _change(request: Request, principal: Principal, change: Change, status: int = 200) -> Response:
    demand_json(request.headers.get("content-type"))
    body = await request.body()
    given = loads(body)
    if not isinstance(given, dict):
        raise Invalid("请求体应为 JSON 对象。")
    made = await run_in_threadpool(
        once, request, principal, body, lambda tx: Answer(status, dumps(dict(change(tx, given))))
    )
    WORK.ring()
    return made


def _among(value: str | None, known: tuple[str, ...], field: str) -> None:
    if value is not None and value not in known:
        raise Invalid(f"应为 {'、'.join(known)} 之一。", field=field)
