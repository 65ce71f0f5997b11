"""Rings: read them, and what people do with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps, time_of
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.rings import acting, service
from mingjian.governance.rings.stories import story_of
from mingjian.records.errors import Invalid
from mingjian.records.rings.model import STATES, Kept, Work
from mingjian.records.storage import rings
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer
from mingjian.records.storage.rings import RingFilter

router = APIRouter(tags=["rings"])
READS, MANAGES = "ring.read", "ring.manage"
Word = Annotated[str | None, Query(max_length=200, pattern=r"^[^\x00]*$")]
_MOST_NAMES = 5000


@router.get("/rings", responses=gives({200: "RingPage"}))
def listed(
    request: Request, principal: Caller, state: Word = None, account: Word = None, item: Word = None,
    institution: Word = None, cursor: paging.Cursor = None, limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Rings, the surest first. ``state``: live (open and acted), open, acted, dismissed, merged."""
    demand(principal, READS)
    if (state or "live") not in ("live", *STATES):
        raise Invalid(f"状态应为 {'、'.join(('live', *STATES))}。", field="state")
    desk = desk_of(request)
    wanted = RingFilter(state or "live", account, item, institution)
    place = paging.read(desk.secret, ("rings", wanted), cursor)
    with desk.database.read() as tx:
        found, last = rings.list_rings(tx, wanted, tuple(place) if place else None, limit)
    next = None if last is None else paging.made(desk.secret, ("rings", wanted), list(last))
    return answer({"items": [ring_dict(one) for one in found], "next": next})


@router.get("/rings/{id}", responses=gives({200: "RingStory"}))
def one(request: Request, principal: Caller, id: str) -> Response:
    """One ring with its whole story: accounts, materials with originals and spread, ties, reasons. ``story`` is null
    once it was deleted."""
    with desk_of(request).database.read() as tx:
        kept, ring = service.get_ring(tx, principal, id)
        works = rings.works_of(tx, id)
    story = None if ring is None else story_of(ring)
    return answer({"ring": ring_dict(kept), "works": [work_dict(work) for work in works], "story": story})


@router.get("/rings/{id}/items", responses=gives({200: "RingItems"}))
def items(
    request: Request, principal: Caller, id: str, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """The items that show a ring's material, in the order of their ids."""
    demand(principal, READS)
    desk = desk_of(request)
    place = paging.read(desk.secret, ("ring-items", id), cursor)
    with desk.database.read() as tx:
        service.the(tx, id)
        found, last = rings.page_of_members(tx, id, "item", place or "", limit)
    next = None if last is None else paging.made(desk.secret, ("ring-items", id), last)
    return answer({"items": found, "next": next})


@router.post("/rings/{id}/dismiss", responses=gives({200: "Ring"}), openapi_extra=takes("RingReason"))
async def dismiss(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """It is none; not raised again until reopened."""
    return await _change(request, principal, (), lambda tx, wish: ring_dict(
        service.dismiss(tx, principal, id, wish["reason"])))  # fmt: skip


@router.post("/rings/{id}/reopen", responses=gives({200: "Ring"}), openapi_extra=takes("RingReason"))
async def reopen(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """The reverse of dismissing and of merging."""
    return await _change(request, principal, (), lambda tx, wish: ring_dict(
        service.reopen(tx, principal, id, wish["reason"])))  # fmt: skip


@router.post("/rings/{id}/merge", responses=gives({200: "Ring"}), openapi_extra=takes("RingMerge"))
async def merge(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """Others become part of this one."""
    return await _change(request, principal, ("others",), lambda tx, wish: ring_dict(
        service.merge(tx, principal, id, wish["others"], wish["reason"])))  # fmt: skip


@router.post("/rings/{id}/split", responses=gives({200: "RingParts"}), openapi_extra=takes("RingSplit"))
async def split(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """Some accounts become a ring of their own; merging it back is the reverse."""

    def parted(tx: Tx, wish: dict[str, Any]) -> dict[str, Any]:
        kept, new = service.split(tx, principal, id, wish["accounts"], wish["reason"])
        return {"ring": ring_dict(kept), "new": ring_dict(new)}

    return await _change(request, principal, ("accounts",), parted)


@router.post("/rings/{id}/act", responses=gives({200: "RingWork"}), openapi_extra=takes("RingAct"))
async def act(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """One measure on all of it for one reason; takes decision.serious too."""
    more = ("measure", "cites", "codes", "right", "days")
    return await _change(request, principal, more, lambda tx, wish: work_dict(acting.act(
        tx, principal, id, wish.get("measure") or "", wish["reason"], cites=wish.get("cites") or (),
        codes=wish.get("codes") or (), right=wish.get("right"), days=wish.get("days"))))  # fmt: skip


@router.post("/rings/works/{id}/undo", responses=gives({200: "RingWork"}), openapi_extra=takes("RingReason"))
async def undo(request: Request, principal: Caller, id: str, idempotency_key: Repeat = None) -> Response:
    """Everything one acting did, taken back; takes decision.reverse too."""
    return await _change(request, principal, (), lambda tx, wish: work_dict(
        acting.undo(tx, principal, id, wish["reason"])))  # fmt: skip


Change = Callable[[Tx, dict[str, Any]], dict[str, Any]]


async def _change(request: Request, principal: Principal, more: tuple[str, ...], change: Change) -> Response:
    demand(principal, MANAGES)
    demand_json(request.headers.get("content-type"))
    body = await request.body()
    wish = _wish(loads(body), more)
    return await run_in_threadpool(once, request, principal, body, lambda tx: Answer(200, dumps(change(tx, wish))))


def _wish(given: Any, more: tuple[str, ...]) -> dict[str, Any]:
    """The body as an object with a reason and only what is asked for; Invalid."""
    if not isinstance(given, dict):
        raise Invalid("请求体应为 JSON 对象。")
    others = sorted(set(given) - {"reason", *more})
    if others:
        raise Invalid(f"没有这个字段:{others[0]}", field=others[0])
    if not isinstance(given.get("reason"), str):
        raise Invalid("请写明理由。", field="reason")
    for name in ("others", "accounts", "cites", "codes"):
        value = given.get(name)
        needed = name in more and name in ("others", "accounts")
        if value is None and not needed:
            continue
        sound = isinstance(value, list) and len(value) <= _MOST_NAMES
        if not sound or not all(isinstance(one, str) and 0 < len(one) <= 200 for one in value or ()):
            raise Invalid(f"{name} 应为字符串的数组。", field=name)
    for name in ("measure", "right"):
        if given.get(name) is not None and not isinstance(given[name], str):
            raise Invalid(f"{name} 应为字符串。", field=name)
    days = given.get("days")
    if days is not None and (isinstance(days, bool) or not isinstance(days, int)):
        raise Invalid("days 应为整数。", field="days")
    return given


def ring_dict(kept: Kept) -> dict[str, Any]:
    """A ring for programs."""
    names = ("id", "state", "accounts", "items", "materials", "institution", "pinned", "into", "origin", "reason")
    times = {name: time_of(getattr(kept, name)) for name in ("found_at", "changed_at")}
    spans = {name: time_of(getattr(kept, name) or None) for name in ("since", "until")}
    return {**{name: getattr(kept, name) for name in names}, "confidence": kept.confidence / 1000, **times, **spans}


def work_dict(work: Work) -> dict[str, Any]:
    """One acting for programs."""
    names = ("id", "ring", "measure", "on", "reason", "by", "count", "undone_why")
    return {**{name: getattr(work, name) for name in names}, "at": time_of(work.at),
            "undone_at": time_of(work.undone_at)}  # fmt: skip
