"""Patrols with their runs and work list, official look-ups, enquiries and re-screening."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps, time_of
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.enquiries import service as enquiries
from mingjian.governance.lookups import service as lookups
from mingjian.governance.patrols.figures import overviews
from mingjian.governance.patrols.service import run_now, the
from mingjian.records.enquiries.model import Enquiry
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.lookups.model import Lookup
from mingjian.records.patrols.model import Entry, Rescreening, Run
from mingjian.records.storage import contents, patrol_entries, patrols, rescreenings
from mingjian.records.storage import enquiries as enquiry_store
from mingjian.records.storage import lookups as lookup_store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer

router = APIRouter(tags=["patrols"])
Word = Annotated[str | None, Query(max_length=128, pattern=r"^[^\x00]*$")]
READS = "patrol.read"
_MOST = 100  # credentials in one wish
_STATES = ("open", "snoozed", "live", "done", "superseded")


@router.get("/patrols", responses=gives({200: "Patrols"}))
def listed(request: Request, principal: Caller) -> Response:
    """Every patrol: when it is due, its last run, what was missed in ninety days."""
    with desk_of(request).database.read() as tx:
        found = overviews(tx, principal)
    told = [
        {"name": one.patrol.name, "title": one.patrol.title, "title_en": one.patrol.title_en,
         "kind": one.patrol.subjects.kind, "missed_rule": one.patrol.missed, "active": one.patrol.active,
         "paused": one.standing is not None and one.standing.paused, "next_at": time_of(one.next_at),
         "missed": one.missed, "last": run_dict(one.last) if one.last else None}
        for one in found
    ]  # fmt: skip
    return answer({"patrols": told})


@router.get("/patrols/runs", responses=gives({200: "PatrolRunPage"}))
def runs(
    request: Request, principal: Caller, patrol: Word = None, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """Runs, the newest first."""
    demand(principal, READS)
    desk = desk_of(request)
    place = paging.read(desk.secret, ("runs", patrol), cursor)
    with desk.database.read() as tx:
        found, last = patrols.list_runs(tx, patrol, place, limit)
    next = None if last is None else paging.made(desk.secret, ("runs", patrol), last)
    return answer({"items": [run_dict(run) for run in found], "next": next})


@router.post("/patrols/{name}/runs", status_code=201, responses=gives({201: "PatrolRun"}))
def start(request: Request, principal: Caller, name: str) -> Response:
    """Start a patrol by hand."""
    demand(principal, "patrol.manage")
    the(name)
    with desk_of(request).database.write() as tx:
        run = run_now(tx, principal, name)
    return answer(run_dict(run), 201)


@router.get("/patrols/entries", responses=gives({200: "PatrolEntryPage"}))
def entries(
    request: Request, principal: Caller, state: Word = None, patrol: Word = None, entity: Word = None,
    overdue: bool = False, cursor: paging.Cursor = None, limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """The work list, the first due first. ``state``: open, snoozed, live, done, superseded."""
    demand(principal, READS)
    if (state or "open") not in _STATES:
        raise Invalid(f"状态应为 {'、'.join(_STATES)}。", field="state")
    desk = desk_of(request)
    wanted = patrol_entries.EntryFilter(state or "open", patrol, None, entity, None, overdue)
    place = paging.read(desk.secret, ("entries", wanted), cursor)
    with desk.database.read() as tx:
        found, last = patrol_entries.list_entries(tx, wanted, tuple(place) if place else None, limit)
    next = None if last is None else paging.made(desk.secret, ("entries", wanted), list(last))
    return answer({"items": [entry_dict(entry) for entry in found], "next": next})


@router.get("/patrols/notices/{id}", responses=gives({200: "PatrolNotice"}))
def notice(request: Request, principal: Caller, id: str) -> Response:
    """What the other side is to be told: the webhook ``patrol.noticed`` names its id. ``text`` is null once deleted."""
    demand(principal, READS)
    with desk_of(request).database.read() as tx:
        found = patrol_entries.notice_by_id(tx, id)
        if found is None:
            raise NotFound(f"没有这个通知:{id}")
        words = contents.get(tx, found.text)
    names = ("id", "patrol", "run", "entity", "credential")
    told = {name: getattr(found, name) for name in names}
    return answer({**told, "at": time_of(found.at), "text": None if words is None else words.decode()})


@router.get("/rescreenings/{id}", responses=gives({200: "Rescreening"}))
def rescreening(request: Request, principal: Caller, id: str) -> Response:
    """How far one is, and what it found."""
    demand(principal, READS)
    with desk_of(request).database.read() as tx:
        found = rescreenings.rescreening_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这次复审:{id}")
    return answer(rescreening_dict(found))


@router.post("/lookups", status_code=202, responses=gives({202: "Lookups"}), openapi_extra=takes("LookupWish"))
async def ask(request: Request, principal: Caller, idempotency_key: Repeat = None) -> Response:
    """Ask official sources about credentials. What is under way already and fresh answers are given back."""
    lookups.demand_verify(principal)
    demand_json(request.headers.get("content-type"))
    body = await request.body()
    wish = loads(body)
    named = wish.get("credentials") if isinstance(wish, dict) else None
    sound = isinstance(named, list) and all(isinstance(id, str) and 0 < len(id) <= 64 for id in named)
    if not isinstance(named, list) or not sound or not 0 < len(named) <= _MOST:
        raise Invalid(f"请给出 credentials:1 到 {_MOST} 个资质编号。", field="credentials")
    assert isinstance(wish, dict)
    why, again = wish.get("why", ""), wish.get("again", False)
    others = set(wish) - {"credentials", "why", "again"}
    if not isinstance(why, str) or len(why) > 500 or not isinstance(again, bool) or others:
        raise Invalid("why 应为至多 500 字的文字,again 应为真假,没有其他字段。", field="why")

    def effect(tx: Tx) -> Answer:
        found = lookups.request(tx, principal, named, why=why, again=again)
        return Answer(202, dumps({"lookups": [lookup_dict(one) for one in found]}))

    given = await run_in_threadpool(once, request, principal, body, effect)
    WORK.ring()
    return given


@router.get("/lookups", responses=gives({200: "LookupPage"}))
def asked(
    request: Request, principal: Caller, state: Word = None, outcome: Word = None, source: Word = None,
    cursor: paging.Cursor = None, limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Look-ups, the newest first."""
    demand(principal, "registry.read")
    desk = desk_of(request)
    wanted = (state, outcome, source)
    place = paging.read(desk.secret, ("lookups", wanted), cursor)
    with desk.database.read() as tx:
        found, last = lookup_store.list_lookups(tx, state, outcome, source, place, limit)
    next = None if last is None else paging.made(desk.secret, ("lookups", wanted), last)
    return answer({"items": [lookup_dict(one) for one in found], "next": next})


