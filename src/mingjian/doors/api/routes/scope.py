"""Scope answers, and the procedures they are about."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.permissions import demand
from mingjian.desk.registry.scope import Question, answer
from mingjian.doors.api import answers
from mingjian.doors.api.asking import Caller
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.signin import api_principal
from mingjian.doors.scopes import answer_dict, found_procedures, procedure_dict, wrong_fields
from mingjian.records.clock import day
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import Entity

router = APIRouter(tags=["scope"])


@router.post("/scope", openapi_extra=takes("ScopeQuestion"), responses=gives({200: "ScopeAnswer"}))
async def ask(request: Request) -> Response:
    """May this physician perform this procedure at this institution on this day; may this account advertise it? Yes,
    no or undetermined, with the chain of facts (``registry.read``). Those concerned are named by id, key, number or
    name; where a name fits several the answer is null and ``candidates`` lists them."""
    body = await request.body()
    return await run_in_threadpool(_ask, request, body)


def _ask(request: Request, body: bytes) -> Response:
    principal = api_principal(request)
    demand(principal, "registry.read")
    demand_json(request.headers.get("content-type"))
    data = loads(body)
    wrong = wrong_fields(data)
    if wrong is not None:
        raise Invalid(wrong)
    desk = desk_of(request)
    compiled = desk.engine.compiled
    with desk.database.read() as tx:
        asked = Question(**{"ask": "perform", **data, "as_of": _day(data.get("as_of"), day(tx.now))})
        found = answer(tx, principal, compiled.catalogue, compiled.finder, asked)
    return answers.answer({
        "answer": answer_dict(found.answer, compiled.lawbook) if found.answer is not None else None,
        "procedure": procedure_dict(found.procedure, compiled.catalogue) if found.procedure is not None else None,
        "roles": {role: _entity(one) for role, one in found.roles.items()},
        "candidates": {role: [_entity(one) for one in some] for role, some in found.candidates.items()},
        "unknown": list(found.unknown),
        "entities": [_entity(one) for one in found.entities.values()],
    })  # fmt: skip


@router.get("/procedures", responses=gives({200: "Procedures"}))
def procedures(
    request: Request,
    _principal: Caller,
    q: Annotated[str, Query(max_length=100, description="名称或别名。 A name or another word for it.")] = "",
) -> Response:
    """The catalogue of procedures: specialty, grade, devices and drugs, source and confidence."""
    catalogue = desk_of(request).engine.compiled.catalogue
    return answers.answer({"procedures": [procedure_dict(one, catalogue) for one in found_procedures(catalogue, q)]})


def _day(written: Any, today: date) -> date:
    if not written:
        return today
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid(f"不是日期:{written[:40]}。请写作 2026-03-02。", field="as_of") from None


def _entity(one: Entity) -> dict[str, Any]:
    return {"id": one.id, "kind": one.kind, "key": one.key, "name": one.name, "state": one.state}
