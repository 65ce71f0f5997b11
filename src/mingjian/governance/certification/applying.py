"""Applying for a badge: evaluated at once, looked at by the onboarding desk, granted or refused with reasons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta

from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import Case, CaseRequest, Reviewed, ReviewInput
from mingjian.desk.people.model import Principal, house
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.certification.adopting import policy_on
from mingjian.governance.certification.badges import RIGHT, Badge, badges_now
from mingjian.governance.certification.evaluate import evaluate
from mingjian.governance.certification.facts import held_of
from mingjian.governance.certification.model import Evaluation, Policy, thawed
from mingjian.governance.decisions.words import required, written_reasons
from mingjian.records.canonical import canonical
from mingjian.records.certification.model import Application
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, certification, contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

DUTY = house("certification")
APPLIES = ("registry.write", "certification.manage")
"""Who may apply for somebody: a program or person that registers them, or the desk itself. Any of them."""
RENEWS_DAYS = 60
"""How long before its end a badge may be renewed."""
GRANT, REFUSE = "pass", "return"


@dataclass(frozen=True, slots=True)
class Judged:
    """An entity under the policy in force today."""

    policy: Policy
    evaluation: Evaluation
    exempt_until: str | None


def judge(tx: Tx, entity: str, programme: str, as_of: date | None = None, policy: Policy | None = None) -> Judged:
    """What a policy (the one in force) says of an entity on a day (today). NotFound; Conflict without a policy."""
    as_of = as_of or day(tx.now)
    found = policy or policy_on(tx, programme, as_of)
    if found is None:
        raise Conflict(f"认证项目 {programme} 在 {as_of} 没有有效的政策")
    held = held_of(tx, [entity], as_of).get(entity)
    if held is None:
        raise NotFound(f"没有登记对象 {entity}", field="entity")
    exempt = [one.until for one in certification.exemptions(tx, programme)
              if one.entity == entity and one.holds(as_of.isoformat())]  # fmt: skip
    return Judged(found, evaluate(found, held, as_of), max(exempt, default=None))


def apply(tx: Tx, principal: Principal, entity: str, programme: str) -> Application:
    """Apply for a badge, or for a further term of one that ends soon. Evaluated at once; a case goes to the
    onboarding desk. Who has an open application gets that one."""
    if not any(allowed(principal, name) for name in APPLIES):
        demand(principal, APPLIES[0])
    hold_head(tx)
    judged = judge(tx, entity, programme)
    open_ = [one for one in certification.applications_of(tx, entity)
             if one.state == "open" and one.programme == programme]  # fmt: skip
    if open_:
        return open_[0]
    badge = badges_now(tx, [entity], programme).get(entity)
    renews = _renews(tx, badge)
    id = tx.new_id("cap")
    evaluation = freeze(tx, judged.evaluation)
    (kind,) = {one.entity.kind for one in held_of(tx, [entity], day(tx.now)).values()}
    facts = {"application": id, "programme": programme, "policy": judged.policy.id, "publisher": entity,
             "publisher_kind": kind, "value": judged.evaluation.outcome}  # fmt: skip
    reason = "专业认证续期申请" if renews else "专业认证申请"
    request = CaseRequest("actor", entity, facts, "manual", "onboarding", reason)
    (case,) = cases.open_cases(tx, DUTY, [request])
    body = {"entity": entity, "programme": programme, "policy": judged.policy.id, "case": case.id,
            "evaluation": evaluation, "outcome": judged.evaluation.outcome, "renews": renews}  # fmt: skip
    append(tx, Event("certification.applied", id, body, principal.actor))
    return application_of(tx, id)


def _renews(tx: Tx, badge: Badge | None) -> str | None:
    if badge is None or not badge.shown:
        return None
    last = badge.certificate.valid_to
    if last is None or last > (day(tx.now) + timedelta(days=RENEWS_DAYS)).isoformat():
        raise Conflict(f"专业认证仍在有效期内(至 {last or '长期'}),期满前 {RENEWS_DAYS} 天起可以申请续期")
    return badge.certificate.id


def decide_application(
    tx: Tx, principal: Principal, application: str, outcome: str, reasons: tuple[str, ...], note: str = ""
) -> Application:
    """Answer an application in one go: take its case and review it (``reasons`` are words of its queue); it is
    ``granted`` or ``refused`` when no second reviewer is asked for."""
    hold_head(tx)
    found = application_of(tx, application)
    if found.state != "open":
        if (found.state, found.decided_by) == (outcome, principal.actor):
            return found
        raise Conflict("这份申请已经有结果,请刷新后再看")
    measure = {"granted": GRANT, "refused": REFUSE}.get(outcome)
    if measure is None:
        raise Invalid("结果只能是:granted、refused", field="outcome")
    case = cases.take_case(tx, principal, found.case)
    answer = ReviewInput(case.id, case.version, measure, reasons, note=note)
    reviewed = cases.submit_review(tx, principal, answer)
    if reviewed.final and reviewed.measure is not None:
        settle(tx, principal, reviewed)
    return application_of(tx, application)


def settle(tx: Tx, principal: Principal, reviewed: Reviewed) -> Application | None:
    """Carry out what the review of an application's case says, in its transaction; None for cases of other kinds. To
    pass is to grant, anything else refuses."""
    found = certification.application_of_case(tx, reviewed.case.id)
    if found is None or found.state != "open":
        return None
    reasons = list(written_reasons(reviewed.review))
    certificate = None
    if reviewed.measure == GRANT:
        certificate = _grant(tx, principal, found, reasons)
    state = "granted" if certificate else "refused"
    body = {"state": state, "reasons": reasons, "certificate": certificate, "entity": found.entity}
    append(tx, Event("certification.decided", found.id, body, principal.actor))
    return application_of(tx, found.id)


def _grant(tx: Tx, principal: Principal, found: Application, reasons: list[str]) -> str:
    judged = judge(tx, found.entity, found.programme)
    outcome = judged.evaluation.outcome
    if outcome == "not" and judged.exempt_until is None:
        against = ";".join(one.says for one in judged.evaluation.against)
        raise Conflict(f"按现行政策({judged.policy.title})不符合条件,不能通过:{against}。确有理由的请先给予豁免。")
    if outcome == "undetermined" and judged.exempt_until is None and not any(reason.strip() for reason in reasons):
        raise Invalid("登记信息不足以判断是否符合条件,通过须写明依据", field="note")
    exempt = judged.exempt_until if outcome == "not" else None
    _lift(tx, principal, found.entity, "经申请重新认证")
    evaluation = freeze(tx, judged.evaluation)
    today = day(tx.now)
    if found.renews is not None:
        before = certification.certificates_by_id(tx, [found.renews])[found.renews]
        start = max(today, date.fromisoformat(before.valid_to) + timedelta(days=1)) if before.valid_to else today
        body = {"valid_to": term(judged.policy, start, exempt), "policy": judged.policy.id, "evaluation": evaluation,
                "application": found.id}  # fmt: skip
        append(tx, Event("badge.renewed", before.id, body, principal.actor))
        return before.id
    return grant(tx, principal.actor, found.entity, judged.policy, "application", evaluation, found.id, exempt)


def _lift(tx: Tx, principal: Principal, entity: str, reason: str) -> None:
    """A new grant ends what an earlier revocation withheld; a penalty has to end first."""
    withholding = [one for one in actions.actions_on_publishers(tx, [entity])
                   if one.in_force(tx.now) and one.right in (RIGHT, None)]  # fmt: skip
    if any(one.measure != "decertify" for one in withholding):
        raise Conflict("该主体的认证展示正在停权期内,期满并恢复后才能认证")
    for one in withholding:
        body = {"reason": reason, "decision": None, "of": one.decision}
        append(tx, Event("action.reinstated", one.id, body, principal.actor))


def grant(
    tx: Tx,
    actor: str,
    entity: str,
    policy: Policy,
    basis: str,
    evaluation: str,
    application: str | None = None,
    exempt: str | None = None,
) -> str:
    """Record a certificate from today on for the policy's term (``exempt``: not beyond that day); its id."""
    today = day(tx.now)
    id = tx.new_id("crt")
    body = {"entity": entity, "programme": policy.programme, "policy": policy.id, "basis": basis,
            "application": application, "evaluation": evaluation, "valid_from": today.isoformat(),
            "valid_to": term(policy, today, exempt)}  # fmt: skip
    append(tx, Event("badge.granted", id, body, actor))
    return id


