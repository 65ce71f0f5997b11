"""What an entity, its credentials and its links were, version by version, and which events brought them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from mingjian.records.journal.model import Recorded
from mingjian.records.registry.documents import as_day, full
from mingjian.records.registry.model import Version
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import EVENTS, events_of
from mingjian.records.storage.registry_rows import TABLES, values_of
from mingjian.records.storage.registry_tables import CREDENTIALS, ENTITIES, LINKS, VERSIONS

_BOOKKEEPING = frozenset({"version", "effective", "check", "checked_at", "why", "awaits"})


def history_of(tx: Tx, entity: str) -> list[Version]:
    """Every version of an entity, its credentials and its links, the newest event first; checks by officials are
    events of the credential (``checks_of``)."""
    found: list[tuple[str, dict[str, Any], int]] = []
    ends = {"entity": ENTITIES.c.id, "credential": CREDENTIALS.c.entity, "link": LINKS.c.source}
    for noun, end in ends.items():
        rows = tx.rows(sa.select(TABLES[noun]).where(end == entity))
        found += [(noun, values_of(noun, row), int(row.seq)) for row in rows]
    old = tx.rows(sa.select(VERSIONS).where(VERSIONS.c.entity == entity))
    found += [(row.noun, full(row.noun, json.loads(row.document)), int(row.seq)) for row in old]
    by_place = {(values["id"], values["version"]): values for _, values, _ in found}
    seqs = {seq for _, _, seq in found}
    events = {row.seq: row for row in _events(tx, seqs)}
    made = [
        Version(
            values["id"], noun, values["version"], as_day(values["effective"]), seq, events[seq].at, events[seq].actor,
            _changed(values, by_place.get((values["id"], values["version"] - 1))), values,
        )
        for noun, values, seq in found
    ]  # fmt: skip
    order = {"entity": 0, "credential": 1, "link": 2}
    return sorted(made, key=lambda one: (-one.seq, order[one.noun], one.subject, -one.version))


def _events(tx: Tx, seqs: set[int]) -> list[Any]:
    wanted, found = sorted(seqs), []
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        found += tx.rows(sa.select(EVENTS.c.seq, EVENTS.c.at, EVENTS.c.actor).where(EVENTS.c.seq.in_(some)))
    return found


def _changed(values: Mapping[str, Any], before: Mapping[str, Any] | None) -> tuple[str, ...]:
    if before is None:
        return ()
    return tuple(sorted(name for name in values if name not in _BOOKKEEPING and values[name] != before.get(name)))


def checks_of(tx: Tx, credential: str) -> list[Recorded]:
    """Every check somebody made of a credential, as events, the first first."""
    return [event for event in events_of(tx, credential) if event.kind == "credential.checked"]


def contents_of(tx: Tx, entity: str) -> tuple[list[str], list[str]]:
    """What erasing an entity concerns: the digests of all contents about it, and the links of others that end at
    it."""
    credentials = [row.id for row in tx.rows(sa.select(CREDENTIALS.c.id).where(CREDENTIALS.c.entity == entity))]
    links = [row.id for row in tx.rows(sa.select(LINKS.c.id).where(LINKS.c.target == entity).order_by(LINKS.c.id))]
    seqs: set[int] = set()
    for table, end in ((ENTITIES, ENTITIES.c.id), (CREDENTIALS, CREDENTIALS.c.entity), (LINKS, LINKS.c.source),
                       (VERSIONS, VERSIONS.c.entity)):  # fmt: skip
        seqs |= {int(row.seq) for row in tx.rows(sa.select(table.c.seq).where(end == entity))}
    names: list[str] = []
    wanted = sorted(seqs)
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        for row in tx.rows(
            sa.select(EVENTS.c.body).where(EVENTS.c.seq.in_(some), EVENTS.c.kind == "registry.recorded")
        ):
            body = json.loads(row.body)
            names += [name for name, of in zip(body["records"], body["entities"], strict=True) if of == entity]
    checked = sa.select(EVENTS.c.body).where(EVENTS.c.kind == "credential.checked")
    names += [
        json.loads(row.body)["record"] for row in tx.rows(checked.where(among(tx, EVENTS.c.subject, credentials)))
    ]
    return list(dict.fromkeys(names)), links
