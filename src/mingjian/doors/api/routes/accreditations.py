"""Accreditation over the API: the institution's own side (applying, marking, answering), reading, and, for anybody,
certificates and the standard. Reviewing, auditing and deciding are people's work in the console."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Request, UploadFile
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.doors.api import paging
from mingjian.doors.api.answers import answer, dumps, time_of
from mingjian.doors.api.asking import Caller, Repeat, once
from mingjian.doors.api.bodies import demand_json, loads
from mingjian.doors.api.openapi import gives, takes
from mingjian.doors.desk.evidence_files import keep
from mingjian.doors.desk.sessions import desk_of
from mingjian.doors.desk.signin import api_principal
from mingjian.governance.accreditation import applying, correcting, looking, marking
from mingjian.governance.accreditation.access import APPLY, demand_some, seen
from mingjian.governance.accreditation.applying import Application
from mingjian.governance.accreditation.certifying import LONGEST, code_of
from mingjian.governance.accreditation.correcting import Answer as Mended
from mingjian.governance.accreditation.load import standard_kept, standard_named
from mingjian.governance.accreditation.marking import Given
from mingjian.governance.accreditation.scoring import shown_points, totals
from mingjian.records.accreditation.model import STATES, Accreditation, Certificate, Filter, Mark, Nonconformity
from mingjian.records.clock import day
from mingjian.records.errors import Invalid
from mingjian.records.storage import accreditation_certificates as certificates
from mingjian.records.storage.accreditations import marks_of
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer

router = APIRouter(tags=["accreditations"])
STANDINGS = ("valid", "suspended", "withdrawn", "expired", "replaced")


@router.get("/standards/{name}", responses=gives({200: "Standard"}))
def standard(request: Request, name: str) -> Response:
    """A standard with its clauses, for anybody."""
    with desk_of(request).database.read() as tx:
        today = day(tx.now)
    found = standard_named(name, today)
    clauses = [
        {"code": one.code, "title": one.title, "text": one.text, "weight": one.weight, "critical": one.critical,
         "evidence": one.evidence, "law": one.law, "source": one.source, "na": one.na}
        for one in found.clauses.values()
    ]  # fmt: skip
    return answer({"id": found.id, "title": found.title, "title_en": found.title_en, "mark": found.mark,
                   "notice": found.notice, "clauses": clauses})  # fmt: skip


@router.get("/certificates", responses=gives({200: "CertificatePage"}))
def listed(
    request: Request, cursor: paging.Cursor = None, limit: paging.Limit = 50,
    standing: Annotated[str | None, Query(max_length=20, description="状态。 A standing.")] = None,
    q: Annotated[str, Query(max_length=80, description="机构名称或编号。 Of name or number.")] = "",
) -> Response:  # fmt: skip
    """The public list of certificates, the newest first, for anybody."""
    if standing is not None and standing not in STANDINGS:
        raise Invalid(f"standing 应为 {'、'.join(STANDINGS)}。", field="standing")
    secret, listing = desk_of(request).secret, ("certificates", standing, q)
    before = paging.read(secret, listing, cursor)
    with desk_of(request).database.read() as tx:
        today = day(tx.now)
        found = certificates.certificate_page(tx, today, standing=standing, words=_line(q), before=before,
                                              limit=limit + 1)  # fmt: skip
        shown = [certificate_dict(tx, one) for one in found[:limit]]
    onward = paging.made(secret, listing, found[limit - 1].seq) if len(found) > limit else None
    return answer({"items": shown, "next": onward})


@router.get("/certificates/{code}", responses=gives({200: "Proven"}))
def prove(request: Request, code: str) -> Response:
    """Check a certificate by its number or the code on it, for anybody: whether it is genuine and how it stands."""
    with desk_of(request).database.read() as tx:
        found = looking.prove(tx, _line(code)[: LONGEST + 200])
        shown = certificate_dict(tx, found.certificate) if found.certificate else None
    signed = found.said is not None and found.certificate is not None
    return answer({"verdict": found.verdict, "signed": signed, "certificate": shown})


@router.get("/accreditations", responses=gives({200: "AccreditationPage"}))
def index(
    request: Request, principal: Caller, cursor: paging.Cursor = None, limit: paging.Limit = 50,
    state: Annotated[str | None, Query(max_length=20, description="状态。 A state.")] = None,
) -> Response:  # fmt: skip
    """Applications, the newest first: all (``accreditation.read``) or one's own (``accreditation.apply``)."""
    demand_some(principal)
    if state is not None and state not in (*STATES, "waiting"):
        raise Invalid(f"state 应为 {'、'.join((*STATES, 'waiting'))}。", field="state")
    secret, listing = desk_of(request).secret, ("accreditations", principal.actor, state)
    before = paging.read(secret, listing, cursor)
    with desk_of(request).database.read() as tx:
        found = looking.list_page(tx, principal, Filter(state), before, limit)
    onward = paging.made(secret, listing, found.next) if found.next is not None else None
    return answer({"items": [accreditation_dict(one) for one in found.found], "next": onward})


