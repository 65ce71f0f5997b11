"""Deciding and taking back. The caller opens the transaction; permissions are asked here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case, Reviewed, ReviewInput
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.appeals.settle import settle
from mingjian.governance.certification.applying import settle as settle_application
from mingjian.governance.certification.applying import unsettle
from mingjian.governance.decisions.law import Basis, basis_in_force, found_law
from mingjian.governance.decisions.make import close, make, principal_action
from mingjian.governance.decisions.model import DecisionInput, Made, Settled
from mingjian.governance.decisions.products import is_registered, settle_product, unsettle_product
from mingjian.governance.decisions.words import required, right_and_days, written_reasons
from mingjian.records.actions.model import Action, Decision
from mingjian.records.clock import MICROSECONDS, day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions
from mingjian.records.storage.appeals import appeal_by_id
from mingjian.records.storage.case_queries import case_by_id, reviews_of_case
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.items import items_by_id

MINUTE = 60 * MICROSECONDS
MOST_AT_ONCE = 1000
_ON_NOTHING = ("pass", "return")  # of a publisher: admitted, or asked for papers; there is nothing to act on


def decide(tx: Tx, principal: Principal, wish: DecisionInput, *, basis: Basis | None = None) -> Made:
    """Decide without a review: the house by a policy, or a person with ``decision.serious`` by hand."""
    return decide_many(tx, principal, [wish], basis=basis)[0]


def decide_many(
    tx: Tx, principal: Principal, wishes: Sequence[DecisionInput], *, basis: Basis | None = None
) -> list[Made]:
    """The same for many, in order; all or none. Invalid, NotFound and Conflict name the first that does not hold."""
    demand(principal, "case.review")
    demand(principal, "decision.serious")  # the house may all
    origin = "policy" if principal.kind == "system" else "manual"
    return make(tx, principal.actor, wishes, origin, basis or basis_in_force())


def review_case(
    tx: Tx,
    principal: Principal,
    answer: ReviewInput,
    *,
    request: str | None = None,
    basis: Basis | None = None,
) -> Settled:
    """Answer a case; when that is the last word on an item or a publisher, decide in the same transaction. What
    policies had done to the item by themselves is replaced by it. The same ``request`` is answered the same way."""
    basis = basis or basis_in_force()
    hold_head(tx)
    before = actions.decisions_by_request(tx, [request] if request else []).get(request or "")
    if before is not None:
        if (before.case, before.made_by) != (answer.case, principal.actor):
            raise Conflict(f"请求号 {request} 已用于另一项处置,请换一个请求号", field="request")
        return Settled(cases.get_case(tx, principal, answer.case), True, before.measure, before)
    _check_law(tx, answer, basis)
    reviewed = cases.submit_review(tx, principal, answer)
    if reviewed.case.kind == "draft":
        raise Conflict("待发布内容请在稿件页面审核")
    if reviewed.final and reviewed.measure is not None and reviewed.case.kind == "appeal":
        appeal = appeal_by_id(tx, reviewed.case.subject)
        decided = settle(tx, principal, appeal, reviewed, basis) if appeal is not None else None
        return Settled(reviewed.case, True, reviewed.measure, decided)
    if not reviewed.final or reviewed.measure is None or reviewed.case.kind not in ("item", "product", "actor"):
        return Settled(reviewed.case, reviewed.final, reviewed.measure, None)
    measure = basis.book.measures.get(reviewed.measure)
    if measure is not None and measure.serious:
        demand(principal, "decision.serious")
    if is_registered(reviewed.case):
        settle_product(tx, reviewed)
        return Settled(reviewed.case, True, reviewed.measure, None)
    settle_application(tx, principal, reviewed)
    if reviewed.case.kind == "actor" and reviewed.measure in _ON_NOTHING:
        return Settled(reviewed.case, True, reviewed.measure, None)
    step = reviewed.case.facts.get("step")
    confirms = step is not None and _confirms(reviewed)
    made = make(
        tx, principal.actor, [_wish(tx, reviewed, request, basis)],
        "ladder" if confirms else "review", basis, step=step if confirms else None,
    )  # fmt: skip
    return Settled(reviewed.case, True, reviewed.measure, made[0].decision)


def _check_law(tx: Tx, answer: ReviewInput, basis: Basis) -> None:
    """Whoever names law is told of a slip at once, not the second reviewer in their place."""
    if not answer.cites:
        return
    case = case_by_id(tx, answer.case)
    item = None if case is None else items_by_id(tx, [case.subject]).get(case.subject)
    as_of = date.fromisoformat(item.as_of) if item is not None and item.as_of else day(tx.now)
    _, missing = found_law(basis.resolve, answer.cites, as_of)
    if missing:
        raise Invalid(f"以下法条不存在,或在 {as_of} 不在施行:{'、'.join(missing)}", field="cites")


def _confirms(reviewed: Reviewed) -> bool:
    """Whether the review takes the very step a ladder asked for."""
    facts, terms = reviewed.case.facts, reviewed.review.terms
    asked = (facts.get("measure"), facts.get("right") if facts.get("measure") == "suspend" else None)
    return asked == (reviewed.measure, terms.get("right"))


def _wish(tx: Tx, reviewed: Reviewed, request: str | None, basis: Basis) -> DecisionInput:
    case, review = reviewed.case, reviewed.review
    # Of several who agree each may have named law; a dissenter's is not the decision's.
    agreeing = [one for one in reviews_of_case(tx, case.id) if one.measure == review.measure]
    named = dict.fromkeys(cite for one in agreeing for cite in one.cites)
    item, publisher = (None, case.subject) if case.kind == "actor" else (case.subject, None)
    ladder = basis.book.ladders.get(str(case.facts.get("ladder")))
    of_ladder, _ = found_law(basis.resolve, ladder.cites if ladder is not None else (), day(tx.now))
    policy = case.facts.get("policy")
    right, days = right_and_days(review.terms)
    return DecisionInput(
        measure=reviewed.measure or "",
        item=item,
        publisher=publisher,
        reasons=written_reasons(review),
        codes=review.codes,
        cites=(*named, *(citation.ref for citation in of_ladder)),
        case=case.id,
        policy=policy if isinstance(policy, str) else None,
        right=right,
        days=days,
        replaces=tuple(one.id for one in _given_way(tx, case)),
        request=request,
    )


def _given_way(tx: Tx, case: Case) -> list[Decision]:
    """What a review takes the place of: what policies did to the item by themselves, and the decisions of the cases
    this one arose from (quality found them wrong). Another person's decision stands until it is reversed."""
    ancestors: set[str] = set()
    parent = case.parent
    while parent is not None and parent not in ancestors:
        ancestors.add(parent)
        found = case_by_id(tx, parent)
        parent = found.parent if found is not None else None
    if case.kind == "actor":
        about = [one for id in ancestors for one in actions.decisions_of_case(tx, id)
                 if (one.item, one.publisher) == (None, case.subject)]  # fmt: skip
    else:
        about = actions.decisions_of_item(tx, case.subject)
    return [one for one in about if one.state == "in_force" and (one.automatic or one.case in ancestors)]


