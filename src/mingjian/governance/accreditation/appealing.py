"""Appeals against a decision, a suspension or a withdrawal, answered by somebody who had no hand in it."""

from __future__ import annotations

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.accreditation.access import APPLY, own, seen, words
from mingjian.governance.accreditation.deciding import appeal_ends, take_back
from mingjian.governance.accreditation.load import standard_kept
from mingjian.governance.accreditation.parties import demand_apart
from mingjian.governance.accreditation.standing import moved
from mingjian.governance.accreditation.timing import due_in
from mingjian.records.accreditation.model import Accreditation, AccreditationAppeal, Certificate
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import accreditation_certificates as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

ANSWER = "appeal.decide"
AGAINST = ("decision", "suspended", "withdrawn")
OUTCOMES = ("upheld", "overturned")


def appealable(tx: Tx, found: Accreditation) -> tuple[str, int] | None:
    """What can be appealed against now, and until when (microseconds); None when there is nothing, the time is up, or
    an appeal waits or was answered already."""
    standard = standard_kept(tx, found.text)
    certificate = store.certificate_by_id(tx, found.certificate) if found.certificate else None
    against, since = _against(found, certificate)
    if against is None or since is None or tx.now > appeal_ends(standard, since):
        return None
    appeals = [one for one in store.appeals_of(tx, found.id) if one.against == against and one.state != "overturned"]
    if any(one.lodged_at >= since for one in appeals):
        return None
    return against, appeal_ends(standard, since)


def _against(found: Accreditation, certificate: Certificate | None) -> tuple[str | None, int | None]:
    if certificate is not None and certificate.state in ("suspended", "withdrawn"):
        return certificate.state, certificate.since
    if found.state in ("refused", "conditional"):
        return "decision", found.decided_at
    return None, None


def lodge(tx: Tx, principal: Principal, id: str, grounds: str) -> AccreditationAppeal:
    """The institution appeals. Conflict after the deadline, or when there is nothing to appeal against."""
    demand(principal, APPLY)
    hold_head(tx)
    found = seen(tx, principal, id)
    own(principal, found)
    open_ = appealable(tx, found)
    if open_ is None:
        raise Conflict("现在没有可以申诉的决定:没有限制、期限已过,或者已经申诉过。")
    against, _ = open_
    standard = standard_kept(tx, found.text)
    appeal = tx.new_id("aap")
    body = {"accreditation": id, "certificate": found.certificate, "against": against,
            "grounds": words(tx, grounds, "grounds", "申诉理由"),
            "due_at": due_in(tx.now, standard, "appeal_answer")}  # fmt: skip
    append(tx, Event("accreditation.appealed", appeal, body, principal.actor))
    return _now(tx, appeal)


def answer(tx: Tx, principal: Principal, appeal: str, outcome: str, reason: str) -> AccreditationAppeal:
    """Uphold, or overturn: then the application is decided anew by somebody else, or the certificate stands again."""
    demand(principal, ANSWER)
    hold_head(tx)
    found_appeal = store.appeal_by_id(tx, appeal)
    if found_appeal is None:
        raise NotFound(f"没有申诉 {appeal}")
    if found_appeal.state != "lodged":
        raise Conflict("这项申诉已有答复。")
    found = seen(tx, principal, found_appeal.accreditation)
    standard = standard_kept(tx, found.text)
    demand_apart(tx, standard, found, principal.actor, "appeal")
    if outcome not in OUTCOMES:
        raise Invalid(f"答复应为 {'、'.join(OUTCOMES)}。", field="outcome")
    said = words(tx, reason, "reason", "答复的理由")
    append(tx, Event("accreditation.answered", appeal, {"outcome": outcome, "reason": said}, principal.actor))
    if outcome == "overturned":
        _set_right(tx, principal, found, found_appeal, said)
    return _now(tx, appeal)


def _set_right(
    tx: Tx, principal: Principal, found: Accreditation, appeal: AccreditationAppeal, reason: str | None
) -> None:
    if appeal.against == "decision":
        if found.state not in ("refused", "conditional"):
            raise Conflict("申请的状态已经变化,请刷新。")
        take_back(tx, principal, found, standard_kept(tx, found.text), reason, "accreditation.undecided")
        return
    certificate = store.certificate_by_id(tx, appeal.certificate) if appeal.certificate else None
    if certificate is not None and certificate.state == appeal.against:
        moved(tx, principal, certificate.id, "restored", "申诉成立", [], why="appeal")


def waiting(tx: Tx, principal: Principal, limit: int = 100) -> list[AccreditationAppeal]:
    """Those that wait for an answer, the most urgent first; none for who may not answer."""
    return store.appeals_waiting(tx, limit) if allowed(principal, ANSWER) else []


def _now(tx: Tx, id: str) -> AccreditationAppeal:
    found = store.appeal_by_id(tx, id)
    assert found is not None  # just written
    return found
