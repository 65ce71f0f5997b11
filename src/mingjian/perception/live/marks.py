"""What a room's threads tell and share: events on their way out, gaps that are open, signs of life."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import replace

from mingjian.perception.live.clock import RoomTime
from mingjian.perception.live.model import Gap, Observed


class Marks:
    """Used by all threads of a room."""

    def __init__(self, room: str, clock: RoomTime, first_key: int = 1) -> None:
        self.room, self.clock = room, clock
        self.out: queue.SimpleQueue[Observed] = queue.SimpleQueue()
        self.stop = threading.Event()
        self._key = first_key
        self._gaps: dict[tuple[str, str], Gap] = {}
        self._lock = threading.Lock()
        self._beats: dict[str, float] = {}

    def key(self) -> int:
        """A number no other words of the room have."""
        with self._lock:
            self._key += 1
            return self._key - 1

    def tell(self, what: Observed) -> None:
        """Send it out."""
        self.out.put(what)

    def gap(self, channel: str, why: str, start: float | None = None, detail: str = "") -> None:
        """One begins, unless it lasts already."""
        with self._lock:
            if (channel, why) in self._gaps:
                return
            begun = Gap(self.room, channel, self.clock.now() if start is None else start, None, why, detail)
            self._gaps[channel, why] = begun
            self.out.put(begun)

    def known(self, gap: Gap) -> None:
        """One that was told before by another process and lasts."""
        with self._lock:
            self._gaps[gap.channel, gap.why] = gap

    def over(self, channel: str, why: str | None = None, end: float | None = None) -> None:
        """Those of a channel, or the one with that reason, are over."""
        if not self._gaps:
            return
        with self._lock:
            for key in [key for key in self._gaps if key[0] == channel and why in (None, key[1])]:
                gap = self._gaps.pop(key)
                now = self.clock.now() if end is None else end
                self.out.put(replace(gap, end=max(now, gap.start)))

    def close(self) -> None:
        """The room is at its end, and so is every gap."""
        for channel in dict.fromkeys(channel for channel, _ in list(self._gaps)):
            self.over(channel)

    def beat(self, who: str) -> None:
        """A thread lives."""
        self._beats[who] = time.monotonic()

    def quiet(self) -> float:
        """Seconds since the thread that has been silent longest gave a sign; one that is done counts no more."""
        now = time.monotonic()
        return max((now - at for at in list(self._beats.values())), default=0.0)

    def done(self, who: str) -> None:
        """A thread ends."""
        self._beats.pop(who, None)
