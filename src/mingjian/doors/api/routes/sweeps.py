"""Sweeps: plan, look, begin, pause, resume, stop, undo; samples and what was taken in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.masking import mask
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, time_of
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.sweeps import archive_named, sweep_dict
from mingjian.governance.sweeps import service
from mingjian.governance.sweeps.figures import judgements, progress
from mingjian.governance.sweeps.service import Wish
from mingjian.governance.sweeps.shown import items_at
from mingjian.governance.sweeps.sources import archive_source, open_source
from mingjian.governance.sweeps.stages import DEFAULT
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Tx
from mingjian.records.sweeps.model import STATES, Sweep

router = APIRouter(tags=["sweeps"])
Word = Annotated[str | None, Query(max_length=128, pattern=r"^[^\x00]*$")]
READS, MANAGES = "sweep.read", "sweep.manage"
_PLAN = {"policy", "archive", "name", "reason", "stages", "measures", "review"}


@router.get("/sweeps", responses=gives({200: "SweepPage"}))
def listed(
    request: Request, principal: Caller, state: Word = None, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """Sweeps, the newest first."""
    demand(principal, READS)
    if state is not None and state not in STATES:
        raise Invalid(f"状态应为 {'、'.join(STATES)}。", field="state")
    desk = desk_of(request)
    place = paging.read(desk.secret, ("sweeps", state), cursor)
    with desk.database.read() as tx:
        found, last = stored.list_sweeps(tx, states=[state] if state else [], before=place, limit=limit)
    next = None if last is None else paging.made(desk.secret, ("sweeps", state), last)
    return answer({"items": [sweep_dict(one) for one in found], "next": next})


@router.post("/sweeps", status_code=201, responses=gives({201: "Sweep"}), openapi_extra=takes("SweepWish"))
async def plan(request: Request, principal: Caller) -> Response:
    """Freeze a sweep over an archive in the desk's archive folder; its dry run begins at once."""
    demand(principal, MANAGES)
    wish = await _body(request, _PLAN, {"policy", "archive", "name", "reason"})
    return await run_in_threadpool(_planned, request, principal, wish)


def _planned(request: Request, principal: Principal, given: dict[str, Any]) -> Response:
    desk = desk_of(request)
    path = archive_named(desk.settings.data, _text(given, "archive", 200))
    stages, measures, review = given.get("stages", list(DEFAULT)), given.get("measures", {}), given.get("review", 0)
    if not isinstance(stages, list) or not all(isinstance(one, str) for one in stages):
        raise Invalid("stages 应为文字的数组", field="stages")
    if not isinstance(measures, dict) or not all(isinstance(one, str) for one in measures.values()):
        raise Invalid("measures 应为 条款→处置 的对象", field="measures")
    if not isinstance(review, int) or isinstance(review, bool):
        raise Invalid("review 应为整数", field="review")
    wish = Wish(_text(given, "policy", 120), archive_source(path), _text(given, "name", 200),
                _text(given, "reason", 2000), stages, measures=measures, least=review)  # fmt: skip
    manifest = open_source(wish.source).manifest(wish.rows)
    with desk.database.write() as tx:
        made = service.plan(tx, principal, wish, manifest, desk.engine.rulebook)
        made = service.begin(tx, principal, made.id)
    WORK.ring()
    return answer(sweep_dict(made), 201)


@router.get("/sweeps/{id}", responses=gives({200: "SweepStatus"}))
def status(request: Request, principal: Caller, id: str) -> Response:
    """How far it is, how long it still takes (seconds), what was found, what people said of the samples."""
    with desk_of(request).database.read() as tx:
        found = service.get_sweep(tx, principal, id)
        at = progress(found, tx.now)
        counts, seen = stored.tallies(tx, id), judgements(tx, id)
        taken: dict[str, dict[str, int]] = {}
        for (stage, how), number in stored.hows(tx, id).items():
            taken.setdefault(found.stages[stage], {})[how] = number
    told = [{"clause": one.clause, "outcome": one.word, "drawn": one.drawn, "seen": one.seen, "right": one.right,
             "wrong": one.wrong, "low": one.low, "high": one.high} for one in seen]  # fmt: skip
    return answer({"sweep": sweep_dict(found), "done": at.done, "total": at.total, "left": at.left, "counts": counts,
                   "taken_by_stage": taken, "judgements": told})  # fmt: skip


