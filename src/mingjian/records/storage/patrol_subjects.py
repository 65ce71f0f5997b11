"""What patrols go over: entities and credentials in a fixed order, a stretch at a time, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from mingjian.records.registry.model import Credential, Entity
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry_rows import credential_of, entity_of
from mingjian.records.storage.registry_tables import CREDENTIALS, ENTITIES


def entities_after(
    tx: Tx, kinds: Sequence[str], after: int, limit: int, *, state: str = "active"
) -> tuple[list[Entity], int | None]:
    """Entities of these kinds behind a place in the order of registering, and the place of the last (None: the
    end)."""
    asked = sa.select(ENTITIES).where(
        ENTITIES.c.number > after, ENTITIES.c.kind.in_(list(kinds)), ENTITIES.c.state == state
    )
    rows = tx.rows(asked.order_by(ENTITIES.c.number).limit(limit))
    return [entity_of(row) for row in rows], int(rows[-1].number) if len(rows) == limit else None


def count_entities(tx: Tx, kinds: Sequence[str], *, state: str = "active") -> int:
    """How many entities of these kinds there are."""
    asked = sa.select(sa.func.count()).select_from(ENTITIES)
    return int(tx.scalar(asked.where(ENTITIES.c.kind.in_(list(kinds)), ENTITIES.c.state == state)))


def credentials_after(tx: Tx, kinds: Sequence[str], after: str, limit: int) -> tuple[list[Credential], str | None]:
    """Valid credentials of these kinds behind a place in the order of their ids, and the last one's id (None: the
    end)."""
    asked = sa.select(CREDENTIALS).where(CREDENTIALS.c.id > after, CREDENTIALS.c.kind.in_(list(kinds)))
    rows = tx.rows(asked.where(CREDENTIALS.c.state == "valid").order_by(CREDENTIALS.c.id).limit(limit))
    return [credential_of(row) for row in rows], rows[-1].id if len(rows) == limit else None


def count_credentials(
    tx: Tx, kinds: Sequence[str], *, first: date | None = None, last: date | None = None
) -> int:  # fmt: skip
    """How many valid credentials of these kinds there are, optionally those that end on one of these days."""
    asked = sa.select(sa.func.count()).select_from(CREDENTIALS).where(CREDENTIALS.c.state == "valid")
    asked = asked.where(CREDENTIALS.c.kind.in_(list(kinds)))
    asked = asked.where(CREDENTIALS.c.valid_to >= first.isoformat()) if first is not None else asked
    return int(tx.scalar(asked.where(CREDENTIALS.c.valid_to <= last.isoformat()) if last is not None else asked))
