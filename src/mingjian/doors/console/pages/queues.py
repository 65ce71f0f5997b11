"""The queues with their work, the cases in one of them, and giving cases to people."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.model import SEVERITIES, VERDICT_VALUES
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import CASE_KINDS, ORIGINS, Case, CaseFilter, QueueCount
from mingjian.desk.people.model import Principal, User
from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.queues.load import queues
from mingjian.desk.queues.model import Queue
from mingjian.doors.console.context import (
    Crumb,
    Flash,
    desk,
    local_path,
    page,
    permitted,
    posted,
    redirect,
    spoken,
    text,
)
from mingjian.doors.console.filters import address, chosen
from mingjian.doors.console.i18n import language
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.subjects import Subject, names_of, subjects_of
from mingjian.doors.i18n import say
from mingjian.records.errors import DeskError, Invalid, NotFound
from mingjian.records.storage import people
from mingjian.records.storage.database import Tx
from mingjian.records.storage.views import drop_view, save_view, views_of

router = APIRouter()
NAV = (Nav("审核", "审核队列", "/queues", ("case.read",), icon="queue", order=10, keys="g q"),)

FILTERS = ("state", "assignee", "platform", "value", "severity", "origin", "kind", "publisher", "overdue")
SHOWN_STATES = ("live", "open", "leased", "second", "expert", "closed")
ALL = "all"
_PAGE = 40
_MOST_ASSIGNED = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A case as the table shows it."""

    case: Case
    subject: Subject
    assignee: str | None
    holder: str | None
    late: bool
    mine: bool


@router.get("/queues")
def index(request: Request) -> Response:
    """Every queue somebody may see, counted."""
    asks = permitted(request, "case.read")
    known = queues()
    with desk(request).database.read() as tx:
        counts = cases.count_queues(tx, asks)
        held = cases.list_cases(tx, asks, CaseFilter(holder=asks.actor), limit=20).items
        given = cases.list_cases(tx, asks, CaseFilter(assignee=asks.actor, state="live"), limit=20).items
        mine = list({case.id: case for case in (*held, *given)}.values())
        views = views_of(tx, asks.actor, "queues")
        rows = _rows(tx, mine, asks)
    listed = [(known[count.queue], count) for count in counts if count.queue in known]
    return page(request, "queues/index.html", title="审核队列", listed=listed, total=_total(counts), mine=rows,
                views=views, can_review=allowed(asks, "case.review"))  # fmt: skip


@router.get("/queues/{name}")
def queue(request: Request, name: str, after: str | None = None) -> Response:
    """The cases of a queue (or of all), most urgent first."""
    asks = permitted(request, "case.read")
    found = _queue(name)
    values = chosen(request.query_params, FILTERS)
    wanted = _wanted(values, name, asks)
    with desk(request).database.read() as tx:
        listed = cases.list_cases(tx, asks, wanted, after, _PAGE)
        rows = _rows(tx, listed.items, asks)
        views = views_of(tx, asks.actor, "queues")
        reviewers = _reviewers(tx, found) if allowed(asks, "case.assign") else []
    here = f"/queues/{name}"
    return page(
        request, "queues/queue.html", title="全部案件" if found is None else found.title,
        crumbs=(Crumb("审核队列", "/queues"), Crumb(_title(request, found))), queue=found, name=name, rows=rows,
        values=values, views=views, here=address(here, values), path=here, link=address,
        next=address(here, values, after=listed.next) if listed.next else None, first=address(here, values),
        later=after is not None, reviewers=reviewers, can_review=found is not None and _reviews(asks, found),
        states=SHOWN_STATES, verdicts=VERDICT_VALUES, severities=SEVERITIES, origins=ORIGINS, kinds=CASE_KINDS,
    )  # fmt: skip


@router.post("/queues/{name}/next")
def take_next(request: Request, name: str) -> Response:
    """Lease the most urgent case and open it."""
    asks = permitted(request, "case.review")
    if _queue(name) is None:
        raise Invalid("请先选一个队列。")
    with desk(request).database.write() as tx:
        case = cases.next_case(tx, asks, name)
    if case is None:
        return redirect(request, f"/queues/{name}", Flash(spoken(request, "这个队列里现在没有可以领取的案件。"),
                                                          "warning"))  # fmt: skip
    return redirect(request, f"/review/{case.id}")


