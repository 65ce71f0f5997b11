"""Appeals: those that wait, those answered, and one with all that is needed to answer it."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.desk.people import masking
from mingjian.desk.people.permissions import allowed
from mingjian.desk.people.service import log_access
from mingjian.desk.queues.load import queues
from mingjian.doors.console.context import Crumb, Flash, desk, page, permitted, posted, redirect, spoken, text
from mingjian.doors.console.filters import address
from mingjian.doors.console.i18n import language
from mingjian.doors.console.law import law_of
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.pages.items import log_reveal, reveals
from mingjian.doors.console.reading import read_item
from mingjian.doors.console.subjects import names_of, titles_of
from mingjian.doors.console.verdicts import rights
from mingjian.doors.desk.bell import WORK
from mingjian.governance.appeals import service
from mingjian.governance.appeals.parties import involved
from mingjian.governance.certification.appealing import answer_appeal
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.decisions.service import get_decision
from mingjian.governance.statements.service import statement
from mingjian.records.errors import Invalid
from mingjian.records.storage import item_queries
from mingjian.records.storage.database import Tx

router = APIRouter()
NAV = (Nav("申诉", "申诉复核", "/appeals", ("appeal.decide", "case.read"), icon="appeal", order=10, keys="g a"),)
OUTCOMES = ("upheld", "varied", "overturned")
_PAGE = 40


@router.get("/appeals")
def listed(request: Request, state: str = "waiting", after: str | None = None, before: int | None = None) -> Response:
    """Those that wait, the most urgent first; or those answered, the last lodged first."""
    asks = permitted(request, "case.read")
    if state not in ("waiting", "decided"):
        raise Invalid("申诉只能按“待复核”或“已裁决”看。", field="state")
    with desk(request).database.read() as tx:
        if state == "waiting":
            found = service.list_waiting(tx, asks, _place(after), _PAGE + 1)
        else:
            found = service.list_decided(tx, asks, before, _PAGE + 1)
        shown, more = found[:_PAGE], len(found) > _PAGE
        titles = titles_of(tx, [one.appeal.item for one in shown if one.appeal.item])
        names = names_of(tx, [name for one in shown for name in (one.appeal.decided_by, one.decision.made_by)])
        barred = {one.appeal.id for one in shown if state == "waiting"
                  and asks.actor in involved(tx, one.decision, one.appeal)}  # fmt: skip
    onward = None
    if more:
        last = shown[-1].appeal
        place = {"after": f"{last.due_at}-{last.seq}"} if state == "waiting" else {"before": last.seq}
        onward = address("/appeals", {"state": state}, **place)
    return page(request, "appeals/list.html", title="申诉复核", state=state, found=shown, titles=titles, names=names,
                barred=barred, next=onward, later=bool(after or before))  # fmt: skip


@router.post("/appeals")
def lodge(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Lodge one for the person concerned."""
    asks = permitted(request, "appeal.lodge")
    with desk(request).database.write() as tx:
        made = service.lodge(tx, asks, text(form, "decision", 64), text(form, "grounds", service.MOST_GROUNDS + 1))
    WORK.ring()
    return redirect(request, f"/appeals/{made.id}", Flash(spoken(request, "已提出申诉。")))


@router.get("/appeals/{id}")
def appeal(request: Request, id: str) -> Response:
    """The decision and what the person says against it, side by side, and the keys to answer with."""
    asks = permitted(request, "case.read")
    lang = language(request)
    reading = None
    with desk(request).database.read() as tx:
        shown = service.get_appeal(tx, asks, id)
        made = get_decision(tx, asks, shown.decision.id)
        told = statement(tx, asks, shown.decision.id, lang)
        covered = not reveals(request, asks)
        if shown.appeal.item is not None and allowed(asks, "item.read"):
            reading = read_item(tx, shown.appeal.item, covered=covered)
        parties = involved(tx, shown.decision, shown.appeal)
        others = item_queries.items_of_publisher(tx, shown.appeal.publisher, 6) if shown.appeal.publisher else []
        names = names_of(tx, [shown.decision.made_by, shown.appeal.decided_by, *parties])
    if reading is not None:
        log_reveal(request, asks, reading)
    grounds = shown.grounds
    if grounds is not None and not covered and masking.kinds([grounds]):
        with desk(request).database.write() as tx:
            log_access(tx, asks, "appeal.read", id, masking.kinds([grounds]))
    queue = queues().get("appeals")
    waiting = shown.appeal.state == "lodged"
    return page(
        request, "appeals/appeal.html", title="申诉", crumbs=(Crumb("申诉复核", "/appeals"), Crumb(id)), shown=shown,
        grounds=masking.mask(grounds) if grounds is not None and covered else grounds, decision=made.decision,
        actions=made.actions, told=told, reading=reading, names=names, parties=sorted(parties), others=others,
        personal=bool(grounds and masking.kinds([grounds])), covered=covered, outcomes=OUTCOMES, waiting=waiting,
        barred=asks.actor in parties, answers=waiting and asks.actor not in parties and allowed(asks, "appeal.decide"),
        reasons=queue.reasons if queue is not None else (), milder=_milder(made.decision.measure), rights=rights(lang),
        law=law_of(reading.findings, reading.stored.as_of) if reading is not None else (),
    )  # fmt: skip


@router.post("/appeals/{id}")
def answer(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Uphold, vary or overturn, for a reason the person concerned will read."""
    asks = permitted(request, "appeal.decide")
    outcome = text(form, "outcome", 20)
    if outcome not in OUTCOMES:
        raise Invalid("请先选一个裁决。", field="outcome")
    words = tuple(value for value in form.getlist("word") if isinstance(value, str) and value) or ("other",)
    varied = outcome == "varied"
    measure = text(form, "measure", 40) if varied else ""
    days = text(form, "days", 5) if varied else ""
    if days and not (days.isascii() and days.isdigit()):
        raise Invalid("天数应为整数。", field="days")
    with desk(request).database.write() as tx:
        done = answer_appeal(
            tx, asks, id, outcome, text(form, "reason"), measure=measure or None,
            right=text(form, "right", 40) or None if measure == "suspend" else None,
            days=int(days) if days else None, words=words,
        )  # fmt: skip
        following = _next(tx, asks.actor, service.list_waiting(tx, asks, limit=20))
    WORK.ring()
    told = spoken(request, "已裁决。") if done.state != "lodged" else spoken(request, "已提交,还须他人复审。")
    onward = f"/appeals/{following}" if following and form.get("then") == "next" else f"/appeals/{id}"
    return redirect(request, onward, Flash(told))


def _next(tx: Tx, actor: str, waiting: Sequence[service.AppealShown]) -> str | None:
    return next((one.appeal.id for one in waiting if actor not in involved(tx, one.decision, one.appeal)), None)


def _milder(measure: str) -> tuple[str, ...]:
    """The measures that may take the place of one: milder ones, or the same for a shorter time."""
    book = book_in_force()
    rank = book.rank(measure)
    return tuple(name for name, one in book.measures.items() if one.rank < rank or (name == measure and one.most_days))


def _place(given: str | None) -> tuple[int, int] | None:
    if not given:
        return None
    due, dash, seq = given.partition("-")
    if not (dash and due.isascii() and due.isdigit() and seq.isascii() and seq.isdigit() and len(given) < 40):
        raise Invalid("翻页地址不对,请从头再看。", field="after")
    return int(due), int(seq)
