"""The decision: by a person who neither reviewed nor audited; a certificate with it, or the reasons against one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.accreditation import certifying
from mingjian.governance.accreditation.access import DECIDE, held, words
from mingjian.governance.accreditation.applying import demand_licensed
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.parties import demand_apart
from mingjian.governance.accreditation.scoring import totals
from mingjian.governance.accreditation.standard import Standard
from mingjian.governance.accreditation.timing import due_in, end_of, months_on
from mingjian.governance.decisions.law import basis_in_force, found_law, frozen
from mingjian.records.accreditation.model import OUTCOMES, Accreditation, Mark, Nonconformity
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.evidence.checkpoints import announce
from mingjian.records.evidence.keys import Signer
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.registry.model import Credential, Entity
from mingjian.records.storage import accreditation_certificates as certificates
from mingjian.records.storage import contents
from mingjian.records.storage.accreditation_audits import nonconformities_of
from mingjian.records.storage.accreditations import accreditation_by_id, marks_of
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of, hold_head

_DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody decides: grant, conditional or refuse, why, and for a refusal the clauses it rests on (without any,
    those that were not met)."""

    outcome: str
    reason: str
    clauses: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a decision can rest on: the audit's sum, what is still open, which outcomes are left and why not others."""

    points: int
    level: str | None
    failed: tuple[str, ...]
    open: tuple[Nonconformity, ...]
    allows: frozenset[str]
    against: tuple[str, ...]


def grounds(tx: Tx, standard: Standard, found: Accreditation) -> Grounds:
    """What stands for and against granting. A finding that was mended and verified no longer counts against it, but the
    audit's points stay as they were."""
    marks: dict[str, Mark] = marks_of(tx, found.audit) if found.audit else {}
    made = totals(standard, marks)
    raised = [one for one in nonconformities_of(tx, found.id, found.audit) if one.state != "withdrawn"]
    open_ = tuple(one for one in raised if one.open and one.grade != "observation")
    mended = {one.clause for one in raised if one.state == "closed"} - {one.clause for one in open_}
    blocking = [code for code in made.blocking if code not in mended]
    allows, against = {"refuse"} | set(made.level.allows if made.level else ()), []
    if made.level is not None and "grant" not in made.level.allows:
        against.append(f"得分 {made.score.value:.2f},在“{made.level.title}”档")
    if blocking:
        against.append(f"关键条款不符合且没有整改到位:{'、'.join(blocking)}")
        allows = {"refuse"}
    if any(one.grade == "major" for one in open_):
        against.append("还有未关闭的严重不符合项")
        allows = {"refuse"}
    elif open_:
        against.append("还有未关闭的一般不符合项:只能附条件通过")
        allows -= {"grant"}
    try:
        demand_licensed(tx, standard, found.institution, day(tx.now))
    except Conflict as error:
        against.append(error.message)
        allows = {"refuse"}
    failed = tuple(code for code in standard.clauses if code in marks and marks[code].mark == "not")
    return Grounds(
        made.points, made.level.name if made.level else None, failed, open_, frozenset(allows), tuple(against)
    )


def decide(
    tx: Tx, principal: Principal, id: str, wish: Wish, signer: Signer, *, version: int | None = None
) -> Accreditation:
    """Decide, and with a grant issue the certificate, in one transaction. Forbidden for who reviewed, audited, applied
    or advised; Conflict where the outcome is not open."""
    demand(principal, DECIDE)
    hold_head(tx)
    found = held(tx, principal, id, version, ("deciding",), "作决定")
    standard = standard_kept(tx, found.text)
    demand_apart(tx, standard, found, principal.actor, "decide")
    if wish.outcome not in OUTCOMES:
        raise Invalid(f"决定应为 {'、'.join(OUTCOMES)}。", field="outcome")
    base = grounds(tx, standard, found)
    if wish.outcome not in base.allows:
        raise Conflict(f"不能这样决定:{';'.join(base.against)}。", field="outcome")
    if wish.outcome == "conditional" and not base.open and standard.level(base.level) and "grant" in base.allows:
        raise Conflict("没有未关闭的不符合项,请直接通过。", field="outcome")
    clauses = list(dict.fromkeys(wish.clauses)) or ([*base.failed] if wish.outcome == "refuse" else [])
    if any(code not in standard.clauses for code in clauses):
        raise Invalid("标准里没有这些条款。", field="clauses")
    law = [name for code in clauses for name in standard.clauses[code].law]
    cites, _ = found_law(basis_in_force().resolve, law, day(tx.now))
    state = {"grant": "granted", "conditional": "conditional", "refuse": "refused"}[wish.outcome]
    certificate = None if wish.outcome == "refuse" else tx.new_id("crt")
    after = {
        "state": state, "due_at": None, "decided_by": principal.actor, "decided_at": tx.now, "outcome": wish.outcome,
        "reason": words(tx, wish.reason, "reason", "决定的理由"), "cites": contents.put(tx, [frozen(cites)])[0],
        "certificate": certificate,
    }  # fmt: skip
    body = {"after": after, "clauses": clauses, "points": base.points, "level": base.level}
    append(tx, Event("accreditation.decided", id, body, principal.actor))
    if certificate is not None:
        held_by = demand_licensed(tx, standard, found.institution, day(tx.now))
        conditions = [one.id for one in base.open] if wish.outcome == "conditional" else []
        _issue(tx, principal, found, standard, certificate, held_by, base.level or "", conditions, signer)
    return _now(tx, id)


