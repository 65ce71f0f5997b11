"""What the registry holds now of those a batch of records speaks of, as plain fields: what is new is told from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from mingjian.records.registry.model import ENTITY_KINDS
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry_rows import values_of
from mingjian.records.storage.registry_tables import CREDENTIALS, ENTITIES, LINKS

Values = dict[str, Any]


@dataclass(slots=True)
class Standing:
    """``ids`` by (kind, key) of all that were asked for; of the subjects also their fields, the event of each, and
    the fields of their credentials and links by entity and id. Whoever plans changes writes them in here, so that the
    next record of the batch is held against them."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """The kind of each entity, by id."""
    entities: dict[str, Values] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    credentials: dict[str, dict[str, Values]] = field(default_factory=dict)
    links: dict[str, dict[str, Values]] = field(default_factory=dict)


def standing_of(
    tx: Tx,
    subjects: Mapping[str, Iterable[str]],
    others: Mapping[str, Iterable[str]],
    ids: Iterable[str],
    keys: Iterable[str] = (),
) -> Standing:
    """Subjects by kind and key, and by id; ``others`` (ends of links) by kind and key, of which only ids are found;
    ``keys`` that somebody is to get, of whatever kind."""
    found = Standing()
    wanted = {*ids}
    known = sa.select(ENTITIES.c.id, ENTITIES.c.kind, ENTITIES.c.key)
    for kind in {*subjects, *others}:
        own = set(subjects.get(kind, ()))
        named = own | set(others.get(kind, ()))
        for row in tx.rows(known.where(ENTITIES.c.kind == kind, among(tx, ENTITIES.c.key, named))):
            found.ids[kind, row.key] = row.id
            found.kinds[row.id] = kind
            if row.key in own:
                wanted.add(row.id)
    for kind in ENTITY_KINDS if keys else ():
        for row in tx.rows(known.where(ENTITIES.c.kind == kind, among(tx, ENTITIES.c.key, keys))):
            found.ids[kind, row.key] = row.id
    if not wanted:
        return found
    for row in tx.rows(sa.select(ENTITIES).where(among(tx, ENTITIES.c.id, wanted))):
        found.entities[row.id] = values_of("entity", row)
        found.seqs[row.id] = int(row.seq)
        found.ids[row.kind, row.key] = row.id
        found.kinds[row.id] = row.kind
    for row in tx.rows(
        sa.select(CREDENTIALS).where(among(tx, CREDENTIALS.c.entity, found.entities)).order_by(CREDENTIALS.c.id)
    ):
        found.credentials.setdefault(row.entity, {})[row.id] = values_of("credential", row)
    for row in tx.rows(sa.select(LINKS).where(among(tx, LINKS.c.source, found.entities)).order_by(LINKS.c.id)):
        found.links.setdefault(row.source, {})[row.id] = values_of("link", row)
    return found
