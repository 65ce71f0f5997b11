"""Rulebooks that verdicts were given by, kept so that the verdicts can be given again after an upgrade."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from mingjian.records.journal.fold import folds, projection
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.metadata import Micros, metadata

RULEBOOKS = sa.Table(
    "rulebooks",
    metadata,
    sa.Column("version", sa.String(80), primary_key=True),
    sa.Column("bundle", sa.String(64), nullable=False),
    sa.Column("at", Micros, nullable=False),
)
projection(RULEBOOKS)


@folds("rulebook.kept")
def _kept(tx: Tx, events: Sequence[Recorded]) -> None:
    tx.run(RULEBOOKS.insert(), [{"version": e.subject, "bundle": e.body["bundle"], "at": e.at} for e in events])


def bundle_of(tx: Tx, version: str) -> str | None:
    """The digest of a rulebook's bundle, or None when it was never kept."""
    found = tx.scalar(sa.select(RULEBOOKS.c.bundle).where(RULEBOOKS.c.version == version))
    return None if found is None else str(found)
