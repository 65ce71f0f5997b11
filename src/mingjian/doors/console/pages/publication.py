"""Drafts: the list, the editor with its check as one types, saving and handing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.access import own
from mingjian.clinic.publication.chain import chain
from mingjian.clinic.publication.judging import asking, content_of, item_of, judged
from mingjian.clinic.publication.model import Draft, DraftFilter, DraftInput, Judged, Opened, Perceived, Version
from mingjian.clinic.publication.notices import inserted, notices
from mingjian.core.engine.options import Options
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case, CaseFilter
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.context import (
    Crumb,
    Flash,
    desk,
    fragment,
    page,
    permitted,
    posted,
    redirect,
    spoken,
    text,
    user,
)
from mingjian.doors.console.draft_forms import CHOICES, with_files, written
from mingjian.doors.console.drafts import DRIFT_WORDS, STATES, laid_out, steps
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.doors.mending import mend
from mingjian.records.clock import day
from mingjian.records.errors import DeskError, Invalid
from mingjian.records.storage.database import Tx

router = APIRouter()
NAV = (Nav("发布", "待发布内容", "/drafts", ("draft.read", "draft.department", "draft.publicity"), icon="draft",
           order=10, keys="g d"),)  # fmt: skip
UPLOADS = ("/drafts/",)
FILTERS = ("state", "platform", "department", "drift", "mine")
_PAGE = 30


@router.get("/drafts")
def index(request: Request, after: str | None = None) -> Response:
    """Drafts somebody may see, by state, and what waits for him."""
    asks = _permitted(request)
    values = chosen(request.query_params, FILTERS)
    wanted = DraftFilter(values.get("state"), asks.actor if values.get("mine") else None, values.get("department"),
                         values.get("platform"), drift=values.get("drift"))  # fmt: skip
    with desk(request).database.read() as tx:
        listed = publication.list_drafts(tx, asks, wanted, after, _PAGE)
        counts = publication.count_drafts(tx, asks)
        waiting = _waiting(tx, asks)
        titles = {**publication.titles_by_id(tx, [case.subject for case in waiting]),
                  **publication.titles_of(tx, listed.items)}  # fmt: skip
        names = names_of(tx, [draft.author for draft in listed.items])
    return page(
        request, "publication/index.html", title="待发布内容", drafts=listed.items, counts=counts, waiting=waiting,
        titles=titles, names=names, values=values, states=STATES, drifts=DRIFT_WORDS, link=address, steps=steps(),
        next=address("/drafts", values, after=listed.next) if listed.next else None, later=after is not None,
        writes=allowed(asks, "draft.write"),
    )  # fmt: skip


@router.get("/drafts/new")
def new(request: Request) -> Response:
    """An empty editor."""
    asks = permitted(request, "draft.write")
    return _editor(request, asks, None, _empty(), None)


@router.post("/drafts")
def create(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Save the first version, and hand it in where asked."""
    asks = permitted(request, "draft.write")
    given = with_files(desk(request), form, written(form), None)
    with desk(request).database.write() as tx:
        draft = publication.create_draft(tx, asks, given, judge=desk(request).engine,
                                         know=desk(request).screening.know,
                                         department=text(form, "department", 100) or None)  # fmt: skip
        if text(form, "action", 20) == "submit":
            draft = publication.submit(tx, asks, draft.id, note=text(form, "note", 600))
    return _saved(request, draft)


@router.get("/drafts/{id}/edit")
def edit(request: Request, id: str) -> Response:
    """The editor on the newest version, with the comments beside it."""
    asks = permitted(request, "draft.write")
    with desk(request).database.read() as tx:
        draft = own(tx, asks, id)
        version = publication.open_version(tx, asks, id)
        threads = publication.threads(tx, asks, id)
        names = names_of(tx, [one.comment.made_by for each in threads for one in (each.first, *each.answers)])
    if draft.state in ("sealed", "withdrawn"):
        return redirect(request, f"/drafts/{id}")
    return _editor(request, asks, draft, version, threads, names)


