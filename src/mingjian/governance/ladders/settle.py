"""Taking the steps that strikes reach, and easing those that strikes given back no longer bear."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import cases_of, open_cases, withdraw_case
from mingjian.desk.people.model import house
from mingjian.governance.decisions.law import Basis, found_law, frozen
from mingjian.governance.ladders.count import (
    DAY,
    borne,
    number_before,
    number_for,
    reached,
    strikes_by,
    struck_at,
    suspensions,
)
from mingjian.governance.ladders.model import Ladder, Step
from mingjian.governance.ladders.subjects import counted_of, holders_of
from mingjian.records.actions.model import Action, Decision
from mingjian.records.clock import day
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, contents
from mingjian.records.storage.database import Tx

LADDERS = house("ladders")
EASED = "扣分已返还,累计不再达到本档"


class Known:
    """What may count for some subjects: their decisions, and what ladders did to them before."""

    def __init__(self, tx: Tx, subjects: Iterable[str], at: int, basis: Basis) -> None:
        wanted = list(dict.fromkeys(subjects))
        self.decisions = counted_of(tx, wanted, at, basis.book.ladders.values())
        taken = actions.steps_on(tx, wanted)
        self.causes = actions.decisions_by_id(tx, [action.decision for action in taken])
        self.taken: dict[str, list[Action]] = {subject: [] for subject in wanted}
        for action in taken:
            self.taken[action.publisher or ""].append(action)

    def history(self, ladder: Ladder, subject: str) -> tuple[Action, ...]:
        """The earlier suspensions of a ladder that still count."""
        return suspensions(ladder, self.decisions[subject], self.taken[subject], self.causes)


def climb(tx: Tx, made: Sequence[Decision], basis: Basis) -> None:
    """Take the steps these decisions reach. Where a step wants a person, a case is opened, and what the house may do
    by itself is done meanwhile. A decision that took another's place does not take again what that one's steps have
    taken."""
    counted = [one for one in made if one.publisher and one.measure in _measures(basis)]
    if not counted:
        return
    places = holders_of(tx, counted, {ladder.subject for ladder in basis.book.ladders.values()})
    known = Known(tx, (subject for subjects in places.values() for subject in subjects), tx.now, basis)
    taken: list[Event] = []
    asked: list[CaseRequest] = []
    for one in counted:
        had = _steps_of(tx, one.replaces)
        for ladder in basis.book.ladders.values():
            for subject in places.get((one.id, ladder.subject), ()):
                decisions, history = known.decisions[subject], known.history(ladder, subject)
                step = reached(ladder, decisions, one, history)
                if step is None or _name(ladder, step) in had:
                    continue
                if step.confirm:
                    number = len(strikes_by(ladder, decisions, one))
                    asked.append(_case(one, subject, ladder, step, number))
                    step = reached(ladder, decisions, one, history, alone=True)
                if step is not None and _name(ladder, step) not in had:
                    taken.append(_take(tx, one, subject, ladder, step, tx.now, basis))
    append_all(tx, taken)
    if asked:
        open_cases(tx, LADDERS, asked)


def _steps_of(tx: Tx, decisions: Sequence[str]) -> set[str | None]:
    found = actions.actions_of_decisions(tx, decisions)
    return {action.step for action in found if action.state in ("in_force", "lapsed", "reinstated")}


def ease(tx: Tx, cause: Decision, basis: Basis) -> None:
    """Recount strikes because ``cause`` went out of force or took others' place: a step that is no longer reached is
    taken back, and what a milder one still asks for stays from the day it began. Cases that asked a person for a step
    that is no longer reached are withdrawn. Nothing is ever made harder here."""
    if not cause.publisher:
        return
    kinds = {ladder.subject for ladder in basis.book.ladders.values()}
    subjects = {one for listed in holders_of(tx, [cause], kinds).values() for one in listed}
    stepped = [action for action in actions.actions_on_publishers(tx, subjects)
               if action.step and action.in_force(tx.now)]  # fmt: skip
    behind = actions.decisions_by_id(tx, [action.decision for action in stepped])
    first = min((struck_at(one) for one in behind.values()), default=tx.now)
    known = Known(tx, subjects, first, basis)
    events: list[Event] = []
    for action in stepped:
        subject, reason = action.publisher or "", behind[action.decision]
        ladder, step = step_named(action.step, basis.book.ladders)
        # A ladder or step the deployer has taken down: what it did stays until a person reverses it.
        if ladder is None or step is None:
            continue
        decisions, history = known.decisions[subject], known.history(ladder, subject)
        if borne(ladder, step, decisions, reason, number_before(ladder, history, reason)):
            continue
        events.append(Event("action.reversed", action.id, {"reason": EASED, "decision": cause.id}, LADDERS.actor))
        milder = reached(ladder, decisions, reason, history)
        kept = any(one.decision == action.decision and one.step == _name(ladder, milder) for one in stepped
                   ) if milder is not None else True  # fmt: skip
        if milder is None or milder.confirm or kept:
            continue
        if action.taken_at + (milder.days or 0) * DAY > tx.now:
            events.append(_take(tx, reason, subject, ladder, milder, action.taken_at, basis))
    append_all(tx, events)
    for subject in sorted(subjects):
        _withdraw(tx, subject, known.decisions[subject], basis)


def still_borne(tx: Tx, action: Action, basis: Basis) -> bool:
    """Whether what an action rests on is in force: its decision and, of a ladder's step, the strikes."""
    cause = actions.decisions_by_id(tx, [action.decision])[action.decision]
    if cause.state != "in_force":
        return False
    ladder, step = step_named(action.step, basis.book.ladders)
    if ladder is None or step is None:
        return True
    subject = action.publisher or ""
    known = Known(tx, [subject], struck_at(cause), basis)
    number = number_before(ladder, known.history(ladder, subject), cause)
    return borne(ladder, step, known.decisions[subject], cause, number)


