"""What one moment of the room's side says: the names in it and how they are spoken of, and what it calls viewers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mingjian.core.live.model import Moment, Signal
from mingjian.governance.live.judging.folded import Folded
from mingjian.governance.live.judging.naming import Named, Names
from mingjian.governance.live.judging.settings import POINTS_AT, STANCES, Pattern, Settings

BEFORE, AFTER = 24, 34  # characters around a name that say how it is spoken of
BOARD = 16  # characters of a line on a board; a sentence in the picture is a subtitle
TAIL = 14  # characters of the piece of speech before, in which a name may have begun
PAUSES = " ,.\u3002\uff0c\u3001\u2026"
ASIDE = frozenset(("call", "contact", "order", "solicit"))
TIGHT = 0.3  # seconds of silence that part no sentence
CONTINUES = 2.5  # seconds after which speech is no longer the same breath
STANDING = ("screen", "pinned", "title", "product")  # channels whose words stay for a while
SALE = frozenset(("price", "order", "contact", "urge"))  # what nobody says who only explains
KINDS = {"secret": "steer", "solicit": "steer", "call": "steer", "confirm": "steer", "urge": "promote",
          "price": "promote", "order": "promote", "contact": "promote"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoken:
    """A name in a moment. ``stance`` is one of STANCES or ``open``; ``since``: the moment it began in, where a word was
    broken over two; ``code``: the name is a code word; ``taught_by``: the moments that said what it stands for."""

    signal: Signal
    item: str
    stance: str
    hidden: bool
    sure: bool
    since: int | None = None
    code: bool = False
    taught_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A moment of the room's side, read."""

    moment: Moment
    names: tuple[Spoken, ...] = ()
    calls: Mapping[str, Signal] = field(default_factory=dict)
    points: Mapping[str, Signal] = field(default_factory=dict)
    vague: Signal | None = None
    goods: bool = False
    teaching: bool = False
    warning: bool = False
    refusing: bool = False
    wary: int = 0
    echoes: bool = False
    exposing: bool = False

    @property
    def discusses(self) -> bool:
        """Whether it speaks of an item openly and sells nothing by it."""
        return (
            not SALE & set(self.calls)
            and "call" not in self.calls
            and any(not one.hidden and one.stance in ("open", "taught", "asked", "compared") for one in self.names)
        )

    @property
    def standing(self) -> bool:
        """Whether its words stay to be seen: a board or a card does, a subtitle of what is being said does not."""
        if self.moment.channel != "screen":
            return self.moment.channel in STANDING
        return not self.echoes and (len(self.moment.text) <= BOARD or "price" in self.calls)

    @property
    def signals(self) -> tuple[Signal, ...]:
        found = [spoken.signal for spoken in self.names] + [*self.calls.values(), *self.points.values()]
        return tuple(sorted(found + ([self.vague] if self.vague else []), key=lambda signal: signal.start))


