"""Taking the steps that strikes reach, and easing those that strikes given back no longer bear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import cases_of, open_cases, withdraw_case
from mingjian.desk.people.model import house
from mingjian.governance.decisions.law import Basis, found_law, frozen
from mingjian.governance.ladders.count import DAY, reached, strikes, strikes_by, struck_at
from mingjian.governance.ladders.model import Ladder, Step
from mingjian.records.actions.model import Decision
from mingjian.records.clock import day
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, contents
from mingjian.records.storage.database import Tx

LADDERS = house("ladders")
EASED = "扣分已返还,累计不再达到本档"


def climb(tx: Tx, made: Sequence[Decision], basis: Basis) -> None:
    """Take the steps these decisions reach. Where a step wants a person, a case is opened instead. A decision that
    took another's place does not take again what that one's steps have taken."""
    counted = [one for one in made if one.publisher and one.measure in _measures(basis)]
    known = _countable(tx, {one.publisher for one in counted if one.publisher}, tx.now, basis)
    taken: list[Event] = []
    asked: list[CaseRequest] = []
    for one in counted:
        for ladder in basis.book.ladders.values():
            of_publisher = known[one.publisher or ""]
            step = reached(ladder, of_publisher, one)
            if step is None or _name(ladder, step) in _steps_of(tx, one.replaces):
                continue
            if step.confirm:
                asked.append(_case(one, ladder, step, len(strikes_by(ladder, of_publisher, one))))
            else:
                taken.append(_take(tx, one, ladder, step, tx.now, basis))
    append_all(tx, taken)
    if asked:
        open_cases(tx, LADDERS, asked)


def _steps_of(tx: Tx, decisions: Sequence[str]) -> set[str | None]:
    found = actions.actions_of_decisions(tx, decisions)
    return {action.step for action in found if action.state in ("in_force", "lapsed")}


def ease(tx: Tx, cause: Decision, basis: Basis) -> None:
    """Recount a publisher's strikes because ``cause`` went out of force or took others' place: a step that is no
    longer reached is taken back, and what a milder one still asks for stays from the day it began. Cases that asked
    a person for a step that is no longer reached are withdrawn. Nothing is ever made harder here."""
    if not cause.publisher:
        return
    stepped = [action for action in actions.actions_on_publishers(tx, [cause.publisher])
               if action.step and action.in_force(tx.now)]  # fmt: skip
    behind = actions.decisions_by_id(tx, [action.decision for action in stepped])
    first = min((struck_at(one) for one in behind.values()), default=tx.now)
    known = _countable(tx, [cause.publisher], first, basis)[cause.publisher]
    events: list[Event] = []
    for action in stepped:
        ladder, number = _step(action.step, basis)
        reason = behind[action.decision]
        # A ladder the deployer has taken down: what it did stays until a person reverses it.
        if ladder is None or len(strikes_by(ladder, known, reason)) >= number:
            continue
        events.append(Event("action.reversed", action.id, {"reason": EASED, "decision": cause.id}, LADDERS.actor))
        milder = reached(ladder, known, reason)
        if milder is not None and not milder.confirm and action.taken_at + (milder.days or 0) * DAY > tx.now:
            events.append(_take(tx, reason, ladder, milder, action.taken_at, basis))
    append_all(tx, events)
    for case in cases_of(tx, LADDERS, cause.publisher):
        ladder, number = _step(case.facts.get("step"), basis)
        if ladder is not None and case.stage != "closed" and len(strikes(ladder, known, tx.now)) < number:
            withdraw_case(tx, LADDERS, case.id, EASED)


def _step(name: object, basis: Basis) -> tuple[Ladder | None, int]:
    """The ladder and the number of strikes of ``ladder/strikes``."""
    ladder, _, number = str(name or "").partition("/")
    return basis.book.ladders.get(ladder), int(number) if number.isdecimal() else 0


def _name(ladder: Ladder, step: Step) -> str:
    return f"{ladder.name}/{step.strikes}"


def _measures(basis: Basis) -> set[str]:
    return {measure for ladder in basis.book.ladders.values() for measure in ladder.counts["measures"]}


def _take(tx: Tx, cause: Decision, ladder: Ladder, step: Step, since: int, basis: Basis) -> Event:
    """The event of a step being taken because of a decision, its term counted from ``since``."""
    law, _ = found_law(basis.resolve, ladder.cites, day(tx.now))
    body = {
        "decision": cause.id, "item": None, "publisher": cause.publisher, "measure": step.measure,
        "right": ladder.right if step.measure == "suspend" else None, "step": _name(ladder, step),
        "policy": basis.book.version, "law": contents.put(tx, [frozen(law)])[0],
        "until": None if step.days is None else since + step.days * DAY,
    }  # fmt: skip
    return Event("action.taken", tx.new_id("act"), body, LADDERS.actor)


def _countable(tx: Tx, publishers: Iterable[str], at: int, basis: Basis) -> dict[str, list[Decision]]:
    """What may count for each publisher at ``at`` or later."""
    longest = max((ladder.window_days for ladder in basis.book.ladders.values()), default=0)
    found: dict[str, list[Decision]] = {publisher: [] for publisher in publishers}
    for decision in actions.decisions_of_publishers(tx, found, _measures(basis), at - longest * DAY):
        found[decision.publisher or ""].append(decision)
    return found


def _case(cause: Decision, ladder: Ladder, step: Step, number: int) -> CaseRequest:
    facts = {
        "publisher": cause.publisher, "platform": cause.facts.get("platform"), "ladder": ladder.name,
        "step": _name(ladder, step), "measure": step.measure, "right": ladder.right, "days": step.days,
        "strikes": number, "decision": cause.id,
    }  # fmt: skip
    reason = f"{ladder.title}累计 {number} 次,达到“{step.strikes} 次”一档,请确认处置"
    return CaseRequest("actor", cause.publisher or "", facts, "policy", None, reason, parent=cause.case)
