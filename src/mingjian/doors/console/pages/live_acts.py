"""What was done to live rooms: the list, confirming or declining what waits, sending again, taking back."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console import live_views as views
from mingjian.doors.console.context import Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.live_forms import back, version_of
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verifying import place_of
from mingjian.governance.live import acting
from mingjian.records.errors import Invalid
from mingjian.records.live.model import ACT_STATES
from mingjian.records.storage import live_incidents, live_rooms

router = APIRouter()
READS, ACTS = "live.read", "live.act"
_FILTERS = ("state", "room", "before")
_PAGE = 50


@router.get("/live/acts")
def listed(request: Request) -> Response:
    """Acts, the newest first."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, _FILTERS)
    state = values.get("state")
    if state and state not in ACT_STATES:
        raise Invalid("没有这种状态。", field="state")
    with desk(request).database.read() as tx:
        found, last = live_incidents.list_acts(tx, room=values.get("room"), state=state,
                                               before=place_of(values.get("before")), limit=_PAGE)  # fmt: skip
        rooms = live_rooms.rooms_by_id(tx, [one.room for one in found])
        about = live_incidents.incidents_by_id(tx, [one.incident for one in found])
        names = names_of(tx, [who for one in found for who in (one.asked_by, one.answered_by)])
        provisional = views.provisional(tx, found)
    onward = address("/live/acts", values, before=last) if last is not None else None
    return page(request, "live/acts.html", title="直播处置", found=found, rooms=rooms, about=about, names=names,
                values=values, states=ACT_STATES, next=onward, acts_allowed=allowed(asks, ACTS),
                provisional=provisional, here=address("/live/acts", values))  # fmt: skip


@router.post("/live/acts/{id}/confirm")
def confirm(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A proposed act goes out."""
    asks = permitted(request, ACTS)
    with desk(request).database.write() as tx:
        made = acting.confirm(tx, asks, id, text(form, "reason", 501), version=version_of(form))
    told = Flash(spoken(request, "已确认并发出。"), undo=f"/live/acts/{id}/lift")
    return redirect(request, back(form, made.room), told)


@router.post("/live/acts/{id}/decline")
def decline(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """A proposed act is not wanted."""
    asks = permitted(request, ACTS)
    with desk(request).database.write() as tx:
        made = acting.decline(tx, asks, id, text(form, "reason", 501))
    return redirect(request, back(form, made.room), Flash(spoken(request, "已否决。")))


@router.post("/live/acts/{id}/lift")
def lift(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """An act that went out is taken back, with its decision."""
    asks = permitted(request, ACTS)
    reason = text(form, "reason", 501) or spoken(request, "操作员撤销刚才的处置")
    with desk(request).database.write() as tx:
        made = acting.lift(tx, asks, id, reason)
    return redirect(request, back(form, made.room), Flash(spoken(request, "已撤回,平台会收到撤回通知。")))


@router.post("/live/acts/{id}/resend")
def resend(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """One that failed is sent again."""
    asks = permitted(request, ACTS)
    with desk(request).database.write() as tx:
        made = acting.resend(tx, asks, id)
    return redirect(request, back(form, made.room), Flash(spoken(request, "已重新发出。")))
