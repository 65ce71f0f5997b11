"""Something a feed or an address tells of a room, before it is a moment: the same object in all of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from mingjian.core.live.model import CHANNELS, SPEAKERS
from mingjian.records.clock import micros
from mingjian.records.errors import Invalid

LONGEST = 4000
"""Code points of one moment's text: a screen full of words, minutes of speech."""
LONGEST_REF = 500
REFS = ("account", "comment", "product", "url", "price", "merchant", "institution", "box")
FIELDS = ("id", "at", "until", "time", "lasts", "channel", "speaker", "text", *REFS)
_MOST_SECONDS = 10 * 365 * 86_400.0
_SPEAKER = {"speech": "host", "comment": "viewer", "pinned": "house", "product": "house", "title": "house"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What was told. ``start`` and ``end`` are room time in seconds, ``time`` the wall clock in microseconds; without
    either it is of now; ``lasts`` how many seconds it took to say, where no end is given. ``id`` names it within its
    source: told twice, it is taken once. ``line`` and ``mark`` are the line's number and checksum in a file that is
    followed."""

    channel: str
    text: str
    source: str
    id: str | None = None
    start: float | None = None
    end: float | None = None
    time: int | None = None
    speaker: str | None = None
    ref: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    mark: int = 0
    lasts: float | None = None


def heard_of(data: object, source: str, *, place: str = "") -> Heard:
    """What an object says; Invalid names the field. ``place`` goes before the field's name."""
    if not isinstance(data, Mapping):
        raise Invalid("应为 JSON 对象。", field=place.rstrip(".") or None)
    unknown = sorted(set(map(str, data)) - set(FIELDS))
    if unknown:
        raise Invalid(f"不认识的字段:{'、'.join(unknown[:5])}。可用:{'、'.join(FIELDS)}", field=place + unknown[0])
    channel = _word(data, "channel", CHANNELS, place)
    if channel is None:
        raise Invalid(f"缺少 channel,应为 {'、'.join(CHANNELS)} 之一。", field=place + "channel")
    text = data.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST or "\x00" in text:
        raise Invalid(f"应为文字,1 至 {LONGEST} 字。", field=place + "text")
    start, end = _seconds(data, "at", place), _seconds(data, "until", place)
    if start is not None and end is not None and end < start:
        raise Invalid("until 不能早于 at。", field=place + "until")
    speaker = _word(data, "speaker", SPEAKERS, place) or _SPEAKER.get(channel)
    return Heard(channel, text, source, _id(data, place), start, end, _time(data, place), speaker, _refs(data, place),
                 lasts=_seconds(data, "lasts", place))  # fmt: skip


def plain(heard: Heard) -> dict[str, Any]:
    """The object it was read from, as ``heard_of`` takes it."""
    found: dict[str, Any] = {"channel": heard.channel, "text": heard.text, **heard.ref}
    for name, value in (("id", heard.id), ("at", heard.start), ("until", heard.end), ("time", heard.time),
                        ("lasts", heard.lasts), ("speaker", heard.speaker)):  # fmt: skip
        if value is not None:
            found[name] = value
    return found


def _word(data: Mapping[str, Any], name: str, allowed: tuple[str, ...], place: str) -> str | None:
    value = data.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or value not in allowed:
        raise Invalid(f"应为 {'、'.join(allowed)} 之一。", field=place + name)
    return value


def _seconds(data: Mapping[str, Any], name: str, place: str) -> float | None:
    value = data.get(name)
    if value is None:
        return None
    fine = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fine or not 0 <= value <= _MOST_SECONDS:
        raise Invalid("应为秒数(从开播起算,不小于 0)。", field=place + name)
    return float(value)


def _time(data: Mapping[str, Any], place: str) -> int | None:
    value = data.get("time")
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 62:
        return value
    if isinstance(value, str) and len(value) <= 40:
        try:
            at = datetime.fromisoformat(value)
            if at.tzinfo is not None:
                return micros(at)
        except (ValueError, OverflowError):
            pass
    raise Invalid("应为带时区的 RFC 3339 时间,或从 1970 年起的微秒数。", field=place + "time")


def _id(data: Mapping[str, Any], place: str) -> str | None:
    value = data.get("id")
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= 200 or not value.isprintable():
        raise Invalid("应为一行文字,最长 200 字。", field=place + "id")
    return value


def _refs(data: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for name in REFS:
        value = data.get(name)
        if value is None:
            continue
        if name == "box":
            if not isinstance(value, list) or len(value) != 4 or not all(_number(one) for one in value):
                raise Invalid("应为四个数:左、上、宽、高(像素)。", field=place + name)
        elif name == "price" and _number(value):
            pass
        elif not isinstance(value, str) or len(value) > LONGEST_REF or "\x00" in value:
            raise Invalid(f"应为文字,最长 {LONGEST_REF} 字。", field=place + name)
        found[name] = value
    return MappingProxyType(found)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
