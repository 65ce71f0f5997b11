"""Rights that wait for conditions: the work list, recording that one was met, taking a record back; public counts."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.i18n import language
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.pages.certification import day_of
from mingjian.doors.console.strangers import slow
from mingjian.doors.console.subjects import names_of
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.ladders import reinstate
from mingjian.governance.ladders.tally import TERMS, tally
from mingjian.records.clock import day
from mingjian.records.storage import registry

router = APIRouter()
NAV = (Nav("申诉", "待恢复", "/reinstatement", ("case.read",), icon="clock", order=20, keys="g w"),)
_PAGE, _DAYS = 50, 365


@router.get("/reinstatement")
def waiting(request: Request, after: int = 0, only: str = "") -> Response:
    """Everybody who has a condition to meet; those whose term is over are marked."""
    asks = permitted(request, "case.read")
    with desk(request).database.read() as tx:
        found = reinstate.awaiting(tx, asks, max(0, after), _PAGE + 1)
        entities = registry.entities_by_id(tx, [one.action.publisher or "" for one in found])
    shown = [one for one in found[:_PAGE] if one.awaits or only != "over"]
    return page(
        request, "reinstatement/list.html", title="待恢复", found=shown, entities=entities, only=only,
        book=book_in_force(), next=found[_PAGE - 1].action.seq if len(found) > _PAGE else None, later=after > 0,
    )  # fmt: skip


@router.get("/reinstatement/{action}")
def one(request: Request, action: str) -> Response:
    """One measure with its conditions: what is met, by whose record, and what is not."""
    asks = permitted(request, "case.read")
    with desk(request).database.read() as tx:
        found = reinstate.demands_of(tx, asks, action)
        names = names_of(tx, [each.record.recorded_by for each in found.demands if each.record is not None])
        entity = registry.entities_by_id(tx, [found.action.publisher or ""]).get(found.action.publisher or "")
    return page(
        request, "reinstatement/one.html", title="恢复条件", found=found, names=names, entity=entity,
        book=book_in_force(), records=allowed(asks, reinstate.PERMISSION),
        crumbs=(Crumb("待恢复", "/reinstatement"), Crumb(action)),
    )  # fmt: skip


@router.post("/reinstatement/{action}")
def record(request: Request, action: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Put on record that a condition was met."""
    asks = permitted(request, reinstate.PERMISSION)
    file = text(form, "file", 64).lower()
    with desk(request).database.write() as tx:
        done = reinstate.record(
            tx, asks, action, text(form, "condition", 40), text(form, "evidence"), file=file or None
        )
    told = "权限已恢复。" if done.state == "reinstated" else "已记录。"
    return redirect(request, f"/reinstatement/{action}", Flash(spoken(request, told)))


@router.post("/reinstatement/{action}/withdraw")
def withdraw(request: Request, action: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Take a record back."""
    asks = permitted(request, reinstate.PERMISSION)
    with desk(request).database.write() as tx:
        reinstate.withdraw(tx, asks, text(form, "record", 40), text(form, "reason"))
    return redirect(request, f"/reinstatement/{action}", Flash(spoken(request, "记录已撤回,条件重新待满足。")))


@router.get("/penalties")
def counts(request: Request, since: str = "", until: str = "", monthly: str = "") -> Response:
    """Public counts of suspensions, without sign-in; small numbers are covered."""
    slow(request, "penalties")
    with desk(request).database.read() as tx:
        last = day_of(until, "until") if until else day(tx.now)
        first = day_of(since, "since") if since else last - timedelta(days=_DAYS - 1)
        found = tally(tx, first, last, monthly=bool(monthly))
    return page(
        request, "reinstatement/counts.html", title="处罚公示", periods=found, first=first, last=last, terms=TERMS,
        monthly=bool(monthly), book=book_in_force(), language=language(request),
    )  # fmt: skip