@router.get("/accreditations/{id}", responses=gives({200: "AccreditationWhole"}))
def get(request: Request, principal: Caller, id: str) -> Response:
    """One application with the marks of its self-assessment, its nonconformities and its certificate."""
    demand_some(principal)
    with desk_of(request).database.read() as tx:
        found = looking.whole(tx, principal, id)
        marks = marks_of(tx, f"{id}:self")
        made = totals(found.standard, marks)
        held = [certificate_dict(tx, found.certificate)] if found.certificate else []
    told = {**accreditation_dict(found.accreditation), "points": shown_points(made.points), "unmarked": made.unmarked,
            "reason": found.text(found.accreditation.reason), "marks": [mark_dict(one) for one in marks.values()],
            "nonconformities": [finding_dict(one, found.texts) for one in found.nonconformities],
            "certificates": held}  # fmt: skip
    return answer(told)


@router.post("/accreditations", status_code=201, openapi_extra=takes("AccreditationWish"),
             responses=gives({201: "Accreditation"}))  # fmt: skip
async def apply(request: Request, _key: Repeat = None) -> Response:
    """Apply for an institution of the registry (``accreditation.apply``)."""

    def effect(tx: Tx, principal: Principal, data: Any) -> Answer:
        wish = Application(
            _text(data, "institution", 40), _text(data, "standard", 64), _texts(data, "scope"),
            _texts(data, "consultants") if "consultants" in data else (),
            _text(data, "note", 4000) if "note" in data else "",
            _text(data, "previous", 40) if data.get("previous") else None,
        )  # fmt: skip
        return Answer(201, dumps(accreditation_dict(applying.apply(tx, principal, wish))))

    known = ("institution", "standard", "scope", "note", "previous", "consultants")
    return await run_in_threadpool(_write, request, await request.body(), known, effect)


@router.put("/accreditations/{id}/marks", openapi_extra=takes("MarksWish"), responses=gives({200: "Marks"}))
async def marks(request: Request, id: str, _key: Repeat = None) -> Response:
    """Mark clauses of the self-assessment (``accreditation.apply``): all that are given, or none."""

    def effect(tx: Tx, principal: Principal, data: Any) -> Answer:
        made = marking.mark(tx, principal, id, "self", _given(data))
        found = seen(tx, principal, id)
        sheet = totals(standard_kept(tx, found.text), marks_of(tx, f"{id}:self"))
        told = {"marks": [mark_dict(one) for one in made], "points": shown_points(sheet.points),
                "unmarked": sheet.unmarked}  # fmt: skip
        return Answer(200, dumps(told))

    return await run_in_threadpool(_write, request, await request.body(), ("marks",), effect)


@router.post("/accreditations/{id}/files", status_code=201, responses=gives({201: "EvidenceFile"}))
def upload(request: Request, principal: Caller, id: str, file: Annotated[UploadFile | None, File()] = None) -> Response:
    """Give a file as evidence (``accreditation.apply``): a picture, PDF, Word or Excel without macros."""
    demand(principal, APPLY)
    if file is None:
        raise Invalid("请上传一个文件。", field="file")
    kept = keep(desk_of(request), principal, id, file)
    return answer({"digest": kept.digest, "name": kept.name, "kind": kept.kind, "size": kept.size}, 201)


@router.post("/accreditations/{id}/assess", responses=gives({200: "Accreditation"}))
def assess(request: Request, principal: Caller, id: str) -> Response:
    """Hand the self-assessment in (``accreditation.apply``)."""
    demand(principal, APPLY)
    with desk_of(request).database.write() as tx:
        made = applying.assess(tx, principal, id)
    return answer(accreditation_dict(made))


@router.post("/nonconformities/{id}/answer", openapi_extra=takes("FindingAnswer"),
             responses=gives({200: "Nonconformity"}))  # fmt: skip
