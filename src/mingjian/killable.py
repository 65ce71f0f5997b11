"""Work on foreign files in a process of its own, which can be killed: files crash, hang and swell what reads them.

A process is started when first needed, kept for the next file, and replaced after it was killed or died. It is watched
from outside, where hanging native code cannot prevent it, and works at most one answer ahead of who takes them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal, NamedTuple

_POLL = 0.1  # seconds
_START_S = 60.0  # on a machine with much else to do; no file is to blame for it
_PAGE = 4096
Task = Callable[[Any], Iterable[Any]]
"""What is asked and answered goes through a pipe: both must be picklable, and the task importable. A task tells what
went wrong in an answer; one that raises ends its process."""
# The process is no child of multiprocessing, which would run the caller's main script a second time.
_START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.path[:] = {path!r}; "
    "from mingjian.killable import serve; serve({fd})"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a task may take: ``seconds`` of waiting for any one answer, ``memory`` in bytes."""

    seconds: float
    memory: int


class Stopped(Exception):
    """The process has not given its answer: it died by itself, or was killed for ``why``."""

    def __init__(self, why: Literal["died", "seconds", "memory"]) -> None:
        super().__init__(why)
        self.why = why


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    pipe: Connection[Any, Any]


class Process:
    """Runs ``task(argument)`` in a process of its own. Not for use by two threads at once."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._running: _Running | None = None
        self._awake = False

    def ask(self, argument: object, bounds: Bounds) -> Iterator[Any]:
        """The task's answers, as they come. Raises Stopped. Left early, it ends the process."""
        done = False
        try:
            running = self._ready()
            if not self._awake:
                _receive(running, Bounds(_START_S, bounds.memory))
                self._awake = True
            _send(running, argument)
            while (answer := _receive(running, bounds)) is not None:
                _send(running, None)
                yield answer[0]
            done = True
        finally:
            if not done:  # killed, interrupted, or no more answers are wanted
                self.close()

    def start(self) -> None:
        """Start the process ahead of need. Never raises: asking will say what is wrong."""
        with suppress(Stopped, OSError):
            self._ready()

    def close(self) -> None:
        """Kill the process."""
        if self._running is not None:
            process, pipe = self._running
            process.kill()
            process.wait()
            _life_of(process).close()
            pipe.close()
        self._running = None

    def _ready(self) -> _Running:
        if self._running is None or self._running.process.poll() is not None:
            self.close()
            here, there = Pipe()
            program = _START.format(path=sys.path, fd=there.fileno())
            try:
                process = subprocess.Popen(
                    [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                    pass_fds=[there.fileno()],
                )  # fmt: skip
            finally:
                there.close()
            self._running, self._awake = _Running(process, here), False
            _send(self._running, self._task)
        return self._running


def _send(running: _Running, what: object) -> None:
    try:
        running.pipe.send(what)
    except OSError as gone:
        raise Stopped("died") from gone


def _receive(running: _Running, bounds: Bounds) -> tuple[Any] | None:
    """One answer, or None when there are no more."""
    process, pipe = running
    deadline = time.monotonic() + bounds.seconds
    try:
        ready = False
        while not ready:
            ready = pipe.poll(_POLL)
            if _resident(process.pid) > bounds.memory:
                raise Stopped("memory")
            if not ready and process.poll() is not None:
                raise Stopped("died")
            if not ready and time.monotonic() > deadline:
                raise Stopped("seconds")
        answer: tuple[Any] | None = pipe.recv()
    except (EOFError, OSError) as gone:
        raise Stopped("died") from gone
    return answer


def _life_of(process: subprocess.Popen[bytes]) -> Any:
    """The process lives no longer than this is open, which it is until its parent ends in whatever way."""
    return process.stdin


def serve(fd: int) -> None:
    """The process itself: a task first, then arguments for it, an answer for each time it is asked for one."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pipe: Connection[Any, Any] = Connection(fd)
    try:
        task: Task = pipe.recv()
        pipe.send(None)
        while True:
            argument = pipe.recv()
            for answer in task(argument):
                pipe.send((answer,))
                pipe.recv()
            pipe.send(None)
    except (EOFError, OSError):
        os._exit(0)  # the parent is gone


def _end_with_parent() -> None:
    """Nobody watches over a process whose parent was killed, and what it reads may never end."""
    while os.read(0, 1):
        pass
    os._exit(1)


def _resident(pid: int) -> int:
    """Bytes of memory a process holds; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
