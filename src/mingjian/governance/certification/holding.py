"""Certificates after they were granted: given up and taken up again, taken over from before, and exemptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.certification.adopting import policy_on
from mingjian.governance.certification.applying import freeze, judge
from mingjian.governance.certification.badges import badges_now
from mingjian.governance.certification.evaluate import evaluate
from mingjian.governance.certification.facts import held_of
from mingjian.governance.decisions.words import required
from mingjian.records.certification.model import Certificate, Exemption
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append, append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import certification, registry
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

MANAGES = "certification.manage"
MOST_AT_ONCE = 2000


def take_over(
    tx: Tx, principal: Principal, programme: str, entities: Sequence[str], valid_to: date | None, reason: str
) -> list[Certificate]:
    """Record the badges that bodies held before this system did: certificates from today on without an application.
    Who holds one already keeps it as it is."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    today = day(tx.now)
    policy = policy_on(tx, programme, today)
    if policy is None:
        raise Conflict(f"认证项目 {programme} 没有有效的政策")
    if len(entities) > MOST_AT_ONCE:
        raise Invalid(f"一次最多 {MOST_AT_ONCE} 个", field="entities")
    if valid_to is not None and valid_to < today:
        raise Invalid("期满日不能早于今天", field="valid_to")
    held = held_of(tx, entities, today)
    missing = [id for id in entities if id not in held]
    if missing:
        raise NotFound(f"没有登记对象 {'、'.join(missing[:5])}", field="entities")
    known = badges_now(tx, held, programme)
    events = []
    for id in dict.fromkeys(entities):
        if id not in known:
            body = {"entity": id, "programme": programme, "policy": policy.id, "basis": "takeover", "application": None,
                    "evaluation": freeze(tx, evaluate(policy, held[id], today)), "valid_from": today.isoformat(),
                    "valid_to": valid_to.isoformat() if valid_to else None, "reason": reason}  # fmt: skip
            events.append(Event("badge.granted", tx.new_id("crt"), body, principal.actor))
    append_all(tx, events)
    made = badges_now(tx, held, programme)
    return [made[id].certificate for id in dict.fromkeys(entities)]


def end_certificate(tx: Tx, principal: Principal, id: str, reason: str) -> Certificate:
    """The holder gives the badge up, or it was granted by mistake. What a policy or a breach takes away goes another
    way, with a statement and an appeal."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    found = certificate_of(tx, id)
    if found.state == "withdrawn" and (found.ended_by, found.ended_why) == (principal.actor, reason):
        return found
    if found.state != "valid":
        raise Conflict("这份认证已经停用,请刷新后再看")
    append(tx, Event("badge.ended", id, {"state": "withdrawn", "reason": reason}, principal.actor))
    return certificate_of(tx, id)


def resume_certificate(tx: Tx, principal: Principal, id: str, reason: str) -> Certificate:
    """Take that back: the certificate holds again to its old last day."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    found = certificate_of(tx, id)
    if found.state != "withdrawn":
        raise Conflict("只有停用了的认证可以恢复,请刷新后再看")
    if found.entity in badges_now(tx, [found.entity], found.programme):
        raise Conflict("该主体已另有有效的认证")
    append(tx, Event("badge.resumed", id, {"reason": reason}, principal.actor))
    return certificate_of(tx, id)


def exempt(
    tx: Tx,
    principal: Principal,
    entity: str,
    programme: str,
    until: date,
    reason: str,
    *,
    appeal: str | None = None,
    permission: str = MANAGES,
) -> Exemption:
    """Let an entity keep or get the badge until a day although the policy's blanket rule would deny it."""
    demand(principal, permission)
    reason = required(reason)
    hold_head(tx)
    if until < day(tx.now):
        raise Invalid("豁免的期满日不能早于今天", field="until")
    if entity not in registry.entities_by_id(tx, [entity]):
        raise NotFound(f"没有登记对象 {entity}", field="entity")
    judge(tx, entity, programme)
    id = tx.new_id("exm")
    body = {"entity": entity, "programme": programme, "until": until.isoformat(), "reason": reason, "appeal": appeal}
    append(tx, Event("exemption.granted", id, body, principal.actor))
    return exemption_of(tx, id)


def end_exemption(tx: Tx, principal: Principal, id: str, reason: str) -> Exemption:
    """An exemption ends before its day."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    found = exemption_of(tx, id)
    if found.state != "in_force":
        if (found.ended_by, found.ended_why) == (principal.actor, reason):
            return found
        raise Conflict("这项豁免已经结束,请刷新后再看")
    append(tx, Event("exemption.ended", id, {"reason": reason}, principal.actor))
    return exemption_of(tx, id)


def exemption_of(tx: Tx, id: str) -> Exemption:
    """The exemption, or NotFound."""
    found = certification.exemption_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有豁免 {id}")
    return found


def certificate_of(tx: Tx, id: str) -> Certificate:
    """The certificate, or NotFound."""
    found = certification.certificates_by_id(tx, [id]).get(id)
    if found is None:
        raise NotFound(f"没有认证 {id}")
    return found
