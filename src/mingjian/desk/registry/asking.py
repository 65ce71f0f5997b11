"""Asking the registry: who is behind a publisher, who owns an account, what stands around an entity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.registry.model import Graph
from mingjian.desk.registry.showing import credential_dict, entity_dict, key_of, link_dict, version_dict
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.registry.model import ENTITY_KINDS, ENTITY_STATES, Entity, Link
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import (
    awaited,
    credentials_of,
    entities_by_id,
    entities_by_keys,
    history_of,
    links_from,
    links_to,
    search_entities,
)

_BEHIND = ("account", "institution", "physician", "creator", "agency", "merchant", "nurse")
"""What a publisher's id may be the key of, tried in this order."""
MOST_NEIGHBOURS = 500
MOST_LINKS = 2000
DEEPEST = 4


def publisher_entity(tx: Tx, publisher_id: str, platform: str | None) -> Entity | None:
    """Who a publisher is: the account ``platform:id``, else the account, institution, physician … whose key is the
    id. None when the registry does not know them."""
    return publisher_entities(tx, [(publisher_id, platform)]).get((publisher_id, platform))


def publisher_entities(tx: Tx, publishers: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str | None], Entity]:
    """The same for many (id, platform); those that are not known are left out."""
    wanted = list(dict.fromkeys(publishers))
    found: dict[tuple[str, str | None], Entity] = {}
    for kind in _BEHIND:
        missing = [one for one in wanted if one not in found]
        if not missing:
            break
        keys = {one: [f"{one[1]}:{one[0]}", one[0]] if kind == "account" and one[1] else [one[0]] for one in missing}
        known = entities_by_keys(tx, kind, (key for some in keys.values() for key in some))
        for one, some in keys.items():
            first = next((known[key] for key in some if key in known), None)
            if first is not None:
                found[one] = first
    return found


def owners_of(tx: Tx, account: str, as_of: date) -> list[Entity]:
    """To whom an account (by id) belongs on a day."""
    held = [link for link in links_from(tx, [account], ["belongs_to"], as_of=as_of).get(account, ())
            if link.holds(as_of)]  # fmt: skip
    known = entities_by_id(tx, [link.target for link in held], as_of=as_of)
    return [known[link.target] for link in held if link.target in known]


def search(
    tx: Tx,
    principal: Principal,
    words: str = "",
    *,
    kind: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Entity], str | None]:
    """Entities by words of the name, a whole key or number, kind and state; and where to go on."""
    demand(principal, "registry.read")
    for name, value, known in (("kind", kind, ENTITY_KINDS), ("state", state, ENTITY_STATES)):
        if value is not None and value not in known:
            raise Invalid(f"应为 {'、'.join(known)} 之一。", field=name)
    return search_entities(tx, words, kind, state, cursor, limit)


def opened_entity(
    tx: Tx, principal: Principal, entity: str, as_of: date | None = None, *, history: bool = False
) -> dict[str, Any]:
    """All about one entity in plain JSON, as of a day or as it is: ``entity``, ``credentials``, ``links`` (both ways,
    at most MOST_LINKS), ``others`` (who is at their other ends), ``awaited`` links and, where asked for, ``history``.
    NotFound."""
    demand(principal, "registry.read")
    found = entities_by_id(tx, [entity], as_of=as_of).get(entity)
    if found is None:
        raise NotFound(f"没有这个登记对象:{entity}")
    own = links_from(tx, [entity], as_of=as_of).get(entity, [])
    links = [*own, *links_to(tx, [entity], as_of=as_of, limit=MOST_LINKS).get(entity, [])]
    ends = {end for link in links for end in (link.source, link.target)} - {entity}
    others = entities_by_id(tx, ends, as_of=as_of)
    told: dict[str, Any] = {
        "entity": entity_dict(principal, found),
        "credentials": [credential_dict(principal, one) for one in credentials_of(tx, [entity], as_of=as_of)
                        .get(entity, ())],
        "links": [link_dict(one) for one in links],
        "others": [{"id": one.id, "kind": one.kind, "key": key_of(principal, one), "name": one.name,
                    "state": one.state} for one in others.values()],
        "awaited": [{"id": one.id, "link": one.link, "kind": one.kind, "key": one.key}
                    for one in awaited(tx, [entity])],
    }  # fmt: skip
    if history:
        told["history"] = [version_dict(principal, one) for one in history_of(tx, entity)]
    return told


def neighbours(
    tx: Tx,
    principal: Principal,
    entity: str,
    as_of: date,
    *,
    depth: int = 1,
    kinds: Sequence[str] = (),
    most: int = MOST_NEIGHBOURS,
) -> Graph:
    """What stands around an entity on a day, up to ``depth`` links away (at most DEEPEST) and ``most`` entities, the
    nearest first. NotFound."""
    demand(principal, "registry.read")
    start = entities_by_id(tx, [entity], as_of=as_of)
    if not start:
        raise NotFound(f"没有这个登记对象:{entity}")
    steps = {entity: 0}
    links: dict[str, Link] = {}
    edge, whole = [entity], True
    for step in range(1, min(depth, DEEPEST) + 1):
        outward = links_from(tx, edge, kinds, as_of=as_of)
        inward = links_to(tx, edge, kinds, as_of=as_of, limit=4 * most + 1)
        around = [link for some in (*outward.values(), *inward.values()) for link in some if link.holds(as_of)]
        whole = whole and sum(map(len, inward.values())) <= 4 * most
        edge = []
        for link in around:
            new = [end for end in (link.source, link.target) if end not in steps]
            if len(steps) + len(new) > most:
                whole = False
                continue
            links[link.id] = link
            for end in new:
                steps[end] = step
                edge.append(end)
        if not edge:
            break
    found = entities_by_id(tx, steps, as_of=as_of)
    return Graph([found[id] for id in steps if id in found], list(links.values()), steps, whole)
