"""Counting strikes: pure, from decisions in force, at any moment. No counter is kept anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.governance.ladders.model import CONDITIONS, Ladder, Step
from mingjian.records.actions.model import Decision
from mingjian.records.clock import MICROSECONDS

DAY = 86_400 * MICROSECONDS


@dataclass(frozen=True, slots=True)
class Strike:
    """One strike: the first decision on an item that counts, when it was, and when it leaves the window."""

    decision: str
    item: str | None
    at: int
    leaves_at: int


def counts(ladder: Ladder, decision: Decision) -> bool:
    """Whether a decision is a strike of this ladder while it is in force."""
    if decision.state != "in_force":
        return False
    facts = {**decision.facts, "measure": decision.measure, "origin": decision.origin}
    for condition, wanted in ladder.counts.items():
        value = facts.get(CONDITIONS[condition])
        if wanted.isdisjoint(value if isinstance(value, list) else [value]):
            return False
    return True


def struck_at(decision: Decision) -> int:
    """When the strike was: a decision that varied an earlier one on appeal stands in that one's place."""
    since = decision.facts.get("since")
    return since if isinstance(since, int) else decision.at


def place(decision: Decision) -> int:
    """The decision's place in the order of strikes."""
    since = decision.facts.get("since_seq")
    return since if isinstance(since, int) else decision.seq


def strikes(ladder: Ladder, decisions: Sequence[Decision], at: int) -> tuple[Strike, ...]:
    """The strikes within the window that ends at ``at``, oldest first; several decisions on one item are one."""
    window = ladder.window_days * DAY
    found: dict[str, Strike] = {}
    for decision in sorted(decisions, key=place):
        when = struck_at(decision)
        if at - window < when <= at and counts(ladder, decision):
            key = decision.item or decision.id
            found.setdefault(key, Strike(decision.id, decision.item, when, when + window))
    return tuple(found.values())


def strikes_by(ladder: Ladder, decisions: Sequence[Decision], by: Decision) -> tuple[Strike, ...]:
    """The strikes there were when ``by`` had been decided, counted from what is in force now."""
    return strikes(ladder, [one for one in decisions if place(one) <= place(by)], struck_at(by))


def reached(ladder: Ladder, decisions: Sequence[Decision], by: Decision) -> Step | None:
    """The step that ``by`` reaches: none when the count stood on that step before it already."""
    step = ladder.step(len(strikes_by(ladder, decisions, by)))
    earlier = [one for one in decisions if place(one) < place(by)]
    return step if step is not None and step != ladder.step(len(strikes(ladder, earlier, struck_at(by)))) else None
