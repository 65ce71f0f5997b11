"""Rooms for the tests of the reader: what they tell, and waiting for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mingjian.perception.live import Alive, Eyes, Gap, Observed, RoomReader, StreamSettings

WAIT = 25.0
"""Seconds until something that should have come is given up: a machine may be busy."""


@dataclass
class Told:
    """What a room told so far."""

    all: list[Observed] = field(default_factory=list)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def take(self, what: Observed) -> None:
        with self._news:
            self.all.append(what)
            self._news.notify_all()

    def wait(self, wanted: Callable[[Observed], bool]) -> Observed:
        """The first that is wanted."""
        until = time.monotonic() + WAIT
        with self._news:
            while True:
                for each in self.all:
                    if wanted(each):
                        return each
                left = until - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"did not come; told: {self.all[-5:]}")
                self._news.wait(left)

    def gaps(self) -> list[tuple[str, str, bool]]:
        """(channel, why, whether it is its end) of each gap told."""
        return [(each.channel, each.why, each.end is not None) for each in self.all if isinstance(each, Gap)]

    def alive(self) -> Alive:
        """The first sign of life with a picture."""
        found = self.wait(lambda each: isinstance(each, Alive) and each.picture is not None)
        assert isinstance(found, Alive)
        return found


@contextmanager
def reading(url: str, settings: StreamSettings, at: float = 0.0, eyes: Eyes | None = None
            ) -> Iterator[tuple[RoomReader, Told]]:  # fmt: skip
    """A room that is read until the end of the block."""
    told = Told()
    reader = RoomReader("r", url, settings, told.take, eyes)
    reader.start(at)
    try:
        yield reader, told
    finally:
        reader.stop()
        assert reader.join(WAIT)


def is_gap(channel: str, why: str, ended: bool = False) -> Callable[[Observed], bool]:
    """Whether it is such a gap."""

    def fits(each: Observed) -> bool:
        return isinstance(each, Gap) and (each.channel, each.why, each.end is not None) == (channel, why, ended)

    return fits
