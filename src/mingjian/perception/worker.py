"""A process of its own for decoding, which can be killed. One worker reads one file at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from mingjian.killable import Bounds, Process, Stopped
from mingjian.perception.model import Limits, PerceptionError

Task = Callable[[Path, Any], Any]
"""What is asked and answered goes through a pipe: both must be picklable, and the task importable."""


class Worker:
    """Runs ``task(path, options)`` in a child process. Not for use by two threads at once."""

    def __init__(self, task: Task, limits: Limits) -> None:
        self._process = Process(partial(_answers, task))
        self._limits = limits

    def run(self, path: Path, options: object, limits: Limits | None = None) -> Any:
        """What the task returns; ``limits`` instead of the worker's own. Raises PerceptionError: the task's own, or
        that it took too long, grew too large or died."""
        limits = limits or self._limits
        try:
            ((found, error),) = self._process.ask(
                (path, options), Bounds(limits.max_wall_seconds, limits.max_memory_bytes)
            )
        except Stopped as stopped:
            raise _said(stopped, limits) from stopped
        if error is not None:
            raise PerceptionError(*error)
        return found

    def close(self) -> None:
        """Kill the process."""
        self._process.close()


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


def _said(stopped: Stopped, limits: Limits) -> PerceptionError:
    if stopped.why == "seconds":
        return PerceptionError(f"读取超过 {limits.max_wall_seconds:.0f} 秒,已放弃", "截短或降低分辨率再查")
    if stopped.why == "memory":
        most = limits.max_memory_bytes / 1e9
        return PerceptionError(f"读取时占用内存超过 {most:.1f} GB,已放弃", "降低分辨率或拆分文件")
    return PerceptionError("读取时解码器崩溃,文件可能已损坏", "用播放器或看图软件另存一份再查")


def _answers(task: Task, argument: tuple[Path, Any]) -> Iterator[tuple[object, object]]:
    """What the task returns, or message and hint of its error: the one answer of the process."""
    try:
        answer: tuple[object, object] = task(*argument), None
    except PerceptionError as error:
        answer = None, (error.message, error.hint)
    except MemoryError:
        answer = None, ("读取时内存不足", "降低分辨率或拆分文件")
    except OSError as error:
        answer = None, (f"读不到:{error.strerror or error}", None)
    except Exception as error:  # decoders of foreign formats fail in any way; the next file must go on
        answer = None, (f"文件无法解析:{type(error).__name__}: {str(error)[:200]}", None)
    yield answer
