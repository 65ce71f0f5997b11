"""The duty: what time brings about by itself. Everything is found by its due day, so that a run that was missed is made
up by the next one; each step is written once, however often the duty runs."""

from __future__ import annotations

from datetime import date, timedelta

from mingjian.desk.people.model import house
from mingjian.governance.accreditation.applying import licence_of
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.standard import Standard
from mingjian.governance.accreditation.standing import moved
from mingjian.records.accreditation.model import Certificate, Surveillance
from mingjian.records.clock import day
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import accreditation_audits as audits
from mingjian.records.storage import accreditation_certificates as store
from mingjian.records.storage import registry
from mingjian.records.storage.accreditations import accreditations_by_id
from mingjian.records.storage.database import Tx

HOUSE = house("accreditation")
_DAY = 86_400_000_000  # microseconds
_AT_ONCE, _FARTHEST = 200, 400
"""Certificates in one go; days ahead within which surveillance may be called."""
REASONS = {
    "surveillance": "监督审核逾期未做",
    "conditions": "附带的条件到期没有完成",
    "nonconformity": "监督审核的不符合项逾期没有整改",
    "licence": "执业许可证或者备案在登记中已不在有效状态",
    "suspended_long": "暂停超过最长期限仍未恢复",
}


def tend(tx: Tx) -> int:
    """Call surveillance, mark what was missed, suspend and withdraw what is overdue; how many steps that were."""
    return _call(tx) + _missed(tx) + _overdue(tx)


def _standards(tx: Tx, certificates: list[Certificate]) -> dict[str, Standard]:
    found = accreditations_by_id(tx, [one.accreditation for one in certificates])
    return {one.id: standard_kept(tx, found[one.accreditation].text) for one in certificates}


def _call(tx: Tx) -> int:
    """Surveillance whose time has come is told to those who plan."""
    today = day(tx.now)
    waiting = store.surveillance_until(tx, today + timedelta(days=_FARTHEST), ("waiting",), _AT_ONCE)
    certificates = store.certificates_by_id(tx, [one.certificate for one in waiting])
    standards = _standards(tx, list(certificates.values()))
    events = [
        Event("surveillance.called", one.certificate,
              {"number": one.number, "due": one.due.isoformat(), "after": {"state": "called", "called_at": tx.now}},
              HOUSE.actor)
        for one in waiting
        if today >= one.due - timedelta(days=standards[one.certificate].days["surveillance_notice"].amount)
    ]  # fmt: skip
    append(tx, *events)
    return len(events)


def _missed(tx: Tx) -> int:
    """Surveillance that was not done in time suspends the certificate."""
    today = day(tx.now)
    owed = store.surveillance_until(tx, today, ("waiting", "called", "planned"), _AT_ONCE)
    certificates = store.certificates_by_id(tx, [one.certificate for one in owed])
    standards = _standards(tx, list(certificates.values()))
    done = 0
    for one in owed:
        grace = timedelta(days=standards[one.certificate].days["surveillance_grace"].amount)
        if today <= one.due + grace or _under_way(tx, one):
            continue
        after = {"state": "missed"}
        append(tx, Event("surveillance.missed", one.certificate, {"number": one.number, "after": after}, HOUSE.actor))
        done += 1 + _suspend(tx, certificates[one.certificate].id, "surveillance")
    return done


def _under_way(tx: Tx, one: Surveillance) -> bool:
    """An audit that has begun is waited for."""
    audit = audits.audit_by_id(tx, one.audit) if one.audit else None
    return audit is not None and audit.state == "open"


def _overdue(tx: Tx) -> int:
    """Conditions, licences, findings of surveillance, and suspensions that lasted too long."""
    done, today = 0, day(tx.now)
    for certificate in _all(tx, "valid"):
        if today > certificate.valid_to:
            continue
        why = _fault(tx, certificate, today)
        if why is not None:
            done += _suspend(tx, certificate.id, why)
    suspended = _all(tx, "suspended")
    standards = _standards(tx, suspended)
    for certificate in suspended:
        most = standards[certificate.id].days["suspension_most"].amount * _DAY
        if certificate.since is not None and tx.now > certificate.since + most:
            moved(tx, HOUSE, certificate.id, "withdrawn", REASONS["suspended_long"], [], why="suspended_long")
            done += 1
    return done


def _all(tx: Tx, state: str) -> list[Certificate]:
    found: list[Certificate] = []
    after = ""
    while some := store.certificates_standing(tx, state, after, _AT_ONCE):
        found += some
        after = some[-1].id
    return found


def _fault(tx: Tx, certificate: Certificate, today: date) -> str | None:
    """Why a certificate cannot stand any longer."""
    if not certificate.conditions_met and certificate.conditions_due and tx.now > certificate.conditions_due:
        return "conditions"
    late = [
        one for one in audits.nonconformities_of(tx, certificate.accreditation)
        if one.state == "open" and one.grade != "observation" and one.due_at < tx.now
        and one.id not in certificate.conditions and _of_surveillance(tx, one.audit, certificate.id)
    ]  # fmt: skip
    if late:
        return "nonconformity"
    accreditation = accreditations_by_id(tx, [certificate.accreditation])[certificate.accreditation]
    standard = standard_kept(tx, accreditation.text)
    entity = registry.entities_by_id(tx, [certificate.institution]).get(certificate.institution)
    licensed = entity is not None and entity.state == "active" and licence_of(tx, standard, entity.id, today)
    return None if licensed else "licence"


def _of_surveillance(tx: Tx, audit: str, certificate: str) -> bool:
    found = audits.audit_by_id(tx, audit)
    return found is not None and found.certificate == certificate and found.state == "closed"


def _suspend(tx: Tx, id: str, why: str) -> int:
    now = store.certificate_by_id(tx, id)
    if now is None or now.state != "valid":
        return 0
    moved(tx, HOUSE, id, "suspended", REASONS[why], [], why=why)
    return 1
