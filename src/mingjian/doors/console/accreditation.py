"""What the pages of accreditation share: who may do what now, the way so far, the history in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mingjian.desk.people.model import Principal, User
from mingjian.desk.people.permissions import allowed
from mingjian.governance.accreditation import appealing, deciding
from mingjian.governance.accreditation.access import APPLY, AUDIT, DECIDE, MANAGE
from mingjian.governance.accreditation.applying import GOING
from mingjian.governance.accreditation.deciding import Grounds
from mingjian.governance.accreditation.looking import Whole
from mingjian.governance.accreditation.parties import why_barred
from mingjian.governance.accreditation.scoring import Totals, totals
from mingjian.records.accreditation.model import Audit
from mingjian.records.clock import day
from mingjian.records.journal.model import Recorded
from mingjian.records.storage import accreditations, people
from mingjian.records.storage.database import Tx

STEPS = (
    ("assessing", "自评"), ("reviewing", "文件评审"), ("planning", "安排审核"), ("auditing", "现场审核"),
    ("correcting", "整改"), ("deciding", "决定"), ("granted", "证书"),
)  # fmt: skip
_DAY = 86_400_000_000  # microseconds
_AT = {
    "assessing": 0, "returned": 0, "reviewing": 1, "planning": 2, "planned": 3, "auditing": 3, "correcting": 4,
    "deciding": 5, "granted": 6, "conditional": 6, "refused": 5, "withdrawn": -1,
}  # fmt: skip
HISTORY = {
    "accreditation.applied": "提出申请", "accreditation.assessed": "提交自评", "accreditation.recalled": "撤回自评",
    "accreditation.taken": "领取评审", "accreditation.released": "退回评审任务", "accreditation.returned": "退回补正",
    "accreditation.reviewed": "文件评审通过", "accreditation.reopened": "重开文件评审",
    "accreditation.progressed": "提交决定", "accreditation.decided": "作出决定",
    "accreditation.undecided": "决定撤回", "accreditation.withdrawn": "撤回申请", "accreditation.resumed": "恢复申请",
    "audit.planned": "安排审核", "audit.replanned": "审核改期", "audit.declared": "作无利益关系声明",
    "audit.cancelled": "取消审核", "audit.opened": "开始审核", "audit.closed": "结束审核", "audit.reopened": "重开审核",
    "nonconformity.raised": "开出不符合项", "nonconformity.changed": "改写不符合项",
    "nonconformity.withdrawn": "撤回不符合项", "nonconformity.restored": "恢复不符合项",
    "nonconformity.answered": "回复整改", "nonconformity.closed": "整改验证通过", "nonconformity.refused": "整改退回",
    "nonconformity.reopened": "重开不符合项", "nonconformity.extended": "整改延期",
    "certificate.issued": "签发证书", "certificate.suspended": "暂停证书", "certificate.restored": "恢复证书",
    "certificate.withdrawn": "撤销证书", "certificate.annulled": "证书作废", "certificate.replaced": "证书换发",
    "certificate.fulfilled": "确认附带条件", "surveillance.called": "监督审核将到期",
    "surveillance.planned": "安排监督审核", "surveillance.done": "监督审核完成", "surveillance.missed": "监督审核逾期",
    "surveillance.reset": "监督审核待重新安排", "accreditation.appealed": "提出申诉",
    "accreditation.answered": "答复申诉",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet in a line: which, its address, its sum, whether somebody may write on it now."""

    which: str
    title: str
    path: str
    totals: Totals
    writes: bool
    audit: Audit | None = None


def steps(state: str) -> Sequence[tuple[str, str]]:
    """The way with how far it is: (title, past | here | ahead)."""
    at = _AT[state]
    return [(title, "past" if place < at else "here" if place == at else "ahead")
            for place, (_, title) in enumerate(STEPS)]  # fmt: skip


def told(event: Recorded) -> bool:
    """Whether the history tells of an event: moving on by itself says nothing that its cause did not."""
    return event.kind in HISTORY and (event.kind != "accreditation.progressed" or "reason" in event.body)


