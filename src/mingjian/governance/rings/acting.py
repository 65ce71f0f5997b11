"""Acting on all of a ring for one reason, and taking all of it back at once. Everything is one transaction: the
decisions are made, each with its law and its right of appeal, and the ring remembers which they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.law import Basis, basis_in_force
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide_many, reverse
from mingjian.governance.rings.service import MOST_REASON, the
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.rings.model import Kept, Work
from mingjian.records.storage import actions, rings
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.storage.items import items_by_id

MOST = 5000
"""Items or publishers of one acting."""


def act(
    tx: Tx,
    principal: Principal,
    id: str,
    measure: str,
    reason: str,
    *,
    cites: Sequence[str] = (),
    codes: Sequence[str] = (),
    right: str | None = None,
    days: int | None = None,
    basis: Basis | None = None,
) -> Work:
    """Take a measure on every item of the ring, or on every publisher where the measure is one on publishers. What
    has that measure already, or was erased, is left out. The law must be cited as in any decision: reuse by itself is
    evidence and no breach."""
    demand(principal, "ring.manage")
    basis = basis or basis_in_force()
    why = reason.strip()
    if not why or len(why) > MOST_REASON:
        raise Invalid(f"请写明理由,最多 {MOST_REASON} 字。", field="reason")
    known = basis.book.measures.get(measure)
    if known is None or measure == "pass":
        raise Invalid(f"没有处置“{measure}”", field="measure")
    hold_head(tx)
    kept = the(tx, id)
    if kept.state not in ("open", "acted"):
        raise Conflict("这个团伙已被排除或合并;请先重开。")
    wishes = _wishes(tx, kept, known.target, DecisionInput(measure, reasons=(why,), cites=tuple(cites),
                                                           codes=tuple(codes), right=right, days=days))  # fmt: skip
    if not wishes:
        raise Conflict("没有可以处置的对象:都已执行这项处置,或原文已删除。")
    if len(wishes) > MOST:
        raise Invalid(f"一次最多处置 {MOST} 个对象,这里有 {len(wishes)} 个;请先拆分团伙。")
    made = decide_many(tx, principal, wishes, basis=basis)
    work = tx.new_id("rwk")
    body = {"work": work, "measure": measure, "on": known.target, "reason": why,
            "decisions": [one.decision.id for one in made]}  # fmt: skip
    append(tx, Event("ring.acted", id, body, principal.actor))
    return _work(tx, work)[0]


def _wishes(tx: Tx, kept: Kept, target: str, wish: DecisionInput) -> list[DecisionInput]:
    if target == "item":
        ids = sorted(rings.members_of(tx, [kept.id], "item").get(kept.id, ()))
        found = items_by_id(tx, ids)
        have = {one.item for one in actions.actions_on_items(tx, found) if one.measure == wish.measure}
        return [replace(wish, item=id) for id, item in found.items() if item.state == "judged" and id not in have]
    publishers = sorted(rings.members_of(tx, [kept.id]).get(kept.id, ()))
    have = {one.publisher for one in actions.actions_on_publishers(tx, publishers)
            if (one.measure, one.right) == (wish.measure, wish.right or one.right)}  # fmt: skip
    return [replace(wish, publisher=one) for one in publishers if one not in have]


def undo(tx: Tx, principal: Principal, work: str, reason: str, *, basis: Basis | None = None) -> Work:
    """Take back everything one acting did that is still in force; what was reversed one by one stays reversed."""
    demand(principal, "ring.manage")
    why = reason.strip()
    if not why or len(why) > MOST_REASON:
        raise Invalid(f"请写明理由,最多 {MOST_REASON} 字。", field="reason")
    hold_head(tx)
    found, decisions = _work(tx, work)
    if found.undone_at is not None:
        return found
    taken = actions.actions_of_decisions(tx, decisions)
    live = [one.id for one in taken if one.in_force(tx.now)]
    for id in live:
        # Reversing one ends what ladders made of it, which may be in the list too.
        if actions.actions_by_id(tx, [id])[id].in_force(tx.now):
            reverse(tx, principal, id, why, basis=basis)
    append(tx, Event("ring.undone", found.ring, {"work": work, "reason": why}, principal.actor))
    return _work(tx, work)[0]


def _work(tx: Tx, id: str) -> tuple[Work, list[str]]:
    found = rings.work_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这次统一处置:{id}")
    return found
