"""Asking for entities, their credentials and links: as they are, or as they were said to be on a day.

With ``as_of`` each is the last version that speaks of that day. Whether it *held* on that day is asked of it (its
state and days): ``Credential.holds``, ``Link.holds``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from mingjian.records.registry.model import ENTITY_KINDS, Awaited, Credential, Entity, Link
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.hot import Hot
from mingjian.records.storage.registry_rows import credential_of, entity_of, link_of, noun_of
from mingjian.records.storage.registry_tables import CREDENTIALS, ENTITIES, LINKS, VERSIONS

_FIRST = date.min.isoformat()


def entities_by_id(tx: Tx, ids: Iterable[str], *, as_of: date | None = None) -> dict[str, Entity]:
    """Entities by id; those that are not there are left out."""
    rows = tx.rows(sa.select(ENTITIES).where(among(tx, ENTITIES.c.id, ids)))
    return {one.id: one for one in _then(tx, "entity", [entity_of(row) for row in rows], as_of)}


def entity_by_key(tx: Tx, kind: str, key: str, *, as_of: date | None = None) -> Entity | None:
    """One entity by the key it has now."""
    return entities_by_keys(tx, kind, [key], as_of=as_of).get(key)


def entities_by_keys(tx: Tx, kind: str, keys: Iterable[str], *, as_of: date | None = None) -> dict[str, Entity]:
    """Entities of a kind by the keys they have now; those that are not there are left out."""
    rows = tx.rows(sa.select(ENTITIES).where(ENTITIES.c.kind == kind, among(tx, ENTITIES.c.key, keys)))
    names = {row.id: row.key for row in rows}
    return {names[one.id]: one for one in _then(tx, "entity", [entity_of(row) for row in rows], as_of)}


_ANY = Hot(sa.select(sa.literal(1)).select_from(ENTITIES).limit(1))


def any_entity(tx: Tx) -> bool:
    """Whether anybody is registered at all: asked before every item, so it asks for nothing else."""
    return bool(tx.ask(_ANY))


def entities_with_key(tx: Tx, key: str) -> list[Entity]:
    """Entities of any kind with this key."""
    rows = tx.rows(sa.select(ENTITIES).where(ENTITIES.c.kind.in_(ENTITY_KINDS), ENTITIES.c.key == key))
    return sorted((entity_of(row) for row in rows), key=lambda one: one.id)


def credentials_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Credential]:
    """Credentials by id; those that are not there are left out."""
    rows = tx.rows(sa.select(CREDENTIALS).where(among(tx, CREDENTIALS.c.id, ids)))
    return {row.id: credential_of(row) for row in rows}


def credentials_of(tx: Tx, entity_ids: Iterable[str], *, as_of: date | None = None) -> dict[str, list[Credential]]:
    """The credentials of each entity, in the order they came to be known; entities without any are left out."""
    asked = sa.select(CREDENTIALS).where(among(tx, CREDENTIALS.c.entity, entity_ids))
    rows = [credential_of(row) for row in tx.rows(asked.order_by(CREDENTIALS.c.id))]
    found: dict[str, list[Credential]] = {}
    for one in _then(tx, "credential", rows, as_of):
        found.setdefault(one.entity, []).append(one)
    return found


def credentials_with_number(tx: Tx, number: str, *, limit: int = 100) -> list[Credential]:
    """Credentials with this number, of whatever kind and whoever."""
    asked = sa.select(CREDENTIALS).where(CREDENTIALS.c.number == number).order_by(CREDENTIALS.c.id).limit(limit)
    return [credential_of(row) for row in tx.rows(asked)]


def links_by_id(tx: Tx, ids: Iterable[str]) -> dict[str, Link]:
    """Links by id, those that wait for their target too."""
    return {row.id: link_of(row) for row in tx.rows(sa.select(LINKS).where(among(tx, LINKS.c.id, ids)))}


def links_from(
    tx: Tx, entity_ids: Iterable[str], kinds: Sequence[str] = (), *, as_of: date | None = None
) -> dict[str, list[Link]]:
    """Links that begin at each entity and whose other end is known; entities without any are left out."""
    return _links(tx, LINKS.c.source, entity_ids, kinds, as_of, None)


def links_to(
    tx: Tx,
    entity_ids: Iterable[str],
    kinds: Sequence[str] = (),
    *,
    as_of: date | None = None,
    limit: int | None = None,
) -> dict[str, list[Link]]:
    """Links that end at each entity; ``limit`` bounds them all together (a platform's account may have many)."""
    return _links(tx, LINKS.c.target, entity_ids, kinds, as_of, limit)


def _links(
    tx: Tx, end: sa.Column[Any], ids: Iterable[str], kinds: Sequence[str], as_of: date | None, limit: int | None
) -> dict[str, list[Link]]:
    asked = sa.select(LINKS).where(among(tx, end, ids), LINKS.c.target.is_not(None)).order_by(LINKS.c.id)
    if kinds:
        asked = asked.where(LINKS.c.kind.in_(list(kinds)))
    found: dict[str, list[Link]] = {}
    for link in _then(tx, "link", [link_of(row) for row in tx.rows(asked.limit(limit))], as_of):
        found.setdefault(link.source if end is LINKS.c.source else link.target, []).append(link)
    return found


def awaited(tx: Tx, entity_ids: Iterable[str] | None = None, *, limit: int = 1000) -> list[Awaited]:
    """Links whose other end is not known yet, of these entities or of all."""
    columns = (LINKS.c.id, LINKS.c.kind, LINKS.c.source, LINKS.c.awaits)
    asked = sa.select(*columns).where(LINKS.c.awaits.is_not(None)).order_by(LINKS.c.id).limit(limit)
    if entity_ids is not None:
        asked = asked.where(among(tx, LINKS.c.source, entity_ids))
    return [Awaited(row.id, row.kind, row.source, *row.awaits.split(":", 1)) for row in tx.rows(asked)]


def count_awaited(tx: Tx) -> int:
    """How many links wait for their other end."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(LINKS).where(LINKS.c.awaits.is_not(None))))


def expiring(
    tx: Tx, from_day: date, to_day: date, cursor: str | None = None, limit: int = 100
) -> tuple[list[Credential], str | None]:
    """Valid credentials whose last day is one of these, the soonest first, and where to go on (None: the end)."""
    last = CREDENTIALS.c.valid_to
    asked = sa.select(CREDENTIALS).where(last >= from_day.isoformat(), last <= to_day.isoformat())
    asked = asked.where(CREDENTIALS.c.state == "valid").order_by(last, CREDENTIALS.c.id).limit(limit + 1)
    if cursor is not None:
        at, _, id = cursor.partition("/")
        asked = asked.where(last >= at, sa.or_(last > at, CREDENTIALS.c.id > id))
    rows = tx.rows(asked)
    end = rows[limit - 1] if len(rows) > limit else None
    return [credential_of(row) for row in rows[:limit]], None if end is None else f"{end.valid_to}/{end.id}"


def changed_since(tx: Tx, micros: int, cursor: str | None = None, limit: int = 100) -> tuple[list[Entity], str | None]:
    """Entities that the registry heard of (themselves, their credentials or links) at or after a moment, in the order
    of hearing, and where to go on (None: the end)."""
    at, number = ENTITIES.c.changed_at, ENTITIES.c.number
    asked = sa.select(ENTITIES).where(at >= micros).order_by(at, number).limit(limit + 1)
    if cursor is not None:
        last, _, place = cursor.partition("/")
        asked = asked.where(at >= int(last), sa.or_(at > int(last), number > int(place)))
    rows = tx.rows(asked)
    end = rows[limit - 1] if len(rows) > limit else None
    return [entity_of(row) for row in rows[:limit]], None if end is None else f"{end.changed_at}/{end.number}"


def count_entities(tx: Tx) -> dict[str, int]:
    """How many entities there are of each kind."""
    asked = sa.select(ENTITIES.c.kind, sa.func.count()).group_by(ENTITIES.c.kind)
    return {row[0]: int(row[1]) for row in tx.rows(asked)}


def _then(tx: Tx, noun: str, found: list[Any], as_of: date | None) -> list[Any]:
    """Each as of a day: in the place of those that speak of later days only, the last version that speaks of it."""
    if as_of is None:
        return found
    late = {one.id: one for one in found if one.effective is not None and one.effective > as_of}
    if not late:
        return found
    day = as_of.isoformat()
    asked = sa.select(VERSIONS.c.subject, VERSIONS.c.document).where(
        among(tx, VERSIONS.c.subject, late), sa.func.coalesce(VERSIONS.c.effective, _FIRST) <= day
    )
    # The highest version comes last and stays.
    old = {row.subject: row.document for row in tx.rows(asked.order_by(VERSIONS.c.subject, VERSIONS.c.version))}
    for id, document in old.items():
        changed_at = late[id].changed_at if noun == "entity" else 0
        late[id] = noun_of(noun, json.loads(document), changed_at)
    return [late.get(one.id, one) for one in found]


def entities_after(tx: Tx, kind: str | None, number: int, limit: int) -> list[tuple[int, Entity]]:
    """Entities with their places in the order of registration, those behind ``number``."""
    asked = sa.select(ENTITIES).where(ENTITIES.c.number > number).order_by(ENTITIES.c.number).limit(limit)
    if kind is not None:
        asked = asked.where(ENTITIES.c.kind == kind)
    return [(int(row.number), entity_of(row)) for row in tx.rows(asked)]
