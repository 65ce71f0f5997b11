"""The registry's nouns as programs and people see them: plain JSON, what is personal covered unless one may see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from mingjian.core.credentials import number_kinds
from mingjian.desk.people.masking import COVER
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed
from mingjian.records.clock import moment
from mingjian.records.registry.model import PERSON_KINDS, Credential, Entity, Link, Version

PERSONAL = frozenset({"phone", "id_number", "address", "email", "wechat"})
"""Attributes of a person that are nobody else's business."""
_ALWAYS = frozenset({"id_number"})
_KEPT = 4


@cache
def is_personal(kind: str) -> bool:
    """Whether the numbers of a kind of credential hold an identity number."""
    return any(one.personal for one in number_kinds(kind))


def covered(text: str) -> str:
    """All but the first and last characters covered."""
    if len(text) <= 2 * _KEPT:
        return COVER * len(text)
    return text[:_KEPT] + COVER * (len(text) - 2 * _KEPT) + text[-_KEPT:]


def attributes_of(principal: Principal, kind: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """An entity's attributes as somebody may see them."""
    if allowed(principal, "personal.read"):
        return dict(attributes)
    hidden = PERSONAL if kind in PERSON_KINDS else _ALWAYS
    return {name: covered(str(value)) if name in hidden else value for name, value in attributes.items()}


def number_of(principal: Principal, credential: Credential) -> str:
    """A credential's number as somebody may see it."""
    if is_personal(credential.kind) and not allowed(principal, "personal.read"):
        return covered(credential.number)
    return credential.number


def personal_fields(entities: Iterable[Entity], credentials: Iterable[Credential]) -> list[str]:
    """Which personal data these hold: the ``fields`` of the access log."""
    found = {name for one in entities for name in one.attributes
             if name in (PERSONAL if one.kind in PERSON_KINDS else _ALWAYS)}  # fmt: skip
    return sorted(found | {one.kind for one in credentials if is_personal(one.kind)})


def entity_dict(principal: Principal, entity: Entity) -> dict[str, Any]:
    """An entity."""
    return {
        "id": entity.id,
        "kind": entity.kind,
        "key": key_of(principal, entity),
        "name": entity.name,
        "state": entity.state,
        "attributes": attributes_of(principal, entity.kind, entity.attributes),
        "version": entity.version,
        "effective": _day(entity.effective),
    }


def key_of(principal: Principal, entity: Entity) -> str:
    """An entity's key as somebody may see it: a person's may be the number of a certificate that holds an identity
    number."""
    personal = entity.kind in PERSON_KINDS and len(entity.key) >= 24 and not allowed(principal, "personal.read")
    return covered(entity.key) if personal else entity.key


def credential_dict(principal: Principal, credential: Credential) -> dict[str, Any]:
    """A credential."""
    return {
        "id": credential.id,
        "entity": credential.entity,
        "kind": credential.kind,
        "number": number_of(principal, credential),
        "issuer": credential.issuer,
        "scope": list(credential.scope),
        "valid_from": _day(credential.valid_from),
        "valid_to": _day(credential.valid_to),
        "state": credential.state,
        "check": credential.check,
        "why": credential.why,
        "evidence": credential.evidence,
        "attributes": dict(credential.attributes),
        "version": credential.version,
        "effective": _day(credential.effective),
    }


def link_dict(link: Link) -> dict[str, Any]:
    """A link."""
    return {
        "id": link.id,
        "kind": link.kind,
        "source": link.source,
        "target": link.target,
        "scope": list(link.scope),
        "valid_from": _day(link.valid_from),
        "valid_to": _day(link.valid_to),
        "state": link.state,
        "attributes": dict(link.attributes),
        "version": link.version,
        "effective": _day(link.effective),
    }


def version_dict(principal: Principal, version: Version) -> dict[str, Any]:
    """A version of one of them, with what was new in it."""
    values = dict(version.values)
    if version.noun == "credential" and is_personal(values["kind"]) and not allowed(principal, "personal.read"):
        values["number"] = covered(values["number"])
    if version.noun == "entity":
        values["attributes"] = attributes_of(principal, values["kind"], values["attributes"])
        if values["kind"] in PERSON_KINDS and len(values["key"]) >= 24 and not allowed(principal, "personal.read"):
            values["key"] = covered(values["key"])
    return {
        "subject": version.subject,
        "noun": version.noun,
        "version": version.version,
        "effective": _day(version.effective),
        "seq": version.seq,
        "at": moment(version.at).isoformat(timespec="seconds"),
        "actor": version.actor,
        "changed": list(version.changed),
        "values": values,
    }


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()
