"""Looking at cases: each sees the queues they may see, and golden items look like the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from mingjian.desk.cases.checks import own_department
from mingjian.desk.cases.cursors import mark, place
from mingjian.desk.cases.model import ORIGINS, STATES, Case, CaseFilter, Page, QueueCount, Review
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.desk.queues.load import book
from mingjian.records.errors import Forbidden, Invalid, NotFound
from mingjian.records.storage import case_queries
from mingjian.records.storage.database import Tx

_GUISE, _OPENER = "policy", "duty:policies"  # what a golden item's case looks as if it came from
_MOST = 200


def visible_queues(principal: Principal) -> tuple[str, ...]:
    """The queues somebody may see, in the order of the file: to read cases, or to work in that queue."""
    return tuple(queue for queue in book().queues if _visible(principal, queue))


def _visible(principal: Principal, queue: str) -> bool:
    known = book().queues.get(queue)
    return allowed(principal, "case.read", queue) or (known is not None and allowed(principal, known.permission, queue))


def seen_by(principal: Principal, case: Case) -> Case:
    """The case as this person may see it: golden items in disguise (after closing only quality sees them), and of a
    live sample not where it came from."""
    if case.origin == "golden" and not (case.stage == "closed" and allowed(principal, "quality.read")):
        return replace(case, origin=_GUISE, opened_by=_OPENER)
    if case.origin == "sample" and case.stage != "closed":
        return replace(case, parent=None)
    return case


def get_case(tx: Tx, principal: Principal, case: str) -> Case:
    """One case; NotFound when there is none or the asker may not see it."""
    found = case_queries.case_by_id(tx, case)
    if found is None or not _may_see(principal, found):
        raise NotFound("没有这个案件,或你无权查看。")
    return seen_by(principal, found)


def _may_see(principal: Principal, case: Case) -> bool:
    queue = book().queues.get(case.queue)
    return _visible(principal, case.queue) and (queue is None or own_department(principal, case, queue))


def list_cases(
    tx: Tx, principal: Principal, filters: CaseFilter, cursor: str | None = None, limit: int = 50
) -> Page[Case]:
    """Cases the asker may see, by priority, due time and id; ``limit`` 1 to 200. Forbidden for a queue they may not
    see; Invalid for a cursor or a word that is none."""
    if not 1 <= limit <= _MOST:
        raise Invalid(f"每页 1 到 {_MOST} 条。", field="limit")
    if filters.state is not None and filters.state not in (*STATES, "live"):
        raise Invalid(f"状态“{filters.state}”不对,可用:{'、'.join((*STATES, 'live'))}。", field="state")
    seen = visible_queues(principal)
    if filters.queue is not None:
        if filters.queue not in seen:
            book().queue(filters.queue)  # an unknown one is NotFound
            raise Forbidden(f"没有权限查看队列“{filters.queue}”。")
    elif filters.queues is not None or not allowed(principal, "case.read") or principal.queues:
        wanted = seen if filters.queues is None else tuple(name for name in filters.queues if name in seen)
        filters = replace(filters, queues=wanted)
    disguised: Literal["all", "live"] | None = None
    if filters.origin == "golden":
        demand(principal, "quality.read")
        filters = replace(filters, state="closed")
    elif filters.origin == _GUISE:  # a list by origin must not tell golden items from others either
        disguised = "live" if allowed(principal, "quality.read") else "all"
    elif filters.origin is not None and filters.origin not in ORIGINS:
        raise Invalid(f"来源“{filters.origin}”不对,可用:{'、'.join(ORIGINS)}。", field="origin")
    own = tuple(name for name in seen if book().queues[name].own_department)
    apart = (principal.department, own) if principal.department is not None else None
    found = case_queries.list_page(
        tx, filters, place(cursor, int, int, str), limit + 1, disguised=disguised, apart=apart
    )
    shown = tuple(seen_by(principal, case) for case in found[:limit])
    last = shown[-1] if len(found) > limit else None
    return Page(shown, None if last is None else mark([last.priority, last.due_at, last.id]))


def cases_of(tx: Tx, principal: Principal, subject: str) -> list[Case]:
    """All cases about a subject that the asker may see, newest first."""
    return [seen_by(principal, case) for case in case_queries.cases_about(tx, subject) if _may_see(principal, case)]


def count_queues(tx: Tx, principal: Principal) -> list[QueueCount]:
    """The live work in every queue the asker may see, in the order of the file, counted now."""
    counts = case_queries.count_live(tx)
    return [counts.get(name) or QueueCount(name) for name in visible_queues(principal)]


def overdue(tx: Tx, limit: int = 1000) -> list[Case]:
    """Live cases whose time is up, the longest waiting first: for the duty that tells people."""
    return case_queries.overdue_cases(tx, limit)


def is_blind(tx: Tx, case: str) -> bool:
    """Whether earlier answers and decisions on the subject must not be shown to who reviews this case now."""
    found = case_queries.case_by_id(tx, case)
    return found is not None and found.stage != "closed" and found.origin in ("sample", "golden")


def reviews_of(tx: Tx, principal: Principal, case: str) -> list[Review]:
    """The answers on a case, oldest first, without those taken back. Of a live case those who could still answer it
    see none but their own, so that a second opinion is one; the expert, and who leads without answering, see all.
    Of a closed case all who may see it see all, but of golden items only quality does."""
    found = case_queries.case_by_id(tx, case)
    if found is None or not _may_see(principal, found):
        raise NotFound("没有这个案件,或你无权查看。")
    answers = case_queries.reviews_of_case(tx, case)
    own = [review for review in answers if review.reviewer == principal.actor]
    if found.stage == "closed":
        return answers if found.origin != "golden" or allowed(principal, "quality.read") else own
    if found.stage == "expert" and allowed(principal, "case.expert", found.queue):
        return answers
    queue = book().queues.get(found.queue)
    could = queue is not None and not own and allowed(principal, queue.permission, found.queue)
    leads = allowed(principal, "case.assign", found.queue) or allowed(principal, "quality.read")
    return answers if leads and not could else own
