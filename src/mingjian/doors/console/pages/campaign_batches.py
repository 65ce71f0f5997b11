"""Batches of a campaign: figures down to their items, counted twice; announcements drafted, published, withdrawn."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.campaign_files import TYPES, announcement_file
from mingjian.doors.console.campaign_words import ANNOUNCED, LINK_WORDS, figures_chart, path_to
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.i18n import language
from mingjian.doors.console.subjects import names_of, titles_of
from mingjian.governance.campaigns import announcing, figures, service
from mingjian.governance.campaigns.service import MANAGES, READS
from mingjian.governance.campaigns.wording import Worded, worded
from mingjian.records.campaigns.model import Announcement, Campaign
from mingjian.records.errors import NotFound
from mingjian.records.storage import campaigns as stored
from mingjian.records.storage import registry
from mingjian.records.storage.database import Tx

router = APIRouter()
_PAGE = 100
_LARGE = 20_000
"""Decisions behind a batch from which on its page does not count by itself."""


@router.post("/campaigns/{id}/batches")
def close(request: Request, id: str) -> Response:
    """Close the open batch."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        done = service.close_batch(tx, asks, id)
    told = spoken(request, "第 {n} 批已结束,可以起草公告。", n=done.number)
    return redirect(request, f"/campaigns/{id}/batches/{done.number}", Flash(told))


