"""Opening the store: SQLite by default, PostgreSQL by its address. Reading and writing happen in transactions."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as hooks
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    DisconnectionError,
    OperationalError,
)

from mingjian.records.clock import Clock, SystemClock, new_id
from mingjian.records.errors import Invalid, Unavailable
from mingjian.records.storage.hot import Hot, Put

_WRITE = "mingjian_write"
_IDLE = 3.0  # seconds after which a connection is asked whether it is still there
_BUSY_MS = 30_000  # how long one process waits for another one's transaction
_CANNOT_HOLD = "含有数据库不能保存的字符(空字符)或过大的数,什么都没有改动。"


_NOTHING: Mapping[str, Any] = {}


class Tx:
    """One transaction. ``now`` is its one time, ``connection`` belongs to the storage room alone."""

    def __init__(self, connection: sa.Connection, now: int, clock: Clock, writes: bool) -> None:
        self._connection = connection
        self._driver: Any = None
        self._waiting: list[tuple[Put, Sequence[Sequence[Any]]]] = []
        self.now = now
        self.clock = clock
        self.writes = writes
        self.dialect = connection.dialect.name
        self.held: Any = None
        """The journal's end once this transaction holds it: kept here by ``storage.events``, so as not to ask twice."""
        self.before_commit: dict[str, Callable[[], None]] = {}
        """What is written once, at the end, however often the transaction changed it; by name."""
        self.kept: set[str] = set()
        """Digests of the contents this transaction has put already: kept here by ``storage.contents``."""
        self.fresh: set[str] = set()
        """Items this transaction has made, about which nothing older is kept: noted here by ``storage.items``."""

    def new_id(self, prefix: str) -> str:
        """A fresh identifier of this moment."""
        return new_id(prefix, self.now)

    @property
    def connection(self) -> sa.Connection:
        """With everything written that was put."""
        if self._waiting:
            self.flush()
        return self._connection

    def ask(self, question: Hot, values: Mapping[str, Any] = _NOTHING) -> list[tuple[Any, ...]]:
        """All rows of a question that is asked for every item."""
        waiting, self._waiting = self._waiting, []
        told, given = question.on(self._connection.dialect, values)
        found: list[tuple[Any, ...]] = self._drive(lambda cursor: _send(cursor, waiting, (told, given)), told)
        return found

    def put(self, change: Put, rows: Sequence[Sequence[Any]]) -> None:
        """Change rows, at the latest before the next question or the commit; what is wrong with them may be said only
        then."""
        if not rows:
            return
        if self.dialect == "sqlite":
            self._drive(lambda cursor: cursor.executemany(change.sqlite, rows), change.sqlite)
        else:
            self._waiting.append((change, rows))

    def flush(self) -> None:
        """Write what was put."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        self._drive(lambda cursor: _send(cursor, waiting), waiting[0][0].head)

    def _drive(self, work: Callable[[Any], Any], told: str) -> Any:
        """Work with the driver's own cursor; its errors come as SQLAlchemy's do."""
        connection = self._connection
        if self._driver is None:
            self._driver = connection.connection.driver_connection
        cursor = self._driver.cursor()
        driver: Any = connection.dialect.dbapi
        try:
            return work(cursor)
        except driver.Error as error:
            lost = connection.dialect.is_disconnect(error, self._driver, cursor)
            raised = DBAPIError.instance(
                told, None, error, driver.Error, connection_invalidated=lost, dialect=connection.dialect
            )
            if lost:
                connection.invalidate(error)
            raise raised from error
        finally:
            cursor.close()

    def rows(self, statement: sa.Executable, values: Any = None) -> list[sa.Row[Any]]:
        """All rows of a question."""
        return list(self.connection.execute(statement, values).all())

    def one(self, statement: sa.Executable, values: Any = None) -> sa.Row[Any] | None:
        """The first row, or None."""
        return self.connection.execute(statement, values).first()

    def scalar(self, statement: sa.Executable, values: Any = None) -> Any:
        """The first column of the first row, or None."""
        return self.connection.execute(statement, values).scalar()

    def run(self, statement: sa.Executable, values: Any = None) -> int:
        """Execute; how many rows it touched."""
        if isinstance(values, list) and len(values) == 1:
            values = values[0]  # drivers take longer over a list of one
        return self.connection.execute(statement, values).rowcount


class Database:
    """A store at an address (``sqlite:///path`` or ``postgresql+psycopg://…``), or Invalid. Threads may share it."""

    def __init__(self, url: str, *, clock: Clock | None = None, pool: int = 8) -> None:
        self.url = _url(url)
        self.clock: Clock = clock or SystemClock()
        self.dialect = self.url.get_backend_name()
        # Threads of one process queue here, not in SQLite's busy loop, which sleeps longer and longer.
        self._turn: contextlib.AbstractContextManager[Any] = (
            threading.Lock() if self.dialect == "sqlite" else contextlib.nullcontext()
        )
        extra: dict[str, Any] = {"connect_args": {"timeout": _BUSY_MS / 1000}} if self.dialect == "sqlite" else {}
        self.engine = sa.create_engine(self.url, pool_size=pool, max_overflow=pool, pool_use_lifo=True, **extra)
        self._file: tuple[int, int] | None = None  # device and inode of the open SQLite file
        hooks.listen(self.engine, "checkin", _put_back)
        hooks.listen(self.engine, "checkout", _ask_if_there)
        if self.dialect == "sqlite":
            hooks.listen(self.engine, "connect", _prepare_sqlite)
            hooks.listen(self.engine, "begin", _begin_sqlite)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite store, or None."""
        return Path(self.url.database) if self.dialect == "sqlite" and self.url.database else None

    @contextlib.contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent look; nothing may be written."""
        self._look()
        with _named(), self.engine.connect() as connection, connection.begin():
            yield Tx(connection, self.clock.now(), self.clock, writes=False)

    @contextlib.contextmanager
    def write(self) -> Iterator[Tx]:
        """All or nothing: committed when the block ends, undone when it raises."""
        self._look()
        connected = self.engine.connect
        with _named(), self._turn, connected().execution_options(**{_WRITE: True}) as connection, connection.begin():
            tx = Tx(connection, self.clock.now(), self.clock, writes=True)
            yield tx
            for last in tx.before_commit.values():
                last()
            tx.flush()

    @contextlib.contextmanager
    def glance(self) -> Iterator[Tx]:
        """One short question, for which no transaction is opened where the store does without (PostgreSQL gives every
        statement its own view anyway)."""
        if self.dialect == "sqlite":
            with self.read() as tx:
                yield tx
            return
        with _named(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield Tx(connection, self.clock.now(), self.clock, writes=False)

    def _look(self) -> None:
        """SQLite goes on writing into a file that was deleted under it, where nobody will ever find it: notice that,
        and take up a file that was put in its place."""
        path = self.path
        if path is None:
            return
        try:
            there = path.stat()
        except FileNotFoundError:
            if self._file is not None:
                self.engine.dispose()
                raise Unavailable(f"数据库文件不在了:{path}。什么都没有改动;请放回文件或从备份恢复。") from None
            return
        found = (there.st_dev, there.st_ino)
        if self._file not in (None, found):
            self.engine.dispose()
        self._file = found

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _url(address: str) -> sa.URL:
    """The address, taken apart; Invalid when it is none of ours. A password in it is not repeated."""
    try:
        url = sa.make_url(address)
        if url.get_backend_name() in ("sqlite", "postgresql"):
            return url
    except ArgumentError:
        pass
    raise Invalid("数据库地址有误:应为 sqlite:///路径 或 postgresql+psycopg://用户@主机/库名。", field="database")


def _send(
    cursor: Any, waiting: Sequence[tuple[Put, Sequence[Sequence[Any]]]], asked: tuple[str, Any] | None = None
) -> list[tuple[Any, ...]]:
    """All that waits to be written, and the rows of the question behind it: several statements go to PostgreSQL without
    waiting for each one's answer."""
    told = [each for change, rows in waiting for each in change.postgresql(rows)]
    if not told and asked is not None:
        cursor.execute(*asked)
        return list(cursor.fetchall())
    with cursor.connection.pipeline() if len(told) + (asked is not None) > 1 else contextlib.nullcontext():
        for statement, values in told:
            cursor.connection.cursor().execute(statement, values)
        if asked is not None:
            cursor.execute(*asked)
    return [] if asked is None else list(cursor.fetchall())


@contextlib.contextmanager
def _named() -> Iterator[None]:
    """Faults of the store under a name that doors know; mistakes in our SQL stay what they are."""
    try:
        yield
    except OperationalError as error:
        raise Unavailable(f"数据库现在不能用,什么都没有改动:{_first_line(error)}") from error
    except DataError as error:  # PostgreSQL: a NUL in a text, a number out of range
        raise Invalid(_CANNOT_HOLD) from error
    except OverflowError as error:  # SQLite's driver, of a number out of range
        if "SQLite" not in str(error):
            raise
        raise Invalid(_CANNOT_HOLD) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Unavailable(f"数据库连接断了,什么都没有改动:{_first_line(error)}") from error
        if type(error) is DatabaseError:  # SQLite's word for a file that is damaged or is none of its own
            raise Unavailable(f"数据库文件已损坏,请从备份恢复:{_first_line(error)}") from error
        raise


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).splitlines()[0] if error.orig is not None and str(error.orig) else type(error).__name__


def _put_back(_connection: Any, record: Any) -> None:
    record.info["idle_since"] = time.monotonic()


def _ask_if_there(connection: Any, record: Any, _proxy: Any) -> None:
    """A connection that lay idle may be dead; one used a moment ago is not asked every time."""
    idle = record.info.get("idle_since")
    if idle is None or time.monotonic() - idle < _IDLE:
        return
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        cursor.close()
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error  # the pool opens another


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}",
                   "cache_size=-65536", "mmap_size=268435456", "temp_store=MEMORY"):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
