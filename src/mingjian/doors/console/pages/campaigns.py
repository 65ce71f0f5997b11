"""Campaigns: the list, one with what belongs to it, opening, changing, closing, linking."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.campaign_words import (
    ANNOUNCED,
    LINK_WORDS,
    SCOPE_WORDS,
    STATES,
    links_of,
    path_to,
    scope_of,
)
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.governance.campaigns import service
from mingjian.governance.campaigns.merchants import merchants
from mingjian.governance.campaigns.prevalence import prevalence
from mingjian.governance.campaigns.service import MANAGES, READS
from mingjian.records.errors import Invalid
from mingjian.records.storage import campaigns as stored

router = APIRouter()
NAV = (Nav("治理", "专项治理", "/campaigns", (READS,), icon="policy", order=40, keys="g j"),)
_PAGE, _SHOWN = 30, 100


@router.get("/campaigns")
def listed(request: Request, before: int | None = None) -> Response:
    """Campaigns, the newest first."""
    permitted(request, READS)
    with desk(request).database.read() as tx:
        found = stored.campaigns(tx, before, _PAGE + 1)
        counts = {one.id: sum(stored.count_links(tx, one.id).values()) for one in found[:_PAGE]}
        public = stored.announcements(tx, state="published", limit=10)
    return page(request, "campaigns/list.html", title="专项治理", found=found[:_PAGE], counts=counts, states=STATES,
                public=public, scope_words=SCOPE_WORDS, next=found[_PAGE - 1].seq if len(found) > _PAGE else None,
                later=before is not None)  # fmt: skip


@router.post("/campaigns")
def begin(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Open one."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        made = service.open_campaign(tx, asks, **_words(form))
    return redirect(request, f"/campaigns/{made.id}", Flash(spoken(request, "专项已建立,第 1 批开始。")))


@router.get("/campaigns/{id}")
def campaign(request: Request, id: str) -> Response:
    """One campaign: its batches, what belongs to it, announcements, what changed."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = service.campaign_of(tx, id)
        batches = stored.batches_of(tx, id)
        counts = stored.count_links(tx, id)
        told = stored.announcements(tx, campaign=id, limit=20)
        measured = prevalence(tx, asks, id)
        names = names_of(tx, [found.made_by, found.ended_by, *(one.closed_by for one in batches)])
    kinds = sorted({kind for _, kind in counts}, key=list(LINK_WORDS).index)
    return page(
        request, "campaigns/one.html", title=found.title, found=found, batches=batches, counts=counts, kinds=kinds,
        told=told, announced=ANNOUNCED, measured=measured, names=names, states=STATES, link_words=LINK_WORDS,
        scope_words=SCOPE_WORDS, crumbs=(Crumb("专项治理", "/campaigns"), Crumb(found.title)),
    )  # fmt: skip


@router.post("/campaigns/{id}")
def change(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Say anew what it is about."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.change_campaign(tx, asks, id, **_words(form))
    return redirect(request, f"/campaigns/{id}", Flash(spoken(request, "已更改。")))


@router.post("/campaigns/{id}/close")
def close(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """End it."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.close_campaign(tx, asks, id, text(form, "reason"))
    return redirect(request, f"/campaigns/{id}", Flash(spoken(request, "专项已结束,可以重新开始。")))


@router.post("/campaigns/{id}/reopen")
def reopen(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take the end back."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.reopen_campaign(tx, asks, id, text(form, "reason"))
    return redirect(request, f"/campaigns/{id}", Flash(spoken(request, "专项重新开始。")))


@router.get("/campaigns/{id}/links")
def links(request: Request, id: str, kind: str = "", batch: int | None = None, after: str = "") -> Response:
    """What belongs to it, page by page."""
    permitted(request, READS)
    _, _, ref = after.partition(":")
    place = (after.partition(":")[0], ref) if ref else None
    with desk(request).database.read() as tx:
        found = service.campaign_of(tx, id)
        rows = stored.links_of(tx, id, batch=batch, kind=kind or None, after=place, limit=_SHOWN + 1)
        names = names_of(tx, [one.linked_by for one in rows])
    last = rows[_SHOWN - 1] if len(rows) > _SHOWN else None
    return page(
        request, "campaigns/links.html", title="关联的内容", found=found, rows=rows[:_SHOWN], kind=kind, batch=batch,
        names=names, link_words=LINK_WORDS, path_to=path_to, later=bool(after),
        next=f"{last.kind}:{last.ref}" if last else None,
        crumbs=(Crumb("专项治理", "/campaigns"), Crumb(found.title, f"/campaigns/{id}"), Crumb("关联的内容")),
    )  # fmt: skip


@router.post("/campaigns/{id}/links")
def link(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Let things belong to its open batch."""
    asks = permitted(request, MANAGES)
    kind = text(form, "kind", 32)
    wanted = [(kind, ref) for ref in links_of(text(form, "refs", 40_000))]
    with desk(request).database.write() as tx:
        made = service.link(tx, asks, id, wanted, text(form, "reason"))
    return redirect(request, f"/campaigns/{id}", Flash(spoken(request, "已关联 {n} 项。", n=len(made))))


@router.post("/campaigns/{id}/unlink")
def unlink(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Let one no longer belong to it."""
    asks = permitted(request, MANAGES)
    wanted = [(text(form, "kind", 32), text(form, "ref", 64))]
    with desk(request).database.write() as tx:
        gone = service.unlink(tx, asks, id, wanted, text(form, "reason"))
    return redirect(request, f"/campaigns/{id}/links", Flash(spoken(request, "已解除 {n} 项。", n=gone)))


@router.get("/campaigns/{id}/merchants")
def sellers(request: Request, id: str, after: str = "") -> Response:
    """Merchants and institutions whose goods or services were dealt with."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = service.campaign_of(tx, id)
        rows, next = merchants(tx, asks, id, after=after, limit=50)
    return page(
        request, "campaigns/merchants.html", title="违规售卖的商家", found=found, rows=rows, next=next,
        later=bool(after),
        crumbs=(Crumb("专项治理", "/campaigns"), Crumb(found.title, f"/campaigns/{id}"), Crumb("违规售卖的商家")),
    )  # fmt: skip


class _Words(TypedDict):
    title: str
    since: date
    purpose: str
    until: date | None
    scope: dict[str, list[str]]
    policy: str | None


def _words(form: FormData) -> _Words:
    until = text(form, "until", 10)
    return {
        "title": text(form, "title", 200), "since": _day(text(form, "since", 10), "since"),
        "until": _day(until, "until") if until else None, "purpose": text(form, "purpose"),
        "scope": scope_of({name: text(form, name, 500) for name in SCOPE_WORDS}),
        "policy": text(form, "policy", 120) or None,
    }  # fmt: skip


def _day(written: str, field: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Invalid("不是日期。请写作 2026-03-02。", field=field) from error