def _issue(
    tx: Tx, principal: Principal, found: Accreditation, standard: Standard, id: str,
    held_by: tuple[Entity, Credential], level: str, conditions: list[str], signer: Signer,
) -> None:  # fmt: skip
    announce(tx, signer)
    first, previous = day(tx.now), None
    if found.previous is not None:
        previous = certificates.certificate_by_id(tx, found.previous)
    last = _last_day(first, standard, previous.valid_to if previous and previous.standing(first) == "valid" else None)
    entity, _ = held_by
    year = f"MJ-ZLRZ-{first.year}-"
    number = f"{year}{certificates.issued_in(tx, year) + 1:05d}"
    said = certifying.Said(number, entity.name, entity.key, standard.id, level, found.scope, first, last, signer.id)
    body = {
        "number": number, "accreditation": found.id, "institution": found.institution, "standard": standard.name,
        "standard_version": standard.version, "band": level, "scope": list(found.scope),
        "valid_from": first.isoformat(), "valid_to": last.isoformat(), "payload": contents.put(tx, [said.payload()])[0],
        "signature": certifying.sign(said, signer), "key": signer.id, "public": signer.public.hex(),
        "conditions": conditions, "conditions_due": due_in(tx.now, standard, "conditions") if conditions else None,
        "surveillance": [months_on(first, months).isoformat() for months in standard.surveillance
                         if months_on(first, months) < last],
        "previous": previous.id if previous else None,
    }  # fmt: skip
    events = [Event("certificate.issued", id, body, principal.actor)]
    if previous is not None and previous.state in ("valid", "suspended"):
        after = {"state": "replaced", "since": tx.now, "changed_by": principal.actor, "reason": None}
        said_of = {"after": after, "by": id, "before": previous.state}
        events.append(Event("certificate.replaced", previous.id, said_of, principal.actor))
    append(tx, *events)


def _last_day(first: date, standard: Standard, goes_on_from: date | None) -> date:
    """The last day of a term; a renewal that comes early loses nothing of the old one."""
    begins = max(first, goes_on_from + timedelta(days=1)) if goes_on_from else first
    return months_on(begins, standard.term) - timedelta(days=1)


def undo(tx: Tx, principal: Principal, id: str, reason: str, *, version: int | None = None) -> Accreditation:
    """Take a decision back within the days for second thoughts: whoever took it. A certificate it gave is annulled, the
    one it replaced stands again."""
    demand(principal, DECIDE)
    found = held(tx, principal, id, version, ("granted", "conditional", "refused"), "撤回决定")
    standard = standard_kept(tx, found.text)
    if found.decided_by != principal.actor:
        raise Forbidden("只有作出决定的人可以撤回;其他人请走申诉、暂停或撤销。")
    if found.decided_at is None or tx.now > found.decided_at + standard.days["undo"].amount * _DAY:
        raise Conflict(f"作出决定超过 {standard.days['undo'].amount} 天,不能撤回。")
    take_back(tx, principal, found, standard, words(tx, reason, "reason", "理由"), "accreditation.undecided")
    return _now(tx, id)


def take_back(
    tx: Tx, principal: Principal, found: Accreditation, standard: Standard, reason: str | None, kind: str
) -> None:
    """Bring an application back before the decision, and its certificate to nothing."""
    after = {"state": "deciding", "due_at": due_in(tx.now, standard, "decide"), "decided_by": None, "decided_at": None,
             "outcome": None, "reason": None, "cites": None, "certificate": None}  # fmt: skip
    events = [Event(kind, found.id, {"after": after, "why": reason, "before": found.outcome}, principal.actor)]
    certificate = certificates.certificate_by_id(tx, found.certificate) if found.certificate else None
    if certificate is not None:
        gone = {"state": "annulled", "since": tx.now, "changed_by": principal.actor, "reason": reason}
        events.append(Event("certificate.annulled", certificate.id, {"after": gone}, principal.actor))
        before = certificates.certificate_by_id(tx, certificate.previous) if certificate.previous else None
        if before is not None and before.state == "replaced":
            was = next(one for one in reversed(events_of(tx, before.id)) if one.kind == "certificate.replaced")
            again = {"state": was.body["before"], "since": tx.now, "changed_by": principal.actor, "reason": None}
            events.append(Event("certificate.restored", before.id, {"after": again}, principal.actor))
    append(tx, *events)


def appeal_ends(standard: Standard, at: int) -> int:
    """Until when one can appeal against what happened at a moment."""
    return end_of(day(at + standard.days["appeal"].amount * _DAY))


def _now(tx: Tx, id: str) -> Accreditation:
    found = accreditation_by_id(tx, id)
    assert found is not None  # just written
    return found