def sheets(tx: Tx, asks: Principal, found: Whole) -> list[Sheet]:
    """The sheets there are."""
    one, made = found.accreditation, []
    if _own(asks, found) or one.state != "assessing":
        writes = _own(asks, found) and one.state in ("assessing", "returned")
        marks = accreditations.marks_of(tx, f"{one.id}:self")
        path = f"/accreditations/{one.id}/sheets/self"
        made.append(Sheet("self", "自评", path, totals(found.standard, marks), writes))
    marks = accreditations.marks_of(tx, f"{one.id}:document")
    if marks or one.state == "reviewing":
        writes = one.state == "reviewing" and one.reviewer == asks.actor and allowed(asks, MANAGE)
        path = f"/accreditations/{one.id}/sheets/document"
        made.append(Sheet("document", "文件评审", path, totals(found.standard, marks), writes))
    for audit in found.audits:
        if audit.state in ("open", "closed"):
            marks = accreditations.marks_of(tx, audit.id)
            writes = audit.state == "open" and asks.actor in audit.auditors
            path = f"/accreditations/{one.id}/sheets/{audit.id}"
            made.append(Sheet("audit", "现场审核", path, totals(found.standard, marks), writes, audit))
    return made


def _own(asks: Principal, found: Whole) -> bool:
    return found.accreditation.applied_by == asks.actor and allowed(asks, APPLY)


def may(tx: Tx, asks: Principal, found: Whole) -> tuple[frozenset[str], Mapping[str, str]]:
    """What somebody may do now, and for some of what they may not, why."""
    one, who = found.accreditation, found.parties
    can: set[str] = set()
    why: dict[str, str] = {}
    own, manages = _own(asks, found), allowed(asks, MANAGE)
    if own and one.state in ("assessing", "returned"):
        can.add("assess")
    if own and one.state == "reviewing" and one.reviewer is None:
        can.add("recall")
    if (own or manages) and one.state in GOING:
        can.add("withdraw")
    if (own or manages) and one.state == "withdrawn":
        can.add("resume")
    if manages and one.state == "reviewing":
        barred = why_barred(who, asks.actor, "review")
        if one.reviewer is None:
            can.add("take") if barred is None else why.update(take=barred)
        elif one.reviewer == asks.actor:
            can |= {"return", "pass", "release"}
        else:
            can.add("release")
    if manages and one.state == "planning" and one.reviewer == asks.actor:
        can.add("reopen")
    if manages and (one.state == "planning" or _watched(found)):
        can.add("plan")
    if manages and one.state == "correcting":
        can.add("submit")
    if allowed(asks, DECIDE) and one.state == "deciding":
        barred = why_barred(who, asks.actor, "decide")
        can.add("decide") if barred is None else why.update(decide=barred)
    decided = one.state in ("granted", "conditional", "refused") and one.decided_by == asks.actor
    if decided and tx.now <= (one.decided_at or 0) + found.standard.days["undo"].amount * _DAY:
        can.add("undo")
    if own and appealing.appealable(tx, one) is not None:
        can.add("appeal")
    return frozenset(can | _certificate(tx, asks, found)), why


def _watched(found: Whole) -> bool:
    """Whether there is a certificate to be audited, and no audit of it under way."""
    certificate = found.certificate
    running = any(one.state in ("planned", "open") for one in found.audits)
    return certificate is not None and certificate.state in ("valid", "suspended") and not running


def _certificate(tx: Tx, asks: Principal, found: Whole) -> set[str]:
    certificate = found.certificate
    if certificate is None:
        return set()
    can = set()
    if allowed(asks, DECIDE) and why_barred(found.parties, asks.actor, "decide") is None:
        can |= {"valid": {"suspend", "revoke"}, "suspended": {"restore", "revoke"}}.get(certificate.state, set())
        if certificate.conditions and certificate.conditions_met:
            can.add("unfulfil")
    auditor = allowed(asks, AUDIT) and any(asks.actor in one.auditors for one in found.audits)
    if certificate.conditions and not certificate.conditions_met and (auditor or allowed(asks, DECIDE)):
        can.add("fulfil")
    if day(tx.now) > certificate.valid_to:
        can.discard("restore")
    return can


def grounds_of(tx: Tx, found: Whole) -> Grounds | None:
    """What a decision can rest on, while one is awaited."""
    if found.accreditation.state != "deciding":
        return None
    return deciding.grounds(tx, found.standard, found.accreditation)


def auditors(tx: Tx) -> list[User]:
    """Who may audit at all."""
    return [user for user in people.all_users(tx) if user.state == "active" and allowed(user.principal(), AUDIT)]


def advisers(tx: Tx) -> list[User]:
    """Who here might have advised an institution: whoever could later judge it."""
    wanted = (MANAGE, AUDIT, DECIDE)
    return [user for user in people.all_users(tx)
            if user.state == "active" and any(allowed(user.principal(), name) for name in wanted)]  # fmt: skip
