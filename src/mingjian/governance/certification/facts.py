"""What the registry says of entities, gathered for many at once and as of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mingjian.governance.certification.model import Held
from mingjian.records.registry.model import Entity
from mingjian.records.storage import registry
from mingjian.records.storage.database import Tx

_FOLLOWED = ("practises_at", "branch_of")
"""The links policies look along; accounts and products do not bear on who somebody is."""


def held_of(tx: Tx, ids: Iterable[str], as_of: date) -> dict[str, Held]:
    """Entities with their credentials, their links, and the entities these lead to with theirs. Those that are not
    registered are left out."""
    entities = registry.entities_by_id(tx, ids, as_of=as_of)
    links = registry.links_from(tx, entities, _FOLLOWED, as_of=as_of)
    others = registry.entities_by_id(tx, {link.target for listed in links.values() for link in listed}, as_of=as_of)
    credentials = registry.credentials_of(tx, {*entities, *others}, as_of=as_of)

    def alone(entity: Entity) -> Held:
        return Held(entity, tuple(credentials.get(entity.id, ())))

    return {
        id: Held(
            entity,
            tuple(credentials.get(id, ())),
            tuple((link, alone(others[link.target])) for link in links.get(id, ()) if link.target in others),
        )
        for id, entity in entities.items()
    }
