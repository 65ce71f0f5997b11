"""Rows of the registry's tables and the nouns' fields, one into the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from mingjian.records.canonical import canonical
from mingjian.records.registry.documents import as_credential, as_day, as_entity, as_link
from mingjian.records.registry.model import Credential, Entity, Link
from mingjian.records.storage.registry_tables import CREDENTIALS, ENTITIES, LINKS

TABLES: Mapping[str, sa.Table] = {"entity": ENTITIES, "credential": CREDENTIALS, "link": LINKS}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "entity": ("id", "kind", "key", "name", "state", "attributes", "version", "effective", "seq"),
    "credential": ("id", "entity", "kind", "number", "issuer", "scope", "valid_from", "valid_to", "state", "verified",
                   "checked_at", "why", "evidence", "attributes", "version", "effective", "seq"),
    "link": ("id", "kind", "source", "target", "awaits", "scope", "valid_from", "valid_to", "state", "attributes",
             "version", "effective", "seq"),
}  # fmt: skip
"""By noun, the columns that are fields of it, and last the event."""
_FIELDS = {noun: tuple("check" if name == "verified" else name for name in names[:-1])
           for noun, names in COLUMNS.items()}  # fmt: skip
# A register's million rows come through here: one call takes all fields of a row.
_PICK = {noun: itemgetter(*names) for noun, names in _FIELDS.items()}
_WRITTEN = {noun: tuple(names.index(name) for name in ("attributes", "scope") if name in names)
            for noun, names in _FIELDS.items()}  # fmt: skip


def row_of(noun: str, values: Mapping[str, Any], seq: int) -> tuple[Any, ...]:
    """A noun's fields (all of them) as the table keeps them, in the order of ``COLUMNS``."""
    row = [*_PICK[noun](values), seq]
    for place in _WRITTEN[noun]:
        value = row[place]
        if not value:
            row[place] = "{}" if isinstance(value, dict) else "[]"
        else:
            row[place] = canonical(value).decode() if isinstance(value, dict) else _listed(tuple(value))
    return tuple(row)


@lru_cache(maxsize=16_384)
def _listed(codes: tuple[str, ...]) -> str:
    """A scope as text: a register repeats the same few."""
    return canonical(codes).decode()


def values_of(noun: str, row: Any) -> dict[str, Any]:
    """A row's fields as plain JSON."""
    found = {}
    for name, column in zip(_FIELDS[noun], COLUMNS[noun], strict=False):
        value = getattr(row, column)
        found[name] = json.loads(value) if name in ("attributes", "scope") else value
    return found


def entity_of(row: Any) -> Entity:
    """A row as the noun."""
    return Entity(row.id, row.kind, row.key, row.name, row.state, _parsed(row.attributes), int(row.changed_at),
                  row.version, as_day(row.effective))  # fmt: skip


def credential_of(row: Any) -> Credential:
    """A row as the noun."""
    return Credential(
        row.id, row.entity, row.kind, row.number, row.issuer, tuple(_parsed(row.scope)), as_day(row.valid_from),
        as_day(row.valid_to), row.state, row.verified, row.checked_at, row.why, row.evidence, _parsed(row.attributes),
        row.version, as_day(row.effective),
    )  # fmt: skip


def link_of(row: Any) -> Link:
    """A row as the noun."""
    return Link(
        row.id, row.kind, row.source, row.target or "", tuple(_parsed(row.scope)), as_day(row.valid_from),
        as_day(row.valid_to), row.state, _parsed(row.attributes), row.version, as_day(row.effective),
    )  # fmt: skip


def noun_of(noun: str, values: Mapping[str, Any], changed_at: int = 0) -> Any:
    """An old version's fields as the noun."""
    if noun == "entity":
        return as_entity(values, changed_at)
    return as_credential(values) if noun == "credential" else as_link(values)


def _parsed(text: str) -> Any:
    return {} if text == "{}" else [] if text == "[]" else json.loads(text)
