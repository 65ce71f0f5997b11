"""Group commit: requests that come while others are being worked on are worked on together.

A request that finds nothing going on goes at once and waits for nobody. Under load one round of the engine, one
transaction and one sync of the disk serve all who came in the meantime.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

J = TypeVar("J")
A = TypeVar("A")
MOST = 64  # jobs in one round
PAUSE = 0.002  # seconds between rounds while there are many callers


class Gather(Generic[J, A]):
    """``work`` takes jobs and gives an answer or an exception for each; it runs in one thread of its own, one round
    after another. Use from one event loop at a time."""

    def __init__(self, work: Callable[[Sequence[J]], Sequence[A | Exception]], name: str) -> None:
        self._work = work
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: list[tuple[J, asyncio.Future[A]]] = []
        self._running = False

    async def ask(self, job: J) -> A:
        """The answer to one job, or its exception."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[A] = loop.create_future()
        self._waiting.append((job, future))
        if not self._running:
            self._running = True
            self._begin(loop)
        return await future

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        # Who went away meanwhile is not worked for.
        self._waiting = [each for each in self._waiting if not each[1].done()]
        batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        if not batch:
            self._running = False
            return
        running = loop.run_in_executor(self._thread, self._work, [job for job, _ in batch])
        running.add_done_callback(lambda done: self._answer(loop, batch, done))

    def _answer(self, loop: asyncio.AbstractEventLoop, batch: list[tuple[J, asyncio.Future[A]]],
                done: asyncio.Future[Sequence[A | Exception]]) -> None:  # fmt: skip
        fault = done.exception() if not done.cancelled() else asyncio.CancelledError()
        answers: Sequence[A | Exception | BaseException] = [fault] * len(batch) if fault else done.result()
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, BaseException):
                future.set_exception(answer)
            else:
                future.set_result(answer)
        if self._waiting or len(batch) > 1:
            # Those just answered ask again at once: one round of six costs little more than one of five and one.
            loop.call_later(PAUSE, self._begin, loop)
        else:
            self._begin(loop)
