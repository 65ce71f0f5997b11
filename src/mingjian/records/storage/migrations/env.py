"""How alembic reaches the store: through the connection that migrate.py lends it."""

from __future__ import annotations

from alembic import context

from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

load_tables()
connection = context.config.attributes["connection"]
# SQLite changes tables by copying them (batch); a first migration only makes new ones.
batch = connection.dialect.name == "sqlite" and context.config.attributes.get("batch", True)


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """What migrations write by hand is no table of SQLAlchemy's and is left alone when the two are compared."""
    words = name is not None and "grams" in name and ("search_" in name or "registry_" in name)
    return not (kind in ("table", "index") and words)


context.configure(connection=connection, target_metadata=metadata, render_as_batch=batch, include_name=ours)
with context.begin_transaction():
    context.run_migrations()
