"""How alembic reaches the store: through the connection that migrate.py lends it."""

from __future__ import annotations

from alembic import context

from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

load_tables()
connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
