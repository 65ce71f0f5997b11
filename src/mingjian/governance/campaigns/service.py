"""Campaigns: opened, linked to what is done in them, divided into batches, closed; each step with its reverse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.decisions.words import required
from mingjian.records.campaigns.model import LINKS, Campaign, CampaignBatch, Link
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import campaigns as stored
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_after, hold_head
from mingjian.records.storage.policies import version_by_id

READS, MANAGES = "campaign.read", "campaign.manage"
SCOPE = ("platforms", "kinds", "channels", "publisher_kinds", "domains")
"""What a scope may narrow to."""
MOST_LINKS = 1000
"""At once."""
_BEGINS = {
    "sweep": "sweep.", "ring": "ring.", "alarm": "engagement.", "case": "case.",
    "certification_batch": "certification_batch.", "decision": "decision.",
    "live": "live.incident_",
}  # fmt: skip
_TITLE, _WORD, _WORDS = 120, 64, 50


def open_campaign(
    tx: Tx, principal: Principal, title: str, since: date, purpose: str, *, until: date | None = None,
    scope: Mapping[str, Sequence[str]] | None = None, policy: str | None = None,
) -> Campaign:  # fmt: skip
    """Begin a campaign, with its first batch open."""
    demand(principal, MANAGES)
    body = _words(tx, title, since, until, scope or {}, policy, purpose)
    id = tx.new_id("cmp")
    append(tx, Event("campaign.opened", id, body, principal.actor))
    return campaign_of(tx, id)


def change_campaign(
    tx: Tx, principal: Principal, id: str, title: str, since: date, purpose: str, *, until: date | None = None,
    scope: Mapping[str, Sequence[str]] | None = None, policy: str | None = None,
) -> Campaign:  # fmt: skip
    """Say anew what it is about; the journal keeps what it was."""
    demand(principal, MANAGES)
    hold_head(tx)
    _demand_open(campaign_of(tx, id))
    append(tx, Event("campaign.changed", id, _words(tx, title, since, until, scope or {}, policy, purpose),
                     principal.actor))  # fmt: skip
    return campaign_of(tx, id)


def close_campaign(tx: Tx, principal: Principal, id: str, reason: str) -> Campaign:
    """Nothing more is linked to it. Announcements may still be made, published and withdrawn."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    _demand_open(campaign_of(tx, id))
    append(tx, Event("campaign.closed", id, {"reason": reason}, principal.actor))
    return campaign_of(tx, id)


def reopen_campaign(tx: Tx, principal: Principal, id: str, reason: str) -> Campaign:
    """Take the closing back."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    if campaign_of(tx, id).state != "closed":
        raise Conflict("专项没有结束,不必重新开始")
    append(tx, Event("campaign.reopened", id, {"reason": reason}, principal.actor))
    return campaign_of(tx, id)


def link(tx: Tx, principal: Principal, id: str, links: Sequence[tuple[str, str]], reason: str) -> list[Link]:
    """Let things (kind, id) belong to the campaign's open batch. What is linked already stays where it is. Invalid
    names every one that does not exist."""
    demand(principal, MANAGES)
    reason = required(reason)
    wanted = list(dict.fromkeys(links))
    if not 1 <= len(wanted) <= MOST_LINKS:
        raise Invalid(f"一次关联 1 到 {MOST_LINKS} 项", field="links")
    hold_head(tx)
    found = campaign_of(tx, id)
    _demand_open(found)
    known = {(one.kind, one.ref) for one in stored.links_of(tx, id)}
    fresh = [one for one in wanted if one not in known]
    missing = [f"{kind} {ref}" for kind, ref in fresh if not _exists(tx, kind, ref)]
    if missing:
        raise Invalid(f"没有这些:{'、'.join(missing[:20])}", field="links")
    if fresh:
        body = {"batch": found.batch, "links": [list(one) for one in fresh], "reason": reason}
        append(tx, Event("campaign.linked", id, body, principal.actor))
    asked = set(wanted)
    return [one for one in stored.links_of(tx, id) if (one.kind, one.ref) in asked]


def unlink(tx: Tx, principal: Principal, id: str, links: Sequence[tuple[str, str]], reason: str) -> int:
    """Let things no longer belong to the campaign; how many did. Announcements that were made stay as they were."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    _demand_open(campaign_of(tx, id))
    known = {(one.kind, one.ref) for one in stored.links_of(tx, id)}
    gone = [one for one in dict.fromkeys(links) if one in known]
    if gone:
        body = {"links": [list(one) for one in gone], "reason": reason}
        append(tx, Event("campaign.unlinked", id, body, principal.actor))
    return len(gone)


