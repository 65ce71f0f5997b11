"""A bar on standard error for work that takes more than a moment."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from mingjian.doors.i18n import say

PATIENCE = 1.0  # seconds before anything is shown


class Progress:
    """Counts files as their items come by. Shown only on a terminal, and only once the wait is felt."""

    def __init__(self, total: Callable[[], int], allowed: bool = True) -> None:
        self._total = total
        self._allowed = allowed and sys.stderr.isatty()
        self._began = time.monotonic()
        self._seen: set[str] = set()
        self._items = 0
        self._files = 0
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Progress:
        return self

    def saw(self, source: str | None) -> None:
        """An item (or a problem) of a source has come by."""
        if not self._allowed:
            return
        self._items += 1
        if source:
            self._seen.add(source.split("[", 1)[0])
        if self._bar is not None:
            self._bar.update(self._task, completed=len(self._seen) - 1, said=self._said())
        elif time.monotonic() - self._began > PATIENCE:
            self._start()

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            TextColumn(say("检查中")),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[said]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._files = self._total()
        # One file of many items has no end that is known: the bar only moves.
        total = self._files if self._files > 1 else None
        self._task = self._bar.add_task("", total=total, completed=len(self._seen) - 1, said=self._said())

    def _said(self) -> str:
        files = say(f"{len(self._seen) - 1}/{self._files} 个文件 · ") if self._files > 1 else ""
        return files + say(f"{self._items} 项")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
