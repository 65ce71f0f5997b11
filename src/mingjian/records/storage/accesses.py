"""Who looked at which personal data. Rows are added and read; the database itself refuses to change or delete them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.people.model import Access
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Document, Micros, metadata
from mingjian.records.storage.metadata import Sequence as SequenceType

ACCESSES = sa.Table(
    "accesses",
    metadata,
    sa.Column("seq", SequenceType, primary_key=True, autoincrement=True),
    sa.Column("at", Micros, nullable=False, index=True),
    sa.Column("actor", sa.String(128), nullable=False),
    sa.Column("what", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(128), nullable=False),
    sa.Column("fields", Document, nullable=False),
    sa.Index("ix_accesses_actor_seq", "actor", "seq"),
    sa.Index("ix_accesses_subject_seq", "subject", "seq"),
)
GUARDS = {
    "sqlite": (
        "CREATE TRIGGER accesses_keep_update BEFORE UPDATE ON accesses "
        "BEGIN SELECT RAISE(ABORT, 'accesses are kept as they are'); END",
        "CREATE TRIGGER accesses_keep_delete BEFORE DELETE ON accesses "
        "BEGIN SELECT RAISE(ABORT, 'accesses are kept as they are'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION accesses_keep() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'accesses are kept as they are'; END $$",
        "CREATE TRIGGER accesses_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON accesses "
        "FOR EACH STATEMENT EXECUTE FUNCTION accesses_keep()",
    ),
}
"""What a store of each kind is told once, after the table is made (migrations do the same)."""
for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        sa.event.listen(ACCESSES, "after_create", sa.DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]


def put_access(tx: Tx, actor: str, what: str, subject: str, fields: Sequence[str]) -> None:
    """Add a row."""
    tx.run(ACCESSES.insert(), {"at": tx.now, "actor": actor, "what": what, "subject": subject,
                               "fields": canonical(list(fields)).decode()})  # fmt: skip


def accesses(
    tx: Tx, *, actor: str | None = None, subject: str | None = None, before: int | None = None, limit: int = 100
) -> list[Access]:
    """The latest first; ``before`` is the ``seq`` of the last one seen."""
    asked = sa.select(ACCESSES).order_by(ACCESSES.c.seq.desc()).limit(limit)
    for column, value in ((ACCESSES.c.actor, actor), (ACCESSES.c.subject, subject)):
        if value is not None:
            asked = asked.where(column == value)
    if before is not None:
        asked = asked.where(ACCESSES.c.seq < before)
    return [
        Access(row.seq, row.at, row.actor, row.what, row.subject, tuple(json.loads(row.fields)))
        for row in tx.rows(asked)
    ]