async def mend(request: Request, id: str, _key: Repeat = None) -> Response:
    """Answer a nonconformity with its cause, the corrective action and evidence (``accreditation.apply``)."""

    def effect(tx: Tx, principal: Principal, data: Any) -> Answer:
        evidence = _texts(data, "evidence") if "evidence" in data else []
        given = Mended(_text(data, "cause", 4000), _text(data, "action", 4000), evidence)
        made = correcting.answer(tx, principal, id, given)
        texts = looking.texts_of(tx, [made.words, made.cause, made.action, made.remark])
        return Answer(200, dumps(finding_dict(made, texts)))

    known = ("cause", "action", "evidence")
    return await run_in_threadpool(_write, request, await request.body(), known, effect)


def _write(
    request: Request, body: bytes, known: tuple[str, ...], effect: Callable[[Tx, Principal, Any], Answer]
) -> Response:
    principal = api_principal(request)
    demand(principal, APPLY)
    demand_json(request.headers.get("content-type"))
    data = loads(body)
    if not isinstance(data, dict) or set(data) - set(known):
        raise Invalid(f"请求体应为对象,可用字段:{'、'.join(known)}。")
    return once(request, principal, body, lambda tx: effect(tx, principal, data))


def _text(data: Any, name: str, longest: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise Invalid(f"{name} 应为最多 {longest} 字的文字。", field=name)
    return value


def _texts(data: Any, name: str) -> list[str]:
    value = data.get(name)
    if (
        isinstance(value, list)
        and len(value) <= 200
        and all(isinstance(one, str) and "\x00" not in one for one in value)
    ):
        return [str(one) for one in value]
    raise Invalid(f"{name} 应为文字的列表。", field=name)


def _line(value: str) -> str:
    if "\x00" in value:
        raise Invalid("不能含有空字符。")
    return value


def _given(data: Any) -> list[Given]:
    rows = data.get("marks")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 200:
        raise Invalid("marks 应为 1 到 200 条。", field="marks")
    found = []
    for row in rows:
        if not isinstance(row, dict) or set(row) - {"clause", "mark", "note", "evidence", "version"}:
            raise Invalid("每条应为 {clause, mark, note, evidence, version}。", field="marks")
        version = row.get("version")
        if version is not None and (not isinstance(version, int) or isinstance(version, bool) or version < 0):
            raise Invalid("version 应为整数。", field="version")
        note = _text(row, "note", 4000) if "note" in row else ""
        evidence = _texts(row, "evidence") if "evidence" in row else ()
        found.append(Given(_text(row, "clause", 16), _text(row, "mark", 8), note, evidence, version))
    return found


def accreditation_dict(one: Accreditation) -> dict[str, Any]:
    """An application for programs."""
    return {
        "id": one.id, "institution": one.institution, "standard": one.standard,
        "standard_version": one.standard_version, "kind": one.kind, "state": one.state, "scope": one.scope,
        "applied_by": one.applied_by, "applied_at": time_of(one.applied_at), "due_at": time_of(one.due_at),
        "outcome": one.outcome, "decided_at": time_of(one.decided_at), "certificate": one.certificate,
        "version": one.version,
    }  # fmt: skip


def mark_dict(one: Mark) -> dict[str, Any]:
    """A mark for programs."""
    return {"clause": one.clause, "mark": one.mark, "evidence": one.evidence, "version": one.version}


def finding_dict(one: Nonconformity, texts: Any) -> dict[str, Any]:
    """A nonconformity for programs, with what was written."""
    words = {name: texts.get(getattr(one, name) or "", "") for name in ("words", "cause", "action", "remark")}
    return {"id": one.id, "audit": one.audit, "clause": one.clause, "grade": one.grade, "state": one.state, **words,
            "evidence": one.evidence, "due_at": time_of(one.due_at), "version": one.version}  # fmt: skip


def certificate_dict(tx: Tx, one: Certificate) -> dict[str, Any]:
    """A certificate for programs, with the line that proves it and the public key to check that with."""
    return {
        "number": one.number, "holder": one.holder, "standard": f"{one.standard}@{one.standard_version}",
        "scope": one.scope, "level": one.band, "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat(), "standing": one.standing(day(tx.now)),
        "reason": one.reason if one.state in ("suspended", "withdrawn") else None, "conditions": len(one.conditions),
        "conditions_met": one.conditions_met, "code": code_of(one), "key": one.key, "public": one.public,
    }  # fmt: skip
