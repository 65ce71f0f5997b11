"""Reviews at each level, driven through the desk's queues: the answer and what it does to the draft are one
transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mingjian.clinic.publication.access import held
from mingjian.clinic.publication.chain import chain
from mingjian.clinic.publication.judging import Judge, Know
from mingjian.clinic.publication.model import Draft, Reviewed
from mingjian.clinic.publication.sealing import seal
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case, ReviewInput
from mingjian.desk.cases.model import Reviewed as Answered
from mingjian.desk.people.model import Principal
from mingjian.desk.queues.load import book
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import case_queries, draft_queries
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head


def review_draft(
    tx: Tx, principal: Principal, answer: ReviewInput, *, judge: Judge, know: Sequence[Know] = ()
) -> Reviewed:
    """Answer a draft's case: on to the next level, back to the author, or (after the last approval) sealed. Conflict
    also when something stands in the way of sealing: then the answer is not kept. Nobody reviews his own draft."""
    hold_head(tx)
    case = cases.get_case(tx, principal, answer.case)
    if case.kind != "draft":
        raise Invalid("这不是待发布内容的案件。", field="case")
    draft = held(tx, principal, case.subject)
    if case.origin == "drift":
        return _answer_drift(tx, principal, draft, case, answer)
    if draft.author == principal.actor:
        raise Forbidden("不能审核自己的稿件。")
    if draft.case != case.id:
        raise Conflict("稿件已有变化,这件案件不再有效,请刷新。")
    answered = cases.submit_review(tx, principal, answer)
    after = _after(draft, case, answered)
    body = {
        "review": answered.review.id,
        "level": case.queue,
        "case": case.id,
        "version": draft.version,
        "digest": draft.digest,
        "measure": answer.measure,
        "reasons": list(answer.reasons),
        "note": answer.note.strip(),
        "after": after,
    }
    append(tx, Event("draft.reviewed", draft.id, body, principal.actor))
    done = None
    if answered.final and _approves(answer.measure) and book().queue(case.queue).onward is None:
        done = seal(tx, principal, draft, judge, measure=answer.measure, know=know)
    return Reviewed(held(tx, principal, draft.id), answered.final, answered.measure, done)


def _approves(measure: str) -> bool:
    return measure in chain().approves


def _after(draft: Draft, case: Case, answered: Answered) -> dict[str, Any]:
    """Where the draft stands after an answer. A measure that passes here but is not sent onward gives it back."""
    stays = {"state": "review", "level": case.queue, "case": case.id, "resume": None}
    if not answered.final:
        return stays
    if answered.onward is not None and _approves(answered.review.measure):
        return {"state": "review", "level": answered.onward.queue, "case": answered.onward.id, "resume": None}
    if _approves(answered.review.measure) and book().queue(case.queue).onward is None:
        return stays  # the seal follows in this transaction
    return {"state": "returned", "level": None, "case": None, "resume": chain().resumed(case.queue)}


def _answer_drift(tx: Tx, principal: Principal, draft: Draft, case: Case, answer: ReviewInput) -> Reviewed:
    """What the publicity office says of content that differs: pass lets the difference stand."""
    check = next((one for one in draft_queries.checks_of(tx, draft.id) if one.case == case.id), None)
    if check is None:
        raise Conflict("这件案件没有对应的比对记录。")
    answered = cases.submit_review(tx, principal, answer)
    body = {"check": check.id, "case": case.id, "review": answered.review.id, "measure": answer.measure,
            "reasons": list(answer.reasons), "note": answer.note.strip()}  # fmt: skip
    append(tx, Event("draft.drift_answered", draft.id, body, principal.actor))
    return Reviewed(held(tx, principal, draft.id), answered.final, answered.measure)


def undo_draft_review(tx: Tx, principal: Principal, draft: str, reason: str) -> Draft:
    """Take one's own last answer back within the queue's minutes, as long as nobody went on from it. A seal stays."""
    hold_head(tx)
    found = held(tx, principal, draft)
    last = next((step for step in reversed(draft_queries.steps_of(tx, draft)) if not step.undone), None)
    if last is None or last.reviewer != principal.actor:
        raise Forbidden("只能撤回自己的最后一次审核。")
    if not _untouched(tx, found, last.case, last.version):
        raise Conflict("稿件已封存,或其后又有变化,不能撤回。")
    cases.undo_review(tx, principal, last.case, reason)
    body = {"review": last.review, "case": last.case, "reason": reason.strip(), "version": last.version,
            "after": {"state": "review", "level": last.level, "case": last.case, "resume": None}}  # fmt: skip
    append(tx, Event("draft.undone", draft, body, principal.actor))
    return held(tx, principal, draft)


def _untouched(tx: Tx, draft: Draft, case: str, version: int) -> bool:
    """Whether the draft stands where the answer on this case left it."""
    if draft.version != version or not draft.locked:
        return False
    if draft.state == "returned" or draft.case == case:
        return draft.state != "sealed"
    following = None if draft.case is None else case_queries.case_by_id(tx, draft.case)
    return draft.state == "review" and following is not None and following.parent == case
