"""Certification: policies, badges, applications, what a policy would do, batches; and penalties: who waits for a right
to come back, and public counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.certification import (
    application_dict,
    awaiting_dict,
    badge_dict,
    batch_dict,
    certificate_dict,
    evaluation_dict,
    impact_dict,
    policy_dict,
)
from mingjian.doors.desk.bell import WORK
from mingjian.doors.desk.sessions import desk_of
from mingjian.governance.certification import applying, batches
from mingjian.governance.certification.adopting import policy_on
from mingjian.governance.certification.announce import announcement
from mingjian.governance.certification.badges import badge_at, badges_now
from mingjian.governance.certification.load import shelf
from mingjian.governance.certification.risks import risk_bands
from mingjian.governance.ladders.reinstate import awaiting
from mingjian.governance.ladders.tally import DEFINITION, plain, tally
from mingjian.records.clock import CHINA, day, micros
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.storage import certification
from mingjian.records.storage import certification_batches as stored
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer

router = APIRouter(tags=["certification"])
READS = "certification.read"
Word = Annotated[str, Query(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]


@router.get("/certification/policies", responses=gives({200: "CertificationPolicies"}))
def policies(request: Request, principal: Caller, programme: Word) -> Response:
    """A programme's policies, and which of them is in force today."""
    demand(principal, READS)
    _known(programme)
    with desk_of(request).database.read() as tx:
        adopted = {one.policy: one for one in certification.adoptions(tx, programme) if one.state == "adopted"}
        now = policy_on(tx, programme, day(tx.now))
    told = [policy_dict(one, adopted.get(one.id)) for one in shelf().of(programme)]
    return answer({"policies": told, "in_force": now.id if now is not None else None})


@router.get("/certification/impact", responses=gives({200: "CertificationImpact"}))
def impact(
    request: Request, principal: Caller, policy: Word, kind: Literal["revoke", "readmit"] = "revoke",
    limit: paging.Limit = 50,
) -> Response:  # fmt: skip
    """Whom a policy would hit today, and which qualified ones among them. Nothing is changed."""
    demand(principal, READS)
    with desk_of(request).database.read() as tx:
        told = batches.impact(tx, principal, kind, policy, risks=risk_bands)
    return answer(impact_dict(told, limit))


