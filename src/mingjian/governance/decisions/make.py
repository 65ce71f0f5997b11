"""Making decisions and closing them: checked, grounded in law, carried out in the caller's transaction. Whoever calls
has asked for permission already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mingjian.governance.actions.standing import restand
from mingjian.governance.decisions.ground import Ground, grounds
from mingjian.governance.decisions.law import Basis
from mingjian.governance.decisions.model import DecisionInput, Made
from mingjian.governance.ladders.count import DAY
from mingjian.governance.ladders.settle import climb, demands, ease, on_ladders, step_named
from mingjian.records.actions.model import Action, Decision
from mingjian.records.errors import Conflict
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head


def make(
    tx: Tx,
    actor: str,
    wishes: Sequence[DecisionInput],
    origin: str,
    basis: Basis,
    *,
    extra: Mapping[str, Any] | None = None,
    step: str | None = None,
) -> list[Made]:
    """Decide, in order. A request that was answered before gives its decision again; Conflict when it asked for
    something else. ``extra`` are further facts of the decisions, ``step`` the ladder's step that a person confirms.
    """
    hold_head(tx)  # from here on nobody else decides: what is read stays true
    known = _answered(tx, wishes)
    fresh = [wish for wish in dict.fromkeys(wishes) if wish.request not in known or wish.request is None]
    ids: dict[DecisionInput, str] = {}
    events: list[Event] = []
    for wish, ground in zip(fresh, grounds(tx, fresh, basis), strict=True):
        ids[wish] = tx.new_id("dec")
        events += _events(tx, ids[wish], wish, ground, actor, origin, basis, extra or {}, step)
    append_all(tx, events)
    made = actions.decisions_by_id(tx, ids.values())
    for one in made.values():
        if one.replaces:
            ease(tx, one, basis)
    if origin != "appeal":  # what succeeds on appeal never costs more than what it was against
        climb(tx, list(made.values()), basis)
    restand(tx, (one.item for one in made.values()), actor, basis.book)
    made |= {one.id: one for one in known.values()}
    places = [known[wish.request].id if wish.request in known else ids[wish] for wish in wishes]
    return _with_actions(tx, [made[id] for id in places])


def close(tx: Tx, actor: str, decision: Decision, state: str, reason: str, basis: Basis) -> None:
    """Take a decision out of force with every action of it: strikes are given back because they are recounted. When
    a milder decision takes its place (``varied``), what ladders made of it is left to ``ease``. When it is undone,
    what it had replaced binds again."""
    every = actions.actions_of_decisions(tx, [decision.id])
    own = [action for action in every if action.state == "in_force"]
    if state == "varied":
        own = [action for action in own if principal_action(action, decision)]
    because = {"reason": reason, "decision": None}
    events = [Event("decision.closed", decision.id, {"state": state, "reason": reason}, actor)]
    events += [Event("action.reversed", action.id, because, actor) for action in own]
    if state == "undone":
        undone = {"decision": decision.id}
        events += [Event("decision.reopened", id, undone, actor) for id in decision.replaces]
        ended = [action for action in actions.actions_ended_for(tx, decision.id)
                 if not action.served(tx.now) or action.waits]  # fmt: skip
        events += [Event("action.resumed", action.id, undone, actor) for action in ended]
    append_all(tx, events)
    if state == "undone" or (state != "varied" and on_ladders(decision, every, basis)):
        ease(tx, decision, basis)
    restand(tx, [decision.item], actor, basis.book)


def principal_action(action: Action, decision: Decision) -> bool:
    """Whether an action is its decision's own measure, not what a ladder added to it."""
    return action.step is None or decision.origin == "ladder"


def _with_actions(tx: Tx, decisions: Sequence[Decision]) -> list[Made]:
    taken: dict[str, list[Action]] = {one.id: [] for one in decisions}
    for action in actions.actions_of_decisions(tx, taken):
        taken[action.decision].append(action)
    return [Made(one, tuple(taken[one.id])) for one in decisions]


def _answered(tx: Tx, wishes: Sequence[DecisionInput]) -> Mapping[str | None, Decision]:
    known: dict[str | None, Decision] = {}
    known.update(actions.decisions_by_request(tx, [wish.request for wish in wishes if wish.request]))
    first: dict[str | None, DecisionInput] = {}
    for wish in wishes:
        before = known.get(wish.request or "")
        same = wish == first.setdefault(wish.request, wish) if wish.request else True
        if before is not None:
            same = same and (before.measure, before.item, before.case) == (wish.measure, wish.item, wish.case)
        if not same:
            raise Conflict(f"请求号 {wish.request} 已用于另一项处置,请换一个请求号", field="request")
    return known


def _events(
    tx: Tx,
    id: str,
    wish: DecisionInput,
    ground: Ground,
    actor: str,
    origin: str,
    basis: Basis,
    extra: Mapping[str, Any],
    step: str | None,
) -> list[Event]:
    measure = ground.measure
    policy = wish.policy or basis.book.version
    body = {
        "item": wish.item, "publisher": ground.publisher, "measure": measure.name, "origin": origin,
        "case": wish.case, "policy": policy, "as_of": ground.as_of.isoformat(), "verdict": ground.verdict,
        "rulebook": ground.rulebook, "law": ground.law, "cites": ground.cites, "codes": ground.codes,
        "reasons": [reason.strip() for reason in wish.reasons], "facts": {**ground.facts, **extra},
        "replaces": list(wish.replaces), "request": wish.request,
        "appeal_until": tx.now + basis.book.appeal_days * DAY if measure.appeal and origin != "appeal" else None,
    }  # fmt: skip
    on_item = measure.target == "item"
    days = wish.days if wish.days is not None else measure.days
    taken = {
        "decision": id, "item": wish.item if on_item else None, "publisher": ground.publisher,
        "measure": measure.name, "right": wish.right or measure.right, "step": step, "policy": policy,
        "law": ground.law, "until": None if days is None else tx.now + days * DAY,
        **demands(step_named(step, basis.book.ladders)[1], tx.now),
    }  # fmt: skip
    return [
        Event("decision.made", id, body, actor),
        *_replacing(tx, id, wish.replaces, actor),
        Event("action.taken", tx.new_id("act"), taken, actor),
    ]


def _replacing(tx: Tx, id: str, replaced: Sequence[str], actor: str) -> list[Event]:
    """Decisions that give way, with their own measures; what ladders made of them is left to ``ease``."""
    if not replaced:
        return []
    reason = f"由决定 {id} 取代"
    before = actions.decisions_by_id(tx, replaced)
    own = [action for action in actions.actions_of_decisions(tx, replaced)
           if action.state == "in_force" and principal_action(action, before[action.decision])]  # fmt: skip
    return [
        *(Event("decision.closed", old, {"state": "replaced", "reason": reason}, actor) for old in replaced),
        *(Event("action.replaced", action.id, {"reason": reason, "decision": id}, actor) for action in own),
    ]
