"""Where an item's pictures, clips and words were seen before or after."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.alike import sides
from mingjian.doors.console.context import Crumb, desk, page, permitted
from mingjian.doors.console.subjects import titles_of
from mingjian.governance.reuse.lists import frozen, likeness_at, likenesses_of
from mingjian.records.errors import NotFound
from mingjian.records.storage.reuse import Place

router = APIRouter()
_PLACE = re.compile(r"([0-9]{1,15})-([0-9]{1,6})")
_PAGE = 30


@router.get("/items/{id}/likenesses")
def likenesses(request: Request, id: str) -> Response:
    """All likenesses of an item, the newest finds first."""
    asks = permitted(request, "item.read")
    permitted(request, "reuse.read")
    before = request.query_params.get("before")
    with desk(request).database.read() as tx:
        found, place = likenesses_of(tx, asks, id, None if before is None else _place(before), _PAGE)
        fact = frozen(tx, asks, id)
        titles = titles_of(tx, [id, *(one.other.id for one in found)])
    title = titles[id].title or id
    return page(
        request, "reuse/list.html", title="相似与复用", crumbs=(Crumb(title, f"/items/{id}"), Crumb("相似与复用")),
        item=id, seen=found, titles=titles, fact=fact, before=before,
        next=None if place is None else f"/items/{id}/likenesses?before={place[0]}-{place[1]}",
    )  # fmt: skip


@router.get("/items/{id}/likenesses/{place}")
def likeness(request: Request, id: str, place: str) -> Response:
    """One pair side by side: where on either side it is, and how far they differ."""
    asks = permitted(request, "item.read")
    permitted(request, "reuse.read")
    with desk(request).database.read() as tx:
        seen = likeness_at(tx, asks, id, _place(place))
        mine, other = sides(tx, id, seen)
    crumbs = (Crumb(mine.title or id, f"/items/{id}"), Crumb("相似与复用", f"/items/{id}/likenesses"), Crumb("对比"))
    return page(
        request, "reuse/pair.html", title="对比", crumbs=crumbs, item=id, seen=seen, mine=mine, other=other,
        sensitive=mine.reading.sensitive or other.reading.sensitive,
    )  # fmt: skip


def _place(text: str) -> Place:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise NotFound("没有这一对相似内容。")
    return int(found[1]), int(found[2])
