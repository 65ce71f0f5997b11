"""What a rule, or a policy's clause, may do: active, in shadow (recorded, nothing follows), suspended (cases only)."""

from __future__ import annotations

from mingjian.core.model import Rule
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.law import basis_in_force
from mingjian.governance.decisions.words import required
from mingjian.records.errors import Conflict, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.policies.model import RuleState
from mingjian.records.storage import policies
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head


def rule_states(tx: Tx, principal: Principal) -> list[RuleState]:
    """Everything that is, or was, not simply active."""
    demand(principal, "policy.read")
    return policies.rule_states(tx)


def shadow_rule(tx: Tx, principal: Principal, code: str, reason: str) -> RuleState:
    """From now on a rule's findings are recorded and policies do not see them. NotFound for a code that is none."""
    demand(principal, "policy.deploy")
    _known(code)
    return _set(tx, principal, "rule.shadowed", code, reason, {"active", "suspended"})


def suspend_rule(tx: Tx, principal: Principal, subject: str, reason: str) -> RuleState:
    """From now on a rule's findings, or a clause, only open cases: what the breaker does, by hand."""
    demand(principal, "policy.deploy")
    if "/" in subject:
        policy, _, clause = subject.partition("/")
        if policies.version_by_id(tx, policy) is None or not clause:
            raise NotFound(f"没有条款 {subject},应写成 策略@版本/条款")
    else:
        _known(subject)
    return _set(tx, principal, "rule.suspended", subject, reason, {"active", "shadow"})


def restore(tx: Tx, principal: Principal, subject: str, reason: str) -> RuleState:
    """A person has looked: the rule or clause may act again. The rate that made the breaker trip is the usual one
    from now on, so that it does not trip over the same leap again."""
    demand(principal, "policy.deploy")
    return _set(tx, principal, "rule.restored", subject, reason, {"suspended", "shadow"})


def _set(tx: Tx, principal: Principal, kind: str, subject: str, reason: str, allowed: set[str]) -> RuleState:
    reason = required(reason)
    hold_head(tx)
    kept = policies.rule_state(tx, subject)
    state = kept.state if kept is not None else "active"
    if state not in allowed:
        now = {"active": "正常", "shadow": "影子", "suspended": "暂停自动处置"}[state]
        raise Conflict(f"{subject} 现在是“{now}”,不能这样改,请刷新后再看。")
    body = {"reason": reason, "baseline": kept.baseline if kept is not None else 0}
    append(tx, Event(kind, subject, body, principal.actor))
    found = policies.rule_state(tx, subject)
    assert found is not None
    return found


def _known(code: str) -> Rule:
    rule = basis_in_force().rules.get(code)
    if rule is None:
        raise NotFound(f"没有规则 {code}")
    return rule
