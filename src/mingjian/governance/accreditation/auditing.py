"""Audits: planned with people who have no interest, opened on their days, closed with a finding for every clause that
was not met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.accreditation.access import AUDIT, MANAGE, held_audit, seen, words
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.parties import demand_apart, parties, why_barred
from mingjian.governance.accreditation.scoring import totals
from mingjian.governance.accreditation.standard import Standard
from mingjian.governance.accreditation.timing import due_in, end_of
from mingjian.records.accreditation.model import Accreditation, Audit, Mark, Nonconformity
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import accreditation_audits, accreditations, people
from mingjian.records.storage import accreditation_certificates as certificates
from mingjian.records.storage.database import Tx

MOST_AUDITORS, MOST_DAYS = 10, 30


@dataclass(frozen=True, slots=True)
class Plan:
    """Who goes, and from which day to which."""

    lead: str
    auditors: Sequence[str]
    first: date
    last: date


def plan(tx: Tx, principal: Principal, id: str, given: Plan, *, version: int | None = None) -> Audit:
    """Plan the audit of an application whose documents passed; or, once there is a certificate, the surveillance that
    is next (or a special audit, when none is due). Forbidden names who may not audit, and why."""
    demand(principal, MANAGE)
    found = seen(tx, principal, id)
    if version is not None and version != found.version:
        raise Conflict("这份申请刚被改动过,请刷新后再试。")
    standard = standard_kept(tx, found.text)
    kind, certificate, number = _purpose(tx, found)
    auditors = _auditors(tx, standard, found, given)
    audit = tx.new_id("aud")
    body = {"accreditation": id, "certificate": certificate, "kind": kind, "lead": given.lead, "auditors": auditors,
            "first": given.first.isoformat(), "last": given.last.isoformat()}  # fmt: skip
    events = [Event("audit.planned", audit, body, principal.actor)]
    if certificate is None:
        after = {"state": "planned", "audit": audit, "due_at": end_of(given.last)}
        events.append(Event("accreditation.progressed", id, {"after": after, "audit": audit}, principal.actor))
    elif number is not None:
        said = {"number": number, "after": {"state": "planned", "audit": audit}}
        events.append(Event("surveillance.planned", certificate, said, principal.actor))
    append(tx, *events)
    return _now(tx, audit)


def _purpose(tx: Tx, found: Accreditation) -> tuple[str, str | None, int | None]:
    """What an audit planned now is for: kind, certificate, number of the surveillance."""
    if found.state == "planning":
        return found.kind, None, None
    if found.certificate is None or found.state not in ("granted", "conditional"):
        raise Conflict("申请现在的状态不能安排审核。")
    certificate = certificates.certificate_by_id(tx, found.certificate)
    if certificate is None or certificate.state not in ("valid", "suspended"):
        raise Conflict("证书已不在有效状态,不能安排监督审核。")
    running = [one for one in accreditation_audits.audits_of(tx, found.id) if one.state in ("planned", "open")]
    if running:
        raise Conflict("已经有一次安排好或正在进行的审核。")
    owed = [one for one in certificates.surveillance_of(tx, [certificate.id]) if one.state in ("called", "missed")]
    return ("surveillance", certificate.id, owed[0].number) if owed else ("special", certificate.id, None)


def _auditors(tx: Tx, standard: Standard, found: Accreditation, given: Plan) -> list[str]:
    auditors = list(dict.fromkeys(given.auditors))
    if given.lead not in auditors:
        auditors.insert(0, given.lead)
    if len(auditors) > MOST_AUDITORS:
        raise Invalid(f"审核员最多 {MOST_AUDITORS} 人。", field="auditors")
    if not day(tx.now) <= given.first <= given.last or (given.last - given.first).days >= MOST_DAYS:
        raise Invalid(f"日期应从今天起、先后有序,不超过 {MOST_DAYS} 天。", field="first")
    known = people.users_by_id(tx, [one.removeprefix("user:") for one in auditors])
    who = parties(tx, standard, found)
    for actor in auditors:
        user = known.get(actor.removeprefix("user:"))
        if user is None or user.state != "active" or not allowed(user.principal(), AUDIT):
            raise Invalid("审核员应为有现场审核权限的在用账号。", field="auditors")
        why = why_barred(who, actor, "audit")
        if why is not None:
            raise Forbidden(f"{user.name} 不能审核:{why}。")
    return auditors


def replan(tx: Tx, principal: Principal, audit: str, given: Plan, version: int | None = None) -> Audit:
    """Change the people or days of an audit that was not opened; declarations are asked for anew."""
    demand(principal, MANAGE)
    before = held_audit(tx, audit, version, ("planned",), "改期")
    found = seen(tx, principal, before.accreditation)
    auditors = _auditors(tx, standard_kept(tx, found.text), found, given)
    after = {"lead": given.lead, "auditors": auditors, "first": given.first.isoformat(),
             "last": given.last.isoformat(), "declared": []}  # fmt: skip
    events = [Event("audit.replanned", audit, {"after": after}, principal.actor)]
    if before.certificate is None:
        moved = {"after": {"due_at": end_of(given.last)}, "audit": audit}
        events.append(Event("accreditation.progressed", found.id, moved, principal.actor))
    append(tx, *events)
    return _now(tx, audit)


def cancel(tx: Tx, principal: Principal, audit: str, reason: str, version: int | None = None) -> Audit:
    """Call an audit off before it is opened; another one is planned then."""
    demand(principal, MANAGE)
    before = held_audit(tx, audit, version, ("planned",), "取消")
    found = seen(tx, principal, before.accreditation)
    said = words(tx, reason, "reason", "理由")
    events = [Event("audit.cancelled", audit, {"after": {"state": "cancelled"}, "reason": said}, principal.actor)]
    if before.certificate is None:
        due = due_in(tx.now, standard_kept(tx, found.text), "plan")
        after = {"state": "planning", "audit": None, "due_at": due}
        events.append(Event("accreditation.progressed", found.id, {"after": after, "audit": audit}, principal.actor))
    events += _surveillance(tx, before, principal.actor, "called")
    append(tx, *events)
    return _now(tx, audit)


def _surveillance(tx: Tx, audit: Audit, actor: str, state: str) -> list[Event]:
    """What an audit of a certificate does to what the certificate owes."""
    if audit.certificate is None:
        return []
    kind = {"called": "surveillance.reset", "planned": "surveillance.planned", "done": "surveillance.done"}[state]
    after = {"state": state} | ({"audit": None} if state == "called" else {})
    return [
        Event(kind, audit.certificate, {"number": one.number, "after": after}, actor)
        for one in certificates.surveillance_of(tx, [audit.certificate])
        if one.audit == audit.id
    ]


def declare(tx: Tx, principal: Principal, audit: str) -> Audit:
    """An auditor declares to have no interest in the institution. Needed of all before the audit is opened."""
    demand(principal, AUDIT)
    before = held_audit(tx, audit, None, ("planned",), "作利益声明")
    found = seen(tx, principal, before.accreditation)
    if principal.actor not in before.auditors:
        raise Forbidden("你不是这次审核的审核员。")
    demand_apart(tx, standard_kept(tx, found.text), found, principal.actor, "audit")
    if principal.actor in before.declared:
        return before
    after = {"declared": [*before.declared, principal.actor]}
    append(tx, Event("audit.declared", audit, {"after": after}, principal.actor))
    return _now(tx, audit)


def begin(tx: Tx, principal: Principal, audit: str, version: int | None = None) -> Audit:
    """Open an audit on its first day or later: clauses can be marked."""
    demand(principal, AUDIT)
    before = held_audit(tx, audit, version, ("planned",), "开始")
    found = seen(tx, principal, before.accreditation)
    if principal.actor not in before.auditors:
        raise Forbidden("你不是这次审核的审核员。")
    if set(before.declared) != set(before.auditors):
        raise Conflict("还有审核员没有作无利益关系声明。")
    if day(tx.now) < before.first:
        raise Conflict(f"审核定在 {before.first} 开始。")
    events = [Event("audit.opened", audit, {"after": {"state": "open", "opened_at": tx.now}}, principal.actor)]
    if before.certificate is None:
        after = {"state": "auditing"}
        events.append(Event("accreditation.progressed", found.id, {"after": after, "audit": audit}, principal.actor))
    append(tx, *events)
    return _now(tx, audit)


def asked(tx: Tx, standard: Standard, audit: Audit) -> tuple[str, ...]:
    """The clauses an audit must mark: all of them, or of surveillance the critical ones and those found wanting
    before."""
    if audit.certificate is None:
        return tuple(standard.clauses)
    before = {one.clause for one in accreditation_audits.nonconformities_of(tx, audit.accreditation)
              if one.audit != audit.id and one.state != "withdrawn"}  # fmt: skip
    return tuple(code for code, clause in standard.clauses.items() if clause.critical or code in before)


def close(tx: Tx, principal: Principal, audit: str, summary: str, version: int | None = None) -> Audit:
    """The lead ends the audit. Invalid names the clauses without a mark, and those not met without a nonconformity."""
    demand(principal, AUDIT)
    before = held_audit(tx, audit, version, ("open",), "结束")
    found = seen(tx, principal, before.accreditation)
    if principal.actor != before.lead:
        raise Forbidden("审核由组长结束。")
    standard = standard_kept(tx, found.text)
    marks = accreditations.marks_of(tx, audit)
    missing = [code for code in asked(tx, standard, before) if code not in marks]
    if missing:
        raise Invalid(f"还有 {len(missing)} 条没有记录:{'、'.join(missing[:8])}……", field="clauses")
    raised = [one for one in accreditation_audits.nonconformities_of(tx, found.id, audit) if one.state != "withdrawn"]
    _demand_raised(standard, marks, raised)
    made = totals(standard, marks)
    after = {"state": "closed", "closed_at": tx.now, "summary": words(tx, summary, "summary", "审核结论"),
             "points": made.points, "band": made.level.name if made.level else None}  # fmt: skip
    events = [Event("audit.closed", audit, {"after": after}, principal.actor)]
    if before.certificate is None:
        moved = onward(tx, standard, raised)
        events.append(Event("accreditation.progressed", found.id, {"after": moved, "audit": audit}, principal.actor))
    events += _surveillance(tx, before, principal.actor, "done")
    append(tx, *events)
    return _now(tx, audit)


def _demand_raised(standard: Standard, marks: Mapping[str, Mark], raised: Sequence[Nonconformity]) -> None:
    """Every clause that was not met has a nonconformity grave enough."""
    grades: dict[str, set[str]] = {}
    for one in raised:
        grades.setdefault(one.clause, set()).add(one.grade)
    wrong = []
    for code, mark in marks.items():
        have = grades.get(code, set())
        if mark.mark == "not" and standard.clauses[code].critical and "major" not in have:
            wrong.append(f"{code} 是关键条款,要开严重不符合")
        elif mark.mark == "not" and not have & {"major", "minor"}:
            wrong.append(f"{code} 不符合,要开不符合项")
        elif mark.mark == "partly" and not have:
            wrong.append(f"{code} 部分符合,要开不符合项或观察项")
    if wrong:
        raise Invalid(";".join(wrong[:10]), field="nonconformities")


def onward(tx: Tx, standard: Standard, raised: Sequence[Nonconformity]) -> dict[str, object]:
    """Where an application goes from its audit: to mending while grave findings are open, else to the decision."""
    waiting = [one for one in raised if one.open and one.grade != "observation"]
    if waiting:
        return {"state": "correcting", "due_at": max(one.due_at for one in waiting)}
    return {"state": "deciding", "due_at": due_in(tx.now, standard, "decide")}


def reopen(tx: Tx, principal: Principal, audit: str, reason: str, version: int | None = None) -> Audit:
    """Open a closed audit again: its lead, until the institution answered or a decision was taken."""
    demand(principal, AUDIT)
    before = held_audit(tx, audit, version, ("closed",), "重开")
    found = seen(tx, principal, before.accreditation)
    if principal.actor != before.lead:
        raise Forbidden("审核由组长重开。")
    if before.certificate is None and (found.state not in ("correcting", "deciding") or found.audit != audit):
        raise Conflict("已经作出决定,不能重开审核。")
    if any(one.answered_at for one in accreditation_audits.nonconformities_of(tx, found.id, audit)):
        raise Conflict("机构已经回复整改,不能重开审核。")
    after = {"state": "open", "closed_at": None, "points": None, "band": None}
    said = {"after": after, "reason": words(tx, reason, "reason", "理由")}
    events = [Event("audit.reopened", audit, said, principal.actor)]
    if before.certificate is None:
        back = {"state": "auditing", "due_at": end_of(before.last)}
        events.append(Event("accreditation.progressed", found.id, {"after": back, "audit": audit}, principal.actor))
    events += _surveillance(tx, before, principal.actor, "planned")
    append(tx, *events)
    return _now(tx, audit)


def get_audit(tx: Tx, principal: Principal, audit: str) -> Audit:
    """One audit, for who may see its application; NotFound."""
    found = accreditation_audits.audit_by_id(tx, audit)
    if found is None:
        raise NotFound(f"没有审核 {audit}")
    seen(tx, principal, found.accreditation)
    return found


def _now(tx: Tx, id: str) -> Audit:
    found = accreditation_audits.audit_by_id(tx, id)
    assert found is not None  # just written
    return found
