"""What is told of a room becomes moments, numbered, each once, with times that can be true."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from mingjian.core.live.model import Moment
from mingjian.doors.live.clock import RoomClock
from mingjian.doors.live.heard import Heard
from mingjian.perception.live.model import Said, Shown

_KNOWN = 50_000
"""Ids of one generation; a second one is kept behind it."""
_TALKED, _FEW = 20_000, 10_000


class Known:
    """The last ids taken, some fifty to a hundred thousand: what is told again soon is known."""

    def __init__(self) -> None:
        self._new: set[tuple[str, str]] = set()
        self._old: set[tuple[str, str]] = set()

    def add(self, source: str, id: str) -> bool:
        """Whether it is new; known from now on."""
        key = (source, id)
        if key in self._new or key in self._old:
            return False
        self._new.add(key)
        if len(self._new) >= _KNOWN:
            self._old, self._new = self._new, set()
        return True


class Recent:
    """The last moments by number: viewers' comments in a window of their own, so that they do not push out what the
    host said."""

    def __init__(self) -> None:
        self._talk: OrderedDict[int, Moment] = OrderedDict()
        self._few: OrderedDict[int, Moment] = OrderedDict()

    def add(self, moment: Moment) -> None:
        """The newest."""
        talk = moment.channel == "comment"
        kept, most = (self._talk, _TALKED) if talk else (self._few, _FEW)
        kept[moment.number] = moment
        if len(kept) > most:
            kept.popitem(last=False)

    def named(self, numbers: Iterable[int]) -> list[Moment]:
        """Those of these numbers that are still here."""
        found = ((self._few.get(number) or self._talk.get(number)) for number in numbers)
        return [one for one in found if one is not None]

    def between(self, start: float, end: float) -> list[Moment]:
        """Those of a stretch of room time, in order of their numbers."""
        found = [one for kept in (self._few, self._talk) for one in kept.values()
                 if one.start <= end and one.end >= start]  # fmt: skip
        return sorted(found, key=lambda one: one.number)


class Intake:
    """Makes the moments of one room."""

    def __init__(self, room: str, clock: RoomClock) -> None:
        self.room, self.clock = room, clock
        self.number = 0
        self.known = Known()
        self.lines: dict[str, tuple[int, int]] = {}
        """Per followed file the last line told: number, checksum."""
        self.skew: float | None = 0.0
        """Room time at which the file began that is played in the room's place, and with it the lines beside it; None
        until it has begun."""

    def heard(self, heard: Heard, now: float) -> Moment | None:
        """Of a feed or of what was pushed; None when it was taken before."""
        if heard.line:
            self.lines[heard.source] = (heard.line, heard.mark)
        if heard.id is not None and not self.known.add(heard.source, heard.id):
            return None
        start = heard.start
        if start is None:
            start = now if heard.time is None else self.clock.time_of(heard.time)
        elif heard.line:
            start += self.skew or 0.0
        start = min(start, now)  # whoever tells of what is still to come has a clock that is wrong
        ended = heard.end if heard.end is None or not heard.line else heard.end + (self.skew or 0.0)
        if ended is None:
            ended = start + (heard.lasts or 0.0)
        end = max(start, min(ended, now))
        how = "pushed" if heard.source.startswith("api:") else "feed"
        return self._made(heard.channel, start, end, heard.text, now, heard.speaker, how, heard.ref)

    def shown(self, shown: Shown, now: float) -> Moment | None:
        """Of words on the screen; None for words that went."""
        if shown.how == "gone" or not shown.text.strip():
            return None
        ref = {"box": list(shown.box), "key": shown.key, "role": shown.role, "frame": shown.frame}
        return self._made("screen", shown.start, max(shown.start, shown.end), shown.text, now, None, "ocr", ref)

    def said(self, said: Said, now: float) -> Moment | None:
        """Of words recognised; None for a guess that another one follows."""
        if not said.final or not said.text.strip():
            return None
        return self._made("speech", said.start, max(said.start, said.end), said.text, now, "host", "recogniser",
                          {"key": said.key})  # fmt: skip

    def again(self, moment: Moment, entry: Mapping[str, Any]) -> None:
        """A moment that an earlier process wrote down."""
        self.number = max(self.number, moment.number)
        source = str(entry.get("of") or moment.source)
        if "id" in entry:
            self.known.add(source, str(entry["id"]))
        if "l" in entry:
            self.lines[source] = (int(entry["l"][0]), int(entry["l"][1]))

    def _made(
        self, channel: str, start: float, end: float, text: str, now: float, speaker: str | None, source: str,
        ref: Mapping[str, Any],
    ) -> Moment:  # fmt: skip
        self.number += 1
        return Moment(self.room, self.number, channel, round(start, 3), round(end, 3), text, self.clock.wall_of(start),
                      self.clock.wall_of(now), speaker, source, ref)  # fmt: skip


def told_as(heard: Heard) -> dict[str, Any]:
    """What the log keeps beside the moment, to know it by when it is told again."""
    kept: dict[str, Any] = {"of": heard.source}
    if heard.id is not None:
        kept["id"] = heard.id
    if heard.line:
        kept["l"] = [heard.line, heard.mark]
    return kept