def undo(tx: Tx, principal: Principal, decision: str, reason: str, *, basis: Basis | None = None) -> Decision:
    """Its maker takes a decision back within the minutes allowed; the case, if there is one, opens again."""
    basis = basis or basis_in_force()
    reason = required(reason)
    hold_head(tx)
    found = decision_of(tx, decision)
    if found.made_by != principal.actor:
        raise Forbidden("只有作出决定的人可以撤回;其他人请用“撤销处置”并写明理由。")
    if found.state == "undone":
        return found
    if found.state != "in_force":
        raise Conflict("决定已经撤销,请刷新后再看")
    if tx.now - found.at > basis.book.undo_minutes * MINUTE:
        raise Conflict(f"已超过 {basis.book.undo_minutes} 分钟的撤回时限,请用“撤销处置”并写明理由")
    close(tx, principal.actor, found, "undone", reason, basis)
    if found.case is not None:
        unsettle(tx, principal, cases.undo_review(tx, principal, found.case, reason), reason)
    return decision_of(tx, decision)


def undo_case(tx: Tx, principal: Principal, case: str, reason: str, *, basis: Basis | None = None) -> Case:
    """Take back one's own last answer on a case, with the decision it led to, if it led to one."""
    kind = cases.get_case(tx, principal, case).kind
    if kind == "draft":
        raise Conflict("待发布内容请在稿件页面撤回")
    if kind == "appeal":
        raise Conflict("申诉的裁决已经执行,不能撤回")
    own = [one for one in actions.decisions_of_case(tx, case)
           if one.state == "in_force" and one.made_by == principal.actor]  # fmt: skip
    if own:
        undo(tx, principal, own[-1].id, reason, basis=basis)
        return cases.get_case(tx, principal, case)
    opened = cases.undo_review(tx, principal, case, required(reason))
    unsettle_product(tx, opened, required(reason))
    unsettle(tx, principal, opened, required(reason))
    return opened


def reverse(tx: Tx, principal: Principal, action: str, reason: str, *, basis: Basis | None = None) -> Action:
    """Take an action back. With a decision's own measure the decision itself goes out of force and its strikes are
    given back; a step that a ladder added may be taken back alone."""
    demand(principal, "decision.reverse")
    basis = basis or basis_in_force()
    reason = required(reason)
    hold_head(tx)
    found = actions.actions_by_id(tx, [action]).get(action)
    if found is None:
        raise NotFound(f"没有处置 {action}")
    if (found.state, found.ended_by, found.ended_why) == ("reversed", principal.actor, reason):
        return found
    if not found.in_force(tx.now):
        raise Conflict(f"处置 {action} 已不在执行中,请刷新后再看")
    decision = decision_of(tx, found.decision)
    if principal_action(found, decision):
        close(tx, principal.actor, decision, "reversed", reason, basis)
    else:
        append(tx, Event("action.reversed", action, {"reason": reason, "decision": None}, principal.actor))
    return actions.actions_by_id(tx, [action])[action]


def reverse_many(
    tx: Tx, principal: Principal, wanted: Sequence[str], reason: str, *, basis: Basis | None = None
) -> list[Action]:
    """Take many actions back for one reason; all or none."""
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid(f"一次最多撤销 {MOST_AT_ONCE} 项", field="actions")
    return [reverse(tx, principal, action, reason, basis=basis) for action in dict.fromkeys(wanted)]


def get_decision(tx: Tx, principal: Principal, decision: str) -> Made:
    """A decision with its actions, for who may see cases."""
    demand(principal, "case.read")
    found = decision_of(tx, decision)
    return Made(found, tuple(actions.actions_of_decisions(tx, [decision])))


def decision_of(tx: Tx, decision: str) -> Decision:
    """The decision, or NotFound."""
    found = actions.decisions_by_id(tx, [decision]).get(decision)
    if found is None:
        raise NotFound(f"没有决定 {decision}")
    return found


def undoable(tx: Tx, principal: Principal, decision: Decision, *, basis: Basis | None = None) -> bool:
    """Whether somebody could undo a decision at this moment: what the console's key shows."""
    minutes = (basis or basis_in_force()).book.undo_minutes
    own = decision.made_by == principal.actor and decision.state == "in_force"
    return own and tx.now - decision.at <= minutes * MINUTE and allowed(principal, "case.review")
