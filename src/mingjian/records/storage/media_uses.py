"""Which items name which media file, so that a file is deleted with the last item that names it. Operational."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import metadata

USES = sa.Table(
    "media_uses",
    metadata,
    sa.Column("item", sa.String(32), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Index("ix_media_uses_digest", "digest"),
)


def put_uses(tx: Tx, uses: Iterable[tuple[str, str]]) -> None:
    """These items name these files."""
    rows = [{"item": item, "digest": digest} for item, digest in dict.fromkeys(uses)]
    if rows:
        insert = (postgresql if tx.dialect == "postgresql" else sqlite).insert(USES)
        tx.run(insert.on_conflict_do_nothing(index_elements=["item", "digest"]), rows)


def drop_uses(tx: Tx, item: str) -> list[str]:
    """The item names them no more; the files that no other item names."""
    own = [row.digest for row in tx.rows(sa.select(USES.c.digest).where(USES.c.item == item))]
    tx.run(USES.delete().where(USES.c.item == item))
    shared = {row.digest for row in tx.rows(sa.select(USES.c.digest).where(USES.c.digest.in_(own)))} if own else set()
    return [digest for digest in own if digest not in shared]
