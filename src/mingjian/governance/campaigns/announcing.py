"""The public announcement of a batch: counted from the journal, sealed, published by a second person, withdrawn with a
reason."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.campaigns.figures import Line, lines, list_digest, told_at
from mingjian.governance.campaigns.prevalence import prevalence
from mingjian.governance.campaigns.service import MANAGES, READS, campaign_of, the_batch
from mingjian.governance.decisions.law import basis_in_force
from mingjian.governance.decisions.words import required
from mingjian.records.campaigns.model import Announcement
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import campaigns as stored
from mingjian.records.storage import contents
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_after, head, hold_head

SCHEMA = "mingjian.governance-announcement/1"
Content = dict[str, Any]


def prepare(tx: Tx, principal: Principal, campaign: str, batch: int) -> tuple[Content, list[bytes]]:
    """What an announcement of a closed batch would say now, counted from the journal; and the lists behind its
    figures. Reads only, so that nobody waits while a large journal is counted."""
    demand(principal, READS)
    found, which = campaign_of(tx, campaign), the_batch(tx, campaign, batch)
    if which.closed_at is None:
        raise Conflict(f"第 {batch} 批还没有结束,先结束批次再公告", field="batch")
    end = head(tx)
    counted = lines(told_at(tx, campaign, batch, end.seq))
    measured = prevalence(tx, principal, campaign, upto=end.seq)
    names = basis_in_force().platforms
    content: Content = {
        "schema": SCHEMA, "campaign": campaign, "batch": batch, "title": found.title, "since": found.since,
        "until": found.until, "purpose": found.purpose, "scope": dict(found.scope), "policy": found.policy,
        "first": day(which.opened_at).isoformat(), "last": day(which.closed_at).isoformat(),
        "as_of": day(end.at).isoformat(), "counted_to": end.seq, "head": end.hash.hex(),
        "figures": [_figure(one) for one in counted],
        "prevalence": measured.plain() if measured.sides else None,
        "platforms": {one: names[one] for one in found.scope.get("platforms", ()) if one in names},
    }  # fmt: skip
    return content, [canonical(sorted(one.subjects)) for one in counted]


def draft(tx: Tx, principal: Principal, content: Content, lists: list[bytes]) -> Announcement:
    """Seal what was prepared. Nothing is public yet."""
    demand(principal, MANAGES)
    hold_head(tx)
    the_batch(tx, content["campaign"], content["batch"])
    sealed, *kept = contents.put(tx, [canonical(content), *lists])
    if kept != [one["list"] for one in content["figures"]]:
        raise Invalid("清单与数字不符,请重新起草", field="figures")
    id = tx.new_id("ann")
    body = {"campaign": content["campaign"], "batch": content["batch"], "seal": sealed,
            "counted_to": content["counted_to"]}  # fmt: skip
    append(tx, Event("announcement.drafted", id, body, principal.actor))
    return announcement_of(tx, id)


def publish(tx: Tx, principal: Principal, id: str, seen: str) -> Announcement:
    """A second person makes it public. ``seen`` is the seal of what they read. Publishing one that was withdrawn takes
    the withdrawal back."""
    demand(principal, MANAGES)
    hold_head(tx)
    found = announcement_of(tx, id)
    if principal.actor == found.drafted_by:
        raise Forbidden("起草公告的人不能自己发布,请由他人核对后发布。")
    if found.state == "published":
        return found
    content_of(tx, found)
    if not hmac.compare_digest(seen.encode(), found.seal.encode()):
        raise Conflict("公告的指纹不符:你看到的不是要发布的那一份,请重新打开", field="seal")
    if stored.announcements(tx, campaign=found.campaign, batch=found.batch, state="published", limit=1):
        raise Conflict("这一批已有公开的公告,请先撤回那一份")
    append(tx, Event("announcement.published", id, {"seal": found.seal}, principal.actor))
    return announcement_of(tx, id)


def withdraw(tx: Tx, principal: Principal, id: str, reason: str) -> Announcement:
    """Take it from the public (or drop a draft), with a reason that the public page shows."""
    demand(principal, MANAGES)
    reason = required(reason)
    hold_head(tx)
    found = announcement_of(tx, id)
    if found.state == "withdrawn":
        return found
    append(tx, Event("announcement.withdrawn", id, {"reason": reason}, principal.actor))
    return announcement_of(tx, id)


def announcement_of(tx: Tx, id: str) -> Announcement:
    """The announcement, or NotFound."""
    found = stored.announcement_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有公告 {id}")
    return found


def content_of(tx: Tx, found: Announcement) -> Content:
    """The content as it was sealed. Conflict when it is not there or not what was sealed."""
    kept = contents.get(tx, found.seal)
    if kept is None or digest(kept) != found.seal:
        raise Conflict("公告的内容不在,或与指纹不符")
    content: Content = json.loads(kept)
    return content


def public(tx: Tx, id: str) -> tuple[Announcement, Content | None]:
    """What anybody may see: a published one with its content; of one withdrawn after it was public, that it was, and
    why. NotFound for drafts."""
    found = stored.announcement_by_id(tx, id)
    if found is None or found.published_at is None:
        raise NotFound("没有这份公告。")
    return found, content_of(tx, found) if found.state == "published" else None


def listed(tx: Tx, found: Announcement, figure: str) -> list[str]:
    """The subjects a figure counted when it was sealed, by id."""
    line = next((one for one in content_of(tx, found)["figures"] if one["name"] == figure), None)
    if line is None:
        raise NotFound(f"公告里没有数字 {figure}")
    kept = contents.get(tx, line["list"])
    if kept is None:
        raise Conflict("这个数字的清单已删除,只留下指纹")
    ids: list[str] = json.loads(kept)
    return ids


def verify(tx: Tx, principal: Principal, id: str) -> list[str]:
    """Count an announcement's figures again, up to the same number of the journal; what differs, in words. Empty: it
    is borne out to the last subject."""
    demand(principal, READS)
    found = announcement_of(tx, id)
    content = content_of(tx, found)
    wrong: list[str] = []
    at = events_after(tx, found.counted_to - 1, limit=1)
    if not at or at[0].seq != found.counted_to or at[0].hash.hex() != content["head"]:
        wrong.append(f"日志第 {found.counted_to} 条的链值与公告不符")
    again = {one.figure.name: one for one in lines(told_at(tx, found.campaign, found.batch, found.counted_to))}
    for one in content["figures"]:
        line = again.get(one["name"])
        if line is None:
            wrong.append(f"{one['title']}:现在的口径文件里没有 {one['name']}")
        elif (line.number, line.standing, list_digest(line.subjects)) != (one["number"], one["standing"], one["list"]):
            wrong.append(f"{one['title']}:公告 {one['number']},复算 {line.number}")
    told = content["prevalence"]
    if told is not None and told != prevalence(tx, principal, found.campaign, upto=found.counted_to).plain():
        wrong.append("违规率复算结果与公告不同")
    return wrong


def command(campaign: str, batch: int, counted_to: int) -> str:
    """What counts the figures again."""
    return f"mingjian campaign figures {campaign} --batch {batch} --upto {counted_to}"


def _figure(line: Line) -> Mapping[str, Any]:
    one = line.figure
    return {
        "name": one.name, "of": one.of, "title": one.title, "title_en": one.title_en, "unit": one.unit,
        "unit_en": one.unit_en,
        "definition": one.definition, "definition_en": one.definition_en, "number": line.number,
        "standing": line.standing, "list": line.list,
    }  # fmt: skip
