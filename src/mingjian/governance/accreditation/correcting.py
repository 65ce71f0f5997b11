"""Nonconformities: raised by auditors, answered by the institution with cause, action and evidence, verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.accreditation.access import (
    APPLY,
    AUDIT,
    MANAGE,
    held_audit,
    held_nonconformity,
    own,
    seen,
    words,
)
from mingjian.governance.accreditation.auditing import onward
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.parties import demand_apart
from mingjian.governance.accreditation.standard import Standard
from mingjian.governance.accreditation.timing import due_in, end_of
from mingjian.records.accreditation.model import GRADES, Accreditation, Audit, Nonconformity
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import accreditations
from mingjian.records.storage.accreditation_audits import audit_by_id, nonconformities_of, nonconformity_by_id
from mingjian.records.storage.database import Tx


@dataclass(frozen=True, slots=True)
class Answer:
    """What an institution did about a finding: why it happened, what was done so that it does not again, the proof."""

    cause: str
    action: str
    evidence: Sequence[str] = ()


def raise_one(tx: Tx, principal: Principal, audit: str, clause: str, grade: str, told: str) -> Nonconformity:
    """An auditor raises one while the audit is open."""
    going = _auditor(tx, principal, audit)
    found = seen(tx, principal, going.accreditation)
    standard = standard_kept(tx, found.text)
    if clause not in standard.clauses:
        raise Invalid("标准里没有这一条。", field="clause")
    if grade not in GRADES:
        raise Invalid(f"等级应为 {'、'.join(GRADES)}。", field="grade")
    id = tx.new_id("ncf")
    body = {"accreditation": found.id, "audit": audit, "clause": clause, "grade": grade,
            "words": words(tx, told, "words", "不符合事实"), "due_at": due_in(tx.now, standard, grade)}  # fmt: skip
    append(tx, Event("nonconformity.raised", id, body, principal.actor))
    return _now(tx, id)


def change(tx: Tx, principal: Principal, id: str, grade: str, told: str, version: int | None = None) -> Nonconformity:
    """Word it anew while the audit is open."""
    demand(principal, AUDIT)
    before = held_nonconformity(tx, id, version, ("open",), "改写")
    _auditor(tx, principal, before.audit)
    found = seen(tx, principal, before.accreditation)
    if grade not in GRADES:
        raise Invalid(f"等级应为 {'、'.join(GRADES)}。", field="grade")
    due = before.due_at if grade == before.grade else due_in(tx.now, standard_kept(tx, found.text), grade)
    after = {"grade": grade, "words": words(tx, told, "words", "不符合事实"), "due_at": due}
    append(tx, Event("nonconformity.changed", id, {"after": after}, principal.actor))
    return _now(tx, id)


def withdraw(tx: Tx, principal: Principal, id: str, reason: str, version: int | None = None) -> Nonconformity:
    """Take one back while the audit is open; ``restore`` is the reverse."""
    demand(principal, AUDIT)
    before = held_nonconformity(tx, id, version, ("open",), "撤回")
    _auditor(tx, principal, before.audit)
    said = words(tx, reason, "reason", "理由")
    append(tx, Event("nonconformity.withdrawn", id, {"after": {"state": "withdrawn", "remark": said}}, principal.actor))
    return _now(tx, id)


def restore(tx: Tx, principal: Principal, id: str, version: int | None = None) -> Nonconformity:
    """Raise one again that was taken back."""
    demand(principal, AUDIT)
    before = held_nonconformity(tx, id, version, ("withdrawn",), "恢复")
    _auditor(tx, principal, before.audit)
    append(tx, Event("nonconformity.restored", id, {"after": {"state": "open", "remark": None}}, principal.actor))
    return _now(tx, id)


def answer(tx: Tx, principal: Principal, id: str, given: Answer, version: int | None = None) -> Nonconformity:
    """The institution answers, or answers anew while nobody has verified it. A grave finding needs evidence."""
    demand(principal, APPLY)
    before = held_nonconformity(tx, id, version, ("open", "answered"), "回复整改")
    found = seen(tx, principal, before.accreditation)
    own(principal, found)
    going = audit_by_id(tx, before.audit)
    if going is None or going.state != "closed":
        raise Conflict("审核结束后才能回复整改。")
    standard = standard_kept(tx, found.text)
    files = accreditations.files_in(tx, found.id)
    evidence = list(dict.fromkeys(given.evidence))
    if len(evidence) > standard.files or any(name not in files for name in evidence):
        raise Invalid(f"证据文件应先上传,最多 {standard.files} 个。", field="evidence")
    if not evidence and before.grade != "observation":
        raise Invalid("请附整改证据。", field="evidence")
    after = {"state": "answered", "cause": words(tx, given.cause, "cause", "原因"),
             "action": words(tx, given.action, "action", "纠正措施"), "evidence": evidence,
             "answered_by": principal.actor, "answered_at": tx.now}  # fmt: skip
    append(tx, Event("nonconformity.answered", id, {"after": after}, principal.actor))
    return _now(tx, id)


def verify(
    tx: Tx, principal: Principal, id: str, accepted: bool, remark: str, version: int | None = None
) -> Nonconformity:
    """An auditor looks at the answer: closes the finding, or sends it back with a new due time. When the last grave one
    is closed the application goes on to the decision."""
    demand(principal, AUDIT)
    before = held_nonconformity(tx, id, version, ("answered",), "验证")
    found = seen(tx, principal, before.accreditation)
    standard = standard_kept(tx, found.text)
    _verifies(tx, principal, before, found, standard)
    said = words(tx, remark, "remark", "验证意见")
    if accepted:
        after = {"state": "closed", "verified_by": principal.actor, "verified_at": tx.now, "remark": said}
        append(tx, Event("nonconformity.closed", id, {"after": after}, principal.actor))
    else:
        again = {"state": "open", "remark": said, "due_at": max(before.due_at, due_in(tx.now, standard, "supplement"))}
        append(tx, Event("nonconformity.refused", id, {"after": again}, principal.actor))
    _go_on(tx, principal, standard, found, before.audit)
    return _now(tx, id)


def reopen(tx: Tx, principal: Principal, id: str, reason: str, version: int | None = None) -> Nonconformity:
    """Take the closing of one back: an auditor, before the decision (or at any time of a certificate's audit)."""
    demand(principal, AUDIT)
    before = held_nonconformity(tx, id, version, ("closed",), "重开")
    found = seen(tx, principal, before.accreditation)
    standard = standard_kept(tx, found.text)
    _verifies(tx, principal, before, found, standard)
    if before.audit == found.audit and found.state not in ("correcting", "deciding"):
        raise Conflict("已经作出决定,不能重开。")
    after = {
        "state": "answered",
        "verified_by": None,
        "verified_at": None,
        "remark": words(tx, reason, "reason", "理由"),
    }
    append(tx, Event("nonconformity.reopened", id, {"after": after}, principal.actor))
    _go_on(tx, principal, standard, found, before.audit)
    return _now(tx, id)


def extend(tx: Tx, principal: Principal, id: str, days: int, reason: str, version: int | None = None) -> Nonconformity:
    """Give more time, for a reason."""
    demand(principal, MANAGE)
    before = held_nonconformity(tx, id, version, ("open",), "延期")
    found = seen(tx, principal, before.accreditation)
    if not 1 <= days <= 90:
        raise Invalid("延期应为 1 到 90 天。", field="days")
    due = end_of(day(max(before.due_at, tx.now) + days * 86_400_000_000))
    body = {"after": {"due_at": due}, "reason": words(tx, reason, "reason", "理由")}
    append(tx, Event("nonconformity.extended", id, body, principal.actor))
    _go_on(tx, principal, standard_kept(tx, found.text), found, before.audit)
    return _now(tx, id)


def submit(tx: Tx, principal: Principal, id: str, reason: str, version: int | None = None) -> Accreditation:
    """Bring an application to the decision while minor findings are still open: it can then be granted on conditions,
    or refused. Conflict while a major one is open and its time is not up."""
    demand(principal, MANAGE)
    found = seen(tx, principal, id)
    if version is not None and version != found.version:
        raise Conflict("这份申请刚被改动过,请刷新后再试。")
    if found.state != "correcting" or found.audit is None:
        raise Conflict("申请现在的状态不能提交决定。")
    open_ = [one for one in nonconformities_of(tx, id, found.audit) if one.open]
    if any(one.grade == "major" and one.due_at >= tx.now for one in open_):
        raise Conflict("严重不符合项还在整改期限内,不能提交决定。")
    after = {"state": "deciding", "due_at": due_in(tx.now, standard_kept(tx, found.text), "decide")}
    body = {"after": after, "reason": words(tx, reason, "reason", "理由")}
    append(tx, Event("accreditation.progressed", id, body, principal.actor))
    return seen(tx, principal, id)


def _auditor(tx: Tx, principal: Principal, audit: str) -> Audit:
    demand(principal, AUDIT)
    going = held_audit(tx, audit, None, ("open",), "记录不符合项")
    if principal.actor not in going.auditors:
        raise Forbidden("你不是这次审核的审核员。")
    return going


def _verifies(tx: Tx, principal: Principal, one: Nonconformity, found: Accreditation, standard: Standard) -> None:
    """One of the audit's auditors verifies, who had no part in the answer or a decision."""
    going = audit_by_id(tx, one.audit)
    if going is None or principal.actor not in going.auditors:
        raise Forbidden("由这次审核的审核员验证。")
    demand_apart(tx, standard, found, principal.actor, "verify")


def _go_on(tx: Tx, principal: Principal, standard: Standard, found: Accreditation, audit: str) -> None:
    """Where the application stands now that one of its findings moved."""
    if found.audit != audit or found.state not in ("correcting", "deciding"):
        return
    after = onward(tx, standard, nonconformities_of(tx, found.id, audit))
    if found.state == after["state"] == "deciding" or (found.state, found.due_at) == (after["state"], after["due_at"]):
        return
    append(tx, Event("accreditation.progressed", found.id, {"after": after, "audit": audit}, principal.actor))


def _now(tx: Tx, id: str) -> Nonconformity:
    found = nonconformity_by_id(tx, id)
    assert found is not None  # just written
    return found
