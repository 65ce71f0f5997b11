"""A publisher's page: what they may do now, their strikes on each ladder, what was decided of them."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mingjian.doors.console.context import Crumb, desk, page, permitted
from mingjian.doors.console.filters import address
from mingjian.doors.console.i18n import language
from mingjian.doors.console.publishers import publisher_of
from mingjian.doors.console.reading import read_item
from mingjian.doors.console.registered import with_registered
from mingjian.doors.console.subjects import names_of, titles_of
from mingjian.governance.actions.history import publisher_history
from mingjian.governance.decisions.law import book_in_force
from mingjian.records.errors import NotFound
from mingjian.records.storage import actions

router = APIRouter()
_PAGE = 25
_STRIKES = 20  # of a ladder, the latest: a publisher may have thousands


@router.get("/publishers")
def publisher(request: Request, id: str, before: int | None = None) -> Response:
    """``id`` is in the query: what a platform calls its publishers may hold any character."""
    asks = permitted(request, "case.read")
    lang = language(request)
    with desk(request).database.read() as tx:
        known = publisher_of(tx, id, None)
        history = publisher_history(tx, asks, id, before=before, limit=_PAGE)
        if not known.items and not history.decisions:
            raise NotFound("没有这个发布者的内容或处置。")
        last = None
        if known.items:
            last = read_item(tx, known.items[0].id)
            known = publisher_of(tx, id, known.items[0].publisher_kind, last.item)
        known = with_registered(tx, asks, known, last, today=True) or known
        shown = {state.ladder.name: state.strikes[: -_STRIKES - 1 : -1] for state in history.ladders}
        struck = actions.decisions_by_id(tx, [one.decision for strikes in shown.values() for one in strikes])
        titles = titles_of(tx, [one.item for one in (*history.decisions, *struck.values()) if one.item])
        names = names_of(tx, [one.made_by for one in history.decisions])
    book = book_in_force()
    return page(
        request, "decisions/publisher.html", title="发布者", crumbs=(Crumb("处置记录", "/decisions"), Crumb(id)), id=id,
        known=known, history=history, shown=shown, struck=struck, titles=titles, names=names, book=book, rights={
            name: book.right(name, lang) for name in book.rights},
        next=address("/publishers", {"id": id}, before=history.next) if history.next else None,
    )  # fmt: skip
