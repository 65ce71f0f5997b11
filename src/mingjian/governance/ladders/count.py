"""Counting strikes: pure, from decisions in force, at any moment. No counter is kept anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mingjian.governance.ladders.model import CONDITIONS, Ladder, Step
from mingjian.records.actions.model import Action, Decision
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
    return decision.state == "in_force" and meets(ladder.counts, decision)


def meets(conditions: Mapping[str, frozenset[str]], decision: Decision) -> bool:
    """Whether every one of these conditions is met."""
    facts = {**decision.facts, "measure": decision.measure, "origin": decision.origin}
    for condition, wanted in conditions.items():
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


def number_for(ladder: Ladder, step: Step, decisions: Sequence[Decision], at: int) -> int:
    """How many strikes a step counts at a moment: of its own kind, within its own stretch."""
    of_kind = [one for one in decisions if meets(step.when, one)] if step.when else decisions
    found = strikes(ladder, of_kind, at)
    if step.within_days is None:
        return len(found)
    return sum(at - strike.at < step.within_days * DAY for strike in found)


def borne(ladder: Ladder, step: Step, decisions: Sequence[Decision], by: Decision, earlier: int) -> bool:
    """Whether the strikes there were when ``by`` had been decided, as far as they are in force now, and ``earlier``
    suspensions before it still ask for a step."""
    until = [one for one in decisions if place(one) <= place(by)]
    return earlier >= step.earlier and number_for(ladder, step, until, struck_at(by)) >= step.strikes


def suspensions(
    ladder: Ladder, decisions: Sequence[Decision], taken: Sequence[Action], causes: Mapping[str, Decision]
) -> tuple[Action, ...]:
    """The suspensions of a ladder that count as history, oldest first: what it took (``taken``, with the decisions
    behind them) that was not taken back and whose strikes still bear it."""
    found: list[Action] = []
    for action in sorted(taken, key=lambda one: one.seq):
        name, _, key = (action.step or "").partition("/")
        step, cause = ladder.named(key), causes.get(action.decision)
        if name != ladder.name or step is None or cause is None or cause.state != "in_force":
            continue
        if action.state in ("reversed", "replaced"):
            continue
        if borne(ladder, step, decisions, cause, number_before(ladder, found, cause)):
            found.append(action)
    return tuple(found)


def number_before(ladder: Ladder, history: Sequence[Action], by: Decision) -> int:
    """How many of these suspensions lie before a decision, within the days the ladder looks back."""
    since = struck_at(by) - ladder.history_days * DAY
    before = {one.decision for one in history if one.seq < place(by) and one.taken_at > since}
    return len(before)  # one decision is one occasion, however many steps it led to


def reached(
    ladder: Ladder,
    decisions: Sequence[Decision],
    by: Decision,
    history: Sequence[Action] = (),
    *,
    alone: bool = False,
) -> Step | None:
    """The hardest step that ``by`` reaches: none when the count stood on that step before it already and the step is
    not one that repeats. ``alone``: only of the steps that the house takes by itself."""
    steps = [step for step in ladder.steps if meets(step.when, by) and not (alone and step.confirm)]
    number = number_before(ladder, history, by)
    now = next((step for step in reversed(steps) if borne(ladder, step, decisions, by, number)), None)
    if now is None:
        return None
    before = [one for one in decisions if place(one) < place(by)]
    stood = next((step for step in reversed(steps) if number >= step.earlier
                  and number_for(ladder, step, before, struck_at(by)) >= step.strikes), None)  # fmt: skip
    return now if now != stood or (now.repeat and counts(ladder, by)) else None
