"""Who may see an application, and taking hold of it to change it."""

from __future__ import annotations

from collections.abc import Iterable

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.records.accreditation.model import Accreditation, Audit, Certificate, Nonconformity
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.storage import accreditation_audits, accreditation_certificates, accreditations, contents
from mingjian.records.storage.database import Tx

READ, APPLY, MANAGE = "accreditation.read", "accreditation.apply", "accreditation.manage"
AUDIT, DECIDE = "accreditation.audit", "accreditation.decide"
MOST_WORDS = 4000  # characters


def demand_some(principal: Principal) -> None:
    """Forbidden for who has nothing to do with accreditation."""
    if not allowed(principal, APPLY):
        demand(principal, READ)


def demand_any(principal: Principal, first: str, second: str) -> None:
    """Forbidden for who has neither permission."""
    if not allowed(principal, first):
        demand(principal, second)


def sees(principal: Principal, found: Accreditation) -> bool:
    """The institution's side sees its own applications, the house all."""
    return allowed(principal, READ) or (allowed(principal, APPLY) and found.applied_by == principal.actor)


def seen(tx: Tx, principal: Principal, id: str) -> Accreditation:
    """An application that somebody may see; NotFound."""
    demand_some(principal)
    found = accreditations.accreditation_by_id(tx, id)
    if found is None or not sees(principal, found):
        raise NotFound(f"没有认证申请 {id}")
    return found


def held(
    tx: Tx, principal: Principal, id: str, version: int | None, states: Iterable[str], doing: str
) -> Accreditation:
    """The same to be changed: Conflict when it is no longer as it was seen, or in none of these states."""
    found = seen(tx, principal, id)
    if version is not None and version != found.version:
        raise Conflict("这份申请刚被改动过,请刷新后再试。")
    if found.state not in states:
        raise Conflict(f"申请现在的状态不能{doing}。")
    return found


def own(principal: Principal, found: Accreditation) -> None:
    """Forbidden for who did not apply."""
    demand(principal, APPLY)
    if found.applied_by != principal.actor:
        raise Forbidden("只有申请人可以这样做。")


def held_audit(tx: Tx, id: str, version: int | None, states: Iterable[str], doing: str) -> Audit:
    """An audit to be changed."""
    found = accreditation_audits.audit_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有审核 {id}")
    if version is not None and version != found.version:
        raise Conflict("这次审核刚被改动过,请刷新后再试。")
    if found.state not in states:
        raise Conflict(f"审核现在的状态不能{doing}。")
    return found


def held_nonconformity(tx: Tx, id: str, version: int | None, states: Iterable[str], doing: str) -> Nonconformity:
    """A nonconformity to be changed."""
    found = accreditation_audits.nonconformity_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有不符合项 {id}")
    if version is not None and version != found.version:
        raise Conflict("这个不符合项刚被改动过,请刷新后再试。")
    if found.state not in states:
        raise Conflict(f"不符合项现在的状态不能{doing}。")
    return found


def held_certificate(tx: Tx, id: str, version: int | None, states: Iterable[str], doing: str) -> Certificate:
    """A certificate to be changed."""
    found = accreditation_certificates.certificate_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有证书 {id}")
    if version is not None and version != found.version:
        raise Conflict("这张证书刚被改动过,请刷新后再试。")
    if found.state not in states:
        raise Conflict(f"证书现在的状态不能{doing}。")
    return found


def words(tx: Tx, given: str, field: str, what: str, *, needed: bool = True) -> str | None:
    """Keep what somebody wrote; its digest, or None for nothing. Invalid when it is needed or too long."""
    text = given.strip()
    if not text and not needed:
        return None
    least = 2 if needed else 1
    if not least <= len(text) <= MOST_WORDS:
        raise Invalid(f"请写明{what}({least} 到 {MOST_WORDS} 字)。", field=field)
    return contents.put(tx, [text.encode()])[0]