@router.post("/campaigns/{id}/batches/reopen")
def reopen(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take the last closing back."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        back = service.reopen_batch(tx, asks, id, text(form, "reason"))
    return redirect(request, f"/campaigns/{id}", Flash(spoken(request, "第 {n} 批重新打开。", n=back.number)))


@router.get("/campaigns/{id}/batches/{number}")
def batch(request: Request, id: str, number: int, verify: bool = False, live: bool = False) -> Response:
    """A batch's figures as things stand; with ``verify`` recounted from the journal beside them. A large batch is
    counted only when somebody asks for it (``live``): until then its last announcement is shown."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found, which = service.campaign_of(tx, id), service.the_batch(tx, id, number)
        told = stored.announcements(tx, campaign=id, batch=number)
        large = not (live or verify) and figures.weight(tx, id, number) > _LARGE
        compared = figures.reconcile(tx, asks, id, number) if verify else None
        lines = [one.tables for one in compared or ()]
        if not (large or compared):
            lines = figures.figures(tx, asks, id, number)
        shown = next((one for one in told if one.state != "withdrawn"), None) if large else None
        frozen = announcing.content_of(tx, shown)["figures"] if shown is not None else ()
        counts = {kind: n for (of, kind), n in stored.count_links(tx, id).items() if of == number}
        names = names_of(tx, [which.closed_by])
    title = spoken(request, "第 {n} 批", n=number)
    chart = figures_chart(spoken(request, "处理情况"), (spoken(request, "项目"), spoken(request, "数量")), lines,
                          language(request), f"/campaigns/{id}/batches/{number}")  # fmt: skip
    again = {one.tables.figure.name: one for one in compared or ()}
    return page(request, "campaigns/batch.html", title=title, found=found, which=which, lines=lines, again=again,
                verified=verify, told=told, announced=ANNOUNCED, counts=counts, names=names, chart_=chart, large=large,
                shown=shown, frozen=frozen, link_words=LINK_WORDS, crumbs=_crumbs(found, title))  # fmt: skip


@router.get("/campaigns/{id}/batches/{number}/figures/{name}")
def figure(request: Request, id: str, number: int, name: str, after: str = "") -> Response:
    """What one figure counts, page by page, each leading to itself."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = service.campaign_of(tx, id)
        line = figures.line_of(tx, asks, id, number, name)
        rows, next = figures.page_of(line, after, _PAGE)
        shown = _titles(tx, [one for one, _ in rows])
    batch = spoken(request, "第 {n} 批", n=number)
    title = line.figure.label(language(request))
    crumbs = (*_crumbs(found, batch, f"/campaigns/{id}/batches/{number}"), Crumb(title))
    return page(request, "campaigns/figure.html", title=title, found=found, number=number, line=line, rows=rows,
                shown=shown, next=next, later=bool(after), path_to=path_to, crumbs=crumbs, frozen=None)  # fmt: skip


@router.post("/campaigns/{id}/batches/{number}/announcements")
def draft(request: Request, id: str, number: int) -> Response:
    """Count from the journal and seal what comes out; nothing is public yet."""
    asks = permitted(request, MANAGES)
    database = desk(request).database
    with database.read() as tx:  # counting a large journal keeps nobody waiting
        content, lists = announcing.prepare(tx, asks, id, number)
    with database.write() as tx:
        made = announcing.draft(tx, asks, content, lists)
    return redirect(request, f"/campaigns/{id}/announcements/{made.id}", Flash(spoken(request, "公告已起草并封存。")))


@router.get("/campaigns/{id}/announcements/{ann}")
def announcement(request: Request, id: str, ann: str, verify: bool = False) -> Response:
    """An announcement as it was sealed, with the keys of whoever may bring it further."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        campaign = service.campaign_of(tx, id)
        found = _belongs(tx, id, ann)
        content = announcing.content_of(tx, found)
        wrong = announcing.verify(tx, asks, ann) if verify else None
        names = names_of(tx, [found.drafted_by, found.published_by, found.withdrawn_by])
    told = worded(found.id, found.seal, content, language(request))
    return page(
        request, "campaigns/announcement.html", title="治理公告", found=found, told=told, campaign=campaign,
        names=names, wrong=wrong, announced=ANNOUNCED, own=asks.actor == found.drafted_by,
        publishes=found.state != "published" and allowed(asks, MANAGES),
        withdraws=found.state != "withdrawn" and allowed(asks, MANAGES),
        crumbs=(*_crumbs(campaign, spoken(request, "第 {n} 批", n=found.batch),
                         f"/campaigns/{id}/batches/{found.batch}"), Crumb("治理公告")),
    )  # fmt: skip


@router.get("/campaigns/{id}/announcements/{ann}/file.{suffix}")
def file(request: Request, id: str, ann: str, suffix: str) -> Response:
    """It as a document, before it is public."""
    permitted(request, READS)
    with desk(request).database.read() as tx:
        service.campaign_of(tx, id)
        found = _belongs(tx, id, ann)
        content, now = announcing.content_of(tx, found), tx.now
    return as_file(worded(found.id, found.seal, content, language(request)), suffix, now)


@router.get("/campaigns/{id}/announcements/{ann}/figures/{name}")
def sealed(request: Request, id: str, ann: str, name: str, after: str = "") -> Response:
    """What a figure counted when it was sealed."""
    permitted(request, READS)
    with desk(request).database.read() as tx:
        campaign = service.campaign_of(tx, id)
        found = _belongs(tx, id, ann)
        content = announcing.content_of(tx, found)
        ids = announcing.listed(tx, found, name)
        behind = [one for one in ids if one > after]
        shown = _titles(tx, behind[:_PAGE])
    said = next(one for one in content["figures"] if one["name"] == name)
    title = said["title_en" if language(request) == "en" else "title"]
    next_ = behind[_PAGE - 1] if len(behind) > _PAGE else None
    crumbs = (*_crumbs(campaign, spoken(request, "治理公告"), f"/campaigns/{id}/announcements/{ann}"), Crumb(title))
    return page(request, "campaigns/figure.html", title=title, found=campaign, number=found.batch, line=None,
                rows=[(one, None) for one in behind[:_PAGE]], shown=shown, next=next_, later=bool(after),
                path_to=path_to, crumbs=crumbs, frozen=said)  # fmt: skip


@router.post("/campaigns/{id}/announcements/{ann}/publish")
def publish(request: Request, id: str, ann: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A second person makes it public."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        _belongs(tx, id, ann)
        announcing.publish(tx, asks, ann, text(form, "seal", 64))
    told = spoken(request, "公告已公布,任何人都能看到。")
    return redirect(request, f"/campaigns/{id}/announcements/{ann}", Flash(told))


@router.post("/campaigns/{id}/announcements/{ann}/withdraw")
def withdraw(request: Request, id: str, ann: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take it back."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        _belongs(tx, id, ann)
        announcing.withdraw(tx, asks, ann, text(form, "reason"))
    return redirect(request, f"/campaigns/{id}/announcements/{ann}", Flash(spoken(request, "公告已撤回。")))


def _belongs(tx: Tx, id: str, ann: str) -> Announcement:
    found = announcing.announcement_of(tx, ann)
    if found.campaign != id:
        raise NotFound("这个专项没有这份公告。")
    return found


def as_file(told: Worded, suffix: str, now: int) -> Response:
    """A document to save. NotFound for another kind."""
    if suffix not in TYPES:
        raise NotFound("没有这种文件。")
    named = {"Content-Disposition": f'attachment; filename="{told.id}.{suffix}"'}
    return Response(announcement_file(told, suffix, now), media_type=TYPES[suffix], headers=named)


def _titles(tx: Tx, ids: list[str]) -> dict[str, str]:
    """What people call these: items by their first words, entities by name."""
    named = {id: one.title for id, one in titles_of(tx, [id for id in ids if id.startswith("itm_")]).items()}
    entities = registry.entities_by_id(tx, [id for id in ids if id.startswith("ent_")])
    return named | {id: one.name or one.key for id, one in entities.items()}


def _crumbs(found: Campaign, last: str, path: str | None = None) -> tuple[Crumb, ...]:
    return (Crumb("专项治理", "/campaigns"), Crumb(found.title, f"/campaigns/{found.id}"), Crumb(last, path))