@router.get("/certification/badges", responses=gives({200: "BadgeCertificatePage"}))
def badges(
    request: Request, principal: Caller, programme: Word, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """A programme's certificates in any state, the newest first."""
    demand(principal, READS)
    _known(programme)
    desk = desk_of(request)
    place = paging.read(desk.secret, ("badges", programme), cursor)
    with desk.database.read() as tx:
        found = certification.certificate_page(tx, programme, place, limit + 1)
    last = found[limit - 1].seq if len(found) > limit else None
    next = None if last is None else paging.made(desk.secret, ("badges", programme), last)
    return answer({"items": [certificate_dict(one) for one in found[:limit]], "next": next})


@router.get("/certification/badges/{entity}", responses=gives({200: "Badge"}))
def badge(request: Request, principal: Caller, entity: str, programme: Word, as_of: datetime | None = None) -> Response:
    """Whether an entity may show the badge now, or could at a moment (as the records tell it now)."""
    demand(principal, READS)
    _known(programme)
    with desk_of(request).database.read() as tx:
        if as_of is None:
            found = badges_now(tx, [entity], programme).get(entity)
        else:
            found = badge_at(tx, entity, programme, micros(as_of if as_of.tzinfo else as_of.replace(tzinfo=CHINA)))
    return answer(badge_dict(entity, programme, found))


@router.get("/certification/eligibility/{entity}", responses=gives({200: "Eligibility"}))
def eligibility(request: Request, principal: Caller, entity: str, programme: Word) -> Response:
    """What the policy in force says of an entity today, with the chain of facts."""
    demand(principal, READS)
    _known(programme)
    with desk_of(request).database.read() as tx:
        judged = applying.judge(tx, entity, programme)
    return answer(evaluation_dict(judged.evaluation))


@router.post("/certification/applications", status_code=201, openapi_extra=takes("CertificationWish"),
             responses=gives({201: "CertificationApplication"}))  # fmt: skip
async def apply(request: Request, principal: Caller, _key: Repeat = None) -> Response:
    """Apply for a badge for an entity of the registry, or for a further term; a case goes to the onboarding desk."""
    body = await request.body()
    return await run_in_threadpool(_apply, request, principal, body)


def _apply(request: Request, principal: Principal, body: bytes) -> Response:
    if not any(allowed(principal, name) for name in applying.APPLIES):
        demand(principal, applying.APPLIES[0])
    demand_json(request.headers.get("content-type"))
    data = loads(body)
    given = data if isinstance(data, dict) else {}
    entity, programme = given.get("entity"), given.get("programme")
    if set(given) != {"entity", "programme"} or not isinstance(entity, str) or not isinstance(programme, str):
        raise Invalid('请求体应为 {"entity": "ent_…", "programme": "…"},没有其他字段。')
    if "\x00" in entity + programme or max(len(entity), len(programme)) > 64:
        raise Invalid("entity 和 programme 应为不超过 64 字的编号。", field="entity")
    _known(programme)

    def effect(tx: Tx) -> Answer:
        return Answer(201, dumps(application_dict(applying.apply(tx, principal, entity, programme))))

    told = once(request, principal, body, effect)
    WORK.ring()
    return told


@router.get("/certification/applications/{id}", responses=gives({200: "CertificationApplication"}))
def application(request: Request, principal: Caller, id: str) -> Response:
    """One application."""
    demand(principal, READS)
    with desk_of(request).database.read() as tx:
        return answer(application_dict(applying.application_of(tx, id)))


@router.get("/certification/batches/{id}", responses=gives({200: "CertificationBatch"}))
def batch(request: Request, principal: Caller, id: str) -> Response:
    """One batch and how far it is."""
    demand(principal, READS)
    with desk_of(request).database.read() as tx:
        return answer(batch_dict(batches.batch_of(tx, id), stored.progress(tx, id)))


@router.get("/certification/batches/{id}/announcement", responses=gives({200: "CertificationAnnouncement"}))
def announced(request: Request, principal: Caller, id: str, lang: Literal["zh", "en"] = "zh") -> Response:
    """The public announcement of a batch, every figure counted from the journal."""
    demand(principal, READS)
    with desk_of(request).database.read() as tx:
        return answer(announcement(tx, id, lang).plain())


@router.get("/reinstatements", responses=gives({200: "AwaitingPage"}))
def reinstatements(
    request: Request, principal: Caller, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Response:
    """Who has a condition to meet before a right comes back."""
    demand(principal, "case.read")
    desk = desk_of(request)
    place = paging.read(desk.secret, "reinstatements", cursor) or 0
    with desk.database.read() as tx:
        found = awaiting(tx, principal, place, limit + 1)
    last = found[limit - 1].action.seq if len(found) > limit else None
    next = None if last is None else paging.made(desk.secret, "reinstatements", last)
    return answer({"items": [awaiting_dict(one) for one in found[:limit]], "next": next})


@router.get("/penalties/counts", responses=gives({200: "PenaltyCounts"}))
def counts(request: Request, principal: Caller, since: date, until: date, monthly: bool = False) -> Response:
    """How many were suspended, by right and length of term; small numbers are covered."""
    demand(principal, "statistics.read")
    with desk_of(request).database.read() as tx:
        found = tally(tx, since, until, monthly=monthly)
    return answer({"definition": DEFINITION, "periods": plain(found)})


def _known(programme: str) -> None:
    if programme not in shelf().programmes:
        raise NotFound(f"没有认证项目 {programme}", field="programme")
