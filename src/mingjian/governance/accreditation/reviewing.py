"""The document review: somebody of the house reads the self-assessment with its evidence, asks for more or lets it
pass."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.accreditation.access import MANAGE, held, words
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.parties import demand_apart
from mingjian.governance.accreditation.scoring import totals
from mingjian.governance.accreditation.timing import due_in
from mingjian.records.accreditation.model import Accreditation
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage.accreditations import accreditation_by_id, marks_of
from mingjian.records.storage.database import Tx


def take(tx: Tx, principal: Principal, id: str, version: int | None = None) -> Accreditation:
    """Become the reviewer of an application that waits for one."""
    demand(principal, MANAGE)
    found = held(tx, principal, id, version, ("reviewing",), "领取评审")
    if found.reviewer == principal.actor:
        return found
    if found.reviewer is not None:
        raise Conflict("这份申请已有评审人。")
    demand_apart(tx, standard_kept(tx, found.text), found, principal.actor, "review")
    append(tx, Event("accreditation.taken", id, {"after": {"reviewer": principal.actor}}, principal.actor))
    return _now(tx, id)


def release(tx: Tx, principal: Principal, id: str, version: int | None = None) -> Accreditation:
    """Give the review back: the reviewer, or somebody who assigns it anew."""
    demand(principal, MANAGE)
    found = held(tx, principal, id, version, ("reviewing",), "退回评审任务")
    if found.reviewer is None:
        raise Conflict("还没有人领取评审。")
    append(tx, Event("accreditation.released", id, {"after": {"reviewer": None}}, principal.actor))
    return _now(tx, id)


def send_back(
    tx: Tx, principal: Principal, id: str, clauses: Sequence[str], reason: str, version: int | None = None
) -> Accreditation:
    """Ask for more: the institution mends these clauses and hands in again. Its handing in is the reverse."""
    found = _held(tx, principal, id, version, "退回补正")
    standard = standard_kept(tx, found.text)
    named = list(dict.fromkeys(clauses))
    if not named or any(code not in standard.clauses for code in named):
        raise Invalid("请勾选要补正的条款。", field="clauses")
    after = {"state": "returned", "due_at": due_in(tx.now, standard, "supplement")}
    body = {"after": after, "clauses": named, "reason": words(tx, reason, "reason", "要补正什么")}
    append(tx, Event("accreditation.returned", id, body, principal.actor))
    return _now(tx, id)


def let_pass(tx: Tx, principal: Principal, id: str, version: int | None = None) -> Accreditation:
    """The documents suffice: next comes the audit. Invalid while clauses are unmarked or a critical one is not met."""
    found = _held(tx, principal, id, version, "通过文件评审")
    standard = standard_kept(tx, found.text)
    made = totals(standard, marks_of(tx, f"{id}:document"))
    if made.unmarked:
        raise Invalid(f"还有 {len(made.unmarked)} 条没有评审:{'、'.join(made.unmarked[:8])}……", field="clauses")
    if made.blocking:
        raise Conflict(f"关键条款不符合,不能通过:{'、'.join(made.blocking)}。请退回补正。")
    after = {"state": "planning", "due_at": due_in(tx.now, standard, "plan")}
    body = {"after": after, "points": made.points, "level": made.level.name if made.level else None}
    append(tx, Event("accreditation.reviewed", id, body, principal.actor))
    return _now(tx, id)


def reopen(tx: Tx, principal: Principal, id: str, reason: str, version: int | None = None) -> Accreditation:
    """Take the passing back, until an audit is planned."""
    demand(principal, MANAGE)
    found = held(tx, principal, id, version, ("planning",), "重开文件评审")
    if found.reviewer != principal.actor:
        raise Forbidden("只有评审人可以重开。")
    standard = standard_kept(tx, found.text)
    after = {"state": "reviewing", "due_at": due_in(tx.now, standard, "review")}
    body = {"after": after, "reason": words(tx, reason, "reason", "理由")}
    append(tx, Event("accreditation.reopened", id, body, principal.actor))
    return _now(tx, id)


def _held(tx: Tx, principal: Principal, id: str, version: int | None, doing: str) -> Accreditation:
    demand(principal, MANAGE)
    found = held(tx, principal, id, version, ("reviewing",), doing)
    if found.reviewer != principal.actor:
        raise Forbidden("请先领取评审。")
    return found


def _now(tx: Tx, id: str) -> Accreditation:
    found = accreditation_by_id(tx, id)
    assert found is not None  # just written
    return found
