"""A bar that says how long it still takes: on a terminal only, and only once the wait is felt."""

from __future__ import annotations

import sys
import time
from typing import Any

from mingjian.doors.i18n import say

PATIENCE = 1.0  # seconds before anything is shown


class Remaining:
    """``done`` of ``total`` was done before: it does not count for the pace."""

    def __init__(self, what: str, total: int, done: int = 0) -> None:
        self._what, self._total, self._first = say(what), total, done
        self._began = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Remaining:
        return self

    def at(self, done: int) -> None:
        """So much is done."""
        if self._bar is None:
            if not sys.stderr.isatty() or time.monotonic() - self._began < PATIENCE:
                return
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(TextColumn(self._what), BarColumn(bar_width=30), MofNCompleteColumn(),
                                 TimeRemainingColumn(), console=Console(stderr=True), transient=True)  # fmt: skip
            self._bar.start()
            self._task = self._bar.add_task("", total=self._total, completed=self._first)
        self._bar.update(self._task, completed=done)

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.stop()
