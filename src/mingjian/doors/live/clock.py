"""Room time: seconds since the room was opened, on our own clocks. It never runs backwards, not over a restart
either."""

from __future__ import annotations

import time
from collections.abc import Callable

from mingjian.records.clock import MICROSECONDS


class RoomClock:
    """``opened_at`` is the wall clock (microseconds) at room time 0; ``least`` the last room time an earlier process
    wrote down. Within a process the machine's steady clock counts: somebody who sets the wall clock changes nothing.
    ``pace``: seconds of the room in one of ours, where a file is rehearsed faster."""

    def __init__(
        self,
        opened_at: int,
        least: float = 0.0,
        *,
        wall: Callable[[], int] = lambda: time.time_ns() // 1000,
        steady: Callable[[], float] = time.monotonic,
        pace: float = 1.0,
    ) -> None:
        self.opened_at = opened_at
        self._steady, self._pace = steady, pace
        self._base = max(least, (wall() - opened_at) / MICROSECONDS, 0.0)
        self._began = steady()

    def now(self) -> float:
        """Room time."""
        return self._base + (self._steady() - self._began) * self._pace

    def wall_of(self, room_time: float) -> int:
        """When that was on the wall clock, in microseconds."""
        return self.opened_at + round(room_time * MICROSECONDS)

    def time_of(self, wall: int) -> float:
        """Room time of a wall clock's moment, not before the opening and not after now: whoever tells a time that is
        still to come has a clock that is wrong."""
        return min(max((wall - self.opened_at) / MICROSECONDS, 0.0), self.now())
