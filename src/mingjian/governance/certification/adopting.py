"""Which policy is in force: put forward by one person, adopted by another from a day on."""

from __future__ import annotations

from datetime import date, timedelta

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.certification.load import shelf
from mingjian.governance.certification.model import Policy
from mingjian.governance.certification.parse import parse_policy
from mingjian.governance.decisions.words import required
from mingjian.records.certification.model import Adoption
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import certification, contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

APPROVES = "policy.deploy"
"""Whoever puts something into force did not put it forward, and holds this."""


def policy_on(tx: Tx, programme: str, as_of: date) -> Policy | None:
    """The policy of a programme in force on a day: the last adopted whose first day has come, as worded then; without
    any, the programme's default."""
    for one in certification.adoptions(tx, programme):
        if one.state == "adopted" and one.since <= as_of.isoformat():
            policy = _wording(tx, one)
            if policy is not None and policy.covers(as_of):
                return policy
    return next((one for one in shelf().of(programme) if one.default and one.covers(as_of)), None)


def policy_named(tx: Tx, id: str) -> Policy:
    """A policy by its id: as adopted where it was, else as it lies on the shelf. NotFound."""
    adopted = [one for one in certification.adoptions(tx) if one.policy == id and one.state == "adopted"]
    found = next((policy for one in adopted if (policy := _wording(tx, one)) is not None), shelf().policies.get(id))
    if found is None:
        raise NotFound(f"没有认证政策 {id}")
    return found


def propose(
    tx: Tx, principal: Principal, policy: str, since: date, reason: str, *, announced: date | None = None
) -> Adoption:
    """Put a policy forward to be in force from a day on. ``announced`` is the day the change was made public; the
    days of notice the policy promises are counted from it (from today when it is left out)."""
    demand(principal, "certification.manage")
    reason = required(reason)
    hold_head(tx)
    found = shelf().policies.get(policy)
    if found is None:
        raise NotFound(f"没有认证政策 {policy}")
    today = day(tx.now)
    if announced is not None and announced > today:
        raise Invalid("公示日不能晚于今天", field="announced")
    if since < today:
        raise Invalid("生效日不能早于今天", field="since")
    if not found.covers(since):
        raise Invalid(f"{since} 不在这项政策自己的有效期内({found.since} – {found.until or '长期'})", field="since")
    earliest = (announced or today) + timedelta(days=found.notice_days)
    if since < earliest:
        raise Invalid(
            f"这项政策须提前 {found.notice_days} 天公示,最早 {earliest} 生效;已公示过的请填公示日", field="since"
        )
    (text,) = contents.put(tx, [found.text.encode()])
    if any(one.state == "proposed" and one.policy == policy for one in certification.adoptions(tx)):
        raise Conflict(f"{policy} 已有一份待批准的提议")
    id = tx.new_id("cpl")
    body = {"programme": found.programme, "policy": policy, "text": text, "since": since.isoformat(),
            "announced": announced.isoformat() if announced else None, "reason": reason}  # fmt: skip
    append(tx, Event("certification_policy.proposed", id, body, principal.actor))
    return adoption_of(tx, id)


def adopt(tx: Tx, principal: Principal, id: str) -> Adoption:
    """Put what another person proposed into force from its day on."""
    return _decide(tx, principal, id, "adopted")


def decline(tx: Tx, principal: Principal, id: str) -> Adoption:
    """Turn a proposal down, or (its maker) take it back."""
    return _decide(tx, principal, id, "declined")


def _decide(tx: Tx, principal: Principal, id: str, to: str) -> Adoption:
    hold_head(tx)
    found = adoption_of(tx, id)
    own = principal.actor == found.proposed_by
    demand(principal, "certification.manage" if own and to == "declined" else APPROVES)
    if found.state != "proposed":
        if (found.state, found.decided_by) == (to, principal.actor):
            return found
        raise Conflict("这份提议已经处理过,请刷新后再看")
    if own and to == "adopted":
        raise Forbidden("提出政策的人不能自己批准,请由他人批准。")
    append(tx, Event(f"certification_policy.{to}", id, {"policy": found.policy}, principal.actor))
    return adoption_of(tx, id)


def adoption_of(tx: Tx, id: str) -> Adoption:
    """The proposal, or NotFound."""
    found = certification.adoption_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有提议 {id}")
    return found


def _wording(tx: Tx, adoption: Adoption) -> Policy | None:
    kept = contents.get(tx, adoption.text)
    return parse_policy(kept.decode()) if kept is not None else shelf().policies.get(adoption.policy)
