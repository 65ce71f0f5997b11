"""What a batch does to each of its members, and how it is taken back. Whoever calls holds the journal's head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.governance.certification.adopting import policy_named
from mingjian.governance.certification.applying import freeze, grant
from mingjian.governance.certification.badges import RIGHT
from mingjian.governance.certification.evaluate import evaluate
from mingjian.governance.certification.facts import held_of
from mingjian.governance.certification.model import Evaluation, Policy
from mingjian.governance.certification.whatif import MEASURE
from mingjian.governance.decisions.law import Basis, found_law
from mingjian.governance.decisions.make import close, make
from mingjian.governance.decisions.model import DecisionInput
from mingjian.records.actions.model import Action
from mingjian.records.certification.model import Batch, Member
from mingjian.records.clock import day
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, certification
from mingjian.records.storage.database import Tx

Done = list[Any]
"""[place, state, effect, made, why], as the journal has it."""


def carry_out(tx: Tx, batch: Batch, members: Sequence[Member], by: Principal, basis: Basis) -> list[Done]:
    """Revoke or readmit these members. Each is looked at once more: whom the policy does not hit any more is left
    alone, with the reason."""
    policy = policy_named(tx, batch.policy)
    today = day(tx.now)
    held = held_of(tx, [one.entity for one in members], today)
    judged = {id: evaluate(policy, one, today) for id, one in held.items()}
    if batch.kind == "revoke":
        return _revoke(tx, batch, policy, members, judged, by, basis)
    return _readmit(tx, batch, policy, members, judged, by)


def _revoke(
    tx: Tx,
    batch: Batch,
    policy: Policy,
    members: Sequence[Member],
    judged: dict[str, Evaluation],
    by: Principal,
    basis: Basis,
) -> list[Done]:
    today = day(tx.now)
    exempt = {one.entity for one in certification.exemptions(tx, batch.programme) if one.holds(today.isoformat())}
    certificates = certification.certificates_by_id(tx, [one.certificate for one in members])
    bound = {one.publisher for one in _binding(tx, members) if one.measure == MEASURE}
    law, _ = found_law(basis.resolve, policy.cites, today)
    wishes: dict[int, DecisionInput] = {}
    done: list[Done] = []
    for one in members:
        why = _spared(one, judged.get(one.entity), one.entity in exempt, one.entity in bound)
        if why is None and not certificates[one.certificate].holds(today.isoformat()):
            why = "认证已经期满或停用"
        if why is not None:
            done.append([one.place, "skipped", None, None, why])
            continue
        wishes[one.place] = DecisionInput(
            MEASURE, publisher=one.entity, reasons=(policy.notices["revoke"][0], *reasons(judged[one.entity])),
            cites=tuple(citation.ref for citation in law), policy=policy.id, request=f"{batch.id}:{one.place}",
        )  # fmt: skip
    made = make(tx, by.actor, list(wishes.values()), "policy", basis, extra={"batch": batch.id}) if wishes else []
    done += [[place, "done", each.decision.id, None, ""] for place, each in zip(wishes, made, strict=True)]
    return sorted(done)


def _spared(one: Member, evaluation: Evaluation | None, exempt: bool, bound: bool) -> str | None:
    if evaluation is None:
        return "登记对象已不存在"
    if exempt:
        return "在豁免期内"
    if bound:
        return "认证已经取消"
    return None if evaluation.outcome == "not" else "名单冻结后登记有变,政策不再命中"


def reasons(evaluation: Evaluation) -> tuple[str, ...]:
    """What stands in the way, as a decision's reasons: at most ten, nothing personal in them."""
    deepest = [one for one in evaluation.against if one.because not in ("见下列各项",)]
    return tuple(dict.fromkeys(f"不符合条件:{one.says}" for one in deepest))[:10]


def _readmit(
    tx: Tx, batch: Batch, policy: Policy, members: Sequence[Member], judged: dict[str, Evaluation], by: Principal
) -> list[Done]:
    today = day(tx.now)
    binding: dict[str, list[Action]] = {}
    for action in _binding(tx, members):
        binding.setdefault(action.publisher or "", []).append(action)
    certificates = certification.certificates_by_id(tx, [one.certificate for one in members])
    events: list[Event] = []
    done: list[Done] = []
    for one in members:
        own = binding.get(one.entity, [])
        evaluation = judged.get(one.entity)
        if evaluation is None or evaluation.outcome != "eligible":
            done.append([one.place, "skipped", None, None, "名单冻结后登记有变,不再符合条件"])
        elif not own or any(action.measure != MEASURE for action in own):
            done.append([one.place, "skipped", None, None, "认证已经恢复,或另有处罚未结束"])
        else:
            reason = f"政策调整后再次准入({batch.id})"
            events += [Event("action.reinstated", action.id, {"reason": reason, "decision": None,
                             "of": action.decision}, by.actor) for action in own]  # fmt: skip
            expired = not certificates[one.certificate].holds(today.isoformat())
            made = grant(tx, by.actor, one.entity, policy, "readmission", freeze(tx, evaluation)) if expired else None
            done.append([one.place, "done", own[-1].id, made, ""])
    append_all(tx, events)
    return done


def _binding(tx: Tx, members: Sequence[Member]) -> list[Action]:
    """What withholds these members' badges now."""
    found = actions.actions_on_publishers(tx, [one.entity for one in members])
    return [one for one in found if one.in_force(tx.now) and one.right in (RIGHT, None)]


def take_back(tx: Tx, batch: Batch, members: Sequence[Member], by: Principal, basis: Basis) -> list[Done]:
    """Undo what was done to these members, as far as it still stands: what an appeal or another batch has changed
    since stays as that left it."""
    reason = f"撤销批次 {batch.id}:{batch.undone_why}"
    done: list[Done] = []
    if batch.kind == "revoke":
        for decision in actions.decisions_by_id(tx, [one.effect or "" for one in members]).values():
            if decision.state == "in_force":
                close(tx, by.actor, decision, "reversed", reason, basis)
    else:
        ended = actions.actions_by_id(tx, [one.effect or "" for one in members])
        causes = actions.decisions_by_id(tx, [one.decision for one in ended.values()])
        events = [Event("action.resumed", one.id, {"decision": one.decision}, by.actor) for one in ended.values()
                  if one.state == "reinstated" and causes[one.decision].state == "in_force"]  # fmt: skip
        made = certification.certificates_by_id(tx, [one.made for one in members if one.made])
        events += [Event("badge.ended", one.id, {"state": "undone", "reason": reason}, by.actor)
                   for one in made.values() if one.state == "valid"]  # fmt: skip
        append_all(tx, events)
    done += [[one.place, "undone", one.effect, one.made, one.why] for one in members]
    return done
