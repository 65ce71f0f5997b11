"""The process that reads letters for many rooms: a line to each, the questions of all in one row."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from typing import Any, NamedTuple

from mingjian.perception.model import PerceptionError
from mingjian.perception.ocr import Ocr

BEAT = 0.5
"""Seconds between two signs of life."""
LONGEST = 30.0
"""Seconds a question may take until no more signs are given, which gets the process killed."""


@dataclass(frozen=True, slots=True)
class Serving:
    """``answered`` questions so far, how many ``wait``, and the processor's seconds they took; ``error`` is why nothing
    can be answered."""

    answered: int = 0
    wait: int = 0
    processor: float = 0.0
    error: str = ""


class _Question(NamedTuple):
    what: str
    argument: Any
    line: Connection[Any, Any]
    answered: threading.Event


class _Service:
    def __init__(self, workers: int) -> None:
        self.row: queue.SimpleQueue[_Question] = queue.SimpleQueue()
        self.answered = 0
        self.error = ""
        self._busy: dict[int, float] = {}
        self._workers = workers

    def start(self) -> None:
        for number in range(self._workers):
            threading.Thread(target=self._work, args=(number,), daemon=True).start()

    def stuck(self) -> bool:
        """Whether a question takes too long."""
        now = time.monotonic()
        return any(now - began > LONGEST for began in list(self._busy.values()))

    def attend(self, line: Connection[Any, Any]) -> None:
        """One room's questions, one after the other, until it hangs up."""
        with suppress(OSError, EOFError, TypeError, ValueError):
            while True:
                what, argument = line.recv()
                asked = _Question(what, argument, line, threading.Event())
                self.row.put(asked)
                asked.answered.wait()
        line.close()

    def _work(self, number: int) -> None:
        ocr: Ocr | None = None
        while True:
            asked = self.row.get()
            self._busy[number] = time.monotonic()
            try:
                ocr = ocr or Ocr(threads=1)
                answer: tuple[bool, Any] = True, _answer(ocr, asked)
            except PerceptionError as error:
                answer, self.error = (False, (error.message, error.hint)), error.message
            except Exception as error:  # a crop no network was made for: that room's loss, not everybody's
                answer = False, (f"文字识别出错:{type(error).__name__}", None)
            self._busy.pop(number, None)
            with suppress(OSError):
                asked.line.send(answer)
            self.answered += 1
            asked.answered.set()


def _answer(ocr: Ocr, asked: _Question) -> Any:
    engine = ocr._engine
    if asked.what == "detect":
        return engine.detect(asked.argument)
    if asked.what == "level":
        return engine.recognise(asked.argument)
    if asked.what == "upside_down":
        return engine.upside_down(asked.argument)
    return ocr.recognise(asked.argument)


def serve_eyes(argument: tuple[Any, bytes, int]) -> Iterator[Serving]:
    """The task of the process: it goes on until it is killed."""
    address, key, workers = argument
    if isinstance(address, str) and not address.startswith("\\\\"):
        Path(address).unlink(missing_ok=True)  # of a process that was killed
    service = _Service(workers)
    service.start()
    threading.Thread(target=_receive, args=(address, key, service), daemon=True).start()
    while not service.stuck():
        times = os.times()
        yield Serving(service.answered, service.row.qsize(), times.user + times.system, service.error)
        time.sleep(BEAT)
    time.sleep(10 * LONGEST)  # silence: whoever watches kills us


def _receive(address: Any, key: bytes, service: _Service) -> None:
    with Listener(address, backlog=64, authkey=key) as listener:
        while True:
            try:
                line = listener.accept()
            except Exception:  # somebody without the key, or who has gone already
                time.sleep(0.01)
                continue
            threading.Thread(target=service.attend, args=(line,), daemon=True).start()
