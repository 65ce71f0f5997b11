"""Blind rating by experts: their forms, one key a mark, kept as they go."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.media import send
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.rankings import FORM_STATES
from mingjian.governance.ranking import rating
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.items.model import Media

router = APIRouter()
NAV = (Nav("评分", "专家评分", "/rating", (rating.RATE,), icon="check", order=60, keys="g m"),)
_verified: set[tuple[str, int, int]] = set()


@router.get("/rating")
def mine(request: Request) -> Response:
    """One's own forms: those that wait, and those handed in."""
    asks = permitted(request, rating.RATE)
    with desk(request).database.read() as tx:
        waiting, done = rating.my_forms(tx, asks), rating.my_forms(tx, asks, "submitted")
        shown = [rating.show(tx, asks, one.id) for one in (*waiting[:200], *done[:50])]
        titles = {one.edition.id: one.edition for one in shown}
    return page(request, "rating/list.html", title="专家评分", shown=shown, editions=titles, states=FORM_STATES,
                waiting=len(waiting), done=len(done))  # fmt: skip


@router.get("/rating/{id}")
def form(request: Request, id: str) -> Response:
    """A form with the works beside it."""
    asks = permitted(request, rating.RATE)
    with desk(request).database.read() as tx:
        shown = rating.show(tx, asks, id)
        following = [one.id for one in rating.my_forms(tx, asks) if one.id != id]
    return page(
        request, "rating/form.html", title=shown.alias, shown=shown, following=following[:1], left=len(following),
        cannot=rating.CANNOT, open=shown.form.state == "assigned" and shown.edition.state == "rating",
        states=FORM_STATES, crumbs=(Crumb("专家评分", "/rating"), Crumb(shown.alias)),
    )  # fmt: skip


@router.post("/rating/{id}/marks")
def mark(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Keep marks: fields named by dimension, empty to take one away. Answers without a page: the form stays."""
    asks = permitted(request, rating.RATE)
    given: dict[str, int | None] = {}
    for key, value in form.items():
        if key == "csrf_token" or not isinstance(value, str):
            continue
        if value and not (value.isascii() and value.isdigit() and len(value) == 1):
            raise Invalid("分数应为一位数字。", field=key[:40])
        given[key] = int(value) if value else None
    with desk(request).database.write() as tx:
        rating.mark(tx, asks, id, given)
    return Response(status_code=204)


@router.post("/rating/{id}/submit")
def submit(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Hand a form in, with all marks on the page (a script may not have run), and go on to the next."""
    asks = permitted(request, rating.RATE)
    with desk(request).database.write() as tx:
        plan = rating.show(tx, asks, id).plan
        given = {one.key: int(mark) for one in plan.rated if (mark := text(form, one.key, 1)).isdigit()}
        if given:
            rating.mark(tx, asks, id, given)
        rating.submit(tx, asks, id)
        following = rating.my_forms(tx, asks)
    onward = f"/rating/{following[0].id}" if following else "/rating"
    return redirect(request, onward, Flash(spoken(request, "已提交,不能再改。")))


@router.post("/rating/{id}/conflict")
def conflict(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Declare a conflict of interest."""
    asks = permitted(request, rating.RATE)
    with desk(request).database.write() as tx:
        rating.declare(tx, asks, id, text(form, "reason", 500))
    return redirect(request, "/rating", Flash(spoken(request, "已回避,评分表已收回。")))


@router.get("/rating/{id}/media/{digest}")
def media(request: Request, id: str, digest: str) -> Response:
    """A picture of the works, under a name that says nothing."""
    asks = permitted(request, rating.RATE)
    with desk(request).database.read() as tx:
        works = rating.show(tx, asks, id).works
    names = [name for work in works for name in work["media"]]
    if digest not in names:
        raise NotFound("作品里没有这个文件。")
    name = str(names.index(digest) + 1)
    return send(desk(request).settings.blobs, Media(digest, name, "picture", 0), _verified)
