"""Other people's databases, read by ranges of a key and never written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from mingjian.records.errors import Invalid, Unavailable

Key = int | str


@dataclass(frozen=True, slots=True)
class Range:
    """Rows whose key is above ``low`` (None: from the first on) and not above ``high``; ``rows`` of them."""

    low: Key | None
    high: Key
    rows: int


class Outside:
    """A table, or a query as if it were one, at an SQLAlchemy address. ``key`` is a column whose values are numbers
    or texts, each there once. Invalid when the address is none, or carries a password (which plans would keep: give
    it to the driver by its own means, PostgreSQL's PGPASSWORD or .pgpass)."""

    def __init__(self, url: str, key: str, *, table: str | None = None, query: str | None = None) -> None:
        try:
            read = sa.make_url(url)
            if read.password is not None:
                raise Invalid(
                    "数据库地址里不要写密码:计划会保存地址。请用 PGPASSWORD 环境变量或 .pgpass。", field="source"
                )
            self._engine = sa.create_engine(read, poolclass=sa.NullPool)
        except (ArgumentError, ImportError) as error:
            raise Invalid(f"数据库地址有误,或缺少驱动:{error}", field="source") from error
        if (table is None) == (query is None):
            raise Invalid("数据库来源须指明一张表或一条查询,二者取一", field="source")
        quote = self._engine.dialect.identifier_preparer.quote
        self._from = (
            f"({query.rstrip('; ')}) AS t" if query else ".".join(quote(one) for one in (table or "").split("."))
        )
        self._key = quote(key)
        self._name = key
        self.name = table or "query"

    def ranges(self, rows: int) -> Iterator[Range]:
        """The whole table in ranges of at most ``rows`` rows, in the order of the key."""
        low: Key | None = None
        while True:
            where = "" if low is None else f"WHERE {self._key} > :low"
            asked = (f"SELECT max(k) AS high, count(*) AS number FROM (SELECT {self._key} AS k FROM {self._from} "
                     f"{where} ORDER BY {self._key} LIMIT :rows) AS r")  # fmt: skip
            (found,) = self._rows(asked, {"rows": rows, **({} if low is None else {"low": low})})
            high, number = found["high"], int(found["number"])
            if not number:
                return
            if isinstance(high, bool) or not isinstance(high, int | str):
                raise Invalid(f"键列 {self._name} 应为整数或文字,不是 {type(high).__name__}", field="key")
            yield Range(low, high, number)
            low = high

    def read(self, low: Key | None, high: Key, most: int) -> list[dict[str, Any]]:
        """The rows of a range, in order; no more than ``most`` and one."""
        below = "" if low is None else f"{self._key} > :low AND "
        asked = f"SELECT * FROM {self._from} WHERE {below}{self._key} <= :high ORDER BY {self._key} LIMIT :most"
        return self._rows(asked, {"high": high, "most": most + 1, **({} if low is None else {"low": low})})

    def _rows(self, asked: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            with self._engine.connect() as connection:
                if self._engine.dialect.name == "postgresql":
                    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
                elif self._engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("PRAGMA query_only = ON")
                return [dict(row) for row in connection.execute(sa.text(asked), values).mappings()]
        except SQLAlchemyError as error:
            told = str(getattr(error, "orig", None) or error).splitlines()
            raise Unavailable(f"来源数据库读不了:{told[0] if told else type(error).__name__}") from error
