"""Answering cases: one review, or two that must agree, or an expert's; and taking an answer back."""

from __future__ import annotations

from mingjian.desk.cases.chance import drawn
from mingjian.desk.cases.checks import check_answer, demand_turn, facts_of, queue_of
from mingjian.desk.cases.leasing import again, hold_case, required, take_case
from mingjian.desk.cases.looking import seen_by
from mingjian.desk.cases.model import Case, CaseRequest, Review, Reviewed, ReviewInput
from mingjian.desk.cases.opening import open_cases
from mingjian.desk.people.model import Principal, house
from mingjian.desk.quality.sampling import correction_of, sample_of
from mingjian.desk.queues.model import Queue
from mingjian.records.errors import Conflict, Forbidden
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import case_queries
from mingjian.records.storage.database import Tx

_MINUTE = 60_000_000  # microseconds
_NOT_ACTED_ON = ("golden", "sample")


def submit_review(tx: Tx, principal: Principal, answer: ReviewInput) -> Reviewed:
    """Answer a case that is free or one's own. Conflict: the case has changed since ``version``, somebody else holds
    it, it is closed; Forbidden: barred, answered before, no permission; Invalid: not an answer the queue takes."""
    case = hold_case(tx, answer.case)
    queue = queue_of(case)
    demand_turn(tx, principal, case, queue)
    if answer.version != case.version:
        raise Conflict("案件在你打开之后有了变化,请刷新后再提交。", field="version")
    check_answer(queue, answer)
    before = case_queries.reviews_of_case(tx, case.id)
    after = _next_stage(tx, case, queue, answer.measure, before)
    review = tx.new_id("rev")
    body = {
        "review": review,
        "queue": case.queue,
        "stage": case.stage,
        "measure": answer.measure,
        "reasons": list(answer.reasons),
        "codes": list(answer.codes),
        "note": answer.note.strip(),
        "seconds": float(answer.seconds),
        "terms": dict(answer.terms),
        "cites": list(answer.cites),
        "after": after,
    }
    if after == "closed":
        body["outcome"] = answer.measure
    append(tx, Event("case.reviewed", case.id, body, principal.actor))
    kept = next(one for one in case_queries.reviews_of_case(tx, case.id) if one.id == review)
    done = again(tx, case.id)
    final = after == "closed"
    onward = _follow(tx, done, queue, [*before, kept]) if final else None
    acted = answer.measure if final and queue.acts and case.origin not in _NOT_ACTED_ON else None
    return Reviewed(seen_by(principal, done), final, acted, kept, onward)


def _next_stage(tx: Tx, case: Case, queue: Queue, measure: str, before: list[Review]) -> str:
    """A second answer that differs, and a sample's that differs from the first outcome, go to the expert."""
    if case.origin == "golden" or case.stage == "expert":
        return "closed"
    if case.origin == "sample":
        parent = _parent(tx, case)
        return "closed" if parent is None or parent.outcome == measure else "expert"
    if case.stage == "second":
        return "closed" if before[-1].measure == measure else "expert"
    second = queue.second
    asked = (
        measure in second.measures
        or any(condition.matches(facts_of(case)) for condition in second.when)
        or drawn(second.share, "second", case.id)
    )
    return "second" if asked else "closed"


def _follow(tx: Tx, case: Case, queue: Queue, reviews: list[Review]) -> Case | None:
    """Open what arises from a closed case; the next level's case where there is one."""
    barred = (*case_queries.bars_of(tx, case.id), *(review.reviewer for review in reviews))
    if case.origin == "sample":
        parent = _parent(tx, case)
        before = [] if parent is None else case_queries.reviews_of_case(tx, parent.id)
        correction = correction_of(case, parent, [review.reviewer for review in before])
        if correction is not None:
            open_cases(tx, house("quality"), [correction])
        return None
    if case.origin == "golden":
        return None
    sample = sample_of(case, queue, barred)
    if sample is not None:
        open_cases(tx, house("quality"), [sample])
    if queue.onward is None or case.outcome not in queue.onward_measures:
        return None
    request = CaseRequest(
        case.kind, case.subject, case.facts, case.origin, queue.onward, case.reason, barred, parent=case.id
    )
    return open_cases(tx, house("queues"), [request])[0]


def _parent(tx: Tx, case: Case) -> Case | None:
    return None if case.parent is None else case_queries.cases_by_id(tx, [case.parent]).get(case.parent)


def undo_review(tx: Tx, principal: Principal, case: str, reason: str) -> Case:
    """Take back one's own answer, the last on the case, within the queue's minutes; the case is as before it and
    leased to its author again. What arose from it is withdrawn. Conflict: too late, somebody answered after it or
    works on it or on what arose from it; Forbidden: another's answer."""
    held = hold_case(tx, case)
    queue = queue_of(held)
    reviews = case_queries.reviews_of_case(tx, case)
    if not reviews:
        raise Conflict("本案还没有答案可撤回。")
    last = reviews[-1]
    if last.reviewer != principal.actor:
        own = any(review.reviewer == principal.actor for review in reviews)
        raise (Conflict if own else Forbidden)("只能撤回自己的答案,且其后没有他人审过。")
    if tx.now - last.at > queue.undo_minutes * _MINUTE:
        raise Conflict(f"已过 {queue.undo_minutes} 分钟的撤回时限,请另行立案或按申诉处理。")
    if held.lease_holder is not None:
        raise Conflict("复审员已在看本案,不能撤回。")
    for child in case_queries.children_of(tx, case):
        if child.stage == "closed" and child.outcome is None:
            continue
        if child.opened_at != last.at or child.state != "open" or case_queries.reviews_of_case(tx, child.id):
            raise Conflict("由本案引出的案件已有人处理,不能撤回。")
        append(tx, Event("case.withdrawn", child.id, {"reason": "上一轮审核已撤回"}, principal.actor))
    body = {"review": last.id, "stage": last.stage, "reason": required(reason)}
    append(tx, Event("case.undone", case, body, principal.actor))
    return take_case(tx, principal, case)
