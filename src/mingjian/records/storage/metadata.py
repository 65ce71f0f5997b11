"""The tables' common ground."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Microseconds since the epoch. SQLite makes a 64-bit key of INTEGER only.
Micros = sa.BigInteger
Sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Structured values are text in canonical JSON: the same bytes on both databases.
Document = sa.Text
