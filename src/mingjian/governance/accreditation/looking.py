"""Looking: lists, one application with all that belongs to it, its history, and a certificate checked for anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.governance.accreditation import certifying
from mingjian.governance.accreditation.access import READ, demand_some, seen, sees
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.parties import Parties, parties
from mingjian.governance.accreditation.standard import Standard
from mingjian.records.accreditation.model import (
    Accreditation,
    AccreditationAppeal,
    Audit,
    Certificate,
    File,
    Filter,
    Nonconformity,
    Surveillance,
)
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.journal.model import Recorded
from mingjian.records.registry.model import Entity
from mingjian.records.storage import accreditation_audits as audits
from mingjian.records.storage import accreditation_certificates as certificates
from mingjian.records.storage import accreditations, checkpoints, contents, registry
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of


@dataclass(frozen=True, slots=True)
class Whole:
    """An application with all that belongs to it. ``texts`` are what people wrote, by digest; ``history`` in order."""

    accreditation: Accreditation
    standard: Standard
    institution: Entity | None
    audits: Sequence[Audit]
    nonconformities: Sequence[Nonconformity]
    certificate: Certificate | None
    surveillance: Sequence[Surveillance]
    appeals: Sequence[AccreditationAppeal]
    files: Mapping[str, File]
    parties: Parties
    history: Sequence[Recorded]
    texts: Mapping[str, str]

    def text(self, name: str | None) -> str:
        """What somebody wrote; empty for nothing or what was deleted."""
        return self.texts.get(name or "", "")


def whole(tx: Tx, principal: Principal, id: str) -> Whole:
    """One application; NotFound for who may not see it."""
    found = seen(tx, principal, id)
    standard = standard_kept(tx, found.text)
    going, raised = audits.audits_of(tx, id), audits.nonconformities_of(tx, id)
    certificate = certificates.certificate_by_id(tx, found.certificate) if found.certificate else None
    appeals = certificates.appeals_of(tx, id)
    subjects = [id, *(one.id for one in going), *(one.id for one in raised), *(one.id for one in appeals)]
    history = [event for subject in subjects + ([certificate.id] if certificate else [])
               for event in events_of(tx, subject) if event.kind != "accreditation.marked"]  # fmt: skip
    names: list[Any] = [found.note, found.reason, *(one.summary for one in going)]
    names += [name for one in raised for name in (one.words, one.cause, one.action, one.remark)]
    names += [name for one in appeals for name in (one.grounds, one.reason)]
    names += [event.body.get(name) for event in history for name in ("reason", "why")]
    return Whole(
        accreditation=found, standard=standard, certificate=certificate, audits=going, nonconformities=raised,
        institution=registry.entities_by_id(tx, [found.institution]).get(found.institution),
        surveillance=certificates.surveillance_of(tx, [certificate.id]) if certificate else [], appeals=appeals,
        files=accreditations.files_in(tx, id), parties=parties(tx, standard, found),
        history=sorted(history, key=lambda event: event.seq), texts=texts_of(tx, names),
    )  # fmt: skip


def texts_of(tx: Tx, names: Iterable[str | None]) -> dict[str, str]:
    """What people wrote, by digest."""
    wanted = [name for name in names if isinstance(name, str) and len(name) == 64]
    return {name: content.decode() for name, content in contents.get_many(tx, wanted).items()}


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of applications with the names of their institutions; ``next`` is where the next page begins."""

    found: Sequence[Accreditation]
    institutions: Mapping[str, Entity]
    next: int | None


def list_page(tx: Tx, principal: Principal, wanted: Filter, before: int | None = None, limit: int = 50) -> Listed:
    """Applications somebody may see, the newest first."""
    demand_some(principal)
    if not allowed(principal, READ):
        wanted = Filter(wanted.state, wanted.institution, principal.actor, None, wanted.late)
    audited = audits.audited_by(tx, wanted.mine) if wanted.mine else []
    found = accreditations.accreditation_page(tx, wanted, before, limit + 1, audited=audited)
    shown = found[:limit]
    entities = registry.entities_by_id(tx, [one.institution for one in shown])
    return Listed(shown, entities, shown[-1].seq if len(found) > limit else None)


def counts(tx: Tx, principal: Principal) -> dict[str, int]:
    """How many applications stand in each state, of those somebody may see."""
    demand_some(principal)
    return accreditations.accreditation_counts(tx, None if allowed(principal, READ) else principal.actor)


@dataclass(frozen=True, slots=True)
class Proven:
    """A certificate checked for anybody. ``verdict``: valid, suspended, withdrawn, replaced, annulled, expired,
    not_yet, forged (the line was not signed here, or was changed), foreign (a key this desk does not know), unknown
    (no certificate of this number). ``certificate`` is what the register holds, where the line is genuine or only a
    number was asked for; ``said`` is what the line claims."""

    verdict: str
    certificate: Certificate | None
    said: certifying.Said | None


def prove(tx: Tx, given: str) -> Proven:
    """Check what somebody scanned, pasted or typed: a line (or an address that ends with one), or a number. Invalid for
    anything else. No sign-in is asked for: only what is printed on a certificate is told."""
    code = certifying.find_code(given)
    if code is None:
        number = certifying.find_number(given)
        if number is None:
            raise Invalid("请输入证书编号(如 MJ-ZLRZ-2026-00001)或者核验码。", field="code")
        certificate = certificates.certificate_by_number(tx, number)
        if certificate is None:
            return Proven("unknown", None, None)
        return Proven(certificate.standing(day(tx.now)), certificate, None)
    try:
        checked = certifying.check(code, [one.public for one in checkpoints.signers(tx)])
    except Invalid:
        return Proven("forged", None, None)
    if not checked.signed:
        return Proven("foreign" if checked.unknown_key else "forged", None, checked.said)
    certificate = certificates.certificate_by_number(tx, checked.said.number)
    if certificate is None or certificate.payload.encode() != checked.said.payload():
        return Proven("forged", None, checked.said)
    return Proven(certificate.standing(day(tx.now)), certificate, checked.said)


def certificate_of(tx: Tx, principal: Principal, id: str) -> tuple[Certificate, Accreditation]:
    """One certificate with its application, for who may see that; NotFound."""
    found = certificates.certificate_by_id(tx, id)
    application = accreditations.accreditation_by_id(tx, found.accreditation) if found else None
    demand_some(principal)
    if found is None or application is None or not sees(principal, application):
        raise NotFound(f"没有证书 {id}")
    return found, application
