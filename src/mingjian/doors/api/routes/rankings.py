"""Rankings: published editions as they were frozen, self-nomination, and what became of it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.doors.api.answers import answer, dumps, raw, time_of
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.ranking import editions, entering, publishing
from mingjian.governance.ranking.entering import ENTER, Nomination
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.ranking.model import Edition
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer

router = APIRouter(tags=["rankings"])
_MOST = 1000
_FIELDS = {"key", "works", "values"}


@router.get("/rankings", responses=gives({200: "RankingEditions"}))
def listed(request: Request, _principal: Caller) -> Response:
    """Published editions and those they corrected, the newest first."""
    with desk_of(request).database.read() as tx:
        found = publishing.published_editions(tx)
    return answer({"editions": [edition_dict(one) for one in found]})


@router.get("/rankings/{id}", responses=gives({200: "RankingList"}))
def get(request: Request, _principal: Caller, id: str) -> Response:
    """A published edition: the bytes that were frozen, whose SHA-256 is the edition's seal."""
    with desk_of(request).database.read() as tx:
        found, _ = publishing.public(tx, id)
        kept = contents.get(tx, found.seal or "")
    return raw(kept or b"{}", 200, {"ETag": f'"{found.seal}"'})


@router.post("/rankings/{id}/entrants", openapi_extra=takes("Nominations"), responses=gives({200: "Nominated"}))
async def nominate(request: Request, principal: Caller, id: str, _key: Repeat = None) -> Response:
    """Nominate physicians of the registry while an edition takes entrants: each row is kept or says what is wrong."""
    _demand_enters(principal)
    body = await request.body()
    return await run_in_threadpool(_nominate, request, principal, id, body)


def _nominate(request: Request, principal: Principal, edition: str, body: bytes) -> Response:
    demand_json(request.headers.get("content-type"))
    given = _nominations(loads(body))

    def effect(tx: Tx) -> Answer:
        rows = entering.register(tx, principal, edition, given, "self")
        told = []
        for row in rows:
            id, number = (row.entrant.id, row.entrant.number) if row.entrant is not None else (None, None)
            told.append({"key": row.key, "entrant": id, "number": number, "problem": row.problem})
        return Answer(200, dumps({"results": told}))

    return once(request, principal, body, effect)


@router.get("/rankings/{id}/entrants/{entrant}", responses=gives({200: "RankingEntrant"}))
def entrant(request: Request, principal: Caller, id: str, entrant: str) -> Response:
    """What became of a nomination: the state and the chain of facts. Of those nominated by the caller, or of all for
    who manages rankings."""
    _demand_enters(principal)
    with desk_of(request).database.read() as tx:
        found = editions.get_entrant(tx, entrant)
        if found.edition != id or not (allowed(principal, editions.MANAGE) or found.registered_by == principal.actor):
            raise NotFound(f"没有这位参评医师:{entrant}")
        chain = entering.chain_of(tx, found)
    told = {"id": found.id, "edition": found.edition, "number": found.number, "state": found.state,
            "registered_at": time_of(found.registered_at), "chain": [step.plain() for step in chain]}  # fmt: skip
    return answer(told)


def edition_dict(one: Edition) -> dict[str, Any]:
    """An edition for programs."""
    return {
        "id": one.id, "ranking": one.ranking, "title": one.title, "title_en": one.title_en, "version": one.version,
        "replaces": one.replaces, "reason": one.reason, "as_of": one.as_of.isoformat(), "state": one.state,
        "published_at": time_of(one.published_at), "appeal_until": time_of(one.appeal_until), "seal": one.seal,
    }  # fmt: skip


def _demand_enters(principal: Principal) -> None:
    if not allowed(principal, editions.MANAGE):
        demand(principal, ENTER)


def _nominations(data: Any) -> list[Nomination]:
    rows = data.get("entrants") if isinstance(data, dict) and set(data) == {"entrants"} else None
    if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST:
        raise Invalid(f'请求体应为 {{"entrants": [ … ]}},1 至 {_MOST} 项。', field="entrants")
    found = []
    for place, row in enumerate(rows):
        field = f"entrants[{place}]"
        if not isinstance(row, dict) or not set(row) <= _FIELDS:
            raise Invalid(f"{field} 应为对象,字段为 key、works、values。", field=field)
        key, works, values = row.get("key"), row.get("works", []), row.get("values", {})
        if not isinstance(key, str) or not 0 < len(key) <= 128 or "\x00" in key:
            raise Invalid(f"{field}.key 应为 1 至 128 字的字符串。", field=f"{field}.key")
        if not isinstance(works, list) or not all(
            isinstance(work, dict) and set(work) <= {"title", "text", "media"} for work in works
        ):
            raise Invalid(f"{field}.works 应为对象的列表,字段为 title、text、media。", field=f"{field}.works")
        if not isinstance(values, dict) or not all(
            isinstance(value, dict) and set(value) <= {"value", "evidence", "on"} for value in values.values()
        ):
            raise Invalid(f"{field}.values 应为维度到 value、evidence、on 的对象。", field=f"{field}.values")
        found.append(Nomination(key, works, values))
    return found