@router.get("/lookups/{id}", responses=gives({200: "LookupAnswer"}))
def looked(request: Request, principal: Caller, id: str) -> Response:
    """One look-up with what the source showed."""
    with desk_of(request).database.read() as tx:
        found, facts = lookups.get_lookup(tx, principal, id)
    return answer({"lookup": lookup_dict(found), "facts": None if facts is None else dict(facts)})


@router.get("/enquiries", responses=gives({200: "EnquiryPage"}))
def enquired(
    request: Request, principal: Caller, state: Word = None, entity: Word = None, overdue: bool = False,
    cursor: paging.Cursor = None, limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Enquiries to regulators, the newest first."""
    demand(principal, READS)
    desk = desk_of(request)
    wanted = enquiry_store.EnquiryFilter(state, entity, None, overdue)
    place = paging.read(desk.secret, ("enquiries", wanted), cursor)
    with desk.database.read() as tx:
        found, last = enquiry_store.list_enquiries(tx, wanted, place, limit)
        now = tx.now
    next = None if last is None else paging.made(desk.secret, ("enquiries", wanted), last)
    return answer({"items": [enquiry_dict(one, now) for one in found], "next": next})


@router.get("/enquiries/{id}", responses=gives({200: "Enquiry"}))
def enquiry(request: Request, principal: Caller, id: str) -> Response:
    """One enquiry."""
    with desk_of(request).database.read() as tx:
        found, _, _ = enquiries.get_enquiry(tx, principal, id)
        now = tx.now
    return answer(enquiry_dict(found, now))


def run_dict(run: Run) -> dict[str, Any]:
    """A run for programs."""
    times = {name: time_of(getattr(run, name)) for name in ("planned", "started_at", "finished_at")}
    names = ("id", "patrol", "origin", "covers", "as_of", "state", "total", "seen", "hits")
    return {**{name: getattr(run, name) for name in names}, **times, "counts": dict(run.counts)}


def entry_dict(entry: Entry) -> dict[str, Any]:
    """An entry of the work list for programs."""
    names = ("id", "patrol", "run", "entity", "credential", "stage", "why", "state", "assignee", "reason")
    times = {name: time_of(getattr(entry, name)) for name in ("due_at", "opened_at", "snoozed_until", "closed_at")}
    return {**{name: getattr(entry, name) for name in names}, **times}


def lookup_dict(found: Lookup) -> dict[str, Any]:
    """A look-up for programs."""
    names = ("id", "credential", "entity", "kind", "source", "state", "tries", "error", "outcome", "said", "evidence",
             "cached", "case")  # fmt: skip
    times = {name: time_of(getattr(found, name)) for name in ("asked_at", "next_at", "answered_at", "expires_at")}
    return {**{name: getattr(found, name) for name in names}, **times}


def enquiry_dict(found: Enquiry, now: int) -> dict[str, Any]:
    """An enquiry for programs; its letter and answer are for people."""
    names = ("id", "entity", "credential", "regulator", "reason", "state", "number", "reminded", "outcome", "evidence")
    moments = ("drafted_at", "sent_at", "due_at", "answered_at", "closed_at")
    times = {name: time_of(getattr(found, name)) for name in moments}
    return {**{name: getattr(found, name) for name in names}, **times, "overdue": found.overdue(now)}


def rescreening_dict(found: Rescreening) -> dict[str, Any]:
    """A re-screening for programs."""
    names = ("id", "entity", "why", "state", "total", "judged", "skipped", "changed", "worse", "cases")
    times = {name: time_of(getattr(found, name)) for name in ("started_at", "finished_at")}
    return {**{name: getattr(found, name) for name in names}, **times}
