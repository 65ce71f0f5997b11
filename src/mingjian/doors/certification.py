"""Certification and penalties as plain JSON: what the API and the command line show."""

from __future__ import annotations

from typing import Any

from mingjian.governance.certification.badges import Badge
from mingjian.governance.certification.model import Evaluation, Policy
from mingjian.governance.certification.whatif import Holder, Impact
from mingjian.governance.ladders.reinstate import Awaiting
from mingjian.records.certification.model import Adoption, Application, Batch, Certificate
from mingjian.records.clock import moment


def time_of(at: int | None) -> str | None:
    """A moment in China, ISO 8601."""
    return None if at is None else moment(at).isoformat()


def policy_dict(policy: Policy, adopted: Adoption | None = None) -> dict[str, Any]:
    """A policy, with how it came into force."""
    return {
        "id": policy.id, "programme": policy.programme, "title": policy.title, "title_en": policy.title_en,
        "from": policy.since.isoformat(), "until": policy.until.isoformat() if policy.until else None,
        "ground": policy.ground, "cites": list(policy.cites), "term_days": policy.term_days,
        "notice_days": policy.notice_days, "default": policy.default, "kinds": sorted(policy.kinds),
        "adopted_from": adopted.since if adopted is not None else None,
    }  # fmt: skip


def certificate_dict(one: Certificate) -> dict[str, Any]:
    """A certificate."""
    return {
        "id": one.id, "entity": one.entity, "programme": one.programme, "policy": one.policy, "basis": one.basis,
        "valid_from": one.valid_from, "valid_to": one.valid_to, "state": one.state,
        "granted_at": time_of(one.granted_at), "ended_at": time_of(one.ended_at), "ended_why": one.ended_why,
    }  # fmt: skip


def badge_dict(entity: str, programme: str, badge: Badge | None) -> dict[str, Any]:
    """Whether an entity may show the badge, and what withholds it."""
    withheld = badge.withheld if badge is not None else None
    return {
        "entity": entity, "programme": programme, "shown": badge is not None and badge.shown,
        "certificate": certificate_dict(badge.certificate) if badge is not None else None,
        "withheld_by": withheld.decision if withheld is not None else None,
        "withheld_until": time_of(withheld.until) if withheld is not None else None,
    }  # fmt: skip


def evaluation_dict(one: Evaluation) -> dict[str, Any]:
    """What a policy says of an entity, with the chain of facts."""
    return one.plain()


def application_dict(one: Application) -> dict[str, Any]:
    """An application."""
    return {
        "id": one.id, "entity": one.entity, "programme": one.programme, "policy": one.policy, "case": one.case,
        "outcome": one.outcome, "renews": one.renews, "state": one.state, "lodged_at": time_of(one.lodged_at),
        "decided_at": time_of(one.decided_at), "reasons": list(one.reasons), "certificate": one.certificate,
    }  # fmt: skip


def batch_dict(one: Batch, progress: dict[str, int]) -> dict[str, Any]:
    """A batch with how far it is."""
    return {
        "id": one.id, "kind": one.kind, "programme": one.programme, "policy": one.policy, "as_of": one.as_of,
        "list_digest": one.list, "number": one.number, "reason": one.reason, "state": one.state,
        "made_at": time_of(one.made_at), "approved_at": time_of(one.approved_at), "done_at": time_of(one.done_at),
        "progress": progress,
    }  # fmt: skip


def holder_dict(one: Holder) -> dict[str, Any]:
    """A holder under a policy, by name."""
    return {
        "entity": one.entity.id, "name": one.entity.name, "kind": one.entity.kind, "certificate": one.certificate,
        "outcome": one.evaluation.outcome, "against": [fact.told("zh") for fact in one.evaluation.against],
        "qualified": one.qualified, "licensed": one.licensed, "strikes": one.strikes, "risk": one.risk,
    }  # fmt: skip


def impact_dict(told: Impact, limit: int) -> dict[str, Any]:
    """What a policy would do: all counts, and the first holders of each list."""
    return {
        "policy": told.policy, "kind": told.kind, "as_of": told.as_of.isoformat(), "holders": told.holders,
        "outcomes": dict(told.outcomes), "hit": len(told.hit), "qualified": len(told.qualified),
        "undetermined": len(told.open), "exempt": len(told.exempt),
        "counts": {name: dict(counts) for name, counts in told.counts.items()},
        "hit_list": [holder_dict(one) for one in told.hit[:limit]],
        "qualified_list": [holder_dict(one) for one in told.qualified[:limit]],
    }  # fmt: skip


def awaiting_dict(one: Awaiting) -> dict[str, Any]:
    """An action with its conditions."""
    action = one.action
    return {
        "action": action.id, "decision": action.decision, "subject": action.publisher, "right": action.right,
        "measure": action.measure, "taken_at": time_of(action.taken_at), "until": time_of(action.until),
        "awaiting": one.awaits, "early_from": time_of(action.early_from),
        "conditions": [{"name": each.condition.name, "title": each.condition.title,
                        "met_at": time_of(each.record.at) if each.record is not None else None}
                       for each in one.demands],
    }  # fmt: skip
