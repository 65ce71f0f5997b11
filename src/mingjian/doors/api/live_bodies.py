"""What is sent about live rooms, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mingjian.core.live.model import About
from mingjian.doors.api.live_schemas import MOST
from mingjian.doors.live.heard import heard_of, plain
from mingjian.governance.live.rooms import NewCard
from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import micros
from mingjian.records.errors import Invalid
from mingjian.records.live.model import Card, Room
from mingjian.records.storage.database import Tx

_ABOUT: dict[str, Any] = {"id": str, "platform": str, "title": str, "url": str, "external": str, "publisher": dict,
                          "domain": str, "facts": dict}  # fmt: skip
_CARD: dict[str, Any] = dict.fromkeys(("product", "title", "price", "url", "merchant", "institution"), str)
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}")
_MOST_FACTS = 50
_TOLD = {str: "文字", bool: "true 或 false", list: "数组", dict: "对象", (str, int): "时间"}


def wish(given: Mapping[str, Any], fields: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """The fields that were given (null is not given), each of its kind; Invalid names what is not."""
    unknown = sorted(set(given) - set(fields))
    if unknown:
        raise Invalid(f"不认识的字段:{unknown[0]}", field=place + unknown[0])
    found = {name: value for name, value in given.items() if value is not None}
    for name, value in found.items():
        kind = fields[name]
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        if wrong or (isinstance(value, str) and "\x00" in value):
            raise Invalid(f"应为{_TOLD[kind]}。", field=place + name)
    return found


def about_of(given: Mapping[str, Any], id: str) -> About:
    """What is known of a room from outside."""
    told = wish(given, _ABOUT)
    publisher = wish(told.get("publisher") or {}, {"id": str, "name": str, "kind": str}, "publisher.")
    if len(publisher.get("name", "")) > 200:
        raise Invalid("最长 200 字。", field="publisher.name")
    facts = told.get("facts") or {}
    if len(facts) > _MOST_FACTS or len(canonical(facts)) > 64 * 1024 or "\\u0000" in canonical(facts).decode():
        raise Invalid(f"最多 {_MOST_FACTS} 项,不能含空字符。", field="facts")
    return About(id, told.get("platform"), told.get("title", ""), told.get("url"), told.get("external"), publisher,
                 told.get("domain"), facts)  # fmt: skip


def moments_of(given: Mapping[str, Any], tx: Tx) -> tuple[str, list[tuple[str, dict[str, Any]]], list[dict[str, Any]]]:
    """The source, what can be taken under its id, and what is wrong with the rest."""
    told = wish(given, {"source": str, "moments": list})
    source = told.get("source", "push")
    if _SOURCE.fullmatch(source) is None:
        raise Invalid("应为小写字母、数字和 . _ -,最长 50 个。", field="source")
    listed = told.get("moments") or []
    if not 1 <= len(listed) <= MOST:
        raise Invalid(f"应有 1 至 {MOST} 项。", field="moments")
    good: list[tuple[str, dict[str, Any]]] = []
    bad: list[dict[str, Any]] = []
    for index, entry in enumerate(listed):
        try:
            heard = heard_of(entry, f"api:{source}")
        except Invalid as error:
            bad.append({"index": index, "field": error.field, "message": error.message})
            continue
        body = plain(heard)
        good.append((str(body.pop("id", "") or tx.new_id("lvm")), body))
    return f"api:{source}", good, bad


def new_cards_of(given: Mapping[str, Any]) -> list[NewCard]:
    """Product cards to put up."""
    listed = wish(given, {"cards": list}).get("cards") or []
    cards = []
    for index, entry in enumerate(listed):
        if not isinstance(entry, dict):
            raise Invalid("应为 JSON 对象。", field=f"cards[{index}]")
        told = wish(entry, _CARD, f"cards[{index}].")
        cards.append(NewCard(**{"product": "", **told}))
    return cards


def product_of(card: Card, told: NewCard) -> tuple[str, dict[str, Any]]:
    """A card as a moment: its words are judged like others. The same card is the same moment."""
    text = " ".join(one for one in (told.title or told.product, told.price) if one)
    refs = {"product": told.product, "url": told.url, "price": told.price, "merchant": told.merchant,
            "institution": told.institution}  # fmt: skip
    short = {name: value[:500] for name, value in refs.items() if value}
    return card.id, {"channel": "product", "speaker": "house", "text": text, **short}


def title_of(room: Room) -> tuple[str, dict[str, Any]]:
    """A title as a moment."""
    name = f"title:{room.session}:{digest(room.title.encode())[:20]}"
    return name, {"channel": "title", "speaker": "house", "text": room.title}


def time_at(value: str | int | None) -> int | None:
    """A time as microseconds; Invalid."""
    if value is None or (isinstance(value, int) and 0 <= value < 1 << 62):
        return value
    try:
        at = datetime.fromisoformat(str(value))
        if isinstance(value, str) and len(value) <= 40 and at.tzinfo is not None:
            return micros(at)
    except (ValueError, OverflowError):
        pass
    raise Invalid("应为带时区的 RFC 3339 时间,或从 1970 年起的微秒数。", field="time")
