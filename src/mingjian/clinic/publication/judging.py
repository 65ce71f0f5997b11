"""The draft's own check: what it says as an item, what the engine finds, which notices are due."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Protocol

from mingjian.clinic.publication.model import DraftInput, Judged, Perceived, Waiver
from mingjian.clinic.publication.notices import due
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.core.report.json_ import verdict_dict
from mingjian.intake import UNREAD_FACT, parse_item
from mingjian.records.errors import Invalid
from mingjian.records.storage.database import Tx

MOST_TITLE, MOST_TEXT, MOST_FILES = 200, 50_000, 30
_SHOWN = (
    "marks",
    "claims",
)  # the words themselves show it; where it is only presumed, the author's word stands but for the gravest


class Judge(Protocol):
    """The engine, as publication needs it."""

    @property
    def rulebook(self) -> str: ...
    def check(self, items: Sequence[Item], options: Options) -> list[Verdict]: ...


Know = Callable[[Tx, Sequence[Item]], Sequence[Mapping[str, Any]]]
"""What the desk knows of each item's publisher, as facts; lent by a door, since other rooms know it."""
Ask = Callable[[Item], Mapping[str, Any]]
"""The same for one item, inside a transaction."""


def asking(tx: Tx, know: Sequence[Know]) -> Ask:
    """Asks all of ``know``; who names no publisher by its number is told nothing."""

    def ask(item: Item) -> Mapping[str, Any]:
        known: dict[str, Any] = {}
        for one in know:
            known.update(one(tx, [item])[0])
        return known

    return ask


def content_of(given: DraftInput) -> dict[str, Any]:
    """A version's content as it is kept and hashed. Invalid when it is too long or holds words nobody knows."""
    if len(given.title) > MOST_TITLE or "\n" in given.title:
        raise Invalid(f"标题应为一行,最多 {MOST_TITLE} 字。", field="title")
    if len(given.text) > MOST_TEXT:
        raise Invalid(f"正文最多 {MOST_TEXT} 字。", field="text")
    if len(given.media) > MOST_FILES:
        raise Invalid(f"最多 {MOST_FILES} 个文件。", field="media")
    content = {
        "schema": "mingjian.draft/1",
        "parts": [{"role": "title", "text": given.title}, {"role": "body", "text": _lines(given.text)}],
        "platform": given.platform,
        "channel": given.channel,
        "nature": given.nature,
        "domain": given.domain,
        "publisher": {"kind": given.publisher_kind, "name": given.publisher_name}
        | ({"id": given.publisher_id} if given.publisher_id else {}),
        "certificate": given.certificate,
        "media": [asdict(file) for file in given.media],
    }
    item_of(content, given.perceived)
    return content


def _lines(text: str) -> str:
    """Forms send line breaks as CR LF; offsets count one character a break."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def item_of(content: Mapping[str, Any], perceived: Perceived = Perceived(), id: str = "draft") -> Item:  # noqa: B008
    """The content as the engine sees it. Invalid names the field that is wrong."""
    publisher = {name: value for name, value in content["publisher"].items() if value}
    given = {name: content[name] for name in ("platform", "channel", "nature", "domain") if content[name]}
    if content["certificate"]:
        given["review_certificate"] = content["certificate"]
    if publisher:
        given["publisher"] = publisher
    if perceived.unread:
        given["facts"] = {UNREAD_FACT: list(perceived.unread)}
    parsed = parse_item({"id": id, "parts": [*content["parts"], *perceived.parts], **given})
    if parsed.item is None:
        raise Invalid(";".join(problem.message for problem in parsed.problems), field="draft")
    return parsed.item


def judged(
    judge: Judge, content: Mapping[str, Any], perceived: Perceived, as_of: date, ask: Ask | None = None
) -> Judged:
    """What the engine says of a version on a day, with what ``ask`` knows of its publisher, and which notices are
    due."""
    item = item_of(content, perceived)
    known = ask(item) if ask is not None else {}
    item = replace(item, facts={**item.facts, **known})
    free = replace(item, nature=None)
    stated, unstated = judge.check([item, free], Options(as_of=as_of))
    verdict = _doubted(verdict_dict(stated, item), verdict_dict(unstated, free))
    facts = {
        "nature": verdict["nature"]["value"],
        "domain": verdict["domain"]["value"],
        "platform": content["platform"],
        "channel": content["channel"],
        "publisher_kind": content["publisher"]["kind"],
    }
    texts = [part["text"] for part in (*content["parts"], *perceived.parts)]
    number = content["certificate"] or known.get("review_certificate")
    offers = {"review_certificate": number if isinstance(number, str) else None}
    return Judged(verdict, due(facts, texts, offers), known)


def _doubted(verdict: dict[str, Any], unstated: dict[str, Any]) -> dict[str, Any]:
    """The verdict with the violations that only calling it something else hides. What the author says his draft is
    in law decides nothing alone: if its words are an advertisement's, somebody must let them through."""
    seen = unstated["nature"]
    if seen["value"] != "advertisement" or verdict["nature"]["value"] == "advertisement":
        return verdict
    known = {mark_of(finding) for finding in verdict["findings"]}
    grave = seen["source"] in _SHOWN
    hidden = [
        one
        for one in unstated["findings"]
        if one["status"] == "violation" and mark_of(one) not in known and (grave or one["severity"] == "critical")
    ]
    if not hidden:
        return verdict
    nature = {**verdict["nature"], "contradiction": "advertisement"}
    return {**verdict, "nature": nature, "verdict": "violation", "findings": [*hidden, *verdict["findings"]]}


def mark_of(finding: Mapping[str, Any]) -> tuple[str, str]:
    """What a waiver answers: the rule's code and the SHA-256 of the words, so that it holds for the same words in a
    later version and for no others."""
    return str(finding["code"]), hashlib.sha256(str(finding["quote"]).encode()).hexdigest()


def unanswered(judged: Judged, waivers: Sequence[Waiver], now: int) -> list[Mapping[str, Any]]:
    """The violations no waiver in force answers."""
    answered = {(waiver.code, waiver.quote) for waiver in waivers if waiver.until > now}
    return [finding for finding in judged.violations if mark_of(finding) not in answered]
