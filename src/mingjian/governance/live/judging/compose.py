"""The item an incident is: what was said, shown and written, each with its time, as the engine judges it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from mingjian.core.live.model import About, Moment, Signal
from mingjian.core.model import Item, Part, Place, Publisher

ROLES = {"speech": "speech", "screen": "background", "comment": "comment", "pinned": "comment", "product": "card",
         "title": "title"}  # fmt: skip
FACT = "live_joined"
_CHINA = timedelta(hours=8)
_SAID = {"speech": "口播", "screen": "画面文字", "pinned": "置顶评论", "product": "商品卡", "title": "直播标题"}


def compose(about: About, key: str, moments: Sequence[Moment], broken: Mapping[int, int], names: Sequence[Signal],
            signals: Sequence[Signal]) -> Item:  # fmt: skip
    """``moments`` are the evidence in the order of their numbers; ``broken``: number of the moment in which a word goes
    on → of that in which it began; ``names`` are where the item is named."""
    parts: list[Part] = []
    at: dict[int, tuple[int, int]] = {}  # number → part and offset
    for moment in moments:
        role = ROLES[moment.channel]
        goes_on = broken.get(moment.number)
        if goes_on is not None and goes_on in at and at[goes_on][0] == len(parts) - 1:
            parts[-1] = _joined(parts[-1], moment)
            at[moment.number] = len(parts) - 1, len(parts[-1].text) - len(moment.text)
        else:
            parts.append(Part(moment.text, role, None, (_place(moment, 0),)))
            at[moment.number] = len(parts) - 1, 0
    whole = {moment.number: moment for moment in moments}
    joined = []
    why = _why(whole, signals)
    for signal in names:
        if signal.moment not in at:
            continue
        part, offset = at[signal.moment]
        start, end = offset + signal.start, offset + signal.end
        if signal.moment in broken and len(signal.quote) > signal.end - signal.start:
            start = end - len(signal.quote)
        quote = parts[part].text[max(0, start) : end]
        if quote:
            joined.append({"part": part, "start": max(0, start), "end": end, "quote": quote, "why": why})
    publisher = {name: about.publisher.get(name) for name in ("kind", "id", "name")}
    return Item(
        id=f"{about.id}:{key}", parts=tuple(parts), kind="live", platform=about.platform,
        published_at=day_of(max(moment.at for moment in moments)), publisher=Publisher(**publisher), channel="live",
        domain=about.domain, facts={**about.facts, FACT: joined},
    )  # fmt: skip


def day_of(at: int) -> date:
    """The day in China of a moment on the wall clock (microseconds)."""
    return (datetime.fromtimestamp(at / 1_000_000, UTC) + _CHINA).date()


def said(moment: Moment) -> str:
    """What people call the place of a moment."""
    if moment.channel == "comment":
        return "官方评论" if moment.speaker == "house" else "观众评论"
    return _SAID[moment.channel]


def _why(moments: Mapping[int, Moment], signals: Sequence[Signal]) -> str:
    """The evidence in words: each channel with what it gave."""
    told: list[str] = []
    viewers = 0
    for signal in sorted(signals, key=lambda one: (one.moment, one.start)):
        moment = moments.get(signal.moment)
        if moment is None:
            continue
        if signal.kind == "ask":
            viewers += 1
            continue
        line = f"{said(moment)}“{signal.quote}”({_clock(moment.start)})"
        if line not in told:
            told.append(line)
    more = f"、{viewers} 位观众照做" if viewers else ""
    return f"{'、'.join(told[:6])}{more},合起来是在推介限制项目"


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def _joined(part: Part, moment: Moment) -> Part:
    return Part(part.text + moment.text, part.role, None, (*part.places, _place(moment, len(part.text))))


def _place(moment: Moment, start: int) -> Place:
    box = moment.ref.get("box")
    return Place(start, start + len(moment.text), box=tuple(box) if box else None,
                 time=(round(moment.start, 3), round(max(moment.start, moment.end), 3)))  # fmt: skip
