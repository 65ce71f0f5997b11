"""What follows for one item: pure, from findings and facts alone.

The clauses of a policy are tried in order and the first that matches counts. Conditions are closed upwards in the
findings and clauses that look at findings stand from strong to mild (``parse`` sees to both), so one more finding,
with the same facts and nothing held, never leads to less.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from mingjian.governance.policies.model import Clause, Facts, Found, Outcome, Policy, Then

NONE: frozenset[str] = frozenset()
UNSPOKEN = "no-policy"  # the clause of an outcome that no policy spoke of


def evaluate(policy: Policy, findings: Sequence[Found], facts: Facts, held: Collection[str] = NONE) -> Outcome:
    """The outcome of one policy. ``held`` are codes and clauses (``content@2/toxic``) without the power to act: what
    they alone would do becomes a case for a person."""
    for clause in policy.clauses:
        matched = matching(clause, findings, facts)
        if matched is not None:
            return _outcome(policy, clause, matched, held)
    raise ValueError(f"{policy.id}: no clause matches; the last one must always do")


def matching(clause: Clause, findings: Sequence[Found], facts: Facts) -> Sequence[Found] | None:
    """The findings that meet a clause (none, where it asks for none); None when it is not met."""
    matched: Sequence[Found] = ()
    if clause.findings is not None and not (matched := clause.findings.met_by(findings)):
        return None
    return None if clause.facts and clause.facts.failing(facts) is not None else matched


def _outcome(policy: Policy, clause: Clause, matched: Sequence[Found], held: Collection[str]) -> Outcome:
    codes = _codes(matched)
    if clause.then.measure is None or not held:
        return Outcome(policy.id, clause.name, clause.then, clause.reason, codes)
    free = [finding for finding in matched if finding.code not in held]
    key, least = clause_key(policy.id, clause.name), clause.findings.least if clause.findings is not None else 0
    if key not in held and len(free) >= least:
        return Outcome(policy.id, clause.name, clause.then, clause.reason, _codes(free))
    stopped = (*((key,) if key in held else ()), *(code for code in codes if code in held))
    return Outcome(policy.id, clause.name, without_measure(clause.then), clause.reason, codes, stopped)


def without_measure(then: Then) -> Then:
    """What is left for people when the house may not act."""
    return replace(then, measure=None, days=None, case=True)


def clause_key(policy: str, clause: str) -> str:
    """The name of a clause among rules' states."""
    return f"{policy}/{clause}"


def _codes(findings: Iterable[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.code for finding in findings))


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Policies side by side, by their order."""

    policies: tuple[Policy, ...] = ()

    @classmethod
    def of(cls, policies: Iterable[Policy]) -> PolicySet:
        """In order; one version of each name."""
        return cls(tuple(sorted(policies, key=lambda policy: (policy.order, policy.name))))

    def with_(self, policy: Policy) -> PolicySet:
        """The same with this version of a policy instead of another or in addition."""
        return PolicySet.of([*(one for one in self.policies if one.name != policy.name), policy])

    @property
    def asks(self) -> frozenset[str]:
        """The facts that any clause looks at."""
        return NONE.union(*(clause.facts.asks for policy in self.policies for clause in policy.clauses))

    def speaking(self, facts: Facts) -> Policy | None:
        """The policy that speaks of an item with these facts."""
        for policy in self.policies:
            if policy.applies.failing(facts) is None:
                return policy
        return None

    def outcome(self, findings: Sequence[Found], facts: Facts, held: Collection[str] = NONE) -> Outcome:
        """What follows. Where no policy speaks, whatever is not clean goes to people: nothing is passed over."""
        policy = self.speaking(facts)
        if policy is not None:
            return evaluate(policy, findings, facts, held)
        if facts.get("value") == "clean":
            return Outcome(None, UNSPOKEN, Then(), "")
        return Outcome(None, UNSPOKEN, Then(case=True), "没有生效的策略管到这条内容,由人查看", _codes(findings))


def in_share(policy: str, item: str, percent: int) -> bool:
    """Whether an item belongs to a policy's share: the same item always, and still when the share grows. ``policy``
    is the name, without the version."""
    if percent >= 100:
        return True
    return int.from_bytes(hashlib.sha256(f"{policy}\n{item}".encode()).digest()[:8]) * 100 < percent << 64


def effective(policies: Iterable[Policy], day: date) -> list[Policy]:
    """Those that bind on a day."""
    return [policy for policy in policies if policy.in_effect(day)]
