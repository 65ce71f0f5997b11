"""Comparing what was published with what was sealed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from mingjian.clinic.publication.access import held
from mingjian.clinic.publication.drift import Difference, Sides, case_from, compare, gravest
from mingjian.clinic.publication.judging import MOST_TEXT, Judge, Know, asking, judged
from mingjian.clinic.publication.model import Draft, DriftCheck, Perceived, Published, Seal
from mingjian.clinic.publication.versions import opened
from mingjian.clinic.publication.writing import HOUSE
from mingjian.core.model import SEVERITIES
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, draft_queries, items
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head


def check_drift(
    tx: Tx, principal: Principal, draft: str, published: Published, *, judge: Judge, know: Sequence[Know] = ()
) -> DriftCheck:
    """Compare a sealed draft with what went out and record the outcome; a difference opens a case for the publicity
    office. The draft's author and who reviews at the last level may. Conflict when nothing is sealed yet."""
    hold_head(tx)
    found = held(tx, principal, draft)
    if found.author != principal.actor and not allowed(principal, "draft.publicity"):
        raise Forbidden("只有撰稿人和宣传科可以比对发布内容。")
    sealed = draft_queries.seal_of(tx, draft)
    if sealed is None:
        raise Conflict("稿件还没有封存,无从比对。")
    if published.item is not None:
        published = _of_item(tx, principal, published.item)
    if not (published.text.strip() or published.title.strip()):
        raise Invalid("请粘贴发布的文字,或选一件已入库的内容、一个文件。", field="text")
    if len(published.text) > 2 * MOST_TEXT:
        raise Invalid(f"发布的文字最多 {2 * MOST_TEXT} 字。", field="text")
    differences = _compared(tx, found, sealed, published, judge, know)
    severity = gravest(differences)
    kept = canonical({"title": published.title, "text": published.text, "media": published.media,
                      "differences": [one.as_dict() for one in differences]})  # fmt: skip
    case = _case(tx, found, sealed, severity) if differences else None
    body = {"check": tx.new_id("chk"), "version": sealed.version, "digest": sealed.digest, "severity": severity,
            "changes": len(differences), "source": published.source, "item": published.item,
            "content": contents.put(tx, [kept])[0], "case": case}  # fmt: skip
    append(tx, Event("draft.drifted" if differences else "draft.matched", draft, body, principal.actor))
    return draft_queries.checks_of(tx, draft)[0]


def differences_of(tx: Tx, principal: Principal, check: DriftCheck) -> tuple[Difference, ...]:
    """What a comparison found; nothing once its words were deleted."""
    held(tx, principal, check.draft)
    body = contents.get(tx, check.content)
    return () if body is None else tuple(Difference(**one) for one in json.loads(body)["differences"])


def _compared(
    tx: Tx, draft: Draft, sealed: Seal, published: Published, judge: Judge, know: Sequence[Know]
) -> list[Difference]:
    version = opened(tx, draft, sealed.version)
    if version.content is None:
        raise Conflict("封存的原文已删除,不能比对。")
    title, text = published.title, published.text.replace("\r\n", "\n")
    parts = [{"role": "title", "text": title}, {"role": "body", "text": text}]
    today, ask = day(tx.now), asking(tx, know)
    # Today's rulebook on both sides: what it learnt since does not make the published text differ.
    approved = judged(judge, version.content, Perceived(), today, ask)
    setting = {"nature": approved.verdict["nature"]["value"], "domain": approved.verdict["domain"]["value"]}
    old, new = version.content, {**version.content, "parts": parts}
    sides = Sides(
        approved=judged(judge, {**old, **setting}, Perceived(), today, ask),
        seen=judged(judge, {**new, **setting}, Perceived(), today, ask),
        approved_free=judged(judge, {**old, "nature": None}, Perceived(), today, ask),
        seen_free=judged(judge, {**new, "nature": None}, Perceived(), today, ask),
    )
    return compare(version.content, replace(published, text=text), sides)


def _case(tx: Tx, draft: Draft, sealed: Seal, severity: str | None) -> str | None:
    if severity is None or SEVERITIES.index(severity) < SEVERITIES.index(case_from()):
        return None
    facts = {"platform": draft.platform, "nature": draft.nature, "domain": draft.domain, "severity": severity,
             "publisher_kind": draft.publisher_kind, "department": draft.department, "version": sealed.version,
             "digest": sealed.digest}  # fmt: skip
    request = CaseRequest("draft", draft.id, facts, "drift", None, "发布内容与封存版本不一致", (draft.author,))
    return cases.open_cases(tx, HOUSE, [request])[0].id


def _of_item(tx: Tx, principal: Principal, id: str) -> Published:
    demand(principal, "item.read")
    stored = items.item_by_id(tx, id)
    body = contents.get(tx, stored.digest) if stored is not None else None
    if stored is None or body is None:
        raise NotFound("没有这件内容,或原文已删除。", field="item")
    content = json.loads(body)
    item = content["item"]
    parts = item.get("parts") or [{"role": "body", "text": item.get("text", "")}]
    title = "\n".join(part["text"] for part in parts if part.get("role") == "title")
    text = "\n".join(part["text"] for part in parts if part.get("role", "body") in ("body", "hashtag", "caption"))
    return Published(text, title, "item", id, tuple(media["digest"] for media in content.get("media", ())))
