"""One case under review: what it is about, and the answer."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case
from mingjian.desk.people.permissions import allowed
from mingjian.desk.queues.load import book
from mingjian.doors.console.alike import alike_of
from mingjian.doors.console.context import (
    Crumb,
    Flash,
    desk,
    fragment,
    is_htmx,
    page,
    permitted,
    posted,
    redirect,
    spoken,
)
from mingjian.doors.console.faults import notice
from mingjian.doors.console.i18n import language
from mingjian.doors.console.law import law_of
from mingjian.doors.console.pages.items import beside, log_reveal, publisher_beside, reveals
from mingjian.doors.console.publishers import publisher_of
from mingjian.doors.console.reading import read_item
from mingjian.doors.console.registered import with_registered
from mingjian.doors.console.rings import rings_of
from mingjian.doors.console.subjects import names_of
from mingjian.doors.console.verdicts import answer_of, reason_keys, rights, verdict_keys
from mingjian.doors.console.verifying import product_of
from mingjian.doors.console.words import word
from mingjian.governance.decisions import service as decisions
from mingjian.governance.decisions.products import is_registered
from mingjian.records.errors import DeskError
from mingjian.records.rings.model import Kept
from mingjian.records.storage import actions
from mingjian.records.storage.database import Tx

router = APIRouter()
# What is reviewed on pages of its own.
ELSEWHERE = {"draft": "/drafts/{subject}", "appeal": "/appeals/{subject}"}


@router.get("/review/{id}")
def review(request: Request, id: str) -> Response:
    """The case with its item or publisher, the law beside it and the verdict keys. Looking takes no lease."""
    asks = permitted(request, "case.read")
    reading = other = publisher = product = alike = None
    around: tuple[Kept, ...] = ()
    with desk(request).database.read() as tx:
        case = cases.get_case(tx, asks, id)
        if case.kind in ELSEWHERE:
            return RedirectResponse(ELSEWHERE[case.kind].format(subject=case.subject), 303)
        blind = cases.is_blind(tx, id)
        if is_registered(case):
            product = product_of(tx, case.subject)
        elif case.kind in ("item", "product"):
            reading = read_item(tx, case.subject, covered=not reveals(request, asks))
            other, publisher = beside(tx, reading), publisher_beside(tx, reading, blind)
            alike = alike_of(tx, asks, case.subject)
            around = () if blind else rings_of(tx, asks, case.subject)
        elif case.kind == "actor":
            publisher = publisher_of(tx, case.subject, case.publisher_kind, blind=blind)
        publisher = with_registered(tx, asks, publisher, reading)
        reviews = cases.reviews_of(tx, asks, id)
        decided = [] if blind or reading is None else actions.decisions_of_item(tx, case.subject)
        actors = [*(one.reviewer for one in reviews), *(one.made_by for one in decided)]
        names = names_of(tx, [case.assignee, case.lease_holder, *actors])
        mine = case.lease_holder == asks.actor
    if reading is not None:
        log_reveal(request, asks, reading)
    queue = book().queue(case.queue)
    lang = language(request)
    crumbs = (Crumb("审核队列", "/queues"), Crumb(queue.label(lang), f"/queues/{queue.name}"), Crumb(case.id))
    return page(
        request, "review/review.html", title="审核", crumbs=crumbs, case=case, queue=queue, mine=mine, reading=reading,
        other=other, alike=alike, publisher=publisher, product=product, reviews=reviews, decisions=decided, names=names,
        blind=blind, rings=around,
        law=law_of(reading.findings, reading.stored.as_of) if reading is not None else (),
        keys=verdict_keys(queue, asks), reasons=reason_keys(queue), rights=rights(lang),
        takes=case.stage != "closed" and (allowed(asks, queue.permission, queue.name)
                                          or (case.stage == "expert" and allowed(asks, "case.expert", queue.name))),
    )  # fmt: skip


@router.post("/review/{id}/take")
def take(request: Request, id: str) -> Response:
    """Lease the case, or begin one's lease anew: htmx gets the clock, a form the page."""
    asks = permitted(request, "case.review")
    with desk(request).database.write() as tx:
        case = cases.take_case(tx, asks, id)
    if is_htmx(request) and request.headers.get("HX-Target") == "lease":
        return fragment(request, "review/_lease.html", case=case, mine=True)
    return redirect(request, f"/review/{id}")


@router.post("/review/{id}/release")
def release(request: Request, id: str) -> Response:
    """Give the lease back."""
    asks = permitted(request, "case.review")
    with desk(request).database.write() as tx:
        case = cases.release_case(tx, asks, id)
    return redirect(request, f"/queues/{case.queue}", Flash(spoken(request, "已放回队列。")))


@router.post("/review/{id}/submit")
def submit(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The answer; then the next case of the queue. What is wrong is told beside the keys and nothing typed is lost."""
    asks = permitted(request, "case.review")
    database = desk(request).database
    try:
        with database.write() as tx:
            answer = answer_of(form, cases.get_case(tx, asks, id))
            settled = decisions.review_case(tx, asks, answer)
    except DeskError as error:
        if not is_htmx(request):
            raise
        title = "没有提交" if error.status != 409 else "没有提交:案件已变动"
        response = notice(request, title, error.message, error.status)
        response.headers["HX-Retarget"] = "#verdict-alert"
        return response
    said = spoken(request, "已提交:{measure}", measure=word("measure", answer.measure, language(request)))
    if not settled.final:
        said += spoken(request, "(还须他人复审)")
    told = Flash(said, undo=f"/review/{id}/undo")
    if form.get("then") == "stay":
        return redirect(request, f"/review/{id}", told)
    with database.write() as tx:
        following = cases.next_case(tx, asks, settled.case.queue)
    if following is None:
        return redirect(request, f"/queues/{settled.case.queue}", told, Flash(spoken(request, "这个队列已经审完。")))
    return redirect(request, f"/review/{following.id}", told)


@router.post("/review/{id}/undo")
def undo(request: Request, id: str) -> Response:
    """Take one's own last answer back and look at the case again."""
    asks = permitted(request, "case.review")
    with desk(request).database.write() as tx:
        decisions.undo_case(tx, asks, id, "审核员撤回")
        case = _held_again(tx, request, id)
    return redirect(request, f"/review/{case.id}", Flash(spoken(request, "已撤回,请重新审核。")))


def _held_again(tx: Tx, request: Request, id: str) -> Case:
    asks = permitted(request, "case.review")
    case = cases.get_case(tx, asks, id)
    return case if case.lease_holder == asks.actor else cases.take_case(tx, asks, id)
