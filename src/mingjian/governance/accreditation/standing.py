"""A certificate after it was issued: suspended, restored, withdrawn, its conditions met. Each has its reverse."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.accreditation.access import AUDIT, DECIDE, demand_any, held_certificate, seen, words
from mingjian.governance.accreditation.applying import demand_licensed
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.parties import demand_apart
from mingjian.governance.accreditation.standard import Standard
from mingjian.records.accreditation.model import Accreditation, Certificate
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage.accreditation_audits import audits_of, nonconformities_by_id
from mingjian.records.storage.accreditation_certificates import certificate_by_id, surveillance_of
from mingjian.records.storage.database import Tx

LONGEST = 500


def suspend(
    tx: Tx, principal: Principal, id: str, reason: str, clauses: Sequence[str] = (), version: int | None = None
) -> Certificate:
    """Suspend a certificate for a reason the public may read. ``restore`` is its reverse."""
    _, standard = _decider(tx, principal, id)
    held_certificate(tx, id, version, ("valid",), "暂停")
    named = _clauses(standard, clauses)
    return moved(tx, principal, id, "suspended", _public(reason), named)


def restore(tx: Tx, principal: Principal, id: str, reason: str, version: int | None = None) -> Certificate:
    """Let a suspended certificate stand again: the licence holds, nothing that it owes is overdue."""
    found, standard = _decider(tx, principal, id)
    before = held_certificate(tx, id, version, ("suspended",), "恢复")
    demand_licensed(tx, standard, found.institution, day(tx.now))
    if before.standing(day(tx.now)) == "expired" or day(tx.now) > before.valid_to:
        raise Conflict("证书已过有效期,请申请换证。")
    if any(one.state == "missed" for one in surveillance_of(tx, [id])):
        raise Conflict("监督审核逾期未做,做完才能恢复。")
    if before.conditions and not before.conditions_met:
        raise Conflict("附带的条件没有完成,完成才能恢复。")
    return moved(tx, principal, id, "restored", _public(reason), [])


def withdraw(
    tx: Tx, principal: Principal, id: str, reason: str, clauses: Sequence[str] = (), version: int | None = None
) -> Certificate:
    """End a certificate for ever, for a reason the public may read; only an appeal brings it back."""
    _, standard = _decider(tx, principal, id)
    held_certificate(tx, id, version, ("valid", "suspended"), "撤销")
    return moved(tx, principal, id, "withdrawn", _public(reason), _clauses(standard, clauses))


def fulfil(tx: Tx, principal: Principal, id: str, reason: str, version: int | None = None) -> Certificate:
    """Say that the conditions of a certificate are met: every finding they name is closed."""
    demand_any(principal, AUDIT, DECIDE)
    before = held_certificate(tx, id, version, ("valid", "suspended"), "确认条件")
    found = seen(tx, principal, before.accreditation)
    auditors = {one for audit in audits_of(tx, found.id) if audit.state != "cancelled" for one in audit.auditors}
    demand(principal, AUDIT if principal.actor in auditors else DECIDE)
    if before.conditions_met:
        raise Conflict("证书没有未完成的条件。")
    waiting = [one.clause for one in nonconformities_by_id(tx, before.conditions) if one.open]
    if waiting:
        raise Conflict(f"还有不符合项没有关闭:{'、'.join(waiting)}。")
    body = {"after": {"conditions_met": True}, "reason": words(tx, reason, "reason", "依据")}
    append(tx, Event("certificate.fulfilled", id, body, principal.actor))
    return _now(tx, id)


def unfulfil(tx: Tx, principal: Principal, id: str, reason: str, version: int | None = None) -> Certificate:
    """The reverse: the conditions are not met after all."""
    demand(principal, DECIDE)
    before = held_certificate(tx, id, version, ("valid", "suspended"), "重开条件")
    seen(tx, principal, before.accreditation)
    if not before.conditions or not before.conditions_met:
        raise Conflict("证书没有已完成的条件。")
    body = {"after": {"conditions_met": False}, "reason": words(tx, reason, "reason", "理由")}
    append(tx, Event("certificate.fulfilled", id, body, principal.actor))
    return _now(tx, id)


def moved(
    tx: Tx,
    principal: Principal,
    id: str,
    how: str,
    reason: str | None,
    clauses: Sequence[str],
    *,
    why: str | None = None,
) -> Certificate:
    """Record that a certificate was suspended, restored or withdrawn; ``why`` is a duty's word for it."""
    state = "valid" if how == "restored" else how
    after = {"state": state, "reason": None if how == "restored" else reason, "since": tx.now,
             "changed_by": principal.actor}  # fmt: skip
    body = {"after": after, "reason": reason, "clauses": list(clauses), "why": why}
    append(tx, Event(f"certificate.{how}", id, body, principal.actor))
    return _now(tx, id)


def _decider(tx: Tx, principal: Principal, id: str) -> tuple[Accreditation, Standard]:
    demand(principal, DECIDE)
    certificate = held_certificate(tx, id, None, ("valid", "suspended", "withdrawn", "replaced", "annulled"), "变更")
    found = seen(tx, principal, certificate.accreditation)
    standard = standard_kept(tx, found.text)
    demand_apart(tx, standard, found, principal.actor, "decide")
    return found, standard


def _public(reason: str) -> str:
    """A reason as the public reads it; it stands in the journal, so no person's data belong there."""
    said = reason.strip()
    if not 4 <= len(said) <= LONGEST:
        raise Invalid(f"请写明理由(4 到 {LONGEST} 字);理由会公示,不要写个人信息。", field="reason")
    return said


def _clauses(standard: Standard, given: Sequence[str]) -> list[str]:
    named = list(dict.fromkeys(one for one in given if one))
    if any(code not in standard.clauses for code in named):
        raise Invalid("标准里没有这些条款。", field="clauses")
    return named


def _now(tx: Tx, id: str) -> Certificate:
    found = certificate_by_id(tx, id)
    assert found is not None  # just written
    return found
