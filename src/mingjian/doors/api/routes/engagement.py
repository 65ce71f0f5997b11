"""Engagement: pushed in bulk, looked through by a duty; alarms listed and shown. Deciding on them is people's work,
in the console."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Request, UploadFile
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, time_of
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.openapi import gives
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.engagement import take_in
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.engagement import service
from mingjian.governance.engagement.loads import PUSHES, the_load
from mingjian.records.engagement.model import ROLES, Kept, Load, Member
from mingjian.records.errors import Invalid
from mingjian.records.scores.model import day_at
from mingjian.records.storage import engagement as store
from mingjian.records.storage import engagement_loads as loads
from mingjian.records.storage.engagement import AlarmFilter

router = APIRouter(prefix="/engagement", tags=["engagement"])
Word = Annotated[str | None, Query(max_length=200)]


@router.post("/loads", status_code=202, responses=gives({202: "EngagementLoad"}))
def push(
    request: Request,
    principal: Caller,
    file: Annotated[UploadFile, File(description="Parquet、JSONL(.gz):actor、item、action、at,text、device、amount")],
) -> Response:
    """Push engagement in bulk (``registry.import``): it is looked through by a duty, together with what was pushed
    before; ask for its state by its id. The same file given again while it waits is the same load."""
    demand(principal, PUSHES)
    desk = desk_of(request)
    load = take_in(desk, principal, file.filename or "", file.file)
    WORK.ring()
    return answer(load_dict(load), 202)


@router.get("/loads", responses=gives({200: "EngagementLoadPage"}))
def list_loads(
    request: Request, principal: Caller, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:  # fmt: skip
    """Loads, the newest first."""
    demand(principal, service.READS)
    desk = desk_of(request)
    before = paging.read(desk.secret, "engagement-loads", cursor)
    with desk.database.read() as tx:
        found, last = loads.list_loads(tx, before, limit)
    next = None if last is None else paging.made(desk.secret, "engagement-loads", last)
    return answer({"items": [load_dict(one) for one in found], "next": next})


@router.get("/loads/{id}", responses=gives({200: "EngagementLoad"}))
def load(request: Request, principal: Caller, id: str) -> Response:
    """How far a load is, and what was found in it."""
    demand(principal, service.READS)
    with desk_of(request).database.read() as tx:
        return answer(load_dict(the_load(tx, id)))


@router.get("/alarms", responses=gives({200: "EngagementAlarmPage"}))
def list_alarms(
    request: Request, principal: Caller, state: Word = None, kind: Word = None, load: Word = None,
    member: Word = None, cursor: paging.Cursor = None, limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Alarms, the newest first; ``member`` is the id of an account, an item or a publisher."""
    demand(principal, service.READS)
    desk = desk_of(request)
    wanted = AlarmFilter(state, kind, load, member)
    before = paging.read(desk.secret, ("engagement-alarms", wanted), cursor)
    with desk.database.read() as tx:
        found, last = store.list_alarms(tx, wanted, before, limit)
    next = None if last is None else paging.made(desk.secret, ("engagement-alarms", wanted), last)
    return answer({"items": [alarm_dict(one) for one in found], "next": next})


@router.get("/alarms/{id}", responses=gives({200: "EngagementAlarmFull"}))
def alarm(request: Request, principal: Caller, id: str) -> Response:
    """One alarm with its evidence; its members page by page at ``members``."""
    with desk_of(request).database.read() as tx:
        found, content = service.get_alarm(tx, principal, id)
    told: dict[str, Any] | None = None
    if content is not None:
        names = ("methods", "actions", "publishers", "by_times", "by_ages", "figures", "step", "timeline")
        told = {name: content[name] for name in names}
        told["days"] = [{"publisher": publisher, "day": day_at(day).isoformat(), "events": mine, "total": total}
                        for publisher, day, mine, total in content["days"]]  # fmt: skip
    return answer({**alarm_dict(found), "evidence": told})


@router.get("/alarms/{id}/members", responses=gives({200: "EngagementMemberPage"}))
def members(
    request: Request, principal: Caller, id: str, role: Word = "actor", cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Accounts (``role=actor``), items or publishers of an alarm, those with most of its events first."""
    if role not in ROLES:
        raise Invalid(f"应为 {'、'.join(ROLES)} 之一。", field="role")
    desk = desk_of(request)
    after = paging.read(desk.secret, ("engagement-members", id, role), cursor)
    with desk.database.read() as tx:
        service.get_alarm(tx, principal, id)
        found = store.members_of(tx, id, role, after, limit + 1)
    more = len(found) > limit
    next = paging.made(desk.secret, ("engagement-members", id, role), found[limit - 1].place) if more else None
    return answer({"items": [member_dict(one) for one in found[:limit]], "next": next})


def load_dict(one: Load) -> dict[str, Any]:
    """A load for programs."""
    names = ("id", "state", "digest", "size", "events", "bad", "seen", "alarms", "again", "why")
    times = {name: time_of(getattr(one, name)) for name in ("received_at", "finished_at")}
    return {**{name: getattr(one, name) for name in names}, "format": one.suffix.lstrip("."), **times}


def alarm_dict(one: Kept) -> dict[str, Any]:
    """An alarm for programs."""
    names = ("id", "state", "load", "actors", "items", "events", "reason")
    moments = ("since", "until", "raised_at", "seen_at", "decided_at")
    times = {name: time_of(getattr(one, name)) for name in moments}
    return {**{name: getattr(one, name) for name in names}, "kinds": list(one.kinds),
            "chance": one.chance / 1_000_000, **times}  # fmt: skip


def member_dict(one: Member) -> dict[str, Any]:
    """A member for programs."""
    return {"role": one.role, "id": one.ref, "events": one.events}
