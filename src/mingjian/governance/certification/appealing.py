"""Appeals against a revocation: the ordinary way, answered by somebody without a part in it; and, where the blanket
rule was right in itself but hits a qualified body, restoring it under an exemption with a reason and a term."""

from __future__ import annotations

from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.governance.appeals import service as appeals
from mingjian.governance.certification.applying import freeze, judge
from mingjian.governance.certification.badges import badges_now
from mingjian.governance.certification.holding import exempt
from mingjian.governance.certification.whatif import MEASURE
from mingjian.governance.decisions.law import Basis
from mingjian.records.actions.model import Appeal, Decision
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, certification
from mingjian.records.storage.database import Tx


def programme_of(tx: Tx, decision: Decision) -> str:
    """The programme whose badge a decision took away. Invalid when it took none."""
    if decision.measure == MEASURE and decision.publisher:
        own = certification.certificates_of(tx, [decision.publisher]).get(decision.publisher)
        if own:
            return own[-1].programme
    raise Invalid("这项决定没有取消专业认证", field="appeal")


def decide_revocation_appeal(
    tx: Tx,
    principal: Principal,
    appeal: str,
    outcome: str,
    reason: str,
    *,
    exempt_until: date | None = None,
    words: tuple[str, ...] = ("other",),
    basis: Basis | None = None,
) -> Appeal:
    """Answer an appeal against a revocation: ``upheld``, or ``overturned``. Overturned without ``exempt_until`` says
    that the finding was wrong: then the policy in force must not say "not" any more. With it, the badge is restored
    under an exemption until that day, and its term goes no further."""
    if outcome not in ("upheld", "overturned"):
        raise Invalid("认证申诉的裁决只能是:upheld、overturned", field="outcome")
    if outcome == "upheld" and exempt_until is not None:
        raise Invalid("维持原决定就没有豁免", field="exempt_until")
    found = appeals.get_appeal(tx, principal, appeal)
    programme = programme_of(tx, found.decision)
    entity = found.decision.publisher or ""
    judged = judge(tx, entity, programme)
    if outcome == "overturned" and exempt_until is None and judged.evaluation.outcome == "not":
        raise Conflict("按现行政策仍不符合条件:登记有误的请先更正登记;确有理由的请写明豁免期限", field="exempt_until")
    decided = appeals.decide_appeal(tx, principal, appeal, outcome, reason, words=words, basis=basis)
    if decided.state == "overturned" and exempt_until is not None:
        exempt(tx, principal, entity, programme, exempt_until, reason, appeal=appeal, permission="appeal.decide")
        badge = badges_now(tx, [entity], programme).get(entity)
        last = exempt_until.isoformat()
        if badge is not None and (badge.certificate.valid_to is None or badge.certificate.valid_to > last):
            body = {"valid_to": last, "policy": judged.policy.id, "evaluation": freeze(tx, judged.evaluation),
                    "application": None}  # fmt: skip
            append(tx, Event("badge.renewed", badge.certificate.id, body, principal.actor))
    return decided


def answer_appeal(
    tx: Tx, principal: Principal, appeal: str, outcome: str, reason: str, *, words: tuple[str, ...] = ("other",),
    basis: Basis | None = None, **milder: Any,
) -> Appeal:  # fmt: skip
    """Answer any appeal: one against a revoked certification as such (an exemption is given on its own page), the
    rest as ``appeals.decide_appeal`` does, which ``milder`` goes to."""
    decision = appeals.get_appeal(tx, principal, appeal).decision
    own = decision.measure == MEASURE and decision.publisher is not None
    if own and certification.certificates_of(tx, [decision.publisher or ""]):
        return decide_revocation_appeal(tx, principal, appeal, outcome, reason, words=words, basis=basis)
    return appeals.decide_appeal(tx, principal, appeal, outcome, reason, words=words, basis=basis, **milder)


def revocations_of(tx: Tx, entity: str) -> list[Decision]:
    """Every decision that took an entity's badge, the oldest first."""
    found = [one for one in actions.actions_ever_on(tx, entity) if one.measure == MEASURE]
    return list(actions.decisions_by_id(tx, [one.decision for one in found]).values())