def close_batch(tx: Tx, principal: Principal, id: str) -> CampaignBatch:
    """Close the open batch at this place of the journal; the next one is open from now."""
    demand(principal, MANAGES)
    head = hold_head(tx)
    found = campaign_of(tx, id)
    if not stored.links_of(tx, id, batch=found.batch, limit=1):
        raise Conflict(f"第 {found.batch} 批还没有关联任何内容,不能结束")
    append(tx, Event("campaign.batch_closed", id, {"number": found.batch, "counted_to": head.seq}, principal.actor))
    return the_batch(tx, id, found.batch)


def reopen_batch(tx: Tx, principal: Principal, id: str, reason: str) -> CampaignBatch:
    """Take the last closing back, while nothing was linked behind it and no announcement of it stands."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    found = campaign_of(tx, id)
    number = found.batch - 1
    if number < 1:
        raise Conflict("没有已结束的批次")
    if stored.links_of(tx, id, batch=found.batch, limit=1):
        raise Conflict(f"第 {found.batch} 批已经关联了内容,不能退回上一批")
    if any(one.state != "withdrawn" for one in stored.announcements(tx, campaign=id, batch=number)):
        raise Conflict("这一批已有公告,请先撤回公告")
    append(tx, Event("campaign.batch_reopened", id, {"number": number, "reason": reason}, principal.actor))
    return the_batch(tx, id, number)


def campaign_of(tx: Tx, id: str) -> Campaign:
    """The campaign, or NotFound."""
    found = stored.campaign_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有专项治理 {id}")
    return found


def the_batch(tx: Tx, id: str, number: int) -> CampaignBatch:
    """A batch of a campaign, or NotFound."""
    found = stored.batch_of(tx, id, number)
    if found is None:
        raise NotFound(f"专项治理 {id} 没有第 {number} 批")
    return found


def _demand_open(found: Campaign) -> None:
    if found.state != "open":
        raise Conflict("专项已经结束;要继续,请先重新开始")


def _exists(tx: Tx, kind: str, ref: str) -> bool:
    if kind not in LINKS:
        raise Invalid(f"能关联的是:{'、'.join(LINKS)}", field="links")
    first = events_after(tx, 0, limit=1, subject=ref) if ref and len(ref) <= _WORD and "\x00" not in ref else []
    return bool(first) and first[0].kind.startswith(_BEGINS[kind])


def _words(
    tx: Tx, title: str, since: date, until: date | None, scope: Mapping[str, Sequence[str]], policy: str | None,
    purpose: str,
) -> dict[str, Any]:  # fmt: skip
    title, purpose = title.strip(), required(purpose)
    if not 1 <= len(title) <= _TITLE or "\n" in title:
        raise Invalid(f"名称应为一行,1 到 {_TITLE} 字", field="title")
    if until is not None and until < since:
        raise Invalid("截止日早于起始日", field="until")
    if policy is not None and version_by_id(tx, policy) is None:
        raise Invalid(f"没有策略 {policy},应写成 名称@版本", field="policy")
    return {"title": title, "since": since.isoformat(), "until": until.isoformat() if until else None,
            "scope": _scope(scope), "policy": policy, "purpose": purpose}  # fmt: skip


def _scope(given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    unknown = sorted(set(given) - set(SCOPE))
    if unknown:
        raise Invalid(f"范围只能写:{'、'.join(SCOPE)};多了 {'、'.join(unknown)}", field="scope")
    kept = {name: sorted({word.strip() for word in words if word.strip()}) for name, words in given.items()}
    for name, words in kept.items():
        if len(words) > _WORDS or any(len(word) > _WORD or "\x00" in word for word in words):
            raise Invalid(f"范围的 {name} 最多 {_WORDS} 个词,每个不超过 {_WORD} 字", field="scope")
    return {name: words for name, words in kept.items() if words}
