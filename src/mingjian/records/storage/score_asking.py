"""Questions about many actors that are asked often: each statement is built once for a database, the actors are one
bound value. Building one takes SQLAlchemy longer than running it for a single actor."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from mingjian.records.storage.database import Tx

_TEXTS = postgresql.ARRAY(sa.Text)


def listed(dialect: str, column: sa.ColumnElement[Any], name: str = "ids") -> sa.ColumnElement[bool]:
    """Whether a column of text is one of the values bound as ``name``, given by ``ids``."""
    if dialect == "sqlite":
        each = sa.func.json_each(sa.bindparam(name)).table_valued("value")
        return column.in_(sa.select(each.c.value))
    return column == sa.any_(sa.bindparam(name, type_=_TEXTS))


def ids(tx: Tx, values: Iterable[str]) -> Any:
    """The values as they are bound."""
    wanted = list(dict.fromkeys(values))
    return json.dumps(wanted, ensure_ascii=False) if tx.dialect == "sqlite" else wanted
