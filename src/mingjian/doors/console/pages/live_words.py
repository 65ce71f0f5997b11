"""Code words that were met beside restricted items of rooms: people accept or decline them, and can take that back."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.context import Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verifying import place_of
from mingjian.governance.live import codewords
from mingjian.records.errors import Invalid
from mingjian.records.live.model import WORD_STATES
from mingjian.records.storage import live_rooms, live_words

router = APIRouter()
READS, MANAGES = "live.read", "live.manage"
_PAGE = 50


@router.get("/live/words")
def listed(request: Request) -> Response:
    """Code words, the newest first; those that wait unless the address says otherwise."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, ("state", "before"))
    state = values.get("state", "proposed")
    if state not in (*WORD_STATES, "all"):
        raise Invalid("没有这种状态。", field="state")
    wanted = None if state == "all" else state
    with desk(request).database.read() as tx:
        found, last = live_words.list_words(tx, wanted, place_of(values.get("before")), _PAGE)
        places = {one.id: live_words.places_of_word(tx, one.id, 5) for one in found}
        rooms = live_rooms.rooms_by_id(tx, [room for met in places.values() for room, *_ in met])
        names = names_of(tx, [one.by for one in found])
    onward = address("/live/words", values, before=last) if last is not None else None
    return page(request, "live/words.html", title="暗语", found=found, places=places, rooms=rooms, names=names,
                state=state, states=(*WORD_STATES, "all"), next=onward, manages=allowed(asks, MANAGES))  # fmt: skip


@router.post("/live/words/{id}/accept")
def accept(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The judges of all rooms know it from now on; known beside an item it counts as a hint, never alone."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        codewords.accept(tx, asks, id, text(form, "reason", 501))
    told = Flash(spoken(request, "已收录,各直播间随即生效。"), undo=f"/live/words/{id}/reopen")
    return redirect(request, "/live/words", told)


@router.post("/live/words/{id}/decline")
def decline(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """It is none: not proposed again."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        codewords.decline(tx, asks, id, text(form, "reason", 501))
    told = Flash(spoken(request, "不收录,不再提出。"), undo=f"/live/words/{id}/reopen")
    return redirect(request, "/live/words", told)


@router.post("/live/words/{id}/reopen")
def reopen(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Accepted or declined and taken back."""
    asks = permitted(request, MANAGES)
    reason = text(form, "reason", 501) or spoken(request, "撤销刚才的答复")
    with desk(request).database.write() as tx:
        codewords.reopen(tx, asks, id, reason)
    return redirect(request, "/live/words", Flash(spoken(request, "已撤回,等待重新确认。")))