def hear(
    moment: Moment, before: Moment | None, names: Names, settings: Settings,
    words: Mapping[str, tuple[str, tuple[int, ...]]], teaching: bool = False, echoes: bool = False,
) -> Heard:  # fmt: skip
    """``before``: the piece of speech that this one goes on from; ``words``: code words known → item and the moments
    that taught them; ``teaching``: the room is one that explains; ``echoes``: it shows what was just said."""
    tail = before.text[-TAIL:] if before is not None and _goes_on(before, moment) else ""
    skip, gap = 0, ""  # what somebody says to win time in the middle of a word
    folded, named = names.find(tail + moment.text)
    if tail and not any(
        _over(folded, one, len(tail)) or (one.sure and folded.origin[one.start] >= len(tail)) for one in named
    ):
        shorter, skip = _without_fillers(tail, moment.text, settings)
        if skip or shorter != tail:
            bridged = names.find(shorter + moment.text[skip:])
            if any(_over(bridged[0], one, len(shorter)) for one in bridged[1]):
                gap = tail[len(shorter) :] + moment.text[:skip]
                tail, (folded, named) = shorter, bridged
            else:
                skip = 0
    text = folded.text
    back = len(tail) - skip  # from a place in what was read to one in the moment
    cut = next((at for at, origin in enumerate(folded.origin) if origin >= len(tail)), len(text))
    own = text[cut:]
    tight = before is not None and moment.start - before.end <= TIGHT  # one sentence, cut by the recogniser
    context = {name: bool(pattern.search(own)) for name, pattern in settings.context.items() if name != "wary"}
    wary = len({match.group() for match in settings.context["wary"].finditer(own)})
    context["outright"] = sum(bool(settings.calls[kind].search(own)) for kind in SALE) > 1
    context["selling"] = any(settings.calls[kind].search(own) for kind in ("price", "contact"))
    spoken = []
    for start, end, item, how, sure in named:
        if end <= cut:
            continue
        low, high = folded.span(start, end)
        whole = tail + gap + moment.text[skip:]
        signal = Signal(moment.number, "name", max(0, low - back) if start >= cut else 0, high - back,
                        whole[low : high + (len(gap) if start < cut else 0)] if start < cut or not gap
                        else moment.text[low - back : high - back], item, how)  # fmt: skip
        stance = stance_of(text, start, end, settings, cut if start >= cut and not tight else 0)
        since = before.number if before is not None and start < cut else None
        spoken.append(
            Spoken(
                signal,
                item,
                _seen_whole(_own(stance, context, bool(how)), context, 0 if how else wary, teaching and not how),
                bool(how),
                sure,
                since,
            )
        )
    for word, (item, taught_by) in words.items():
        at = text.find(word, cut)
        if at >= 0 and not any(one.item == item and not one.code for one in spoken):
            low, high = (place - back for place in folded.span(at, at + len(word)))
            signal = Signal(moment.number, "hint", low, high, moment.text[low:high], item, "code word")
            stance = _seen_whole(stance_of(text, at, at + len(word), settings, 0 if tight else cut), context, 0, False)
            spoken.append(Spoken(signal, item, stance, True, True, None, True, taught_by))

    def found(kind: str, what: str, pattern: Pattern) -> Signal | None:
        match = pattern.search(own)
        if match is None or match.end() == match.start():
            return None
        if kind == "promote" and settings.calls["negated"].search(own[max(0, match.start() - 6) : match.start()]):
            return None
        low, high = folded.span(cut + match.start(), cut + match.end())
        low, high = low - back, high - back
        return Signal(moment.number, kind, low, high, moment.text[low:high], what)

    calls = {name: call for name in KINDS if (call := found(KINDS[name], name, settings.calls[name]))}
    if "solicit" in calls and settings.calls["unsolicited"].search(own):
        del calls["solicit"]  # asked for something else
    points = {name: point for name in POINTS_AT if (point := found("point", name, settings.points_at[name]))}
    vague = found("hint", "", settings.vague)
    if not spoken and vague is None and "price" not in calls and settings.calls["aside"].search(own):
        calls = {kind: call for kind, call in calls.items() if kind not in ASIDE}  # of the picture, the sound, the room
        points = {}
    return Heard(moment, tuple(spoken), calls, points, vague, context["goods"], context["teaching"],
                 context["warning"], context["refusing"], wary, echoes, context["exposing"])  # fmt: skip


def stance_of(text: str, start: int, end: int, settings: Settings, since: int = 0) -> str:
    """How a name is spoken of, from the words around it; what stands before ``since`` was another sentence."""
    before, after = text[max(since, start - BEFORE) : start], text[end : end + AFTER]
    for name in STANCES:
        first, second = settings.stance[name]
        if (first is not None and first.search(before)) or (second is not None and second.search(after)):
            return name
    return "open"


def _seen_whole(stance: str, context: Mapping[str, bool], wary: int, teaching: bool) -> str:
    """The stance with what the whole moment says, and what the room is. Nobody who explains hides a name: for one in
    hiding ``wary`` is 0 and ``teaching`` false."""
    if context["refusing"] and stance in ("open", "asked", "offered"):
        return "refused"
    if stance in ("open", "asked", "offered") and (
        context["warning"] or (wary >= (1 if teaching else 2) and not context["outright"])
    ):
        return "taught"
    return "taught" if teaching and stance in ("open", "asked") and not context["selling"] else stance


def _own(stance: str, context: Mapping[str, bool], hidden: bool) -> str:
    """What others take for it stands before what we do; nobody hides a name and puts a price to it to explain it."""
    if stance == "taught" and hidden and context["selling"] and not (context["warning"] or context["exposing"]):
        return "open"
    return "offered" if stance == "compared" and context["ours"] and context["selling"] else stance


def _over(folded: Folded, named: Named, cut: int) -> bool:
    """Whether a name goes over the cut between two pieces."""
    low, high = folded.span(named.start, named.end)
    return low < cut < high


def _without_fillers(tail: str, text: str, settings: Settings) -> tuple[str, int]:
    """The end of a piece, and the place in the next, without what only fills the time between."""
    first = settings.fillers.match(text)
    shorter = tail.rstrip(PAUSES)
    last = next((match for match in settings.fillers.finditer(shorter) if match.end() == len(shorter)), None)
    return shorter[: last.start()] if last else shorter, first.end() if first else 0


def _goes_on(before: Moment, moment: Moment) -> bool:
    return moment.channel == "speech" and before.channel == "speech" and moment.start - before.end <= CONTINUES