@router.get("/sweeps/{id}/samples", responses=gives({200: "SweepSamplePage"}))
def samples(
    request: Request, principal: Caller, id: str, clause: Word = None, cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Samples with their words, personal data masked; null where the source is not here."""
    desk = desk_of(request)
    place = paging.read(desk.secret, ("samples", id, clause), cursor)
    with desk.database.read() as tx:
        sweep = service.get_sweep(tx, principal, id)
        found, last = stored.samples(tx, id, clause=clause, after=-1 if place is None else place, limit=limit)
        pieces = stored.pieces_at(tx, id, [one.place for one in found])
        frozen = service.plan_of(tx, sweep)
    items = items_at(frozen, pieces, [(one.place, one.row) for one in found])
    texts = {key: mask("\n".join(part.text for part in item.parts)) for key, item in items.items()}
    told = [{"number": one.number, "clause": one.clause, "outcome": one.word, "external": one.external,
             "answer": one.answer, "note": one.note, "text": texts.get((one.place, one.row))}
            for one in found]  # fmt: skip
    next = None if last is None else paging.made(desk.secret, ("samples", id, clause), last)
    return answer({"items": told, "next": next})


@router.get("/sweeps/{id}/taken", responses=gives({200: "SweepTakenPage"}))
def taken(
    request: Request, principal: Caller, id: str, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """What was taken into the desk, in order: item, outcome, decision or case."""
    desk = desk_of(request)
    place = paging.read(desk.secret, ("taken", id), cursor)
    with desk.database.read() as tx:
        sweep = service.get_sweep(tx, principal, id)
        found = stored.taken(tx, id, (-1, -1) if place is None else (place[0], place[1]), limit + 1)
    more, found = len(found) > limit, found[:limit]
    told = [{"place": one.place, "row": one.row, "stage": sweep.stages[one.stage], "item": one.item,
             "outcome": one.word, "how": one.how, "decision": one.decision, "case": one.case, "at": time_of(one.at),
             "undone": time_of(one.undone)} for one in found]  # fmt: skip
    next = paging.made(desk.secret, ("taken", id), [found[-1].place, found[-1].row]) if more else None
    return answer({"items": told, "next": next})


@router.post("/sweeps/{id}/stage", responses=gives({200: "Sweep"}))
def stage(request: Request, principal: Caller, id: str) -> Response:
    """Let the next stage begin."""
    return _done(request, lambda tx: service.start_stage(tx, principal, id))


@router.post("/sweeps/{id}/resume", responses=gives({200: "Sweep"}))
def resume(request: Request, principal: Caller, id: str) -> Response:
    """Go on where it was paused."""
    return _done(request, lambda tx: service.resume(tx, principal, id))


@router.post("/sweeps/{id}/pause", responses=gives({200: "Sweep"}), openapi_extra=takes("SweepReason"))
async def pause(request: Request, principal: Caller, id: str) -> Response:
    """Halt."""
    demand(principal, MANAGES)
    why = _text(await _body(request, {"reason"}, {"reason"}), "reason", 2000)
    return await run_in_threadpool(_done, request, lambda tx: service.pause(tx, principal, id, why))


@router.post("/sweeps/{id}/stop", responses=gives({200: "Sweep"}), openapi_extra=takes("SweepReason"))
async def stop(request: Request, principal: Caller, id: str) -> Response:
    """End it for good; what was done stands."""
    demand(principal, MANAGES)
    why = _text(await _body(request, {"reason"}, {"reason"}), "reason", 2000)
    return await run_in_threadpool(_done, request, lambda tx: service.stop(tx, principal, id, why))


@router.post("/sweeps/{id}/undo", responses=gives({200: "Sweep"}), openapi_extra=takes("SweepReason"))
async def undo(request: Request, principal: Caller, id: str) -> Response:
    """Take back everything it did."""
    demand(principal, MANAGES)
    demand(principal, "decision.reverse")
    why = _text(await _body(request, {"reason"}, {"reason"}), "reason", 2000)
    return await run_in_threadpool(_done, request, lambda tx: service.undo(tx, principal, id, why))


@router.post("/sweeps/{id}/samples/{number}", responses=gives({200: "Sweep"}), openapi_extra=takes("SweepAnswer"))
async def review(request: Request, principal: Caller, id: str, number: str) -> Response:
    """Say whether a sample's outcome is right; null takes the answer back."""
    demand(principal, READS)
    demand(principal, "case.review")
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        raise NotFound(f"回查 {id} 没有样本 {number[:20]}")
    given = await _body(request, {"answer", "note"}, {"answer"})
    said, note = given["answer"], given.get("note", "")
    if not (said is None or isinstance(said, str)) or not isinstance(note, str):
        raise Invalid("answer 应为 right、wrong、unsure 或 null,note 应为文字", field="answer")

    def effect(tx: Tx) -> Sweep:
        service.answer(tx, principal, id, int(number), said, note)
        return service.sweep_of(tx, id)

    return await run_in_threadpool(_done, request, effect)


def _done(request: Request, effect: Callable[[Tx], Sweep]) -> Response:
    with desk_of(request).database.write() as tx:
        found = effect(tx)
    WORK.ring()
    return answer(sweep_dict(found))


async def _body(request: Request, known: set[str], needed: set[str]) -> dict[str, Any]:
    demand_json(request.headers.get("content-type"))
    given = loads(await request.body())
    if not isinstance(given, dict):
        raise Invalid("请求体应为 JSON 对象")
    wrong = sorted(set(given) - known) or sorted(needed - set(given))
    if wrong:
        raise Invalid(f"只能有:{'、'.join(sorted(known))};必须有:{'、'.join(sorted(needed))}", field=wrong[0][:80])
    return given


def _text(given: dict[str, Any], name: str, most: int) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= most or "\0" in value:
        raise Invalid(f"{name} 应为 1 至 {most} 字的文字", field=name)
    return value
