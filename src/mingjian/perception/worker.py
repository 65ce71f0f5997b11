"""A process of its own for decoding, which can be killed: foreign files crash, hang and swell decoders.

One worker reads one file at a time. It is started when first needed, kept for the next file, and replaced after it
was killed or died. Time and memory are watched from outside, where a hanging decoder cannot prevent it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from mingjian.perception.model import Limits, PerceptionError

_POLL = 0.1  # seconds
_PAGE = 4096
Task = Callable[[Path, Any], Any]
"""What is asked and answered goes through a pipe: both must be picklable, and the task importable."""


class Worker:
    """Runs ``task(path, options)`` in a child process. Not for use by two threads at once."""

    def __init__(self, task: Task, limits: Limits) -> None:
        self._task = task
        self._limits = limits
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def run(self, path: Path, options: object, limits: Limits | None = None) -> Any:
        """What the task returns; ``limits`` instead of the worker's own. Raises PerceptionError: the task's own, or
        that it took too long, grew too large or died."""
        pipe, process = self._ready()
        limits = limits or self._limits
        deadline = time.monotonic() + limits.max_wall_seconds
        try:
            pipe.send((path, options))
            while not pipe.poll(_POLL):
                if not process.is_alive():
                    raise PerceptionError("读取时解码器崩溃,文件可能已损坏", "用播放器或看图软件另存一份再查")
                if time.monotonic() > deadline:
                    raise PerceptionError(f"读取超过 {limits.max_wall_seconds:.0f} 秒,已放弃", "截短或降低分辨率再查")
                if _resident(process.pid) > limits.max_memory_bytes:
                    most = limits.max_memory_bytes / 1e9
                    raise PerceptionError(f"读取时占用内存超过 {most:.1f} GB,已放弃", "降低分辨率或拆分文件")
            found, error = pipe.recv()
        except (EOFError, OSError) as gone:
            self.close()
            raise PerceptionError("读取时解码器崩溃,文件可能已损坏", "用播放器或看图软件另存一份再查") from gone
        except PerceptionError:
            self.close()
            raise
        except BaseException:
            self.close()  # interrupted: whatever it was doing ends
            raise
        if error is not None:
            raise PerceptionError(*error)
        return found

    def close(self) -> None:
        """Kill the process."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _ready(self) -> tuple[Connection, BaseProcess]:
        if self._process is None or self._pipe is None or not self._process.is_alive():
            self.close()
            # A fresh interpreter: forking would copy threads' locks of the libraries that decode.
            context = multiprocessing.get_context("spawn")
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(there, self._task), daemon=True)
            process.start()
            there.close()
            self._pipe, self._process = here, process
        return self._pipe, self._process


class Workers:
    """Several workers, for as many threads: each ``run`` takes the next that is free."""

    def __init__(self, task: Task, limits: Limits, count: int = 1) -> None:
        self.count = max(count, 1)
        self._free: SimpleQueue[Worker] = SimpleQueue()
        self._all = [Worker(task, limits) for _ in range(self.count)]
        for worker in self._all:
            self._free.put(worker)

    def run(self, path: Path, options: object) -> Any:
        """As Worker.run, with the next worker that is free."""
        worker = self._free.get()
        try:
            return worker.run(path, options)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """Kill all of them."""
        for worker in self._all:
            worker.close()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _serve(pipe: Connection, task: Task) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            path, options = pipe.recv()
            try:
                answer: tuple[object, object] = task(path, options), None
            except PerceptionError as error:
                answer = None, (error.message, error.hint)
            except MemoryError:
                answer = None, ("读取时内存不足", "降低分辨率或拆分文件")
            except OSError as error:
                answer = None, (f"读不到:{error.strerror or error}", None)
            except Exception as error:  # decoders of foreign formats fail in any way; the next file must go on
                answer = None, (f"文件无法解析:{type(error).__name__}: {str(error)[:200]}", None)
            pipe.send(answer)


def _end_with_parent() -> None:
    """Nobody watches over a worker whose parent was killed, and what it decodes may never end."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _resident(pid: int | None) -> int:
    """Bytes of memory a process holds; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0
