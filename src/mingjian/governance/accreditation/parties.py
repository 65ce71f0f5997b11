"""Who had a hand in what, so that nobody judges their own work: told from the journal."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.governance.accreditation.standard import Standard
from mingjian.governance.accreditation.timing import end_of, months_on
from mingjian.records.accreditation.model import Accreditation
from mingjian.records.clock import day
from mingjian.records.errors import Forbidden
from mingjian.records.storage import accreditation_audits, accreditations
from mingjian.records.storage.accreditation_certificates import appeals_of
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of

_REVIEWS = ("accreditation.taken", "accreditation.returned", "accreditation.reviewed")
ROLES = {
    "applicant": "申请方", "consultant": "为该机构提供过咨询", "reviewer": "文件评审人", "auditor": "审核员",
    "decider": "作过决定", "appellate": "裁决过申诉",
}  # fmt: skip
BARRED = {
    "review": ("applicant", "consultant", "decider"),
    "audit": ("applicant", "consultant", "decider"),
    "verify": ("applicant", "consultant", "decider"),
    "decide": ("applicant", "consultant", "reviewer", "auditor"),
    "appeal": ("applicant", "consultant", "reviewer", "auditor", "decider"),
}
"""For each task: whoever was one of these may not do it."""
TASKS = {"review": "评审", "audit": "审核", "verify": "验证整改", "decide": "作决定", "appeal": "裁决申诉"}


@dataclass(frozen=True, slots=True)
class Parties:
    """Actors by what they did for one application."""

    applicant: frozenset[str]
    consultant: frozenset[str]
    reviewer: frozenset[str]
    auditor: frozenset[str]
    decider: frozenset[str]
    appellate: frozenset[str]
    overturned: frozenset[str]
    """Those whose decision an appeal overturned: they do not decide again."""

    def was(self, actor: str) -> tuple[str, ...]:
        """What somebody was."""
        return tuple(role for role in ROLES if actor in getattr(self, role))


def parties(tx: Tx, standard: Standard, found: Accreditation) -> Parties:
    """Everybody who had a hand in an application, its audits, its certificate."""
    applicant: set[str] = {found.applied_by}
    reviewer: set[str] = set()
    auditor: set[str] = set()
    decider: set[str] = set()
    appellate: set[str] = set()
    overturned: set[str] = set()
    for event in events_of(tx, found.id):
        if event.kind in _REVIEWS:
            reviewer.add(event.actor)
        elif event.kind == "accreditation.decided":
            decider.add(event.actor)
    for mark in accreditations.marks_in(tx, found.id):
        {"self": applicant, "document": reviewer}.get(mark.sheet.partition(":")[2], auditor).add(mark.by)
    for audit in accreditation_audits.audits_of(tx, found.id):
        if audit.state != "cancelled":
            auditor |= set(audit.auditors)
    for one in accreditation_audits.nonconformities_of(tx, found.id):
        auditor |= {one.raised_by} | ({one.verified_by} if one.verified_by else set())
        applicant |= {one.answered_by} if one.answered_by else set()
    if found.certificate is not None:
        for event in events_of(tx, found.certificate):
            if event.kind in ("certificate.suspended", "certificate.withdrawn") and not _house(event.actor):
                decider.add(event.actor)
    for appeal in appeals_of(tx, found.id):
        applicant.add(appeal.lodged_by)
        if appeal.decided_by is not None:
            appellate.add(appeal.decided_by)
        if appeal.state == "overturned" and appeal.against == "decision":
            overturned |= {event.actor for event in events_of(tx, found.id) if event.kind == "accreditation.decided"
                           and event.at <= appeal.lodged_at}  # fmt: skip
    sets = (applicant, _consultants(tx, standard, found), reviewer, auditor, decider, appellate, overturned)
    return Parties(*(frozenset(one) for one in sets))


def _house(actor: str) -> bool:
    return actor.startswith(("duty:", "system"))


def _consultants(tx: Tx, standard: Standard, found: Accreditation) -> set[str]:
    """Who advised the institution lately, by any of its applications."""
    since = end_of(months_on(day(tx.now), -standard.consultant_months))
    return {
        actor
        for one in accreditations.accreditations_of(tx, found.institution)
        if one.id == found.id or one.applied_at >= since
        for actor in one.consultants
    }


def why_barred(who: Parties, actor: str, task: str) -> str | None:
    """Why somebody may not do a task, in words; None when nothing stands against it."""
    roles = [role for role in BARRED[task] if actor in getattr(who, role)]
    if task == "decide" and actor in who.overturned:
        roles.append("decider")
    return "、".join(ROLES[role] for role in dict.fromkeys(roles)) if roles else None


def demand_apart(tx: Tx, standard: Standard, found: Accreditation, actor: str, task: str) -> None:
    """Forbidden for who would judge their own work."""
    why = why_barred(parties(tx, standard, found), actor, task)
    if why is not None:
        raise Forbidden(f"不能{TASKS[task]}:{why}。须由没有参与的人进行。")
