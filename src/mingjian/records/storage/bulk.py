"""Many rows at once, each database in its own quickest way: registers come by the million."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from mingjian.records.errors import Invalid, Unavailable
from mingjian.records.storage.database import Tx

_TEXTS = postgresql.ARRAY(sa.Text)


def insert_rows(tx: Tx, table: sa.Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Add rows that are not there yet; values in the order of ``columns``, as the database keeps them."""
    if not rows:
        return
    named = ", ".join(f'"{name}"' for name in columns)
    if tx.dialect == "sqlite":
        marks = ", ".join("?" * len(columns))
        tx.connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})', list(map(tuple, rows)))
        return
    held: Any = tx.connection.connection.driver_connection
    try:
        with held.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({named}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.OperationalError as error:
        raise Unavailable(f"数据库现在不能用,什么都没有改动:{str(error).splitlines()[0]}") from error
    except psycopg.DataError as error:
        raise Invalid("含有数据库不能保存的字符(空字符)或过大的数,什么都没有改动。") from error


def among(tx: Tx, column: sa.ColumnElement[Any], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether a column of text is one of many values: one bound value, however many there are."""
    wanted = list(dict.fromkeys(values))
    if tx.dialect == "sqlite":
        each = sa.func.json_each(json.dumps(wanted, ensure_ascii=False)).table_valued("value")
        return column.in_(sa.select(each.c.value))
    return column == sa.any_(sa.bindparam(None, wanted, type_=_TEXTS))
