"""Batches of certification: frozen, approved, carried out, taken back; their announcement; appeals against them."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.announcing import announcement_docx, announcement_pdf
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.i18n import language
from mingjian.doors.console.pages.certification import MANAGES, READS, day_of
from mingjian.doors.console.strangers import FILES, slow
from mingjian.doors.console.subjects import names_of
from mingjian.doors.desk.bell import WORK
from mingjian.governance.certification import batches
from mingjian.governance.certification.adopting import APPROVES, policy_named
from mingjian.governance.certification.announce import announcement
from mingjian.governance.certification.appealing import decide_revocation_appeal
from mingjian.governance.certification.load import shelf
from mingjian.governance.certification.risks import risk_bands
from mingjian.records.errors import NotFound
from mingjian.records.storage import certification_batches as stored
from mingjian.records.storage import registry

router = APIRouter()
_PAGE = 200
STATES = {
    "previewed": "待批准", "approved": "待执行", "running": "执行中", "done": "已执行", "cancelled": "已取消",
    "undoing": "撤销中", "undone": "已撤销",
}  # fmt: skip
MEMBER_STATES = {"waiting": "待执行", "done": "已执行", "skipped": "未处理", "undone": "已撤销"}
_TYPES = {"pdf": "application/pdf",
          "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}  # fmt: skip


@router.post("/certification/batches")
def freeze(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Freeze the list of everybody a policy in force hits today."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        made = batches.preview(
            tx, asks, text(form, "kind", 16), text(form, "policy", 120), text(form, "reason"), risks=risk_bands
        )
    told = spoken(request, "名单已冻结,共 {n} 个主体,等待他人批准。", n=made.number)
    return redirect(request, f"/certification/batches/{made.id}", Flash(told))


@router.get("/certification/batches/{id}")
def batch(request: Request, id: str, after: int = -1) -> Response:
    """The frozen list with its digest, how far it is, and the keys of whoever may bring it further."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = batches.batch_of(tx, id)
        members = stored.members(tx, id, after=after, limit=_PAGE + 1)
        progress = stored.progress(tx, id)
        entities = registry.entities_by_id(tx, [one.entity for one in members])
        names = names_of(tx, [found.made_by, found.approved_by, found.undone_by])
        whole = batches.frozen_digest(tx, found) == found.list
        policy = policy_named(tx, found.policy)
    return page(
        request, "certification/batch.html", title="认证批次", found=found, members=members[:_PAGE], progress=progress,
        next=members[_PAGE - 1].place if len(members) > _PAGE else None, entities=entities, names=names, whole=whole,
        states=STATES, member_states=MEMBER_STATES, policy=policy, later=after >= 0, shelf=shelf(),
        crumbs=(Crumb("专业认证", "/certification"), Crumb("认证批次")),
        approves=found.state == "previewed" and allowed(asks, APPROVES), own=asks.actor == found.made_by,
        cancels=found.state in ("previewed", "approved") and allowed(asks, MANAGES),
        undoes=found.state in ("running", "done") and allowed(asks, MANAGES) and allowed(asks, "decision.reverse"),
        announced=found.done_at is not None or found.state == "running",
    )  # fmt: skip


@router.post("/certification/batches/{id}/approve")
def approve(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Another person lets it run."""
    asks = permitted(request, APPROVES)
    with desk(request).database.write() as tx:
        batches.approve(tx, asks, id, text(form, "digest", 64))
    WORK.ring()
    return redirect(request, f"/certification/batches/{id}", Flash(spoken(request, "已批准,后台开始执行。")))


@router.post("/certification/batches/{id}/cancel")
def cancel(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Drop it before anything was done."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        batches.cancel(tx, asks, id, text(form, "reason"))
    return redirect(request, f"/certification/batches/{id}", Flash(spoken(request, "批次已取消。")))


@router.post("/certification/batches/{id}/undo")
def undo(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take back what it did, as far as it still stands."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        batches.undo(tx, asks, id, text(form, "reason"))
    WORK.ring()
    return redirect(request, f"/certification/batches/{id}", Flash(spoken(request, "开始撤销,由后台逐个恢复。")))


@router.post("/certification/appeals/{id}")
def answer(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Answer an appeal against a revocation: upheld, overturned, or restored under an exemption until a day."""
    asks = permitted(request, "appeal.decide")
    outcome, until = text(form, "outcome", 20), text(form, "until", 10)
    exempt = day_of(until, "until") if outcome == "exempt" else None
    with desk(request).database.write() as tx:
        done = decide_revocation_appeal(
            tx, asks, id, "overturned" if outcome == "exempt" else outcome, text(form, "reason"), exempt_until=exempt
        )
    WORK.ring()
    told = spoken(request, "已裁决。" if done.state != "lodged" else "已提交,还须他人复审。")
    return redirect(request, f"/certification/entities/{done.publisher}", Flash(told))


@router.get("/announcements/{id}")
def announce(request: Request, id: str) -> Response:
    """The public announcement of a batch that was begun. No sign-in."""
    slow(request, "announcements")
    with desk(request).database.read() as tx:
        told = announcement(tx, id, language(request))
    return page(request, "certification/announcement.html", title="治理公告", told=told)


@router.get("/announcements/{id}/file.{suffix}")
def file(request: Request, id: str, suffix: str) -> Response:
    """The same as a document."""
    slow(request, "announcements.file", FILES)
    if suffix not in _TYPES:
        raise NotFound("没有这种文件。")
    with desk(request).database.read() as tx:
        told = announcement(tx, id, language(request))
        content = announcement_pdf(told, tx.now) if suffix == "pdf" else announcement_docx(told)
    named = {"Content-Disposition": f'attachment; filename="{told.batch}.{suffix}"'}
    return Response(content, media_type=_TYPES[suffix], headers=named)
