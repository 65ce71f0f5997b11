"""How the registry's nouns are written down: plain JSON without what is as usual, in contents and in old versions.

A record's content is {"of": entity's id, "entity": {…}, "credentials": […], "links": […]}: what is new or changed of
it, each with all its fields and its new version. The journal names its digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mingjian.records.registry.model import Credential, Entity, Link

USUAL: Mapping[str, Mapping[str, Any]] = {
    "entity": {"state": "active", "attributes": {}, "version": 1, "effective": None},
    "credential": {
        "issuer": "", "scope": [], "valid_from": None, "valid_to": None, "state": "valid", "check": "unverified",
        "checked_at": None, "why": "", "evidence": None, "attributes": {}, "version": 1, "effective": None,
    },
    "link": {
        "target": None, "awaits": None, "scope": [], "valid_from": None, "valid_to": None, "state": "valid",
        "attributes": {}, "version": 1, "effective": None,
    },
}  # fmt: skip
"""By noun, the fields that need not be written, and what they are then."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "entity": ("id", "kind", "key", "name"),
    "credential": ("id", "entity", "kind", "number"),
    "link": ("id", "kind", "source"),
}


_NEVER = object()


def short(noun: str, values: Mapping[str, Any], without: str = "") -> dict[str, Any]:
    """The fields without those that are as usual (and without one that is said elsewhere)."""
    usual = USUAL[noun].get
    return {name: value for name, value in values.items() if usual(name, _NEVER) != value and name != without}


def full(noun: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with those that were left out."""
    return {**USUAL[noun], **values}


def as_entity(values: Mapping[str, Any], changed_at: int = 0) -> Entity:
    """An entity from its fields."""
    given = full("entity", values)
    return Entity(given["id"], given["kind"], given["key"], given["name"], given["state"], given["attributes"],
                  changed_at, given["version"], as_day(given["effective"]))  # fmt: skip


def as_credential(values: Mapping[str, Any]) -> Credential:
    """A credential from its fields."""
    given = full("credential", values)
    return Credential(
        given["id"], given["entity"], given["kind"], given["number"], given["issuer"], tuple(given["scope"]),
        as_day(given["valid_from"]), as_day(given["valid_to"]), given["state"], given["check"], given["checked_at"],
        given["why"], given["evidence"], given["attributes"], given["version"], as_day(given["effective"]),
    )  # fmt: skip


def as_link(values: Mapping[str, Any]) -> Link:
    """A link from its fields; the target of one that still waits for it is empty."""
    given = full("link", values)
    return Link(given["id"], given["kind"], given["source"], given["target"] or "", tuple(given["scope"]),
                as_day(given["valid_from"]), as_day(given["valid_to"]), given["state"], given["attributes"],
                given["version"], as_day(given["effective"]))  # fmt: skip


def as_day(text: str | None) -> date | None:
    """A day from its text."""
    return None if text is None else date.fromisoformat(text)
