"""What the commands over a store share: opening it, its errors as messages, a bar while one waits."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.failures import Failure
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.doors.desk.settings import DeskSettings
    from mingjian.records.storage.database import Database

NEEDED = ("sqlalchemy", "alembic", "cryptography", "rfc3161_client", "pydantic_settings")
Data = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="数据文件夹。 The data folder.")
]  # fmt: skip
Address = Annotated[
    str | None, typer.Option("--database", metavar="URL", help="数据库地址;默认数据文件夹里的 SQLite。 The store.")
]


def settings_of(data: Path | None, database: str | None) -> DeskSettings:
    """The desk's settings, options before environment. Failure when they are wrong or the desk is not installed."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Failure(f"审核台还缺 {'、'.join(missing)}", "安装:pip install 'mingjian[server]'")
    from pydantic import ValidationError

    from mingjian.doors.desk.settings import DeskSettings

    given: dict[str, Any] = {"data": data, "database": database}
    try:
        return DeskSettings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        lines = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
        raise Failure("设置有误", ";".join(lines)) from error


@contextlib.contextmanager
def told() -> Iterator[None]:
    """What goes wrong in the upper rooms, as a message."""
    from mingjian.records.errors import DeskError

    try:
        yield
    except DeskError as error:
        raise Failure(error.message) from error


@contextlib.contextmanager
def opened(settings: DeskSettings, *, new: bool = False) -> Iterator[Database]:
    """The store. Failure when it is not there (unless ``new``), not of this version, or fails."""
    from mingjian.records.storage.database import Database
    from mingjian.records.storage.migrate import shape
    from mingjian.records.storage.tables import load_tables

    with told():
        database = Database(settings.database_url)
        with contextlib.closing(database):
            load_tables()
            if not new:
                if database.path is not None and not database.path.is_file():
                    raise Failure(f"这里没有数据库:{database.path}", "用 --data 或 --database 指明审核台的数据")
                there = shape(database)
                if there.here is not None and not there.current:
                    told_of = f"数据库的版本是 {there.here},本程序要 {there.wanted}"
                    raise Failure(told_of, "先运行 mingjian store migrate")
            yield database


def read(path: Path) -> bytes:
    """A file named on the command line."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Failure(f"{path}: 没有这个文件或文件夹") from error
    except OSError as error:
        raise Failure(f"读不到 {path}:{error.strerror}") from error


class Bar:
    """A bar on standard error: only on a terminal, and only once the wait is felt."""

    def __init__(self, what: str, total: int | None = None) -> None:
        self.what, self.total, self.done = say(what), total, 0
        self._began = time.monotonic()
        self._allowed = sys.stderr.isatty()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Bar:
        return self

    def at(self, done: int) -> None:
        """So much is done."""
        self.done = done
        if self._allowed and self._bar is None and time.monotonic() - self._began > 1:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            bar: Any = Progress(TextColumn(self.what), BarColumn(bar_width=30), MofNCompleteColumn(),
                                TimeElapsedColumn(), console=Console(stderr=True), transient=True)  # fmt: skip
            bar.start()
            self._bar, self._task = bar, bar.add_task("", total=self.total)
        if self._bar is not None:
            self._bar.update(self._task, completed=done)

    def more(self, step: int = 1) -> None:
        """So much more is done."""
        self.at(self.done + step)

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.stop()
