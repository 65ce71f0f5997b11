"""Enquiries to regulators: the list with its due times, and one with its letter, its steps and its answer."""

from __future__ import annotations

from datetime import date, datetime, time

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people import masking
from mingjian.desk.people.permissions import allowed
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verifying import Told, evidence_file, kept_file, place_of
from mingjian.governance.enquiries import service
from mingjian.governance.enquiries.letters import LETTERS
from mingjian.governance.enquiries.reminding import horizon
from mingjian.records.clock import CHINA, day, micros
from mingjian.records.enquiries.model import OUTCOMES, STATES
from mingjian.records.errors import Invalid
from mingjian.records.storage import enquiries as store
from mingjian.records.storage.enquiries import EnquiryFilter

router = APIRouter()
NAV = (Nav("登记", "函询", "/enquiries", ("patrol.read",), icon="draft", order=35),)
UPLOADS = ("/enquiries/",)
READS, MANAGES = "patrol.read", "enquiry.manage"
_PAGE = 50


@router.get("/enquiries")
def listed(request: Request) -> Response:
    """Enquiries, newest first; ``overdue=1`` those whose answer should have come."""
    permitted(request, READS)
    values = chosen(request.query_params, ("state", "overdue", "before"))
    wanted = EnquiryFilter(values.get("state"), overdue=bool(values.get("overdue")))
    with desk(request).database.read() as tx:
        found, last = store.list_enquiries(tx, wanted, place_of(values.get("before")), _PAGE)
        told = Told(tx, (one.entity for one in found), (one.credential for one in found))
        counts = store.count_enquiries(tx)
        names = names_of(tx, [one.drafted_by for one in found])
        near = horizon(tx.now)
    onward = address("/enquiries", values, before=last) if last is not None else None
    return page(request, "enquiries/list.html", title="函询", found=found, told=told, counts=counts, names=names,
                values=values, states=STATES, next=onward, near=near)  # fmt: skip


@router.post("/enquiries")
def draft(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Write a letter about a credential."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        made = service.draft(tx, asks, text(form, "credential", 64), text(form, "reason", 501))
    return redirect(request, f"/enquiries/{made.id}", Flash(spoken(request, "已起草函询。")))


@router.get("/enquiries/{id}")
def shown(request: Request, id: str) -> Response:
    """One enquiry with its letter. What may hold personal data is covered for those who may not see it."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found, letter, answer = service.get_enquiry(tx, asks, id)
        whose = Told(tx, [found.entity], [found.credential]).whose(found.entity, found.credential)
        names = names_of(tx, [found.drafted_by, found.sent_by, found.closed_by])
        near = horizon(tx.now)
    writes = allowed(asks, MANAGES)
    if not writes:
        letter, answer = (None if each is None else masking.mask(each) for each in (letter, answer))
    return page(request, "enquiries/enquiry.html", title="函询", crumbs=(Crumb("函询", "/enquiries"), Crumb(id)),
                one=found, letter=letter, answer=answer, whose=whose, names=names, writes=writes,
                how=LETTERS.current().how, outcomes=OUTCOMES, near=near)  # fmt: skip


@router.post("/enquiries/{id}/edit")
def edit(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Other words, before it is sent."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.edit(tx, asks, id, text(form, "letter", 8001), text(form, "regulator", 201))
    return redirect(request, f"/enquiries/{id}", Flash(spoken(request, "已保存。")))


@router.post("/enquiries/{id}/send")
def send(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """It went out."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.send(tx, asks, id, text(form, "how", 40), text(form, "number", 101), _moment(request, form))
    return redirect(request, f"/enquiries/{id}", Flash(spoken(request, "已登记发出,开始计算答复期限。")))


@router.post("/enquiries/{id}/remind")
def remind(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """They were asked again."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.remind(tx, asks, id, text(form, "note", 500))
    return redirect(request, f"/enquiries/{id}", Flash(spoken(request, "已登记催办。")))


@router.post("/enquiries/{id}/answer")
def answer(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """What came back."""
    asks = permitted(request, MANAGES)
    evidence = kept_file(request, form)
    with desk(request).database.write() as tx:
        service.answer(tx, asks, id, text(form, "outcome", 20), text(form, "answer", 4001), evidence,
                       _moment(request, form))  # fmt: skip
    return redirect(request, f"/enquiries/{id}", Flash(spoken(request, "已登记答复。")))


@router.post("/enquiries/{id}/close")
def close(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Done with it."""
    asks = permitted(request, MANAGES)
    with desk(request).database.write() as tx:
        service.close(tx, asks, id, text(form, "reason", 500))
    return redirect(request, "/enquiries", Flash(spoken(request, "已结案。")))


@router.get("/enquiries/{id}/evidence")
def evidence(request: Request, id: str) -> Response:
    """The file that came back."""
    asks = permitted(request, READS)
    with desk(request).database.read() as tx:
        found, _, _ = service.get_enquiry(tx, asks, id)
    return evidence_file(request, asks, found.entity, found.evidence, f"enquiry-{id}")


def _moment(request: Request, form: FormData) -> int | None:
    """The day a form names, at nine in the morning; None (now) for none or today."""
    given = text(form, "on", 10)
    if not given:
        return None
    try:
        named = date.fromisoformat(given)
    except ValueError as error:
        raise Invalid("日期请写作 2026-03-02。", field="on") from error
    if named == day(desk(request).database.clock.now()):
        return None
    return micros(datetime.combine(named, time(9), CHINA))
