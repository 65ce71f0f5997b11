"""The registry's storage under one name: what other rooms ask of it. Who imports it has its folds with it, so that
nothing is recorded that does not reach the tables."""

from __future__ import annotations

from mingjian.records.storage import registry_folds  # noqa: F401  (registers the folds)
from mingjian.records.storage.registry_history import history_of
from mingjian.records.storage.registry_queries import (
    any_entity,
    awaited,
    changed_since,
    count_awaited,
    count_entities,
    credentials_by_id,
    credentials_of,
    credentials_with_number,
    entities_by_id,
    entities_by_keys,
    entities_with_key,
    entity_by_key,
    expiring,
    links_by_id,
    links_from,
    links_to,
)
from mingjian.records.storage.registry_search import search_entities

__all__ = [
    "any_entity",
    "awaited",
    "changed_since",
    "count_awaited",
    "count_entities",
    "credentials_by_id",
    "credentials_of",
    "credentials_with_number",
    "entities_by_id",
    "entities_by_keys",
    "entities_with_key",
    "entity_by_key",
    "expiring",
    "history_of",
    "links_by_id",
    "links_from",
    "links_to",
    "search_entities",
]