@router.post("/drafts/{id}/save")
def save(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Save the version, and hand it in where asked."""
    asks = permitted(request, "draft.write")
    with desk(request).database.read() as tx:
        own(tx, asks, id)
        before = publication.open_version(tx, asks, id)
    given = with_files(desk(request), form, written(form), before)
    with desk(request).database.write() as tx:
        draft = publication.save_version(tx, asks, id, given, judge=desk(request).engine,
                                         know=desk(request).screening.know,
                                         base=text(form, "base", 64) or None)  # fmt: skip
        if text(form, "action", 20) == "submit":
            draft = publication.submit(tx, asks, id, note=text(form, "note", 600))
    return _saved(request, draft)


@router.post("/drafts/check")
def check(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """What the engine says of the words as typed: nothing is kept."""
    permitted(request, "item.check")
    return _checked(request, written(form))


@router.post("/drafts/mend")
def mended(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The words as the rules would have them, all or (``code``) one rule's: title and text as JSON."""
    permitted(request, "item.check")
    given = written(form)
    item = item_of(content_of(given))
    item = replace(item, facts={**item.facts, **desk(request).screening.facts([item])[0]})
    today = day(desk(request).database.clock.now())
    code = text(form, "code", 80)
    done = mend(item, desk(request).engine, Options(as_of=today, select=(code,) if code else ()))
    return JSONResponse({"title": done.after.parts[0].text, "text": done.after.parts[1].text, "changed": done.count})


@router.post("/drafts/notice")
def notice(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The text with a notice where it goes, as JSON."""
    permitted(request, "item.check")
    given = written(form)
    wanted = next((one for one in _judged(request, given).notices if one.notice.name == text(form, "notice", 80)), None)
    if wanted is None or wanted.offer is None:
        raise Invalid("这条提示现在不能插入:缺少需要的事实,或不再适用。", field="notice")
    return JSONResponse({"title": given.title, "text": inserted(given.text, wanted.notice, wanted.offer)})


@router.post("/drafts/{id}/withdraw")
def withdraw(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Give a draft up."""
    asks = _permitted(request)
    with desk(request).database.write() as tx:
        publication.withdraw(tx, asks, id, text(form, "reason", 600))
    return redirect(request, f"/drafts/{id}", Flash(spoken(request, "稿件已撤回。")))


@router.post("/drafts/{id}/copy")
def copy(request: Request, id: str) -> Response:
    """A new draft of one's own with the words of this one, without its files."""
    asks = permitted(request, "draft.write")
    with desk(request).database.write() as tx:
        content = publication.open_version(tx, asks, id).content
        if content is None:
            raise Invalid("原文已删除,不能复制。")
        title, body = (part["text"] for part in content["parts"])
        kept = {name: content[name] for name in ("platform", "channel", "nature", "domain", "certificate")}
        publisher = content["publisher"]
        given = DraftInput(title, body, publisher_kind=publisher["kind"], publisher_name=publisher["name"],
                           publisher_id=publisher.get("id"), **kept)  # fmt: skip
        made = publication.create_draft(tx, asks, given, judge=desk(request).engine, know=desk(request).screening.know)
    return redirect(request, f"/drafts/{made.id}/edit", Flash(spoken(request, "已复制为新稿件。")))


def _permitted(request: Request) -> Principal:
    asks = user(request)
    if not any(allowed(asks, name) for name in ("draft.department", "draft.publicity")):
        permitted(request, "draft.read")
    return asks


def _waiting(tx: Tx, asks: Principal) -> list[Case]:
    """Live cases of the chain's levels that this person reviews."""
    found: list[Case] = []
    for queue in chain().levels():
        if allowed(asks, queue.permission, queue.name):
            live = cases.list_cases(tx, asks, CaseFilter(queue=queue.name, state="live", kind="draft"), limit=50)
            found += live.items
    return found


def _judged(request: Request, given: DraftInput) -> Judged:
    return _said(request, content_of(given), Perceived())


def _said(request: Request, content: Mapping[str, Any], perceived: Perceived) -> Judged:
    with desk(request).database.read() as tx:
        ask = asking(tx, desk(request).screening.know)
        return judged(desk(request).engine, content, perceived, day(tx.now), ask)


def _checked(request: Request, given: DraftInput) -> Response:
    try:
        said = _judged(request, given)
    except DeskError as error:
        return fragment(request, "publication/_check.html", fault=spoken(request, error.message), shown=None, said=None)
    shown = laid_out(_unsaved(given), said)
    return fragment(request, "publication/_check.html", fault=None, shown=shown, said=said)


def _unsaved(given: DraftInput) -> Opened:
    return Opened(Version("", 0, "", "", None, "", "", "", "", 0), content_of(given), None)


def _empty() -> Opened:
    return _unsaved(DraftInput())


def _editor(request: Request, asks: Principal, draft: Draft | None, version: Opened, threads: Any,
            names: Any = None) -> Response:  # fmt: skip
    content = version.content or {}
    title, body = (part["text"] for part in version.parts)
    given = DraftInput(title, body)
    said = _said(request, content, version.perceived)
    crumbs = (Crumb("待发布内容", "/drafts"), Crumb("写稿" if draft is None else "改稿"))
    return page(
        request, "publication/edit.html", title="写稿" if draft is None else "改稿", crumbs=crumbs, draft=draft,
        content=content, given=given, threads=threads or [], names=names or {}, choices=CHOICES, states=STATES,
        shown=laid_out(version, said), said=said, fault=None, department=asks.department, steps=steps(),
        unread=version.perceived.unread, all_notices=notices(),
    )  # fmt: skip


def _saved(request: Request, draft: Draft) -> Response:
    if draft.state == "review":
        return redirect(request, f"/drafts/{draft.id}", Flash(spoken(request, "已提交,等待审核。")))
    return redirect(request, f"/drafts/{draft.id}/edit", Flash(spoken(request, "已保存第 {n} 版。", n=draft.version)))
