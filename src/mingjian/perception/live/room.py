"""The process that reads one room. It gives lists of what it observed, and a sign of life each second."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from mingjian.perception.live.clock import RoomTime
from mingjian.perception.live.ears import Ears, Sound
from mingjian.perception.live.eyes import FarOcr
from mingjian.perception.live.frames import Frames
from mingjian.perception.live.looking import Looker, Slot
from mingjian.perception.live.marks import Marks
from mingjian.perception.live.model import Alive, Ended, Gap, Observed, Running
from mingjian.perception.live.record import Recorder
from mingjian.perception.live.settings import StreamSettings
from mingjian.perception.live.taking import Taker
from mingjian.perception.ocr import Ocr

BEAT = 1.0
GATHER = 0.05
"""Seconds in which events are sent together."""
FLUSH = 4.0
"""Seconds that what was seen and heard last may take to be told, once a room is over."""


@dataclass(frozen=True, slots=True)
class Task:
    """What the process is asked. ``eyes`` is where letters are read, None for reading them here; ``stop`` a file whose
    coming ends it; ``open`` gaps that last since before it began; ``first_key`` a number not used yet."""

    room: str
    url: str
    settings: StreamSettings
    clock: RoomTime
    eyes: tuple[Any, bytes] | None
    stop: Path
    first_key: int = 1
    open: tuple[Gap, ...] = ()


def read_room(task: Task) -> Iterator[list[Observed]]:
    """The task of the process; Ended comes last."""
    room = _Room(task)
    room.start()
    beat_at = 0.0
    while not room.over():
        found = room.gathered(GATHER)
        if task.stop.exists():
            room.marks.stop.set()
        now = time.monotonic()
        if now >= beat_at and room.marks.quiet() < task.settings.hang:
            beat_at = now + BEAT
            found.append(room.alive())
        if found:
            yield found
    yield room.closed()


class _Room:
    def __init__(self, task: Task) -> None:
        settings, folder = task.settings, task.settings.folder
        self.marks = Marks(task.room, task.clock, task.first_key)
        for gap in task.open:
            self.marks.known(gap)
        self._slot = Slot()
        listens = settings.hearing.source not in ("pushed", "none")
        self._sound = Sound() if listens else None
        self._recorder = Recorder(folder, settings.recording) if folder and settings.recording.on else None
        self._frames = Frames(folder, settings.looking) if folder else None
        ocr: Ocr | None = FarOcr(*task.eyes) if task.eyes is not None else None
        self._looker = Looker(self.marks, settings.looking, ocr, self._frames)
        self._ears = Ears(self.marks, settings.hearing) if listens else None
        self._taker = Taker(task.url, settings, self.marks, self._slot, self._sound, self._recorder)
        if settings.hearing.source == "none":
            self.marks.gap("speech", "no_recogniser", detail="没有配置语音识别,也没有推送字幕")
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self._run(self._taker.run)
        self._run(self._looker.run, self._slot)
        if self._ears is not None and self._sound is not None:
            self._run(self._ears.run, self._sound)

    def _run(self, what: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=what, args=arguments, daemon=True)
        thread.start()
        self._threads.append(thread)

    def over(self) -> bool:
        """Whether the stream is at its end, or nobody wants more."""
        return not self._threads[0].is_alive() or self.marks.stop.is_set()

    def gathered(self, wait: float) -> list[Observed]:
        """What came up to now; waits a little for the first."""
        found: list[Observed] = []
        try:
            found.append(self.marks.out.get(timeout=wait))
            while True:
                found.append(self.marks.out.get_nowait())
        except queue.Empty:
            return found

    def alive(self) -> Alive:
        taken, times = self._taker.taken, os.times()
        return Alive(
            self.marks.room, self.marks.clock.now(), cast(Running, taken.state), taken.picture, taken.sound, taken.size,
            round(taken.behind, 3), self._frames.latest if self._frames else None,
            self._recorder.recorded if self._recorder else None, self._looker.samples, self._slot.dropped,
            self._looker.looks, taken.jumps, taken.connections, round(times.user + times.system, 3),
            self._recorder.error if self._recorder else "",
        )  # fmt: skip

    def closed(self) -> list[Observed]:
        """All that is left, and the end."""
        left = self.marks.stop.is_set()
        self._slot.close()
        if self._sound is not None:
            self._sound.close()
        if self._recorder is not None:
            self._recorder.close()
        until = time.monotonic() + FLUSH
        for thread in self._threads[1:]:
            thread.join(max(0.0, until - time.monotonic()))
        last = self.alive()
        self.marks.close()
        taken = self._taker.taken
        why = "left" if left or taken.ended not in ("ended", "lost") else taken.ended
        found = self.gathered(0.0)
        ended = Ended(self.marks.room, self.marks.clock.now(), why, taken.detail)  # type: ignore[arg-type]
        return [*found, last, ended]
