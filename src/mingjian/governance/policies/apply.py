"""What policies do with items just judged: cases, measures by the house itself, and what shadows would have done.

It runs in the transaction that records the verdicts. Nothing here may stop screening: where a measure has no ground
in law of the day or a queue is gone, a person gets the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from mingjian.core.model import SEVERITIES
from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import open_cases
from mingjian.desk.people.model import house
from mingjian.desk.queues.load import queues
from mingjian.governance.decisions.law import Basis, basis_in_force, book_in_force
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide_many
from mingjian.governance.policies.active import Active, Kept
from mingjian.governance.policies.evaluate import without_measure
from mingjian.governance.policies.facts import facts_of, most_strikes, strikes_of, without_shadowed
from mingjian.governance.policies.model import Facts, Found, Outcome
from mingjian.governance.screening.service import Apply, Judged
from mingjian.records.journal.model import Event
from mingjian.records.storage.database import Tx

POLICIES = house("policies")
MOST_CODES = 50  # of one decision
_MOST_AT_ONCE = 500
_SHOWN = {"platform": 64, "publisher": 200}  # what a case keeps of them, in characters


def applier(basis: Basis | None = None) -> Apply:
    """What ``Screening(apply=…)`` needs: the active policies, kept between batches. ``basis`` grounds measures in
    law (None: the one in force)."""
    return _Applier(basis).apply


def followed(
    active: Active, one: Judged, strikes: int | None, basis: Basis | None = None
) -> tuple[Outcome, CaseRequest | None, DecisionInput | None]:
    """What follows for one item under these policies alone, with the case and the measure it asks for: for work that
    acts on its own account (sweeps). Nothing is done."""
    verdict = one.verdict
    findings, value = without_shadowed(verdict.findings, verdict.value, verdict.notes, active.shadowed)
    facts = facts_of(one.stored, verdict.nature.value, verdict.domain.value, value, one.read.facts, strikes)
    outcome = _Applier(basis)._grounded(active.live.outcome(findings, facts, active.held), verdict.as_of)
    case = _case(one, outcome, findings, facts) if outcome.then.case else None
    return outcome, case, _decision(one.stored.id, outcome) if outcome.then.measure is not None else None


@dataclass(slots=True)
class _Wanted:
    """What one batch leads to."""

    cases: list[CaseRequest] = field(default_factory=list)
    decisions: list[DecisionInput] = field(default_factory=list)
    hits: list[list[str | None]] = field(default_factory=list)


class _Applier:
    def __init__(self, basis: Basis | None) -> None:
        self._basis = basis
        self._kept = Kept()
        self._grounds: dict[tuple[str, date], bool] = {}  # a memo of pure look-ups

    def apply(self, tx: Tx, judged: Sequence[Judged]) -> Sequence[Event]:
        """Open cases, take measures; the event that says which clause each item met."""
        active = self._kept.now(tx)
        wanted = _Wanted()
        known = strikes_of(tx, (one.stored.publisher for one in judged), tx.now) if "strikes" in active.asks else None
        for one in judged:
            struck = None if known is None else most_strikes(known.get(one.stored.publisher or "", ()), tx.now)
            self._follow(active, one, struck, wanted)
        if wanted.cases:
            open_cases(tx, POLICIES, wanted.cases)
        for first in range(0, len(wanted.decisions), _MOST_AT_ONCE):
            decide_many(tx, POLICIES, wanted.decisions[first : first + _MOST_AT_ONCE], basis=self._basis)
        if not wanted.hits:
            return ()
        return [Event("policy.applied", "policies", {"hits": wanted.hits}, POLICIES.actor)]

    def _follow(self, active: Active, one: Judged, strikes: int | None, wanted: _Wanted) -> None:
        verdict, item = one.verdict, one.stored.id
        findings, value = without_shadowed(verdict.findings, verdict.value, verdict.notes, active.shadowed)
        facts = facts_of(one.stored, verdict.nature.value, verdict.domain.value, value, one.read.facts, strikes)
        base = active.for_item(item)
        outcome = self._grounded(base.outcome(findings, facts, active.held), verdict.as_of)
        if outcome.then.case:
            wanted.cases.append(_case(one, outcome, findings, facts))
        if outcome.then.measure is not None:
            wanted.decisions.append(_decision(item, outcome))
        if outcome.word != "pass":
            wanted.hits.append([item, outcome.policy or "", "acted", outcome.clause, outcome.word, None])
        for shadow in active.shadows:
            other = active.shadowing(base, shadow).outcome(findings, facts, active.held)
            if other.word != outcome.word or (other.policy == shadow.id and other.word != "pass"):
                wanted.hits.append([item, shadow.id, "shadow", other.clause, other.word, outcome.word])

    def _grounded(self, outcome: Outcome, as_of: date) -> Outcome:
        """The outcome, without its measure where the house's book does not have it so or no law of the day carries
        it: deciding would refuse, and with it the whole batch."""
        then = outcome.then
        if then.measure is None:
            return outcome
        measure = (self._basis.book if self._basis is not None else book_in_force()).measures.get(then.measure)
        if measure is None or measure.target != "item" or not 0 < (then.days or 0) <= (measure.most_days or 0):
            why = "处置措施表里没有这样的措施或期限"
        elif measure.law and not any(self._cited(code, as_of) for code in outcome.codes[:MOST_CODES]):
            why = "没有当日有效的法条可引"
        else:
            return outcome
        return replace(outcome, then=without_measure(then), reason=f"{outcome.reason}({why},不能自动处置)")

    def _cited(self, code: str, as_of: date) -> bool:
        key = (code, as_of)
        if key not in self._grounds:
            basis = self._basis or basis_in_force()
            rule = basis.rules.get(code)
            self._grounds[key] = rule is not None and any(basis.resolve(ref, as_of) for ref in rule.cites)
        return self._grounds[key]


def _decision(item: str, outcome: Outcome) -> DecisionInput:
    return DecisionInput(
        measure=outcome.then.measure or "", item=item, reasons=(outcome.reason,), codes=outcome.codes[:MOST_CODES],
        policy=outcome.policy, days=outcome.then.days, request=f"{outcome.policy}:{item}",
    )  # fmt: skip


def _case(one: Judged, outcome: Outcome, findings: Sequence[Found], facts: Facts) -> CaseRequest:
    stored = one.stored
    gravest = max((SEVERITIES.index(finding.severity) for finding in findings), default=None)
    about = {
        **{name: facts.get(name) for name in ("nature", "domain", "channel", "publisher_kind", "value", "risk",
                                             "risk_band")},
        **{name: (getattr(stored, name) or "")[:width] or None for name, width in _SHOWN.items()},
        "severity": None if gravest is None else SEVERITIES[gravest],
        "families": sorted({finding.family for finding in findings}),
        "policy": outcome.policy,
        "clause": outcome.clause,
    }  # fmt: skip
    known: dict[str, Any] = {name: value for name, value in about.items() if value is not None}
    publisher = stored.publisher or ""
    on_publisher = outcome.then.publisher and 0 < len(publisher) <= _SHOWN["publisher"] and "\n" not in publisher
    kind, subject = ("actor", publisher) if on_publisher else ("item", stored.id)
    if on_publisher:
        known["item"] = stored.id
    reason = outcome.reason
    if outcome.held:
        reason += f"({'、'.join(outcome.held)} 已暂停自动处置,须由人决定)"
    return CaseRequest(kind, subject, known, "policy", _queue(outcome.then.queue, kind), reason)


def _queue(name: str | None, kind: str) -> str | None:
    """The queue if the queue file still has it for this kind; None leaves it to the routes."""
    queue = queues().get(name) if name is not None else None
    return name if queue is not None and kind in queue.kinds else None
