"""What the registry knows of a credential that an official source can be asked about and compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.records.canonical import canonical, digest
from mingjian.records.clock import day
from mingjian.records.errors import NotFound
from mingjian.records.registry.model import PERSON_KINDS, Credential, Entity
from mingjian.records.storage import registry as book
from mingjian.records.storage.database import Tx


@dataclass(frozen=True, slots=True)
class Known:
    """A credential with whose it is, and ``place``: the institution where that person practises, if one."""

    credential: Credential
    entity: Entity
    place: Entity | None = None

    def asked(self) -> dict[str, Any]:
        """What questions are filled with and answers compared with."""
        where = self.entity.attributes.get("province") or (self.place.attributes.get("province") if self.place else "")
        return {
            "number": self.credential.number,
            "name": self.entity.name,
            "institution": self.place.name if self.place else "",
            "province": str(where or ""),
            "issuer": self.credential.issuer,
            "valid_to": self.credential.valid_to.isoformat() if self.credential.valid_to else "",
        }

    def key(self) -> str:
        """The same for the same question: kind, number, name and place as they are registered now."""
        asked = self.asked()
        return digest(canonical([self.credential.kind, *(asked[name] for name in ("number", "name", "institution"))]))

    def facts(self) -> Mapping[str, Any]:
        """What a case about it is routed by: ids and words."""
        found = {"entity": self.entity.id, "credential": self.credential.id, "credential_kind": self.credential.kind}
        if self.entity.kind in ("institution", "physician", "merchant", "creator", "agency"):
            found |= {"publisher": self.entity.key[:200], "publisher_kind": self.entity.kind}
        return found


def known_of(tx: Tx, credential: str) -> Known:
    """A credential with its entity; NotFound."""
    return known_many(tx, [credential])[credential]


def known_many(tx: Tx, credentials: Sequence[str]) -> dict[str, Known]:
    """The same for many, by credential; NotFound names the first that is not there."""
    found = book.credentials_by_id(tx, credentials)
    missing = next((id for id in credentials if id not in found), None)
    if missing is not None:
        raise NotFound(f"没有这项资质:{missing}")
    entities = book.entities_by_id(tx, (one.entity for one in found.values()))
    gone = next((one.entity for one in found.values() if one.entity not in entities), None)
    if gone is not None:
        raise NotFound(f"没有这个登记对象:{gone}")
    places = _places_of(tx, [one.id for one in entities.values() if one.kind in PERSON_KINDS])
    return {id: Known(one, entities[one.entity], places.get(one.entity)) for id, one in found.items()}


def _places_of(tx: Tx, persons: Sequence[str]) -> dict[str, Entity]:
    """Where each practises now; those with several places are left out: an answer may name any of them."""
    today = day(tx.now)
    links = book.links_from(tx, persons, ("practises_at",)) if persons else {}
    now = {id: [link.target for link in some if link.holds(today)] for id, some in links.items()}
    single = {id: targets[0] for id, targets in now.items() if len(targets) == 1}
    houses = book.entities_by_id(tx, single.values())
    return {id: houses[target] for id, target in single.items() if target in houses}
