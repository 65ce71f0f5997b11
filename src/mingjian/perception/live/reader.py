"""One room, read in a process of its own: begun anew when it dies or hangs, and what that cost is told as a gap."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from mingjian.killable import Bounds, Process, Stopped
from mingjian.perception.live.clock import RoomTime
from mingjian.perception.live.eyes import Eyes
from mingjian.perception.live.model import Alive, Ended, Gap, Observed, Running, Said, Shown, State
from mingjian.perception.live.room import Task, read_room
from mingjian.perception.live.settings import StreamSettings

_log = logging.getLogger(__name__)
PAUSES = (0.2, 1.0, 3.0, 10.0, 30.0)
"""Seconds before a process is begun anew, after one death, two in a row …"""
STEADY = 60.0
"""Seconds of life after which a death is the first in a row again."""


class RoomReader:
    """Reads a stream and tells what it observes to ``out``, from a thread of its own, one thing at a time, in order.

    ``out`` must not wait for long, and not raise: what it raises ends the reader (state ``failed``). Ended comes last.
    All readers of a process share one ``eyes``; without it letters are read in the room's own process.
    """

    def __init__(
        self, room: str, url: str, settings: StreamSettings, out: Callable[[Observed], None], eyes: Eyes | None = None
    ) -> None:
        self.room, self.url, self.settings = room, url, settings
        self._out, self._eyes = out, eyes
        self._clock: RoomTime | None = None
        self._thread: threading.Thread | None = None
        self._folder: Path | None = None
        self._stop = threading.Event()
        self._ended: Ended | None = None
        self._alive: Alive | None = None
        self._running: Running = "starting"
        self._restarts = 0
        self._error = ""
        self._next_key = 1
        self._telling = False
        self._gaps: dict[tuple[str, str], Gap] = {}
        self._standing: dict[int, Shown] = {}

    def start(self, at: float = 0.0, first_key: int = 1) -> None:
        """Begin; it is ``at`` in room time now. ``first_key``: a number no words of the room have yet, for one that is
        read on after its process ended. Returns at once, and raises nothing for a stream that is bad."""
        if self._thread is not None:
            raise RuntimeError("this reader was started before")
        self._clock = RoomTime.starting(at, self.settings.pace)
        self._next_key = first_key
        self._folder = Path(tempfile.mkdtemp(prefix="mingjian-room-"))
        self._thread = threading.Thread(target=self._run, name=f"room {self.room}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end: the last words and the last segment are kept, Ended comes last. Returns at once."""
        self._stop.set()
        if self._folder is not None:
            with suppress(OSError):
                (self._folder / "stop").touch()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; whether it came."""
        if self._thread is not None:
            self._thread.join(timeout)
            return not self._thread.is_alive()
        return True

    def state(self) -> State:
        """How it is."""
        return State(self._running, self._restarts, self._alive, tuple(self._gaps.values()), self._error)

    def _run(self) -> None:
        assert self._folder is not None and self._clock is not None
        row = 0
        try:
            while self._ended is None and not self._stop.is_set():
                began = time.monotonic()
                try:
                    died = self._process()
                except OSError as error:  # no process is to be had, unless it was ``out`` that raised
                    if self._telling:
                        raise
                    died = type(error).__name__
                if died is None or self._ended is not None or self._stop.is_set():
                    break
                row = row + 1 if time.monotonic() - began < STEADY else 1
                self._died(died)
                self._stop.wait(PAUSES[min(row, len(PAUSES)) - 1])
            if self._ended is None:
                self._close_gaps()
                self._tell(Ended(self.room, self._clock.now(), "left"))
        except Exception as error:
            _log.exception("room %s: what it tells was not taken", self.room)
            self._running, self._error = "failed", f"{type(error).__name__}: {error}"[:200]
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _process(self) -> str | None:
        """Runs one process to its end; why it died, None when it did not."""
        assert self._folder is not None and self._clock is not None
        eyes = self._eyes.address() if self._eyes is not None else None
        task = Task(
            self.room, self.url, self.settings, self._clock, eyes, self._folder / "stop", self._next_key,
            tuple(gap for gap in self._gaps.values() if gap.channel == "stream"),
        )  # fmt: skip
        process = Process(read_room)
        try:
            for found in process.ask(task, Bounds(self.settings.hang, self.settings.memory)):
                for each in found:
                    self._tell(each)
            return None
        except Stopped as stopped:
            return stopped.why
        finally:
            process.close()

    def _died(self, why: str) -> None:
        assert self._clock is not None
        _log.warning("room %s: its process stopped (%s), begun anew", self.room, why)
        self._restarts += 1
        self._running = "restarting"
        now = self._clock.now()
        last = self._alive.time if self._alive is not None else now
        for shown in list(self._standing.values()):
            self._tell(replace(shown, how="gone", end=max(shown.end, min(last, now))))
        for gap in [gap for gap in self._gaps.values() if gap.channel != "stream"]:
            self._tell(replace(gap, end=max(gap.start, last)))
        if ("stream", "restarted") not in self._gaps:
            self._tell(Gap(self.room, "stream", last, None, "restarted", why))

    def _close_gaps(self) -> None:
        assert self._clock is not None
        for gap in list(self._gaps.values()):
            self._tell(replace(gap, end=max(gap.start, self._clock.now())))

    def _tell(self, what: Observed) -> None:
        if isinstance(what, Alive):
            self._alive, self._running = what, what.state
        elif isinstance(what, Gap):
            if what.end is None:
                self._gaps[what.channel, what.why] = what
            else:
                self._gaps.pop((what.channel, what.why), None)
        elif isinstance(what, Ended):
            self._ended, self._running = what, what.why
        elif isinstance(what, Shown | Said):
            self._next_key = max(self._next_key, what.key + 1)
            if isinstance(what, Shown):
                self._standing[what.key] = what
                if what.how == "gone":
                    del self._standing[what.key]
        self._telling = True
        self._out(what)
        self._telling = False