def term(policy: Policy, start: date, exempt: str | None = None) -> str | None:
    """The last day of a term that begins on a day."""
    last = None if policy.term_days is None else (start + timedelta(days=policy.term_days - 1)).isoformat()
    return min(last or exempt, exempt) if exempt is not None else last


def unsettle(tx: Tx, principal: Principal, case: Case, reason: str) -> None:
    """The review that decided an application was taken back: it is open again, and a certificate it made is void."""
    found = certification.application_of_case(tx, case.id)
    if found is None or found.state not in ("granted", "refused"):
        return
    if found.state == "granted" and found.certificate is not None:
        if found.renews is not None:
            raise Conflict("续期已经生效,不能撤回;如有错误请停用这份认证")
        body = {"state": "undone", "reason": reason}
        append(tx, Event("badge.ended", found.certificate, body, principal.actor))
    append(tx, Event("certification.reopened", found.id, {"reason": reason, "entity": found.entity}, principal.actor))


def withdraw_application(tx: Tx, principal: Principal, id: str, reason: str) -> Application:
    """Take an application back before it is decided; its case is closed."""
    if not any(allowed(principal, name) for name in APPLIES):
        demand(principal, APPLIES[0])
    reason = required(reason)
    hold_head(tx)
    found = application_of(tx, id)
    if found.state == "withdrawn":
        return found
    if found.state != "open":
        raise Conflict("这份申请已经有结果,请刷新后再看")
    body = {"state": "withdrawn", "reasons": [reason], "certificate": None, "entity": found.entity}
    append(tx, Event("certification.decided", id, body, principal.actor))
    cases.withdraw_case(tx, DUTY, found.case, reason)
    return application_of(tx, id)


def application_of(tx: Tx, id: str) -> Application:
    """The application, or NotFound."""
    found = certification.application_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有认证申请 {id}")
    return found


def freeze(tx: Tx, evaluation: Evaluation) -> str:
    """Keep an evaluation; its digest."""
    return contents.put(tx, [canonical(evaluation.plain())])[0]


def kept_evaluation(tx: Tx, digest: str) -> Evaluation | None:
    """What was kept, None once deleted."""
    kept = contents.get(tx, digest)
    return thawed(json.loads(kept)) if kept is not None else None
