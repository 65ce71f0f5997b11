"""Decisions, the statements that explain them, and appeals against them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.doors.api.answers import answer, time_of
from mingjian.doors.api.asking import Caller, Repeat, repeat_key
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.signin import api_principal
from mingjian.governance.appeals import service as appeals
from mingjian.governance.appeals.token import Concerned, read_token
from mingjian.governance.decisions.service import get_decision
from mingjian.governance.statements.service import statement
from mingjian.records.actions.model import Action, Decision
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import actions, items

router = APIRouter(tags=["decisions"])
Token = Annotated[
    str | None,
    Header(alias="Mingjian-Appeal-Token", max_length=200, description="申诉凭证,可代替密钥。 In place of a key."),
]


@router.get("/items/{id}/decisions", responses=gives({200: "Decisions"}))
def of_item(request: Request, principal: Caller, id: str) -> Response:
    """What was decided of an item, also what is no longer in force."""
    demand(principal, "item.read")
    demand(principal, "case.read")
    with desk_of(request).database.read() as tx:
        if items.item_by_id(tx, id) is None:
            raise NotFound(f"没有这项内容:{id}")
        found = actions.decisions_of_item(tx, id)
        own = actions.actions_of_decisions(tx, [decision.id for decision in found])
    told = [decision_dict(one, [action for action in own if action.decision == one.id]) for one in found]
    return answer({"decisions": told})


@router.get("/decisions/{id}", responses=gives({200: "Decision"}))
def get(request: Request, principal: Caller, id: str) -> Response:
    """One decision with its actions."""
    with desk_of(request).database.read() as tx:
        made = get_decision(tx, principal, id)
    return answer(decision_dict(made.decision, made.actions))


@router.get("/decisions/{id}/statement", responses=gives({200: "Statement"}))
def explain(
    request: Request, id: str, lang: Literal["zh", "en"] = "zh", token: Token = None
) -> Response:  # fmt: skip
    """The statement of reasons: facts, evidence, law, measures, how to appeal. For who may see cases, or for the
    person concerned by their token."""
    who = _who(request, token)
    with desk_of(request).database.read() as tx:
        made = statement(tx, who, id, lang)
    return answer(
        {
            "decision": made.decision,
            "lang": made.lang,
            "title": made.title,
            "addressee": made.addressee,
            "text": made.text,
            "sections": [
                {
                    "key": section.key,
                    "heading": section.heading,
                    "paragraphs": list(section.paragraphs),
                    "rows": [{"label": row.label, "text": row.text, "quote": row.quote} for row in section.rows],
                }
                for section in made.sections
            ],
        }
    )


@router.post("/appeals", status_code=201, openapi_extra=takes("AppealWish"), responses=gives({201: "Appeal"}))
async def lodge(request: Request, token: Token = None, _key: Repeat = None) -> Response:
    """Appeal against a decision: the person concerned by their token, or somebody for them (``appeal.lodge``)."""
    body = await request.body()
    return await run_in_threadpool(_lodge, request, body, token)


def _lodge(request: Request, body: bytes, token: str | None) -> Response:
    who = _who(request, token, "appeal.lodge")
    demand_json(request.headers.get("content-type"))
    data = loads(body)
    if not isinstance(data, dict) or set(data) != {"decision", "grounds"}:
        raise Invalid('请求体应为 {"decision": "…", "grounds": "…"},没有其他字段。')
    decision, grounds = data["decision"], data["grounds"]
    if not isinstance(decision, str) or not isinstance(grounds, str) or "\x00" in decision + grounds:
        raise Invalid("decision 和 grounds 应为字符串。", field="grounds")
    key = repeat_key(request)
    with desk_of(request).database.write() as tx:
        made = appeals.lodge(tx, who, decision, grounds, request=f"{who.actor}:{key}"[:200] if key else None)
        shown = appeals.get_appeal(tx, Concerned(decision), made.id)
    WORK.ring()
    return answer(appeal_dict(shown), 201)


@router.get("/appeals/{id}", responses=gives({200: "Appeal"}))
def get_appeal(request: Request, id: str, token: Token = None) -> Response:
    """One appeal, for who may see cases or for the person concerned by their token."""
    who = _who(request, token)
    with desk_of(request).database.read() as tx:
        shown = appeals.get_appeal(tx, who, id)
    return answer(appeal_dict(shown))


def _who(request: Request, token: str | None, permission: str = "case.read") -> Principal | Concerned:
    """The person concerned, or somebody who may: asked before anything is looked for."""
    if token is not None:
        return read_token(desk_of(request).secret, token)
    principal = api_principal(request)
    demand(principal, permission)
    return principal


def appeal_dict(shown: appeals.AppealShown) -> dict[str, Any]:
    """An appeal for programs."""
    appeal = shown.appeal
    return {
        "id": appeal.id,
        "decision": appeal.decision,
        "item": appeal.item,
        "publisher": appeal.publisher,
        "state": appeal.state,
        "lodged_at": time_of(appeal.lodged_at),
        "due_at": time_of(appeal.due_at),
        "decided_at": time_of(appeal.decided_at),
        "reason": appeal.reason,
        "replaced_by": appeal.replaced_by,
        "grounds": shown.grounds,
        "overdue": shown.overdue,
    }


def decision_dict(decision: Decision, own: Any) -> dict[str, Any]:
    """A decision for programs, with its actions."""
    return {
        "id": decision.id,
        "item": decision.item,
        "publisher": decision.publisher,
        "measure": decision.measure,
        "origin": decision.origin,
        "case": decision.case,
        "policy": decision.policy,
        "made_by": decision.made_by,
        "at": time_of(decision.at),
        "as_of": decision.as_of,
        "rulebook": decision.rulebook,
        "cites": list(decision.cites),
        "codes": list(decision.codes),
        "reasons": list(decision.reasons),
        "appeal_until": time_of(decision.appeal_until),
        "state": decision.state,
        "closed_at": time_of(decision.closed_at),
        "closed_why": decision.closed_why,
        "actions": [action_dict(action) for action in own],
    }


def action_dict(action: Action) -> dict[str, Any]:
    """An action for programs."""
    return {
        "id": action.id,
        "decision": action.decision,
        "item": action.item,
        "publisher": action.publisher,
        "measure": action.measure,
        "right": action.right,
        "step": action.step,
        "policy": action.policy,
        "taken_by": action.taken_by,
        "taken_at": time_of(action.taken_at),
        "until": time_of(action.until),
        "state": action.state,
        "ended_at": time_of(action.ended_at),
        "ended_why": action.ended_why,
    }
