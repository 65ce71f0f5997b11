"""Viewers who answer as they were told to: what they write counts only after the room's side called for it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from mingjian.core.live.model import Moment, Signal
from mingjian.governance.live.judging.naming import Names
from mingjian.governance.live.judging.settings import Settings

HELD = 8000  # comments kept: 200 a second for 40 seconds
LONGEST = 24  # characters of an answer
BESIDE = 4  # characters that an answer may hold besides the name
# What makes a comment something else than an answer: a question, a price asked, something told of oneself.
_OTHER = re.compile("[吗么能有怎哪疼价求贵去过完刚术后不没问退骗]|多少|可以|想洗|多久|注意")
_GUESS = re.compile("是不是|对不对|不懂")


class Answers:
    """The latest comments of viewers, read only when somebody called for answers."""

    def __init__(self, settings: Settings, names: Names) -> None:
        self._settings, self._names = settings, names
        self._held: deque[Moment] = deque(maxlen=HELD)
        self._reads: Callable[[str], tuple[str, int, int, str] | None] = lru_cache(4096)(self._read)

    def take(self, moment: Moment) -> None:
        """Keep a comment."""
        self._held.append(moment)

    def echo(self, since: float, until: float) -> list[tuple[str, list[Moment], float]]:
        """(item, the comments that answer it, share of all answers), most answered first; one comment an account."""
        told: dict[str, dict[str, Moment]] = {}
        for moment in self._between(since, until):
            found = self._reads(moment.text)
            if found is not None:
                told.setdefault(found[0], {}).setdefault(str(moment.ref.get("account") or moment.number), moment)
        total = sum(len(people) for people in told.values())
        ranked = sorted(told.items(), key=lambda one: (-len(one[1]), one[0]))
        return [(item, list(people.values()), len(people) / total) for item, people in ranked]

    def before(self, item: str, since: float, until: float) -> int:
        """How many wrote of the item in a stretch of time, whatever they wrote."""
        found = 0
        for moment in self._between(since, until):
            if len(moment.text) <= 4 * LONGEST and any(
                named.item == item for named in self._names.find(moment.text)[1]
            ):
                found += 1
        return found

    def signal(self, moment: Moment) -> Signal | None:
        """The answer in one comment."""
        found = self._reads(moment.text)
        if found is None:
            return None
        item, low, high, how = found
        return Signal(moment.number, "ask", low, high, moment.text[low:high], item, how)

    def forget(self, before: float) -> None:
        """Let go of what is too old to answer anything."""
        while self._held and self._held[0].start < before:
            self._held.popleft()

    def held(self) -> Sequence[Moment]:
        """The comments kept."""
        return tuple(self._held)

    def _between(self, since: float, until: float) -> Iterable[Moment]:
        for moment in reversed(self._held):
            if moment.start < since - 5.0:
                return  # in the order of their arrival, give or take
            if since <= moment.start <= until:
                yield moment

    def _read(self, text: str) -> tuple[str, int, int, str] | None:
        """A comment that is an answer and nothing more: the item, where it stands, how it was hidden."""
        if len(text) > LONGEST:
            return None
        folded, named = self._names.find(text)
        if not named or len({one.item for one in named}) > 1:
            return None
        first = named[0]
        besides = "".join(char for at, char in enumerate(folded.text) if not any(n.start <= at < n.end for n in named))
        words = _GUESS.sub("", "".join(char for char in besides if char.isalnum()))
        if len(words) > BESIDE or _OTHER.search(words):
            return None
        return first.item, *folded.span(first.start, first.end), first.how


def state_of(moments: Iterable[Moment], most: int) -> list[dict[str, Any]]:
    """Moments as JSON, the newest ``most``."""
    return [_shown(moment) for moment in list(moments)[-most:]]


def _shown(moment: Moment) -> dict[str, Any]:
    return {name: getattr(moment, name) for name in Moment.__slots__} | {"ref": dict(moment.ref)}


def moments_of(state: Iterable[dict[str, Any]]) -> list[Moment]:
    """Moments from their JSON."""
    return [Moment(**one) for one in state]
