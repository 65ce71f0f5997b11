"""The work list of patrols: who does what, done, put off for a reason."""

from __future__ import annotations

from datetime import date, datetime, time

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verifying import Told
from mingjian.governance.patrols import entries
from mingjian.governance.patrols.load import patrols
from mingjian.records.clock import CHINA, micros
from mingjian.records.errors import Invalid
from mingjian.records.storage import patrol_entries, people
from mingjian.records.storage.patrol_entries import EntryFilter

router = APIRouter()
READS = "patrol.read"
STATES = ("open", "snoozed", "done", "superseded")
_PAGE = 50


@router.get("/patrols/tasks")
def listed(request: Request) -> Response:
    """What is to be done, the first due first."""
    asks = permitted(request, READS)
    values = chosen(request.query_params, ("state", "patrol", "mine", "overdue", "after"))
    state = values.get("state", "open")
    if state not in STATES:
        raise Invalid("没有这种状态。", field="state")
    wanted = EntryFilter(state, values.get("patrol"), asks.actor if values.get("mine") else None, None, None,
                         bool(values.get("overdue")))  # fmt: skip
    with desk(request).database.read() as tx:
        found, last = patrol_entries.list_entries(tx, wanted, _place(values.get("after")), _PAGE)
        told = Told(tx, (one.entity for one in found), (one.credential for one in found))
        names = names_of(tx, [actor for one in found for actor in (one.assignee, one.closed_by)])
        counts = patrol_entries.count_entries(tx)
    onward = address("/patrols/tasks", values, after=f"{last[0]}-{last[1]}") if last is not None else None
    return page(request, "patrols/tasks.html", title="工作清单", crumbs=(Crumb("巡查", "/patrols"), Crumb("工作清单")),
                tab="work", found=found, told=told, names=names, values=values, state=state, states=STATES,
                known=patrols(), next=onward, counts=counts)  # fmt: skip


@router.get("/patrols/tasks/{id}")
def entry(request: Request, id: str) -> Response:
    """One entry with what can be done about it."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found = entries.get_entry(tx, asks, id)
        whose = Told(tx, [found.entity], [found.credential]).whose(found.entity, found.credential)
        names = names_of(tx, [found.assignee, found.closed_by])
        manages = allowed(asks, "patrol.manage")
        colleagues = [one for one in people.all_users(tx) if one.state == "active"
                      and allowed(one.principal(), READS)] if manages else []  # fmt: skip
    state = "snoozed" if found.state == "open" and (found.snoozed_until or 0) > _now(request) else found.state
    return page(request, "patrols/entry.html", title="工作清单一项",
                crumbs=(Crumb("巡查", "/patrols"), Crumb("工作清单", "/patrols/tasks"), Crumb(id)), one=found,
                whose=whose, names=names, state=state, works=entries.may_work(asks), colleagues=colleagues,
                patrol=patrols().get(found.patrol))  # fmt: skip


@router.post("/patrols/tasks/{id}/assign")
def assign(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take it, or give it to somebody."""
    asks = permitted(request, READS)
    wanted = text(form, "assignee", 128)
    with desk(request).database.write() as tx:
        entries.assign(tx, asks, id, asks.actor if wanted == "me" else wanted or None)
    return redirect(request, f"/patrols/tasks/{id}", Flash(spoken(request, "已分派。")))


@router.post("/patrols/tasks/{id}/done")
def done(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """It is dealt with."""
    asks = permitted(request, READS)
    with desk(request).database.write() as tx:
        entries.done(tx, asks, id, text(form, "note", 501))
    return redirect(request, "/patrols/tasks", Flash(spoken(request, "已办结。")))


@router.post("/patrols/tasks/{id}/snooze")
def snooze(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Put it off until a day."""
    asks = permitted(request, READS)
    entries.demand_work(asks)
    try:
        until = micros(datetime.combine(date.fromisoformat(text(form, "until", 10)), time(9), CHINA))
    except ValueError as error:
        raise Invalid("请选推迟到哪一天。", field="until") from error
    with desk(request).database.write() as tx:
        entries.snooze(tx, asks, id, until, text(form, "reason", 501))
    return redirect(request, "/patrols/tasks", Flash(spoken(request, "已推迟,到时会回到清单。")))


@router.post("/patrols/tasks/{id}/reopen")
def reopen(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Back onto the list."""
    asks = permitted(request, READS)
    with desk(request).database.write() as tx:
        entries.reopen(tx, asks, id, text(form, "reason", 501))
    return redirect(request, f"/patrols/tasks/{id}", Flash(spoken(request, "已重开。")))


def _now(request: Request) -> int:
    return desk(request).database.clock.now()


def _place(given: str | None) -> tuple[int, int] | None:
    if not given:
        return None
    due, dash, seq = given.partition("-")
    if not (dash and due.isascii() and due.isdigit() and seq.isascii() and seq.isdigit() and len(given) < 40):
        raise Invalid("翻页地址不对,请从头再看。", field="after")
    return int(due), int(seq)