@router.post("/queues/assign")
def assign(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Give the ticked cases to one person, or back to all."""
    asks = permitted(request, "case.assign")
    ids = [str(value) for value in form.getlist("case") if isinstance(value, str)][:_MOST_ASSIGNED]
    assignee = text(form, "assignee", 128) or None
    back = local_path(text(form, "back", 1000), "/queues")
    if not ids:
        return redirect(request, back, Flash(spoken(request, "还没有选中案件。"), "warning"))
    with desk(request).database.write() as tx:
        for id in ids:
            cases.assign_case(tx, asks, id, assignee)
    told = "已分派 {n} 件。" if assignee else "已取消 {n} 件的分派。"
    return redirect(request, back, Flash(spoken(request, told, n=len(ids))))


@router.post("/views")
def keep_view(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Save the filters of a page under a name."""
    asks = permitted(request, "case.read")
    target = local_path(text(form, "address", 1000), "/queues")
    shared = text(form, "shared") == "1"
    if shared:
        demand(asks, "case.assign")
    try:
        with desk(request).database.write() as tx:
            view = save_view(tx, asks.actor, text(form, "page", 64), text(form, "name", 200), target, shared=shared)
    except DeskError as error:
        return redirect(request, target, Flash(say(error.message, language(request)), "error"))
    return redirect(request, target, Flash(spoken(request, "已保存筛选“{name}”。", name=view.name)))


@router.post("/views/{id}/delete")
def forget_view(request: Request, id: str, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """Forget a saved filter of one's own."""
    asks = permitted(request, "case.read")
    with desk(request).database.write() as tx:
        drop_view(tx, asks.actor, id)
    return redirect(request, local_path(text(form, "back", 1000), "/queues"), Flash(spoken(request, "已删除筛选。")))


def _queue(name: str) -> Queue | None:
    """The queue, None for all of them; NotFound."""
    if name == ALL:
        return None
    found = queues().get(name)
    if found is None:
        raise NotFound(f"没有名为“{name[:40]}”的队列。")
    return found


def _title(request: Request, found: Queue | None) -> str:
    return "全部案件" if found is None else found.label(language(request))


def _reviews(asks: Principal, found: Queue) -> bool:
    return allowed(asks, "case.review", found.name) and allowed(asks, found.permission, found.name)


def _wanted(values: dict[str, str], name: str, asks: Principal) -> CaseFilter:
    assignee = values.get("assignee")
    state = values.get("state", "live")
    if state not in SHOWN_STATES:
        raise Invalid(f"没有状态“{state[:40]}”。", field="state")
    return CaseFilter(
        queue=None if name == ALL else name, state=state, assignee=asks.actor if assignee == "me" else assignee,
        origin=values.get("origin"), kind=values.get("kind"), platform=values.get("platform"),
        value=values.get("value"), severity=values.get("severity"), publisher=values.get("publisher"),
        overdue="overdue" in values,
    )  # fmt: skip


def _rows(tx: Tx, found: list[Case] | tuple[Case, ...], asks: Principal) -> list[Row]:
    subjects = subjects_of(tx, found)
    names = names_of(tx, [actor for case in found for actor in (case.assignee, case.lease_holder)])
    return [
        Row(case, subjects[case.subject], names.get(case.assignee or ""), names.get(case.lease_holder or ""),
            case.closed_at is None and case.due_at < tx.now, case.lease_holder == asks.actor)
        for case in found
    ]  # fmt: skip


def _reviewers(tx: Tx, found: Queue | None) -> list[User]:
    """Who may be given cases of a queue."""
    wanted = found.permission if found is not None else "case.review"
    name = found.name if found is not None else None
    return [user for user in people.all_users(tx)
            if user.state == "active" and allowed(user.principal(), wanted, name)]  # fmt: skip


def _total(counts: list[QueueCount]) -> QueueCount:
    due = [count.oldest_due for count in counts if count.oldest_due is not None]
    return QueueCount(
        ALL, sum(each.open for each in counts), sum(each.leased for each in counts),
        sum(each.second for each in counts), sum(each.expert for each in counts),
        sum(each.overdue for each in counts), min(due, default=None),
    )  # fmt: skip
