"""Does what was said, shown and written join to an offer of a restricted item? Points for what speaks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mingjian.core.live.model import Signal
from mingjian.governance.live.judging.heard import Heard, Spoken
from mingjian.governance.live.judging.settings import PAIRS, Settings

LIVE_STANCES = ("open", "asked", "offered")
SELLING = frozenset(("price", "order", "contact", "call"))
TYING = SELLING | {"secret"}  # said in one breath with the name, they are about it
_POINTS_TO = {"screen": "screen", "pinned": "pinned", "title": "title"}
_KINDS = {"screen": "board", "product": "card", "title": "title", "pinned": "pinned", "comment": "house"}


@dataclass(frozen=True, slots=True)
class Join:
    """Evidence of one item that weighs enough. ``anchor`` is where the item is named, ``heard`` all of the evidence of
    the room's side, ``answers`` the numbers of the viewers' comments, ``due`` when it is raised (room time)."""

    item: str
    kind: str
    points: float
    anchor: tuple[int, Signal]
    numbers: tuple[int, ...]
    signals: tuple[Signal, ...]
    answers: tuple[int, ...]
    due: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """Points of one naming, with the evidence that gave them."""

    points: float
    numbers: frozenset[int]
    signals: tuple[Signal, ...]


def weigh(anchor: Heard, spoken: Spoken, room: Sequence[Heard], settings: Settings, after: int = 0) -> Weighed | None:
    """How much speaks for an item being offered where it is named; None where nothing calls for it. What came up to the
    moment ``after`` has made an incident already and calls no more."""
    worth, seconds = settings.points, settings.seconds
    points, called = 0.0, False
    numbers, signals = {anchor.moment.number, *spoken.taught_by}, [spoken.signal]
    if spoken.since is not None:
        numbers.add(spoken.since)
    points += worth["offered"][0] if spoken.stance == "offered" else 0.0
    points += worth["asked"][0] if spoken.stance == "asked" else 0.0
    points += worth["code" if spoken.code else "hidden"][0] if spoken.hidden else 0.0
    points += worth["goods"][0] if anchor.goods and not spoken.code else 0.0
    if not spoken.sure and spoken.stance != "offered" and "price" not in anchor.calls:
        return None
    points -= 1.0 if not spoken.sure else 0.0
    # What is sold in that breath is something else.
    others = anchor.goods and not spoken.code and spoken.stance != "offered"
    fleeting = not anchor.standing and anchor.moment.channel != "comment"
    openly = fleeting and not spoken.hidden and spoken.stance != "offered" and anchor.moment.channel == "speech"
    titled = anchor.moment.channel == "title"  # a title is of the whole room, whatever is said under it
    points += worth["offered"][0] if titled and spoken.stance == "open" else 0.0
    # What is written stays a while.
    beside = seconds["beside"] * (6 if titled else 1 if fleeting else 5 if spoken.hidden else 2)
    best: dict[str, tuple[float, Heard, Signal]] = {}
    for heard in room:
        same = heard is anchor
        if heard.moment.number <= after:
            continue
        if not same and (heard.refusing or heard.warning or _otherwise(heard, spoken.item)):
            continue
        if not same and openly and heard.moment.number < anchor.moment.number:
            continue  # what was sold before is something else
        apart = _apart(anchor, heard)
        pointed = _pointed(anchor, heard, settings)
        for kind, signal in heard.calls.items():
            if kind not in PAIRS or (signal.start < spoken.signal.end and spoken.signal.start < signal.end and same):
                continue
            reach = seconds["secret"] if kind == "secret" and not openly else beside
            if heard.vague is not None and not fleeting:
                reach = seconds["answers"]  # “that one” means what was written
            if same and others and kind != "secret":
                continue
            if not same and not pointed and (apart > reach or (heard.goods and kind != "secret")):
                continue
            if not same and kind != "secret" and _about_other(heard, spoken.item):
                continue
            weight = worth[kind][0 if same else 1]
            if kind not in best or weight > best[kind][0]:
                best[kind] = weight, heard, signal
        if pointed and "point" not in best and not (heard.goods or _about_other(heard, spoken.item)):
            best["point"] = worth["point"][0], heard, heard.points[_POINTS_TO[anchor.moment.channel]]
        if (
            heard.vague is not None
            and not same
            and apart <= seconds["secret" if fleeting else "answers"]
            and "hint" not in best
        ):
            best["hint"] = worth["hint"][0], heard, heard.vague
    for weight, heard, signal in best.values():
        points, called = points + weight, True
        numbers.add(heard.moment.number)
        signals.append(signal)
    if not _telling(anchor, spoken, best):
        return None
    if anchor.moment.channel == "product":  # a card is itself for sale
        points, called = points + worth["order"][0], True
    return Weighed(points, frozenset(numbers), tuple(signals)) if called else None


def kind_of(anchor: Heard, spoken: Spoken) -> str:
    """What an incident is called, by where the item is named."""
    return "code_word" if spoken.code else _KINDS.get(anchor.moment.channel, "named")


def _apart(one: Heard, other: Heard) -> float:
    """Seconds between two moments; none where one was said while the other stood in the picture for the first time."""
    first, second = one.moment, other.moment
    return max(0.0, first.start - second.end, second.start - max(first.start, first.end))


def _pointed(anchor: Heard, heard: Heard, settings: Settings) -> bool:
    """Whether a moment points at what stands there."""
    where = _POINTS_TO.get(anchor.moment.channel)
    if where is None or where not in heard.points or heard.moment.channel != "speech":
        return False
    if not anchor.standing or heard.moment.text == anchor.moment.text:
        return False
    since = heard.moment.end - anchor.moment.start
    return -6 * settings.seconds["beside"] <= since <= settings.seconds["stands"]


def _telling(anchor: Heard, spoken: Spoken, best: Mapping[str, tuple[float, Heard, Signal]]) -> bool:
    """Whether anything ties the calls to the name, and they are not but what every room says now and then."""
    if spoken.stance == "offered" or spoken.code or anchor.moment.channel in ("product", "title"):
        return True
    if any(heard is anchor for kind, (_, heard, _) in best.items() if kind in TYING):
        return True
    if "point" in best and ("price" in anchor.calls or spoken.hidden or len(best) > 1):
        return True
    if spoken.hidden and anchor.standing and any(kind in SELLING or kind == "urge" for kind in best):
        return True  # nobody hides a name but to sell by it
    others: dict[int, set[str]] = {}
    for kind, (_, heard, _) in best.items():
        others.setdefault(heard.moment.number, set()).add(kind)
    said = [kinds & SELLING for kinds in others.values()]
    return any(len(kinds) > 1 for kinds in said) or (("secret" in best or "hint" in best) and any(said))


def _otherwise(heard: Heard, item: str) -> bool:
    """Whether a moment speaks of the item only to explain or refuse it."""
    own = [spoken for spoken in heard.names if spoken.item == item]
    return bool(own) and all(spoken.stance not in LIVE_STANCES for spoken in own)


def _about_other(heard: Heard, item: str) -> bool:
    """Whether a call names something else itself."""
    return bool(heard.names) and all(spoken.item != item for spoken in heard.names)


def live_names(room: Iterable[Heard]) -> list[tuple[Heard, Spoken]]:
    """The namings that may be offers, the newest first."""
    found = [(heard, spoken) for heard in room for spoken in heard.names if spoken.stance in LIVE_STANCES]
    return found[::-1]
