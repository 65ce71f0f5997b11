"""Campaigns as plain JSON: what the API and the command line show."""

from __future__ import annotations

from typing import Any

from mingjian.governance.campaigns.figures import Compared, Line
from mingjian.governance.campaigns.merchants import Merchant
from mingjian.records.campaigns.model import Announcement, Campaign, CampaignBatch, Link, Sample
from mingjian.records.clock import moment


def time_of(at: int | None) -> str | None:
    """A moment in China, ISO 8601."""
    return None if at is None else moment(at).isoformat()


def campaign_dict(one: Campaign) -> dict[str, Any]:
    """A campaign."""
    return {
        "id": one.id, "title": one.title, "since": one.since, "until": one.until, "scope": dict(one.scope),
        "policy": one.policy, "purpose": one.purpose, "state": one.state, "batch": one.batch,
        "opened_at": time_of(one.made_at), "closed_at": time_of(one.ended_at),
    }  # fmt: skip


def batch_dict(one: CampaignBatch, links: dict[str, int]) -> dict[str, Any]:
    """A batch, with how much is linked to it."""
    return {"number": one.number, "opened_at": time_of(one.opened_at), "closed_at": time_of(one.closed_at),
            "counted_to": one.counted_to, "links": links}  # fmt: skip


def link_dict(one: Link) -> dict[str, Any]:
    """A link."""
    return {"kind": one.kind, "ref": one.ref, "batch": one.batch, "linked_at": time_of(one.linked_at),
            "reason": one.why}  # fmt: skip


def figure_dict(one: Line) -> dict[str, Any]:
    """A figure with its definition and the digest of its list."""
    figure = one.figure
    return {
        "name": figure.name, "title": figure.title, "title_en": figure.title_en, "unit": figure.unit,
        "definition": figure.definition, "definition_en": figure.definition_en, "number": one.number,
        "standing": one.standing, "list": one.list,
    }  # fmt: skip


def compared_dict(one: Compared) -> dict[str, Any]:
    """A figure by the tables beside the same by the journal."""
    return figure_dict(one.tables) | {
        "recounted": one.journal.number, "restanding": one.journal.standing, "agrees": one.agrees,
        "differing": list(one.differing),
    }  # fmt: skip


def announcement_dict(one: Announcement, content: dict[str, Any] | None = None) -> dict[str, Any]:
    """An announcement, with its content where it is wanted."""
    told = {
        "id": one.id, "campaign": one.campaign, "batch": one.batch, "state": one.state, "seal": one.seal,
        "counted_to": one.counted_to, "drafted_at": time_of(one.drafted_at),
        "published_at": time_of(one.published_at), "withdrawn_at": time_of(one.withdrawn_at),
        "withdrawn_why": one.withdrawn_why,
    }  # fmt: skip
    return told if content is None else told | {"content": content}


def sample_dict(one: Sample) -> dict[str, Any]:
    """A sample, without its list."""
    return {
        "id": one.id, "side": one.side, "frame": one.frame, "as_of": one.as_of, "by": list(one.by), "seed": one.seed,
        "list": one.list, "number": one.number, "size": one.size, "state": one.state,
        "strata": [{"name": each.name, "size": each.size, "drawn": each.drawn, "flagged": each.flagged,
                    "judged": each.judged} for each in one.strata],
    }  # fmt: skip


def merchant_dict(one: Merchant) -> dict[str, Any]:
    """A merchant whose goods or services were dealt with."""
    return {
        "id": one.entity.id, "kind": one.entity.kind, "name": one.entity.name, "accounts": list(one.accounts),
        "institutions": [{"id": each.id, "name": each.name} for each in one.institutions],
        "items": list(one.items), "standing": one.standing, "families": list(one.families),
    }  # fmt: skip
