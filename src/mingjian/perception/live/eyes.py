"""One reader of letters for many rooms: the networks are loaded once, and rooms take turns with them.

The networks run in a process of their own. Rooms, which are processes too, reach it by an address; each has one
question at a time on its way, and they are answered in the order they came.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.killable import Bounds, Process, Stopped
from mingjian.perception.live.eyes_serving import Serving, serve_eyes
from mingjian.perception.live.settings import MEGABYTE
from mingjian.perception.model import PerceptionError
from mingjian.perception.ocr import Ocr
from mingjian.perception.ocr.crops import Pixels
from mingjian.perception.ocr.engine import Corners, Engine

_log = logging.getLogger(__name__)
MEMORY = 3000 * MEGABYTE
HANG = 60.0
"""Seconds one question may take at most."""
ANSWER = 20.0
"""Seconds a room waits for an answer until it goes on without: what is new stays new, and is asked for again."""
PAUSES = (0.2, 1.0, 5.0, 20.0)
"""Seconds before the process is begun anew, after one death, two in a row …"""


class Eyes:
    """The service, which runs from the first ``address`` on and is begun anew when it dies; close it at the end."""

    def __init__(self, workers: int = 0) -> None:
        """``workers``: questions answered at the same time, each with its own networks on one core; 0 takes half the
        cores this process may use, two at least."""
        self._workers = workers or max(2, cores() // 2)
        self._folder: Path | None = None
        self._where: tuple[Any, bytes] | None = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self.load = Serving()
        """What the process last said of itself."""
        self.deaths = 0

    def address(self) -> tuple[Any, bytes]:
        """Where rooms reach it, and the key that lets them in. Starts it."""
        with self._lock:
            if self._where is None:
                self._folder = Path(tempfile.mkdtemp(prefix="mingjian-eyes-"))
                name = rf"\\.\pipe\{self._folder.name}" if sys.platform == "win32" else str(self._folder / "s")
                self._where = (name, secrets.token_bytes(32))
                self._thread = threading.Thread(target=self._watch, name="eyes", daemon=True)
                self._thread.start()
            return self._where

    def close(self) -> None:
        """End the process. Rooms go on without letters."""
        self._over.set()
        if self._thread is not None:
            self._thread.join(10.0)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Eyes:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _watch(self) -> None:
        assert self._where is not None
        row = 0
        while not self._over.is_set():
            began = time.monotonic()
            process = Process(serve_eyes)
            try:
                for said in process.ask((*self._where, self._workers), Bounds(HANG, MEMORY)):
                    self.load = said
                    if self._over.is_set():
                        break
                why = "closed" if self._over.is_set() else self.load.error or "ended"
            except Stopped as stopped:
                why = stopped.why
            finally:
                process.close()
            if not self._over.is_set():
                self.deaths += 1
                row = row + 1 if time.monotonic() - began < 60.0 else 1
                _log.warning("the process that reads letters stopped (%s), begun anew", why)
                self._over.wait(PAUSES[min(row, len(PAUSES)) - 1])


class Away(PerceptionError):
    """The service does not answer."""

    def __init__(self) -> None:
        super().__init__("识别画面文字的进程没有应答", "它会自动重启;持续出现时减少同时看的直播间")


class FarOcr(Ocr):
    """A room's own end of the service. Away is raised when it does not answer. Not for use by two threads."""

    def __init__(self, address: Any, key: bytes) -> None:
        self._engine = _FarEngine(self)
        self._address, self._key = address, key
        self._line: Connection[Any, Any] | None = None
        self.waited = 0.0
        """Seconds spent waiting for answers."""

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """As Ocr.recognise."""
        return list(self.ask("recognise", list(crops))) if crops else []

    def ask(self, what: str, argument: object) -> Any:
        """The answer to one question."""
        began = time.monotonic()
        try:
            if self._line is None:
                self._line = Client(self._address, authkey=self._key)
            self._line.send((what, argument))
            if not self._line.poll(ANSWER):
                raise TimeoutError
            fine, answer = self._line.recv()
        except (OSError, EOFError) as gone:
            self.close()
            raise Away from gone
        except Exception as odd:  # an answer that is none; a key that is another's
            self.close()
            raise Away from odd
        finally:
            self.waited += time.monotonic() - began
        if not fine:
            raise PerceptionError(*answer)
        return answer

    def close(self) -> None:
        """Hang up; the next question connects again."""
        if self._line is not None:
            with suppress(OSError):
                self._line.close()
            self._line = None


class _FarEngine(Engine):
    """The networks, which are elsewhere."""

    def __init__(self, far: FarOcr) -> None:
        self._far = far

    def detect(self, bgr: Pixels) -> list[tuple[Corners, float]]:
        return list(self._far.ask("detect", np.ascontiguousarray(bgr)))

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return list(self._far.ask("level", [np.ascontiguousarray(crop) for crop in crops])) if crops else []

    def upside_down(self, crops: Sequence[Pixels]) -> list[float]:
        return list(self._far.ask("upside_down", list(crops))) if crops else []


def cores() -> int:
    """Cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
