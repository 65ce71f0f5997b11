"""Viewers name what the host would not: an echo. What they write alone is never evidence against the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mingjian.core.live.model import Signal
from mingjian.governance.live.judging.answers import Answers
from mingjian.governance.live.judging.heard import Heard
from mingjian.governance.live.judging.settings import Settings
from mingjian.governance.live.judging.weighing import LIVE_STANCES, Join

EARLIER = 20.0  # seconds before the call in which the same talk would be nobody's answer
EAGER = 1.0  # seconds by which an answer may seem to come before the call: speech is heard late
SHOWN = 8  # comments in the evidence
SELLING = ("price", "order", "contact")


def echoed(
    room: Sequence[Heard],
    answers: Answers,
    settings: Settings,
    need: float,
    teaching: bool,
    now: float,
    due: float,
    last: Mapping[str, tuple[float, int, str]],
) -> Join | None:
    """The item that viewers answered with after the host called for it without naming it, where that weighs enough.
    ``last``: item → when it was raised last and its newest evidence; answers up to then count no more."""
    worth, seconds = settings.points, settings.seconds
    for call in reversed(room):
        lasts = seconds["answers" if "solicit" in call.calls else "secret"]
        if call.moment.channel != "speech" or call.refusing or call.warning or now - call.moment.end > lasts:
            continue
        points, signals = _called(call, settings)
        if not points or (call.goods and "solicit" not in call.calls):
            continue
        since = call.moment.start - EAGER
        for item, people, share in answers.echo(since, now)[:1]:
            people = [moment for moment in people if moment.number > last.get(item, (0.0, 0, ""))[1]]
            few = settings.viewers[0] + (0 if "solicit" in call.calls else 1)
            if len(people) < few or share < settings.agree:
                continue
            if 2 * answers.before(item, since - EARLIER, since) >= len(people):
                continue  # they spoke of it before anybody asked
            first = min(moment.start for moment in people)
            backed = _backed(call, room, item, first, lasts)
            if backed is None:
                return None
            numbers = {call.moment.number, *(heard.moment.number for heard in backed)}
            selling = any(kind in heard.calls for heard in backed for kind in SELLING)
            if not any(_follows(heard, "solicit" in call.calls) for heard in backed) or (teaching and not selling):
                continue
            points += worth["echo"][0] + (worth["echo_many"][0] if len(people) >= settings.viewers[1] else 0.0)
            points += worth["confirm"][0]
            if points < need + 0.5:
                continue
            signals += [heard.calls[kind] for heard in backed for kind in ("confirm", *SELLING) if kind in heard.calls]
            shown = tuple(sorted(moment.number for moment in people))[:SHOWN]
            return Join(item, "echo", points, (call.moment.number, signals[0]), tuple(sorted(numbers)), tuple(signals),
                        shown, due, False)  # fmt: skip
    return None


def _called(call: Heard, settings: Settings) -> tuple[float, list[Signal]]:
    points, signals = 0.0, []
    for kind, worth in (("solicit", "solicit"), ("secret", "secret")):
        if kind in call.calls:
            points += settings.points[worth][1]
            signals.append(call.calls[kind])
    if call.vague is not None:
        points += settings.points["hint"][1]
        signals.append(call.vague)
    return points, signals


def _backed(call: Heard, room: Sequence[Heard], item: str, first: float, lasts: float) -> list[Heard] | None:
    """What the room's side said to the answers; None where the last it says is that the thing is not to be had."""
    backed, denied = list[Heard](), False
    for heard in room:
        after = heard.moment.end - call.moment.end
        if heard is call or heard.moment.channel not in ("speech", "comment", "pinned") or not 0 < after <= lasts:
            continue
        if _denies(heard, item):
            backed, denied = [], True
            continue
        selling = any(kind in heard.calls for kind in SELLING)
        backs = "confirm" in heard.calls and selling if denied else "confirm" in heard.calls or selling
        if backs and heard.moment.end >= first and not heard.goods:
            backed.append(heard)
    return None if denied and not backed else backed


def _follows(heard: Heard, solicited: bool) -> bool:
    """Whether a moment takes the answers up: it says that they are right, or goes straight on to sell. Where nobody
    asked for a name in so many words it must do both."""
    kinds = [kind for kind in (*SELLING, "call", "urge") if kind in heard.calls]
    if "confirm" in heard.calls:
        return bool(kinds) or solicited
    return solicited and len(kinds) > 1


def _denies(heard: Heard, item: str) -> bool:
    """Whether the host says that it is not to be had."""
    return heard.refusing or any(one.item == item and one.stance not in LIVE_STANCES for one in heard.names)
