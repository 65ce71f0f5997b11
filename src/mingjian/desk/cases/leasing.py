"""Taking cases: one reviewer at a time, for the queue's minutes, after which the case is free again by itself."""

from __future__ import annotations

from mingjian.desk.cases.checks import demand_turn, facts_of, queue_of, stages_of
from mingjian.desk.cases.looking import seen_by
from mingjian.desk.cases.model import Case
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.quality.golden import golden_instead
from mingjian.desk.queues.load import book
from mingjian.desk.queues.model import Queue
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import case_queries
from mingjian.records.storage.database import Tx

_MINUTE = 60_000_000  # microseconds


def next_case(tx: Tx, principal: Principal, queue: str) -> Case | None:
    """Lease the first case of the queue that this person may answer and nobody holds; None when there is none. One
    they hold already comes back first. Now and then it is a golden item instead, which looks the same."""
    place = book().queue(queue)
    stages = stages_of(principal, place)
    if not stages:
        demand(principal, place.permission, queue)
    held = case_queries.held_by(tx, principal.actor, queue)
    if held is not None:
        return take_case(tx, principal, held)
    department = principal.department if place.own_department else None
    found = case_queries.first_free(tx, queue, principal.actor, stages, department)
    if found is None:
        return None
    if "first" in stages:
        found = golden_instead(tx, principal, place, found) or found
    return seen_by(principal, _lease(tx, principal, found, place))


def take_case(tx: Tx, principal: Principal, case: str) -> Case:
    """Lease one case; one's own lease starts anew when half of it is gone. Conflict when somebody else holds it, it
    is assigned to another or closed; Forbidden to whoever is barred or has answered it."""
    held = hold_case(tx, case)
    queue = queue_of(held)
    demand_turn(tx, principal, held, queue)
    if held.lease_until is not None and held.lease_until - tx.now > queue.lease_minutes * _MINUTE // 2:
        return seen_by(principal, held)
    return seen_by(principal, _lease(tx, principal, case, queue))


def release_case(tx: Tx, principal: Principal, case: str) -> Case:
    """Give one's lease back; somebody else's needs case.assign. A case nobody holds stays as it is."""
    held = hold_case(tx, case)
    if held.lease_holder is None:
        return seen_by(principal, held)
    if held.lease_holder != principal.actor:
        demand(principal, "case.assign", held.queue)
    append(tx, Event("case.released", case, {}, principal.actor))
    return seen_by(principal, again(tx, case))


def assign_case(tx: Tx, principal: Principal, case: str, assignee: str | None) -> Case:
    """Give the case to one actor alone (``user:usr_…``), or with None to all again; a lease on it ends. Needs
    case.assign. Conflict: closed, or the assignee has answered it or is barred."""
    held = hold_case(tx, case)
    demand(principal, "case.assign", held.queue)
    _demand_live(held)
    if assignee is not None:
        if not assignee.startswith("user:") or len(assignee) > 128:
            raise Invalid("请选择要分派的账号。", field="assignee")
        answered = any(review.reviewer == assignee for review in case_queries.reviews_of_case(tx, case))
        if answered or case_queries.is_barred(tx, case, assignee):
            raise Conflict("此人审过本案或与本案有关,请分派给他人。", field="assignee")
    append(tx, Event("case.assigned", case, {"assignee": assignee}, principal.actor))
    return seen_by(principal, again(tx, case))


def move_case(tx: Tx, principal: Principal, case: str, queue: str, reason: str) -> Case:
    """Put a live case that nobody has answered yet into another queue, with that queue's priority and due time from
    now on. Needs case.assign in both."""
    held = hold_case(tx, case)
    target = book().queue(queue)
    for name in (held.queue, queue):
        demand(principal, "case.assign", name)
    _demand_live(held)
    if held.kind not in target.kinds:
        raise Invalid(f"“{target.title}”不收 {held.kind} 类案件。", field="queue")
    if case_queries.reviews_of_case(tx, case):
        raise Conflict("案件已有人审过,不能再换队列。")
    priority, due_at = book().urgency(target, facts_of(held), tx.now)
    body = {"queue": queue, "priority": priority, "due_at": due_at, "reason": required(reason)}
    append(tx, Event("case.moved", case, body, principal.actor))
    return seen_by(principal, again(tx, case))


def withdraw_case(tx: Tx, principal: Principal, case: str, reason: str) -> Case:
    """Close a live case without outcome: the draft was taken back, the item erased. Needs case.assign."""
    held = hold_case(tx, case)
    demand(principal, "case.assign", held.queue)
    _demand_live(held)
    append(tx, Event("case.withdrawn", case, {"reason": required(reason)}, principal.actor))
    return seen_by(principal, again(tx, case))


def hold_case(tx: Tx, case: str) -> Case:
    """The case, its row held until the transaction ends; NotFound when there is none."""
    found = case_queries.case_by_id(tx, case)
    if found is None:
        raise NotFound("没有这个案件。")
    return found


def again(tx: Tx, case: str) -> Case:
    """A case that was just changed, as it is now."""
    return hold_case(tx, case)


def required(reason: str) -> str:
    """A reason in words."""
    if not reason.strip() or len(reason) > 500:
        raise Invalid("请写明理由(不超过 500 字)。", field="reason")
    return reason.strip()


def _demand_live(case: Case) -> None:
    if case.stage == "closed":
        raise Conflict("案件已结案,请刷新。")


def _lease(tx: Tx, principal: Principal, case: str, queue: Queue) -> Case:
    until = tx.now + queue.lease_minutes * _MINUTE
    append(tx, Event("case.leased", case, {"until": until}, principal.actor))
    return again(tx, case)
