"""The registry's tables: who there is, what each holds, what joins them, and what they were before."""

from __future__ import annotations

import sqlalchemy as sa

from mingjian.records.journal.fold import projection
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

# A number of its own is the row's place in the index of words; it follows from the event, so that refolding gives it
# again. Days are YYYY-MM-DD; ``effective`` is the day from which a version speaks; ``seq`` the event that brought it.
ENTITIES = sa.Table(
    "registry_entities",
    metadata,
    sa.Column("number", SequenceType, primary_key=True, autoincrement=False),
    sa.Column("id", sa.String(32), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("key", sa.String(128), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attributes", Document, nullable=False),
    sa.Column("changed_at", Micros, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("effective", sa.String(10)),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("grams", sa.Text, nullable=False),
    sa.Index("ix_registry_entities_kind_key", "kind", "key", unique=True),
    sa.Index("ix_registry_entities_kind_number", "kind", "number"),
    sa.Index("ix_registry_entities_changed_at_number", "changed_at", "number"),
    sa.Index(
        "ix_registry_entities_state_number", "state", "number",
        sqlite_where=sa.text("state <> 'active'"), postgresql_where=sa.text("state <> 'active'"),
    ),
)  # fmt: skip
CREDENTIALS = sa.Table(
    "registry_credentials",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("number", sa.String(128), nullable=False),
    sa.Column("issuer", sa.String(200), nullable=False),
    sa.Column("scope", Document, nullable=False),
    sa.Column("valid_from", sa.String(10)),
    sa.Column("valid_to", sa.String(10)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("verified", sa.String(16), nullable=False),  # "check" is a word of SQL
    sa.Column("checked_at", Micros),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("evidence", sa.String(64)),
    sa.Column("attributes", Document, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("effective", sa.String(10)),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Index("ix_registry_credentials_entity", "entity"),
    sa.Index("ix_registry_credentials_number", "number"),
    sa.Index("ix_registry_credentials_valid_to_id", "valid_to", "id"),
    sa.Index(
        "ix_registry_credentials_evidence", "evidence",
        sqlite_where=sa.text("evidence IS NOT NULL"), postgresql_where=sa.text("evidence IS NOT NULL"),
    ),
)  # fmt: skip
# ``target`` is empty while the other end is not known: ``awaits`` then names it, as kind:key.
LINKS = sa.Table(
    "registry_links",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("target", sa.String(32)),
    sa.Column("awaits", sa.String(160)),
    sa.Column("scope", Document, nullable=False),
    sa.Column("valid_from", sa.String(10)),
    sa.Column("valid_to", sa.String(10)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attributes", Document, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("effective", sa.String(10)),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Index("ix_registry_links_source", "source"),
    sa.Index("ix_registry_links_target_id", "target", "id"),
    sa.Index(
        "ix_registry_links_awaits", "awaits",
        sqlite_where=sa.text("awaits IS NOT NULL"), postgresql_where=sa.text("awaits IS NOT NULL"),
    ),
)  # fmt: skip
# What a version was before the next took its place.
VERSIONS = sa.Table(
    "registry_versions",
    metadata,
    sa.Column("subject", sa.String(32), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entity", sa.String(32), nullable=False),
    sa.Column("noun", sa.String(16), nullable=False),
    sa.Column("effective", sa.String(10)),
    sa.Column("seq", SequenceType, nullable=False),
    sa.Column("document", Document, nullable=False),
    sa.Index("ix_registry_versions_entity", "entity"),
)
projection(ENTITIES, CREDENTIALS, LINKS, VERSIONS)

# Words of names: pairs of characters (records/search/grams), found by FTS5 or a GIN index on both of which the same
# tokens stand. Triggers keep FTS5 with the table, so that refolding and restoring need not know of it.
_FTS = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS registry_grams USING fts5(
    grams, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '@_'")""",
    """CREATE TRIGGER IF NOT EXISTS registry_grams_insert AFTER INSERT ON registry_entities BEGIN
    INSERT INTO registry_grams (rowid, grams) VALUES (new.number, new.grams); END""",
    """CREATE TRIGGER IF NOT EXISTS registry_grams_delete AFTER DELETE ON registry_entities BEGIN
    INSERT INTO registry_grams (registry_grams, rowid, grams) VALUES ('delete', old.number, old.grams); END""",
    """CREATE TRIGGER IF NOT EXISTS registry_grams_update AFTER UPDATE OF grams ON registry_entities BEGIN
    INSERT INTO registry_grams (registry_grams, rowid, grams) VALUES ('delete', old.number, old.grams);
    INSERT INTO registry_grams (rowid, grams) VALUES (new.number, new.grams); END""",
)
_GIN = ("CREATE INDEX IF NOT EXISTS ix_registry_entities_grams ON registry_entities "
        "USING gin (string_to_array(grams, ' '))",)  # fmt: skip


@sa.event.listens_for(ENTITIES, "after_create")
def _create_index(_table: sa.Table, connection: sa.Connection, **_more: object) -> None:
    create_registry_index(connection)


@sa.event.listens_for(ENTITIES, "after_drop")
def _drop_index(_table: sa.Table, connection: sa.Connection, **_more: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS registry_grams")


def create_registry_index(connection: sa.Connection) -> None:
    """Make what the metadata cannot say; a migration calls it after it made the tables."""
    for statement in _FTS if connection.dialect.name == "sqlite" else _GIN:
        connection.exec_driver_sql(statement)
