"""Documents, parsed in a process that can be killed: a hostile one ends that process and not the run."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.reduction import ForkingPickler
from operator import attrgetter
from typing import Any, cast

from mingjian.core.model import Item, Part
from mingjian.intake.adapters import adapter_for
from mingjian.intake.errors import IntakeError, UnreadableError, told
from mingjian.intake.options import MIB, Context, ReadOptions
from mingjian.intake.source import Source
from mingjian.killable import Bounds, Process, Stopped

KEPT = 2  # idle processes: one for each of two threads that read
# A workbook of a million rows comes in batches, so that neither side holds all of it.
BATCH_ITEMS, BATCH_CHARACTERS = 256, 1_000_000
Asked = tuple[str, Source, ReadOptions]


@dataclass(frozen=True, slots=True)
class Pictured:
    """An item whose pictures are still to be read: by the media reader, which stays with the caller."""

    item: Item
    pages: tuple[int, ...]


Found = Item | IntakeError | Pictured


class Documents:
    """Reads documents, with as many processes as there are readings at a time. May be used by several threads."""

    def __init__(self, task: Callable[[Asked], Iterator[list[Found]]]) -> None:
        self._task = task
        self._idle: list[Process] = []

    def read(self, format_: str, source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
        """As an adapter of the format does. UnreadableError when reading crashed, or took too long or too much."""
        lent = _Later() if options.media is not None else None
        # A process keeps the working folder it was started in.
        place = replace(source, path=source.path.absolute() if source.path is not None else None)
        asked: Asked = format_, place, replace(options, media=lent, context=Context())
        process = self._idle.pop() if self._idle else Process(self._task)
        try:
            for batch in process.ask(asked, Bounds(options.max_seconds, options.max_memory)):
                for found in batch:
                    if not isinstance(found, Pictured):
                        yield found
                    elif options.media is not None:
                        yield from options.media.complete(source, found.item, found.pages)
        except Stopped as stopped:
            raise _said(stopped, options) from stopped
        finally:
            if len(self._idle) < KEPT:
                self._idle.append(process)
            else:
                process.close()

    def expect(self) -> None:
        """Start a process now: it gets ready while the caller does something else."""
        if not self._idle:
            process = Process(self._task)
            process.start()
            self._idle.append(process)

    def close(self) -> None:
        """End the processes; the next document starts one anew."""
        while self._idle:
            self._idle.pop().close()

    def forget(self) -> None:
        """Leave the processes to whom they belong: after a fork, to the parent."""
        self._idle = []


class _Later:
    """Stands for the media reader in the process that has none."""

    def reads(self, name: str, head: bytes) -> bool:
        return False

    def read(self, source: Source) -> Iterator[Item | IntakeError]:
        raise RuntimeError(f"media are not read in this process: {source.name}")

    def complete(self, source: Source, item: Item, pages: tuple[int, ...]) -> Iterator[Item | IntakeError]:
        yield cast(Item, Pictured(item, pages))


def answers(asked: Asked) -> Iterator[list[Found]]:
    """The task of a process: what the adapter of a format finds, in batches."""
    format_, source, options = asked
    batch: list[Found] = []
    size = 0
    for found in told(source.name, adapter_for(format_)(source, options)):
        batch.append(found)
        size += sum(len(part.text) for part in found.parts) if isinstance(found, Item) else 0
        if len(batch) >= BATCH_ITEMS or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    yield batch


def _said(stopped: Stopped, options: ReadOptions) -> UnreadableError:
    if stopped.why == "seconds":
        return UnreadableError(f"读取超过 {options.max_seconds:.0f} 秒,已放弃", "拆分文件,或另存为纯文本再查")
    if stopped.why == "memory":
        most = options.max_memory / MIB
        return UnreadableError(f"读取时占用内存超过 {most:.0f} MB,已放弃", "拆分文件,或另存为纯文本再查")
    return UnreadableError("读取时解析程序崩溃,文件可能已损坏", "用原来的软件打开并另存一份再查")


def _pack_as_fields(kind: type[Any]) -> None:
    """A workbook is many small items: without names of fields they go through the pipe in a quarter of the time."""
    fields = attrgetter(*kind.__slots__)
    ForkingPickler.register(kind, lambda value: (kind, fields(value)))


_pack_as_fields(Item)
_pack_as_fields(Part)
_documents = Documents(answers)
atexit.register(lambda: _documents.close())
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: _documents.forget())


def expect() -> None:
    """Documents.expect of the processes that all readings share."""
    _documents.expect()


def read(format_: str, source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """Documents.read with the processes that all readings share: started with the first document, then kept."""
    return _documents.read(format_, source, options)
