"""Statements that every item needs, compiled once and given to the driver as they are: at a few hundred items a second
SQLAlchemy takes longer over them than the database does. Rows come back as plain tuples, in the order asked.

Changes of rows (``adding``, ``changing``, ``removing``) go with ``tx.put``: on PostgreSQL those that follow one another
are sent together, many rows in one statement, just before the next question or the commit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

_TEXTS = postgresql.ARRAY(sa.Text)
_VALUES = 50  # in one statement; psycopg takes those with more apart at every call


@dataclass(frozen=True, slots=True)
class Put:
    """A change of rows: for SQLite one row at a time (``sqlite``), for PostgreSQL several: ``row`` stands between
    ``head`` and ``tail`` as often as there are rows. ``key``: the place of the value that names the row, where of two
    changes of one row the later counts."""

    sqlite: str
    head: str
    row: str
    tail: str
    width: int
    key: int | None = None
    _told: dict[int, str] = field(default_factory=dict)

    def postgresql(self, rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[Any]]]:
        """Statements with their values: few enough in each for the driver to know it again."""
        if self.key is not None:
            rows = list({row[self.key]: row for row in rows}.values())
        many = max(1, _VALUES // self.width)
        for first in range(0, len(rows), many):
            some = rows[first : first + many]
            told = self._told.get(len(some))
            if told is None:
                told = self._told[len(some)] = f"{self.head}{', '.join([self.row] * len(some))}{self.tail}"
            yield told, [value for row in some for value in row]


class Hot:
    """A question. ``made`` gives the statement of a dialect, or is the statement of both; its named values are given
    with each call, and a value that is asked for with ``within`` is a list."""

    def __init__(self, made: sa.Select[Any] | Callable[[str], sa.Select[Any]]) -> None:
        self._made = made
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None, Mapping[str, Any]]] = {}

    def on(self, dialect: sa.Dialect, values: Mapping[str, Any]) -> tuple[str, Any]:
        """What the driver is given."""
        known = self._compiled.get(dialect.name)
        if known is None:
            made = self._made if isinstance(self._made, sa.Select) else self._made(dialect.name)
            compiled: Any = made.compile(dialect=dialect)
            order = tuple(compiled.positiontup) if compiled.positional else None
            known = self._compiled[dialect.name] = str(compiled), order, dict(compiled.params)
        told, order, fixed = known
        if order is None:
            return told, {**fixed, **values}
        given = {**fixed, **values}
        return told, [json.dumps(given[name]) if isinstance(given[name], list) else given[name] for name in order]


def within(dialect: str, column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether a column of text is one of a list that is given under ``name``: one value, however long it is."""
    if dialect == "sqlite":
        each = sa.func.json_each(sa.bindparam(name)).table_valued("value")
        return column.in_(sa.select(each.c.value))
    return column == sa.any_(sa.bindparam(name, type_=_TEXTS))


def adding(table: sa.Table, columns: Sequence[str], once: str | None = None) -> Put:
    """New rows: values of ``columns`` in order. ``once``: the column by which a row that is there already is left as it
    is."""
    width = len(columns)
    head = f'INSERT INTO "{table.name}" ({_list(columns)}) VALUES '
    tail = f' ON CONFLICT ("{once}") DO NOTHING' if once is not None else ""
    return Put(f"{head}{_marks('?', width)}{tail}", head, _marks("%s", width), tail, width)


def changing(table: sa.Table, columns: Sequence[str], key: str) -> Put:
    """Changed rows: values of ``columns``, then the row's key."""
    each = ", ".join(f'"{name}" = ?' for name in columns)
    given = ", ".join(f'"{name}" = given."{name}"' for name in columns)
    whole = [*columns, key]
    marks = ", ".join(f"%s::{_type(table.c[name])}" for name in whole)
    return Put(
        f'UPDATE "{table.name}" SET {each} WHERE "{key}" = ?',
        f'UPDATE "{table.name}" SET {given} FROM (VALUES ', f"({marks})",
        f') AS given({_list(whole)}) WHERE "{table.name}"."{key}" = given."{key}"', len(whole), len(columns),
    )  # fmt: skip


def removing(table: sa.Table, key: str) -> Put:
    """Removed rows: the value of a column of theirs."""
    head = f'DELETE FROM "{table.name}" WHERE "{key}"'
    return Put(f"{head} = ?", f"{head} IN (", "%s", ")", 1)


def _marks(mark: str, width: int) -> str:
    return f"({', '.join([mark] * width)})"


def _list(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _type(column: sa.Column[Any]) -> str:
    """Texts without their width: a value that is too long is refused, not cut."""
    for kind, name in _TYPES:
        if isinstance(column.type, kind):
            return name
    raise TypeError(f"{column} has a type that is not known here")


_TYPES: tuple[tuple[type[Any], str], ...] = (
    (sa.String, "text"), (sa.BigInteger, "bigint"), (sa.SmallInteger, "smallint"), (sa.Integer, "integer"),
    (sa.LargeBinary, "bytea"), (sa.Boolean, "boolean"),
)  # fmt: skip
