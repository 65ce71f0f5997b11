"""Appeals: lodged within the deadline, answered by somebody who had no hand in the decision."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import CaseRequest, ReviewInput
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.appeals.parties import involved
from mingjian.governance.appeals.settle import settle
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.decisions.law import Basis, basis_in_force
from mingjian.governance.decisions.words import required
from mingjian.governance.ladders.count import DAY
from mingjian.records.actions.model import Appeal, Decision
from mingjian.records.clock import moment
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, appeals, contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

MOST_GROUNDS = 5000  # characters


@dataclass(frozen=True, slots=True)
class AppealShown:
    """An appeal with the decision it is against, what the person wrote (None once deleted) and, while it waits,
    whether its time to answer is up."""

    appeal: Appeal
    decision: Decision
    grounds: str | None
    overdue: bool


def lodge(
    tx: Tx,
    by: Principal | Concerned,
    decision: str,
    grounds: str,
    *,
    request: str | None = None,
    basis: Basis | None = None,
) -> Appeal:
    """Appeal against a decision: the person concerned by their token, or somebody for them with ``appeal.lodge``.
    Conflict after the deadline, against a decision that is out of force or cannot be appealed, and when there is
    another appeal already; the same ``request``, or the same words by the same person, give the same appeal."""
    if isinstance(by, Concerned):
        if by.decision != decision:
            raise Forbidden("申诉链接与这项决定不符。")
    else:
        demand(by, "appeal.lodge")
    grounds = grounds.strip()
    if not 1 <= len(grounds) <= MOST_GROUNDS:
        raise Invalid(f"请写明申诉理由,最多 {MOST_GROUNDS} 字", field="grounds")
    hold_head(tx)
    found = actions.decisions_by_id(tx, [decision]).get(decision)
    if found is None:
        raise NotFound(f"没有决定 {decision}")
    kept = contents.put(tx, [grounds.encode()])[0]
    before = appeals.appeals_of(tx, [decision]).get(decision)
    if before is not None:
        if (before.lodged_by, before.grounds) == (by.actor, kept) or (request and before.request == request):
            return before
        raise Conflict("对这项决定已经提出过申诉,请等待复核结果。")
    _demand_open(tx, found)
    basis = basis or basis_in_force()
    id = tx.new_id("apl")
    body = {"decision": decision, "item": found.item, "publisher": found.publisher, "grounds": kept,
            "due_at": tx.now + basis.book.answer_days * DAY, "request": request}  # fmt: skip
    append(tx, Event("appeal.lodged", id, body, by.actor))
    cases.open_cases(tx, house("appeals"), [_case(tx, found, id)])
    return _appeal(tx, id)


def _demand_open(tx: Tx, decision: Decision) -> None:
    if decision.state != "in_force":
        raise Conflict("决定已经撤销,无须申诉。")
    if decision.appeal_until is None:
        raise Conflict("这项决定不在申诉范围内:它没有限制什么,或者已经是申诉的结果。")
    if tx.now > decision.appeal_until:
        raise Conflict(f"申诉期限已过(截至 {moment(decision.appeal_until):%Y-%m-%d %H:%M})。")


def _case(tx: Tx, decision: Decision, appeal: str) -> CaseRequest:
    facts = {
        "decision": decision.id,
        "measure": decision.measure,
        "publisher": decision.publisher,
        **{name: decision.facts.get(name) for name in ("platform", "channel", "nature", "severity", "families")},
    }
    return CaseRequest("appeal", appeal, facts, "appeal", None, "当事人申诉",
                       barred=tuple(sorted(involved(tx, decision))), parent=decision.case)  # fmt: skip


def decide_appeal(
    tx: Tx,
    principal: Principal,
    appeal: str,
    outcome: str,
    reason: str,
    *,
    measure: str | None = None,
    right: str | None = None,
    days: int | None = None,
    words: tuple[str, ...] = ("other",),
    basis: Basis | None = None,
) -> Appeal:
    """Answer an appeal in one go: take its case, review it (``words`` are reasons of its queue) and carry the outcome
    out: ``upheld``, ``overturned``, or ``varied`` to the milder ``measure``. Where the queue asks for a second
    reviewer the appeal waits for them. Conflict when somebody else holds it or answered it otherwise."""
    demand(principal, "appeal.decide")
    reason = required(reason)
    hold_head(tx)
    found = _appeal(tx, appeal)
    if found.state != "lodged":
        if (found.state, found.decided_by) == (outcome, principal.actor) and reason in (found.reason or ""):
            return found
        raise Conflict("申诉已经裁决,请刷新后再看")
    if principal.actor in involved(tx, actions.decisions_by_id(tx, [found.decision])[found.decision], found):
        raise Forbidden("申诉须由未参与原决定的人复核,请转给其他复核员。")
    open_ones = [
        case for case in cases.cases_of(tx, principal, appeal) if case.kind == "appeal" and case.stage != "closed"
    ]
    if not open_ones:
        raise Conflict("申诉的案件不在你的队列里,或者已经关闭,请刷新后再看")
    case = cases.take_case(tx, principal, open_ones[0].id)
    terms = {
        name: value for name, value in (("measure", measure), ("right", right), ("days", days)) if value is not None
    }
    reviewed = cases.submit_review(
        tx, principal, ReviewInput(case.id, case.version, outcome, words, note=reason, terms=terms)
    )
    if reviewed.final and reviewed.measure is not None:
        settle(tx, principal, found, reviewed, basis or basis_in_force())
    return _appeal(tx, appeal)


def get_appeal(tx: Tx, principal: Principal | Concerned, appeal: str) -> AppealShown:
    """One appeal, for who may see cases or for the person concerned."""
    found = _appeal(tx, appeal)
    if isinstance(principal, Concerned):
        if principal.decision != found.decision:
            raise NotFound(f"没有申诉 {appeal}")
    else:
        demand(principal, "case.read")
    return _shown(tx, [found])[0]


def list_waiting(
    tx: Tx, principal: Principal, after: tuple[int, int] | None = None, limit: int = 50
) -> list[AppealShown]:
    """Appeals that wait for an answer, the most urgent first, behind ``after`` (``due_at``, ``seq`` of the last)."""
    demand(principal, "case.read")
    return _shown(tx, appeals.appeals_waiting(tx, after, limit))


def list_decided(tx: Tx, principal: Principal, before: int | None = None, limit: int = 50) -> list[AppealShown]:
    """Answered appeals, the last lodged first, before ``before`` (``seq`` of the last)."""
    demand(principal, "case.read")
    return _shown(tx, appeals.appeals_decided(tx, before, limit))


def _shown(tx: Tx, found: list[Appeal]) -> list[AppealShown]:
    decisions = actions.decisions_by_id(tx, [appeal.decision for appeal in found])
    words = contents.get_many(tx, [appeal.grounds for appeal in found])
    return [
        AppealShown(
            appeal,
            decisions[appeal.decision],
            words[appeal.grounds].decode() if appeal.grounds in words else None,
            appeal.state == "lodged" and tx.now > appeal.due_at,
        )
        for appeal in found
    ]


def _appeal(tx: Tx, appeal: str) -> Appeal:
    found = appeals.appeal_by_id(tx, appeal)
    if found is None:
        raise NotFound(f"没有申诉 {appeal}")
    return found
