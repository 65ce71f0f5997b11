"""Room time, and what the time stamps of a stream are in it: streams lie about time, our own clock does not."""

from __future__ import annotations

import time
from dataclasses import dataclass

LATE = 2.0
"""Seconds a time stamp may lie behind our clock until it is taken for a jump."""
JUMP = 1.0
"""Seconds ahead of our clock from which a time stamp counts as a jump, not as jitter."""


@dataclass(frozen=True, slots=True)
class RoomTime:
    """``zero`` is the machine's steady clock at room time 0: all processes of the machine share it. ``pace``: seconds
    of room time per second."""

    zero: float
    pace: float = 1.0

    @classmethod
    def starting(cls, at: float, pace: float = 1.0) -> RoomTime:
        """The clock that shows ``at`` now."""
        return cls(time.monotonic() - at / pace, pace)

    def now(self) -> float:
        """Room time in seconds."""
        return (time.monotonic() - self.zero) * self.pace

    def wall(self, at: float) -> int:
        """The wall clock at a room time, in microseconds since 1970."""
        return time.time_ns() // 1000 - round((self.now() - at) / self.pace * 1e6)


class Stamps:
    """Time stamps of one connection as room time. Nothing can be of the future, nothing much older than it came in:
    what says otherwise (a jump, a clock that runs fast, a loop that begins anew) is of now."""

    def __init__(self, clock: RoomTime) -> None:
        self._clock = clock
        self._anchor: float | None = None
        self.jumps = 0
        self.behind = 0.0
        """Seconds by which the last time stamp lay behind our clock."""

    def ahead(self, said: float) -> float:
        """Seconds until a stamp is due, as far as is known; negative when it is late."""
        return 0.0 if self._anchor is None else self._anchor + said - self._clock.now()

    def at(self, said: float | None) -> float:
        """The room time of a time stamp that has just come in."""
        now = self._clock.now()
        if said is None:
            return now
        if self._anchor is None:
            self._anchor = now - said
        at = self._anchor + said
        self.behind = max(0.0, now - at)
        if at > now or self.behind > LATE:
            self.jumps += at - now > JUMP or self.behind > LATE
            self._anchor = now - said
            return now
        return at
