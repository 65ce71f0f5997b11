"""Comments on a draft: anchored to words or to a box on a picture, in threads that are resolved or not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.clinic.publication.access import held
from mingjian.clinic.publication.anchors import moved
from mingjian.clinic.publication.model import Comment, Draft, Opened
from mingjian.clinic.publication.versions import opened
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.records.canonical import canonical
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, draft_queries
from mingjian.records.storage.database import Tx

MOST_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Said:
    """A comment with its words; None once they were deleted."""

    comment: Comment
    text: str | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A first comment with its answers, as it stands on the version looked at. ``place`` is (part, start, end) there,
    ``box`` (media digest, left, top, width, height). ``orphaned``: what it was about is gone; ``quote`` tells it."""

    first: Said
    answers: tuple[Said, ...]
    quote: str
    place: tuple[int, int, int] | None = None
    box: tuple[str, int, int, int, int] | None = None
    orphaned: bool = False

    @property
    def resolved(self) -> bool:
        """Whether somebody said it is settled."""
        return self.first.comment.resolved_at is not None


def comment(
    tx: Tx, principal: Principal, draft: str, text: str, *, version: int | None = None,
    anchor: Mapping[str, Any] | None = None, thread: str | None = None,
) -> Comment:  # fmt: skip
    """Say something about a version (the newest unless named): at words {part, start, end}, at a box
    {media, box: [left, top, width, height]}, about all of it, or in answer to ``thread``'s first comment."""
    found = held(tx, principal, draft)
    _demand_part(principal, found)
    kept: dict[str, Any] = {}
    quote = ""
    if not text.strip() or len(text) > MOST_WORDS:
        raise Invalid(f"批注应为 1 到 {MOST_WORDS} 字。", field="text")
    if thread is not None:
        first = _comment(tx, found, thread)
        if first.thread is not None or anchor:
            raise Invalid("答复只能接在一条批注之下,不另选位置。", field="thread")
        version = first.version
    else:
        version = version or found.version
        kept, quote = _anchored(opened(tx, found, version), anchor or {})
    name = contents.put(tx, [canonical({"text": text.strip(), "quote": quote})])[0]
    id = tx.new_id("cmt")
    body = {"comment": id, "version": version, "anchor": kept, "content": name, "thread": thread}
    append(tx, Event("draft.commented", draft, body, principal.actor))
    return _comment(tx, found, id)


def resolve(tx: Tx, principal: Principal, draft: str, comment: str, *, resolved: bool = True) -> Comment:
    """Settle a thread, or open it again: whoever takes part in the draft may. The same again changes nothing."""
    found = held(tx, principal, draft)
    _demand_part(principal, found)
    first = _comment(tx, found, comment)
    if first.thread is not None:
        raise Invalid("只能了结整串批注,请在第一条上操作。", field="comment")
    if (first.resolved_at is not None) == resolved:
        return first
    append(tx, Event("draft.resolved", draft, {"comment": comment, "resolved": resolved}, principal.actor))
    return _comment(tx, found, comment)


def threads(tx: Tx, principal: Principal, draft: str, number: int | None = None) -> list[Thread]:
    """Every thread as it stands on a version (the newest unless named), by place."""
    found = held(tx, principal, draft)
    number = number or found.version
    said = draft_queries.comments_of(tx, draft)
    bodies = {name: json.loads(body) for name, body in contents.get_many(tx, [one.content for one in said]).items()}
    seen = {one: opened(tx, found, one) for one in {number, *(one.version for one in said)} if one}
    made: list[Thread] = []
    for first in (one for one in said if one.thread is None):
        answers = tuple(_said(one, bodies) for one in said if one.thread == first.id)
        quote = str(bodies.get(first.content, {}).get("quote", ""))
        made.append(_standing(_said(first, bodies), answers, quote, seen[first.version], seen[number]))
    return sorted(made, key=lambda one: (one.resolved, one.orphaned, one.place or (9, 0, 0), one.first.comment.seq))


def _said(comment: Comment, bodies: Mapping[str, Any]) -> Said:
    return Said(comment, bodies[comment.content]["text"] if comment.content in bodies else None)


def _standing(first: Said, answers: tuple[Said, ...], quote: str, made: Opened, shown: Opened) -> Thread:
    anchor = first.comment.anchor
    if "media" in anchor:
        there = any(file["digest"] == anchor["media"] for file in (shown.content or {}).get("media", ()))
        left, top, width, height = anchor["box"]
        box = (anchor["media"], left, top, width, height) if there else None
        return Thread(first, answers, quote, box=box, orphaned=not there)
    if "part" not in anchor:
        return Thread(first, answers, quote)
    part = anchor["part"]
    before, after = made.parts, shown.parts
    place = None
    if part < len(before) and part < len(after):
        place = moved(before[part]["text"], after[part]["text"], anchor["start"], anchor["end"])
    return Thread(first, answers, quote, (part, *place) if place else None, orphaned=place is None)


def _anchored(version: Opened, anchor: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """A checked anchor and the words it names."""
    if version.content is None:
        raise Conflict("这一版的原文已删除。")
    if not anchor:
        return {}, ""
    if "media" in anchor:
        files = {file["digest"]: file["name"] for file in version.content["media"]}
        box = anchor.get("box")
        if anchor["media"] not in files or not _is_box(box):
            raise Invalid("批注框应在本稿件的图片上:左、上、宽、高,均为像素整数。", field="anchor")
        return {"media": anchor["media"], "box": list(box or ())}, str(files[anchor["media"]])
    part, start, end = (anchor.get(name) for name in ("part", "start", "end"))
    if not (isinstance(part, int) and isinstance(start, int) and isinstance(end, int)):
        raise Invalid("批注位置应为 part、start、end 三个整数。", field="anchor")
    if not 0 <= part < len(version.parts):
        raise Invalid(f"这一版没有第 {part} 段。", field="anchor")
    text = version.parts[part]["text"]
    if not 0 <= start < end <= len(text):
        raise Invalid(f"批注位置应在文字之内(0 到 {len(text)})。", field="anchor")
    return {"part": part, "start": start, "end": end}, text[start:end]


def _is_box(box: Any) -> bool:
    whole = isinstance(box, list | tuple) and len(box) == 4 and all(type(one) is int and one >= 0 for one in box)
    return whole and box[2] > 0 and box[3] > 0 and max(box) < 100_000


def _demand_part(principal: Principal, draft: Draft) -> None:
    reviews = allowed(principal, "draft.department") or allowed(principal, "draft.publicity")
    if draft.author != principal.actor and not reviews:
        raise Forbidden("只有撰稿人和各级审核人可以批注。")
    if draft.state == "withdrawn":
        raise Conflict("稿件已撤回。")


def _comment(tx: Tx, draft: Draft, id: str) -> Comment:
    found = next((one for one in draft_queries.comments_of(tx, draft.id) if one.id == id), None)
    if found is None:
        raise NotFound("没有这条批注。")
    return found
