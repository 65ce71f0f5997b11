"""Giving a right back: the conditions that were met, on record with evidence and by whom; each record can be
withdrawn. A right comes back when its last condition is on record and its term has passed, or earlier where the step
allows it."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.actions.book import Book
from mingjian.governance.decisions.law import Basis, basis_in_force, book_in_force
from mingjian.governance.decisions.words import required
from mingjian.governance.ladders.model import Reinstating
from mingjian.governance.ladders.settle import still_borne
from mingjian.records.actions.model import Action, Reinstatement
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, contents, reinstatements
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

PERMISSION = "decision.reverse"
"""Who may record that a condition was met: whoever may give a right back at all."""


@dataclass(frozen=True, slots=True)
class Demand:
    """One condition of an action: what it is, and the record that it was met (None while it is not)."""

    condition: Reinstating
    record: Reinstatement | None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Awaiting:
    """An action that wants conditions met. ``awaits``: its term is over, only they keep the right away. ``early``:
    it may end before its term, from ``action.early_from`` on."""

    action: Action
    demands: tuple[Demand, ...]
    awaits: bool

    @property
    def open(self) -> tuple[Demand, ...]:
        """What is still to be met."""
        return tuple(one for one in self.demands if one.record is None)


def awaiting(tx: Tx, principal: Principal, after: int = 0, limit: int = 50, *, book: Book | None = None
             ) -> list[Awaiting]:  # fmt: skip
    """Everybody who has a condition to meet, in the order the measures were taken, behind the sequence number
    ``after``."""
    demand(principal, "case.read")
    return _shown(tx, actions.actions_waiting(tx, after, limit), book or book_in_force())


def demands_of(tx: Tx, principal: Principal, action: str, *, book: Book | None = None) -> Awaiting:
    """One action with its conditions; NotFound."""
    demand(principal, "case.read")
    return _shown(tx, [_action(tx, action)], book or book_in_force())[0]


def record(
    tx: Tx, principal: Principal, action: str, condition: str, evidence: str, *, file: str | None = None
) -> Action:
    """Put on record that a condition was met: ``evidence`` says what was seen (a number, a report, who accepted it),
    ``file`` is the digest of a file kept with it. The right comes back when that was the last one and the term allows
    it. The same record sent again changes nothing."""
    demand(principal, PERMISSION)
    evidence = required(evidence, "evidence")
    hold_head(tx)
    found = _action(tx, action)
    if condition not in found.conditions:
        named = "、".join(found.conditions) or "无"
        raise Invalid(f"这项处置没有恢复条件“{condition}”,它的条件是:{named}", field="condition")
    if file is not None and not (len(file) == 64 and set(file) <= set("0123456789abcdef")):
        raise Invalid("文件应以 SHA-256 指纹指明", field="file")
    (kept,) = contents.put(tx, [evidence.encode()])
    there = {one.condition: one for one in reinstatements.records_of(tx, [action])[action] if one.state == "recorded"}
    before = there.get(condition)
    if before is not None:
        if (before.evidence, before.file, before.recorded_by) == (kept, file, principal.actor):
            return found
        raise Conflict("这一条件已有记录;有误的请先撤回那条记录")
    if found.state != "in_force":
        raise Conflict(f"处置 {action} 已不在执行中,请刷新后再看")
    body = {"action": action, "condition": condition, "evidence": kept, "file": file}
    append(tx, Event("reinstatement.recorded", tx.new_id("rin"), body, principal.actor))
    return _give_back(tx, action, principal.actor)


def withdraw(tx: Tx, principal: Principal, record: str, reason: str, *, basis: Basis | None = None) -> Action:
    """Take a record back: the condition is open again, and what came back because of it is withheld again, to the
    old term. Conflict where the right would not be withheld any more for other reasons."""
    demand(principal, PERMISSION)
    reason = required(reason)
    hold_head(tx)
    found = reinstatements.record_by_id(tx, record)
    if found is None:
        raise NotFound(f"没有恢复记录 {record}")
    if found.state == "withdrawn":
        if (found.withdrawn_by, found.withdrawn_why) == (principal.actor, reason):
            return _action(tx, found.action)
        raise Conflict("这条记录已经撤回,请刷新后再看")
    action = _action(tx, found.action)
    again = action.state == "reinstated"
    if action.state != "in_force" and not (again and still_borne(tx, action, basis or basis_in_force())):
        raise Conflict("权限已因其他原因恢复,撤回记录没有意义;如须再次停权,请另作处置")
    body = {"action": found.action, "condition": found.condition, "reason": reason}
    append(tx, Event("reinstatement.withdrawn", record, body, principal.actor))
    if again:
        append(tx, Event("action.resumed", action.id, {"decision": action.decision}, principal.actor))
    return _action(tx, found.action)


def give_back_due(tx: Tx, limit: int = 500) -> int:
    """The duty: rights whose conditions are all met and whose earliest day has come; how many came back."""
    if not actions.early_due(tx, 1):
        return 0
    hold_head(tx)
    due = actions.early_due(tx, limit)
    for action in due:
        _give_back(tx, action.id, "duty:lapse")
    return len(due)


def _give_back(tx: Tx, id: str, actor: str) -> Action:
    action = _action(tx, id)
    early = action.early_from is not None and tx.now >= action.early_from
    if action.state == "in_force" and action.conditions and not action.waits and (early or action.served(tx.now)):
        body = {"reason": "恢复条件已全部满足", "decision": None, "early": not action.served(tx.now)}
        append(tx, Event("action.reinstated", id, body, actor))
    return _action(tx, id)


def _action(tx: Tx, id: str) -> Action:
    found = actions.actions_by_id(tx, [id]).get(id)
    if found is None:
        raise NotFound(f"没有处置 {id}")
    return found


def _shown(tx: Tx, found: list[Action], book: Book) -> list[Awaiting]:
    records = reinstatements.records_of(tx, [action.id for action in found])
    words = contents.get_many(tx, [one.evidence for listed in records.values() for one in listed])
    shown = []
    for action in found:
        met = {one.condition: one for one in records[action.id] if one.state == "recorded"}
        demands = []
        for name in action.conditions:
            kept = met.get(name)
            said = words.get(kept.evidence) if kept is not None else None
            condition = book.conditions.get(name) or Reinstating(name, name, name, "", "")
            demands.append(Demand(condition, kept, said.decode() if said is not None else None))
        shown.append(Awaiting(action, tuple(demands), action.awaits(tx.now)))
    return shown