def on_ladders(decision: Decision, taken: Sequence[Action], basis: Basis) -> bool:
    """Whether a decision can be a strike, or ``taken`` of it is a ladder's step: else no ladder changes with it."""
    return decision.measure in _measures(basis) or any(action.step for action in taken)


def _withdraw(tx: Tx, subject: str, decisions: Sequence[Decision], basis: Basis) -> None:
    for case in cases_of(tx, LADDERS, subject):
        ladder, step = step_named(case.facts.get("step"), basis.book.ladders)
        if ladder is None or step is None or case.stage == "closed":
            continue
        if number_for(ladder, step, decisions, tx.now) < step.strikes:
            withdraw_case(tx, LADDERS, case.id, EASED)


def step_named(name: object, ladders: Mapping[str, Ladder]) -> tuple[Ladder | None, Step | None]:
    """The ladder and the step of ``ladder/step``, as far as they are still there."""
    ladder, _, key = str(name or "").partition("/")
    found = ladders.get(ladder)
    return found, found.named(key) if found is not None else None


def _name(ladder: Ladder, step: Step) -> str:
    return f"{ladder.name}/{step.key}"


def _measures(basis: Basis) -> Collection[str]:
    return {measure for ladder in basis.book.ladders.values() for measure in ladder.counts["measures"]}


def _take(tx: Tx, cause: Decision, subject: str, ladder: Ladder, step: Step, since: int, basis: Basis) -> Event:
    """The event of a step being taken because of a decision, its term counted from ``since``."""
    law, _ = found_law(basis.resolve, ladder.cites, day(tx.now))
    body = {
        "decision": cause.id, "item": None, "publisher": subject, "measure": step.measure,
        "right": ladder.right if step.measure == "suspend" else None, "step": _name(ladder, step),
        "policy": basis.book.version, "law": contents.put(tx, [frozen(law)])[0],
        "until": None if step.days is None else since + step.days * DAY, **demands(step, since),
    }  # fmt: skip
    return Event("action.taken", tx.new_id("act"), body, LADDERS.actor)


def demands(step: Step | None, since: int) -> dict[str, object]:
    """What an action's event says of the conditions its step demands."""
    if step is None or not step.conditions:
        return {}
    early = None if step.early_days is None else since + step.early_days * DAY
    return {"conditions": list(step.conditions), "early_from": early}


def _case(cause: Decision, subject: str, ladder: Ladder, step: Step, number: int) -> CaseRequest:
    facts = {
        "publisher": subject, "platform": cause.facts.get("platform"), "ladder": ladder.name,
        "step": _name(ladder, step), "measure": step.measure, "right": ladder.right, "days": step.days,
        "strikes": number, "decision": cause.id,
    }  # fmt: skip
    reached_at = step.title or f"{step.strikes} 次"
    reason = f"{ladder.title}累计 {number} 次,达到“{reached_at}”一档,请确认处置"
    return CaseRequest("actor", subject, facts, "policy", None, reason, parent=cause.case)
