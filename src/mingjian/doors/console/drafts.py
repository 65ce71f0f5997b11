"""A draft as the pages show it: its text cut where findings and comments are, its words, who may do what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mingjian.clinic.publication.chain import chain
from mingjian.clinic.publication.commenting import Thread
from mingjian.clinic.publication.differing import Stretch, together
from mingjian.clinic.publication.judging import mark_of
from mingjian.clinic.publication.model import Draft, Judged, Opened
from mingjian.clinic.publication.notices import Due
from mingjian.core.report.visible import hidden_at, name
from mingjian.desk.people import masking
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.records.journal.model import Recorded

STATES = {"writing": "撰写中", "review": "审核中", "returned": "退回修改", "sealed": "已封存", "withdrawn": "已撤回"}
DRIFT_WORDS = {"matched": "与发布一致", "drifted": "与发布不一致"}
SOURCES = {"text": "粘贴的文字", "item": "入库的内容", "file": "文件"}
EVENTS = {
    "draft.created": "新建稿件", "draft.saved": "保存第 {version} 版", "draft.submitted": "提交第 {version} 版",
    "draft.reviewed": "{level}:{measure}", "draft.undone": "撤回审核", "draft.commented": "写批注",
    "draft.resolved": "了结批注", "draft.waived": "放行 {code}", "draft.withdrawn": "撤回稿件",
    "draft.sealed": "封存第 {version} 版", "draft.matched": "比对:一致", "draft.drifted": "比对:{changes} 处不一致",
    "draft.drift_answered": "漂移处理:{measure}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a part from code point ``at``: under these findings (numbers from 1) and comments (numbers)."""

    at: int
    text: str
    findings: tuple[int, ...]
    comments: tuple[int, ...]
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the version; ``number`` is its index. Perceived parts take no comments."""

    number: int
    role: str
    runs: tuple[Run, ...]
    read: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A finding under its number; ``waived`` says until when and why it is let through."""

    number: int
    data: Mapping[str, Any]
    waived: Any = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A version laid out. ``covered``: personal data in it is not shown."""

    pieces: tuple[Piece, ...]
    findings: tuple[Found, ...]
    notices: tuple[Due, ...]
    covered: bool = False


def laid_out(
    version: Opened, said: Judged, threads: Sequence[Thread] = (), waivers: Mapping[tuple[str, str], Any] | None = None,
    *, cover: bool = False,
) -> Shown:  # fmt: skip
    """The version with its findings and comments in place."""
    parts = [*version.parts, *version.perceived.parts]
    texts = [str(part["text"]) for part in parts]
    hide = cover and bool(masking.kinds(texts))
    shown = [masking.mask(text) for text in texts] if hide else texts
    found = tuple(
        Found(number, _covered(data, shown) if hide else data, (waivers or {}).get(mark_of(data)))
        for number, data in enumerate(said.findings, 1)
    )
    pieces = tuple(
        Piece(at, str(part.get("role", "body")), _cut(shown[at], at, found, threads), at >= len(version.parts))
        for at, part in enumerate(parts)
    )
    return Shown(pieces, found, said.notices, hide)


def _covered(data: Mapping[str, Any], texts: Sequence[str]) -> Mapping[str, Any]:
    quote = texts[data["part"]][data["start"] : data["end"]] if data["part"] < len(texts) else data["quote"]
    return {**data, "quote": quote, "message": str(data["message"]).replace(str(data["quote"]) or "\0", quote)}


def _cut(text: str, part: int, found: Sequence[Found], threads: Sequence[Thread]) -> tuple[Run, ...]:
    marks = [("f", one.number, one.data["start"], one.data["end"]) for one in found if one.data["part"] == part]
    marks += [("c", number, one.place[1], one.place[2]) for number, one in enumerate(threads, 1)
              if one.place is not None and one.place[0] == part]  # fmt: skip
    edges = {0, len(text), *(edge for _, _, start, end in marks for edge in (start, end))}
    hidden = set(hidden_at(text))
    edges |= {edge for at in hidden for edge in (at, at + 1)}
    places = sorted(edge for edge in edges if 0 <= edge <= len(text))
    made = []
    for start, end in pairwise(places):
        over = sorted(
            (stop - begin, kind, number) for kind, number, begin, stop in marks if begin <= start and end <= stop
        )
        made.append(Run(
            start, text[start:end], tuple(number for _, kind, number in over if kind == "f"),
            tuple(number for _, kind, number in over if kind == "c"), name(text[start]) if start in hidden else "",
        ))  # fmt: skip
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do on a draft's page now."""

    writes: bool
    comments: bool
    waives: bool
    withdraws: bool
    compares: bool
    exports: bool
    whole: bool  # sees personal data uncovered: who writes or reviews it must


def rights_on(asks: Principal, draft: Draft) -> Rights:
    """By role and by the draft's state."""
    own = draft.author == asks.actor and allowed(asks, "draft.write")
    reviews = allowed(asks, "draft.department") or allowed(asks, "draft.publicity")
    live = draft.state not in ("sealed", "withdrawn")
    publicity = allowed(asks, "draft.publicity")
    return Rights(
        writes=own and live,
        comments=(own or reviews) and draft.state != "withdrawn",
        waives=live and not own and allowed(asks, chain().waiver_permission),
        withdraws=live and (own or publicity),
        compares=draft.state == "sealed" and (own or publicity),
        exports=draft.state == "sealed" and (own or reviews or allowed(asks, "evidence.export")),
        whole=own or reviews or allowed(asks, "personal.read"),
    )


def changes(former: Opened | None, version: Opened) -> list[list[Stretch]] | None:
    """The written parts laid over those of the former version, or None without one."""
    if former is None or former.content is None or version.content is None:
        return None
    return [together(old["text"], new["text"]) for old, new in zip(former.parts, version.parts, strict=True)]


def setting_changes(former: Opened | None, version: Opened) -> list[str]:
    """What besides the words changed: names of fields."""
    if former is None or former.content is None or version.content is None:
        return []
    names = ("platform", "channel", "nature", "domain", "publisher", "certificate", "media")
    return [one for one in names if former.content.get(one) != version.content.get(one)]


def told(event: Recorded, spoken: Any, label: Any) -> str:
    """An event of a draft in words."""
    body = event.body
    values: dict[str, Any] = {name: body[name] for name in ("version", "code", "changes") if name in body}
    if "level" in body:
        values["level"] = label(body["level"], "queue")
    if "measure" in body:
        values["measure"] = label(body["measure"], "measure")
    words = EVENTS.get(event.kind, event.kind)
    return str(spoken(words, **{name: value for name, value in values.items() if f"{{{name}}}" in words}))


def posted_anchor(given: str) -> Mapping[str, Any] | None:
    """The place of a comment as the page's script sends it; None when it is empty or no JSON object."""
    try:
        found = json.loads(given) if given else None
    except ValueError:
        return None
    return found if isinstance(found, dict) and found else None


def steps() -> list[tuple[str, str, str]]:
    """The levels in order: (name, Chinese, English), the author's own check before them."""
    return [("author", "撰稿人自查", "Author's check"),
            *((queue.name, queue.title, queue.title_en) for queue in chain().levels())]  # fmt: skip
