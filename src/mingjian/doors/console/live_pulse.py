"""What tells an open page that something changed: events sent by the server (SSE), bounded, over one look at the store
that all listeners of this process share. No event holds data: the page asks again for what it shows, and whoever may
no longer see it is told so then.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator

from starlette.concurrency import run_in_threadpool

from mingjian.records.errors import Unavailable

MOST, EACH = 200, 8
"""Open streams of a process, and of one person in it."""
LASTS = 300.0
"""Seconds after which a stream ends; the browser comes again, with its session looked at anew."""
_EVERY, _BEAT = 0.4, 15.0
_REMEMBERED = 500
RETRY_MS = 1500


class Marks:
    """A mark for each room and for all, another one when what is shown has changed. ``look(room)`` makes it and is
    asked at most once in ``every`` seconds for a room, however many listen. Threads may share it."""

    def __init__(self, look: Callable[[str], str], every: float = _EVERY) -> None:
        self._look, self._every = look, every
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, str]] = {}

    def of(self, room: str) -> str:
        """The mark of a room, or of all (empty name); what it was before while the store is away."""
        with self._lock:
            at, mark = self._seen.get(room, (float("-inf"), ""))
            if time.monotonic() - at >= self._every:
                with contextlib.suppress(Unavailable):  # nothing new is heard; the page says so when it asks
                    mark = self._look(room)
                self._seen[room] = (time.monotonic(), mark)
                if len(self._seen) > _REMEMBERED:
                    del self._seen[min(self._seen, key=lambda one: self._seen[one][0])]
            return mark


class Streams:
    """How many listen, by person. Threads may share it."""

    def __init__(self, most: int = MOST, each: int = EACH) -> None:
        self._most, self._each = most, each
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()

    def full(self, actor: str) -> bool:
        """Whether there are as many as there may be."""
        with self._lock:
            return self._open.total() >= self._most or self._open[actor] >= self._each

    @contextlib.contextmanager
    def listening(self, actor: str) -> Iterator[None]:
        """One more, for as long as it lasts."""
        with self._lock:
            self._open[actor] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[actor] -= 1
                if self._open[actor] <= 0:
                    del self._open[actor]


async def told(mark: Callable[[], str], beat: Callable[[], object], *, lasts: float = LASTS,
               every: float = _EVERY) -> AsyncIterator[str]:  # fmt: skip
    """The events of one listener: ``changed`` with the mark at first and whenever it is another. ``beat`` is called at
    first and then every quarter of a minute; a line is sent then, so that a dead connection is noticed."""
    end = time.monotonic() + lasts
    last, beaten = None, float("-inf")
    yield f"retry: {RETRY_MS}\n\n"
    while time.monotonic() < end and not _stopping():
        if time.monotonic() - beaten >= _BEAT:
            await run_in_threadpool(beat)
            beaten = time.monotonic()
            yield ": here\n\n"
        now = await run_in_threadpool(mark)
        if now != last:
            last = now
            yield f"event: changed\ndata: {json.dumps({'mark': now})}\n\n"
        await asyncio.sleep(every)


def _stopping() -> bool:
    """Whether the server is being stopped: it waits for answers that are under way, and these would never end."""
    server = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    return bool(getattr(server, "should_exit", False))


class Feed:
    """What one application of the console knows of who listens."""

    def __init__(self, look: Callable[[str], str], seen: Callable[[str, str], object]) -> None:
        self.marks, self.streams = Marks(look), Streams()
        self._seen = seen
        self._last: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def looks(self, room: str, actor: str) -> None:
        """Somebody looks at a room: told to the store every few seconds at most, and not while it is away."""
        now = time.monotonic()
        with self._lock:
            if not room or now - self._last.get((room, actor), float("-inf")) < _BEAT * 0.7:
                return
            if len(self._last) > _REMEMBERED:
                self._last.clear()
            self._last[room, actor] = now
        with contextlib.suppress(Unavailable):
            self._seen(room, actor)

    async def events(self, room: str, actor: str, *, lasts: float = LASTS) -> AsyncIterator[str]:
        """The events of one listener."""
        with self.streams.listening(actor):
            async for one in told(lambda: self.marks.of(room), lambda: self.looks(room, actor), lasts=lasts):
                yield one
