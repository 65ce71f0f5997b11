"""All rows out of a store and into another, whichever of the two databases either is."""

from __future__ import annotations

import base64
import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from mingjian.records.errors import Conflict, Invalid, Unavailable
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import CURSORS
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

BATCH = 1000
LEFT_OUT = frozenset({"search_rows"})  # the index of words is made again by its duty
_MARK = "b64"  # a value {"b64": …} is bytes
Rows = Iterator[list[bytes]]


@contextlib.contextmanager
def snapshot(database: Database) -> Iterator[Tx]:
    """A look at the store that stays as it is however long it takes."""
    if database.dialect == "sqlite":
        with database.read() as tx:
            yield tx
        return
    steady = database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    with steady as connection, connection.begin():
        yield Tx(connection, database.clock.now(), database.clock, writes=False)


def revision_of(tx: Tx) -> str | None:
    """The revision of the store's tables; None when it was never migrated."""
    return MigrationContext.configure(tx.connection).get_current_revision()


def tables() -> list[str]:
    """The tables that are carried over, each behind those it refers to."""
    load_tables()
    return [table.name for table in metadata.sorted_tables if table.name not in LEFT_OUT]


def rows_of(tx: Tx, name: str, without_cursors: Sequence[str] = ()) -> tuple[list[str], Rows]:
    """A table's columns, and its rows in batches of lines of JSON, in the order of its key."""
    table = metadata.tables[name]
    asked = sa.select(table).order_by(*table.primary_key.columns)
    if table is CURSORS:
        asked = asked.where(CURSORS.c.duty.not_in(without_cursors))
    result = tx.connection.execution_options(stream_results=True).execute(asked)

    def lines() -> Rows:
        while rows := result.fetchmany(BATCH):
            yield [_line(row) for row in rows]

    return [column.name for column in table.columns], lines()


def _line(row: Iterable[Any]) -> bytes:
    plain = [{_MARK: base64.b64encode(bytes(value)).decode()} if isinstance(value, bytes | memoryview) else value
             for value in row]  # fmt: skip
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _row(line: bytes, names: Sequence[str], where: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
        if not isinstance(values, list) or len(values) != len(names):
            raise ValueError("columns")
        return {
            name: base64.b64decode(value[_MARK], validate=True) if isinstance(value, dict) else value
            for name, value in zip(names, values, strict=True)
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Invalid(f"备份中 {where} 的内容不合格式。") from error


def load(tx: Tx, name: str, columns: Sequence[str], lines: Iterable[bytes]) -> int:
    """Fill a table of a store that ``build`` has made; how many rows. Invalid for what is no row of it."""
    if not sa.inspect(tx.connection).has_table(name):
        raise Invalid(f"备份中的表 {name} 不属于它所说的数据库版本。")
    table = sa.Table(name, sa.MetaData(), autoload_with=tx.connection)
    unknown = sorted(set(columns) - set(table.columns.keys()))
    if unknown:
        raise Invalid(f"备份中的表 {name} 有不认识的列:{'、'.join(unknown)}。")
    if tx.one(sa.select(sa.literal(1)).select_from(table).limit(1)):
        tx.run(table.delete())  # what the making of the tables put there: the journal's beginning
    done, waiting = 0, list[dict[str, Any]]()
    for line in lines:
        done += 1
        waiting.append(_row(line, columns, f"{name} 第 {done} 行"))
        if len(waiting) == BATCH:
            _insert(tx, table, waiting)
            waiting = []
    if waiting:
        _insert(tx, table, waiting)
    if tx.dialect == "postgresql":
        _count_on(tx, table)
    return done


def _insert(tx: Tx, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    try:
        tx.run(table.insert(), rows)
    except OperationalError:
        raise  # the store's fault, not the rows'
    except SQLAlchemyError as error:
        raise Invalid(f"备份中的表 {table.name} 有放不进去的行(重复、类型不对或缺值)。") from error


def _count_on(tx: Tx, table: sa.Table) -> None:
    """Numbers that PostgreSQL gives go on behind the highest that came in."""
    for column in table.primary_key.columns:
        if "nextval" not in str(getattr(column.server_default, "arg", "")):
            continue
        highest = tx.scalar(sa.select(sa.func.max(column)))
        if highest is not None:
            asked = sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, column.name), highest))
            tx.scalar(asked)


def is_empty(database: Database) -> bool:
    """Whether nothing was ever kept in the store, or it is not there yet."""
    if database.path is not None and not database.path.exists():
        return True
    load_tables()
    with database.read() as tx:
        there = set(sa.inspect(tx.connection).get_table_names())
        return not any(
            tx.one(sa.select(sa.literal(1)).select_from(table).limit(1)) for table in metadata.sorted_tables
            if table.name in there
        )  # fmt: skip


@contextlib.contextmanager
def rebuilt(database: Database) -> Iterator[Tx]:
    """A new, bare store in place of this one, from the end of the block on; when the block raises, or anything after it
    goes wrong, this one stays as it was. Unavailable while somebody else has it open (SQLite)."""
    with _new_file(database) if database.dialect == "sqlite" else _new_tables(database) as tx:
        yield tx


@contextlib.contextmanager
def _new_file(database: Database) -> Iterator[Tx]:
    path = database.path
    if path is None:
        raise Conflict("只存在内存里的数据库不能恢复。")
    fresh = path.with_name(f".{path.name}.restoring")
    _forget(fresh)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    other = Database(f"sqlite:///{fresh}", clock=database.clock)
    try:
        try:
            with other.write() as tx:
                yield tx
        finally:
            other.close()  # the last connection folds the log of changes into the file
        if path.exists():
            _settle(database)
        try:
            _sync(fresh)
            fresh.replace(path)
            _sync(path.parent)
        except OSError as error:
            raise Unavailable(f"恢复没有完成,原来的数据没有改动:{error.strerror}") from error
    finally:
        _forget(fresh)


def _settle(database: Database) -> None:
    """Fold the old store's log into it and take the log away, so that it cannot be taken for the new store's."""
    with database.engine.connect() as connection:
        held = connection.connection.driver_connection
        assert held is not None
        held.execute("PRAGMA busy_timeout=2000")
        try:
            mode = held.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except Exception:  # the driver's own error: somebody else has the file open
            mode = ""
        connection.invalidate()
    database.close()
    if mode != "delete":
        raise Unavailable("数据库正在使用,没有恢复。请先停止 mingjian serve。")


def _forget(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _new_tables(database: Database) -> Iterator[Tx]:
    """PostgreSQL makes and drops tables within a transaction."""
    load_tables()
    with database.write() as tx:
        there = set(sa.inspect(tx.connection).get_table_names())
        for name in sorted(there & {*metadata.tables, "alembic_version"}):
            tx.run(sa.text(f'DROP TABLE "{name}" CASCADE'))
        ours = tx.rows(sa.text(
            "SELECT p.oid::regprocedure::text AS name FROM pg_proc p "
            "WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS "
            "(SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        ))  # fmt: skip
        for row in ours:
            tx.run(sa.text(f"DROP FUNCTION {row.name} CASCADE"))
        yield tx
