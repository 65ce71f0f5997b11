"""The sound of a room on its way to a recogniser, in its own thread: one that is slow or dies is a gap, not the end."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from mingjian.perception.live.listening import listening
from mingjian.perception.live.marks import Marks
from mingjian.perception.live.model import Heard, Listening, Said
from mingjian.perception.live.settings import Hearing
from mingjian.perception.model import PerceptionError
from mingjian.perception.sound.decode import RATE, Samples

PIECE = 0.2
"""Seconds of sound handed over at a time."""
MOST = 30.0
"""Seconds that may wait; what is older than that is a gap."""
HOLE = 0.5
"""Seconds between two pieces that are no jitter."""
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds until a recogniser that failed is made anew, after the first, second … failure in a row."""
SILENCE = np.zeros(RATE, np.float32)


class Sound:
    """Sound that waits, never longer than MOST."""

    def __init__(self) -> None:
        self._row: deque[tuple[float, Samples]] = deque()
        self._waiting = 0.0
        self._ready = threading.Condition()
        self._over = False
        self.lost_since: float | None = None

    def put(self, at: float, pcm: Samples) -> None:
        """Never waits."""
        with self._ready:
            self._row.append((at, pcm))
            self._waiting += len(pcm) / RATE
            while self._waiting > MOST:
                first, gone = self._row.popleft()
                self._waiting -= len(gone) / RATE
                if self.lost_since is None:
                    self.lost_since = first
            if self._waiting >= PIECE:
                self._ready.notify()

    def close(self) -> None:
        """No more comes."""
        with self._ready:
            self._over = True
            self._ready.notify()

    def take(self, wait: float) -> list[tuple[float, Samples]]:
        """What there is, up to a second of it."""
        with self._ready:
            if self._waiting < PIECE and not self._over:
                self._ready.wait(wait)
            found: list[tuple[float, Samples]] = []
            length = 0.0
            while self._row and length < 1.0 and (self._waiting >= PIECE or self._over or found):
                found.append(self._row.popleft())
                length += len(found[-1][1]) / RATE
                self._waiting -= len(found[-1][1]) / RATE
            return found

    @property
    def over(self) -> bool:
        """Whether none is left, nor will come."""
        return self._over and not self._row


class Ears:
    """Feeds a recogniser and tells what it hears, in room time."""

    def __init__(
        self, marks: Marks, settings: Hearing, make: Callable[[Hearing], Listening | None] = listening
    ) -> None:
        self._marks, self._settings, self._make = marks, settings, make
        self._listening: Listening | None = None
        self._fed = 0.0
        self._fed_at: list[float] = []
        self._room_at: list[float] = []
        self._keys: dict[float, int] = {}
        self._failures, self._again_at = 0, 0.0

    def run(self, sound: Sound) -> None:
        """Until the sound is over."""
        while not sound.over:
            self._marks.beat("listen")
            pieces = sound.take(0.5)
            since, sound.lost_since = sound.lost_since, None
            if since is not None:
                self._marks.gap("speech", "overload", since, "语音识别跟不上")
            elif pieces:
                self._marks.over("speech", "overload", pieces[0][0])
            if pieces:
                self._take(pieces)
        self._end()
        self._marks.done("listen")

    def _take(self, pieces: list[tuple[float, Samples]]) -> None:
        at = pieces[0][0]
        if self._listening is None and not self._made(at):
            return
        assert self._listening is not None
        try:
            for start, pcm in pieces:
                self._place(start)
                self._tell(self._fed_in(pcm))
            self._failures = 0
        except Exception as error:  # a recogniser fails in any way
            self._fail(at, error)

    def _made(self, at: float) -> bool:
        if time.monotonic() < self._again_at:
            return False
        try:
            self._listening = self._make(self._settings)
        except Exception as error:
            self._fail(at, error)
            return False
        self._fed, self._fed_at, self._room_at, self._keys = 0.0, [], [], {}
        if self._listening is not None:
            self._marks.over("speech", "recogniser_failed", at)
        return self._listening is not None

    def _fail(self, at: float, error: Exception) -> None:
        said = error.message if isinstance(error, PerceptionError) else type(error).__name__
        self._marks.gap("speech", "recogniser_failed", at, said)
        self._failures += 1
        self._again_at = time.monotonic() + PAUSES[min(self._failures, len(PAUSES)) - 1]
        self._drop()

    def _drop(self) -> None:
        if self._listening is not None:
            with suppress(Exception):  # it is dead already
                self._listening.close()
        self._listening = None

    def _place(self, start: float) -> None:
        """Where what is fed next lies in room time. A hole ends what was being said."""
        expected = self._room(self._fed) if self._fed_at else start
        if not self._fed_at or abs(start - expected) > HOLE:
            if self._fed_at:
                self._tell(self._fed_in(SILENCE))
            self._fed_at.append(self._fed)
            self._room_at.append(start)
            if len(self._fed_at) > 1000:
                del self._fed_at[:500], self._room_at[:500]

    def _fed_in(self, pcm: Samples) -> list[Heard]:
        assert self._listening is not None
        self._fed += len(pcm) / RATE
        return self._listening.feed(pcm)

    def _room(self, fed: float) -> float:
        place = max(0, bisect_right(self._fed_at, fed + 1e-6) - 1)
        return self._room_at[place] + fed - self._fed_at[place]

    def _tell(self, heard: list[Heard]) -> None:
        for each in heard:
            if not each.text.strip():
                continue
            key = self._keys.get(each.start)
            if key is None:
                key = self._keys[each.start] = self._marks.key()
            if each.final:
                self._keys.pop(each.start, None)
            start, end = self._room(each.start), self._room(each.end)
            end = max(start, min(end, self._marks.clock.now()))
            wall = self._marks.clock.wall(start)
            self._marks.tell(Said(self._marks.room, key, each.text.strip(), start, end, wall, each.final))

    def _end(self) -> None:
        if self._listening is not None:
            try:
                self._tell(self._listening.finish())
            except Exception as error:
                self._fail(self._marks.clock.now(), error)
        self._drop()
