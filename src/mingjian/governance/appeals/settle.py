"""What follows when an appeal has been reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import CaseRequest, Reviewed
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import demand
from mingjian.governance.appeals.parties import involved
from mingjian.governance.decisions.ground import since
from mingjian.governance.decisions.law import Basis
from mingjian.governance.decisions.make import close, make
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.words import required, right_and_days, written_reasons
from mingjian.governance.ladders.settle import ease
from mingjian.records.actions.model import Appeal, Decision
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions
from mingjian.records.storage.database import Tx

OUTCOMES = ("upheld", "overturned", "varied")


def settle(tx: Tx, principal: Principal, appeal: Appeal, reviewed: Reviewed, basis: Basis) -> Decision | None:
    """Carry out what the review of an appeal says, in the review's transaction; the milder decision where there is
    one. Overturned: every action of the decision is reversed, strikes with them, and the error goes to quality
    inspection. Varied: ``terms`` of the review name the milder measure (``measure``, and ``right`` and ``days``)."""
    demand(principal, "appeal.decide")
    outcome = reviewed.measure or ""
    if outcome not in OUTCOMES:
        raise Invalid(f"申诉的裁决只能是:{'、'.join(OUTCOMES)}", field="measure")
    if appeal.state != "lodged":
        raise Conflict("申诉已经裁决,请刷新后再看")
    decision = actions.decisions_by_id(tx, [appeal.decision])[appeal.decision]
    if principal.actor in involved(tx, decision, appeal):
        raise Forbidden("申诉须由未参与原决定的人复核,请转给其他复核员。")
    reasons = written_reasons(reviewed.review)
    reason = required(";".join(reasons))
    if decision.state != "in_force" and outcome == "varied":
        raise Conflict("原决定已不再执行,没有可变更的处置")
    milder: Decision | None = None
    if outcome == "overturned" and decision.state == "in_force":
        close(tx, principal.actor, decision, "overturned", reason, basis)
    elif outcome == "varied":
        milder = _vary(tx, principal, decision, reasons, reviewed.review.terms, reviewed.case.id, basis)
    body = {"decision": decision.id, "outcome": outcome, "reason": reason, "replaced_by": milder.id if milder else None}
    append(tx, Event("appeal.decided", appeal.id, body, principal.actor))
    if outcome != "upheld":
        cases.open_cases(tx, house("appeals"), [_error(decision, appeal, outcome, reason)])
    return milder


def _vary(
    tx: Tx,
    principal: Principal,
    decision: Decision,
    reasons: tuple[str, ...],
    terms: Mapping[str, Any],
    case: str,
    basis: Basis,
) -> Decision:
    measure = str(terms.get("measure") or "")
    right, days = right_and_days(terms)
    _demand_milder(tx, decision, measure, right, days, basis)
    close(tx, principal.actor, decision, "varied", ";".join(reasons), basis)
    wish = DecisionInput(
        measure, item=decision.item, publisher=decision.publisher, reasons=reasons, codes=decision.codes,
        cites=decision.cites, case=case, policy=decision.policy, right=right, days=days,
    )  # fmt: skip
    made = make(tx, principal.actor, [wish], "appeal", basis, extra=since([decision]) | {"varies": decision.id})[
        0
    ].decision
    ease(tx, made, basis)
    return made


def _demand_milder(tx: Tx, decision: Decision, measure: str, right: str | None, days: int | None, basis: Basis) -> None:
    book = basis.book
    if measure not in book.measures:
        raise Invalid(f"变更须写明改为哪一种处置:{'、'.join(book.measures)}", field="measure")
    if book.rank(measure) < book.rank(decision.measure):
        return
    own = next(
        action for action in actions.actions_of_decisions(tx, [decision.id]) if action.measure == decision.measure
    )
    term = days if days is not None else book.measures[measure].days
    until = None if term is None else tx.now + term * 86_400_000_000
    shorter = until is not None and (own.until is None or until < own.until)
    if measure == decision.measure and own.right == right and shorter:
        return
    raise Invalid("变更后的处置须轻于原处置:换较轻的一种,或同一种而期限更短", field="measure")


def _error(decision: Decision, appeal: Appeal, outcome: str, reason: str) -> CaseRequest:
    facts = {
        "decision": decision.id, "appeal": appeal.id, "outcome": outcome, "measure": decision.measure,
        "made_by": decision.made_by, "policy": decision.policy, "codes": list(decision.codes[:20]),
        "publisher": decision.publisher,
        **{name: decision.facts.get(name) for name in ("platform", "nature", "severity")},
    }  # fmt: skip
    kind, subject = ("item", decision.item) if decision.item else ("actor", decision.publisher or "")
    return CaseRequest(kind, subject or "", facts, "appeal", "quality", f"申诉改判:{reason[:500]}",
                       barred=(decision.made_by,), parent=decision.case)  # fmt: skip
