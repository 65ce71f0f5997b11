"""Bringing a store to the shape this version needs."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from mingjian.records.errors import Invalid, Unavailable
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

_INDEXES = re.compile("search|registry_.*grams")
_LOCK = 0x6D696E67  # PostgreSQL's advisory lock while one of several processes migrates


@dataclass(frozen=True, slots=True)
class Shape:
    """``here`` is the store's revision (None: empty), ``wanted`` this version's."""

    here: str | None
    wanted: str

    @property
    def current(self) -> bool:
        """Whether nothing is to be done."""
        return self.here == self.wanted


def shape(database: Database) -> Shape:
    """The store's revision beside ours."""
    with database.engine.connect() as connection:
        return Shape(MigrationContext.configure(connection).get_current_revision(), _wanted())


def migrate(database: Database) -> Shape:
    """Bring the store up; the shape before. A store of a later version is refused: nothing is changed."""
    with _alone(database) as connection:
        before = Shape(MigrationContext.configure(connection).get_current_revision(), _wanted())
        known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
        if before.here is not None and before.here not in known:
            raise Unavailable(f"数据库的版本 {before.here} 比本程序新。请升级程序,或用与它相同版本的备份恢复。")
        if not before.current:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before


def build(tx: Tx, revision: str | None) -> None:
    """Make the tables of a revision in an empty store, in the caller's transaction; None: those of the code, as a store
    has them that was never migrated. Invalid for a revision this program does not know."""
    if revision is None:
        load_tables()
        metadata.create_all(tx.connection)
        return
    if revision not in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}:
        raise Invalid(f"备份来自版本更新的程序(数据库版本 {revision})。请先升级程序再恢复。")
    config = _config()
    config.attributes["connection"] = tx.connection
    command.upgrade(config, revision)


def differences(database: Database) -> list[object]:
    """What the migrations leave different from the tables in the code: nothing, if they are complete."""
    load_tables()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": _ours})
        return list(compare_metadata(context, metadata))


def _ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    # What the indexes of words keep for themselves is made by hand: tables on SQLite, an index on PostgreSQL.
    indexes = {index.name for table in metadata.tables.values() for index in table.indexes}
    known = name is None or name in metadata.tables or name in indexes
    return known or not reflected or kind not in ("table", "index") or not _INDEXES.search(name or "")


@contextlib.contextmanager
def _alone(database: Database) -> Iterator[sa.Connection]:
    with database.engine.connect().execution_options(mingjian_write=True) as connection, connection.begin():
        if database.dialect == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


def _wanted() -> str:
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "mingjian.records.storage:migrations")
    return config
