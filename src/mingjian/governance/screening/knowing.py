"""What the registry knows of publishers, as facts of their items: put in before judging and kept with what was
judged, so that judging again gives the same bytes.

Only what it truly knows is told: a credential that an official source has confirmed and that holds on the item's day
vouches; one that was revoked, or confirmed and is over, denies. Where it has not heard of something, nothing is said,
and what the sender states stays. Where it knows, it wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from mingjian.core.model import Item
from mingjian.core.model.scope import Catalogue
from mingjian.core.scope.facts import CONFIRMED, Held, Institution, standing
from mingjian.core.scope.finding import Finder
from mingjian.core.scope.institution import LICENCES, registered, specialty
from mingjian.core.scope.model import NO, YES
from mingjian.core.scope.products import APPROVALS
from mingjian.core.scope.stated import IN_FORCE, LEVEL, SPECIALTIES, TYPE
from mingjian.core.text.views import normalise
from mingjian.desk.registry import scope_facts
from mingjian.desk.registry.asking import publisher_entities
from mingjian.records.clock import day
from mingjian.records.registry.model import Entity
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import any_entity, credentials_with_number, entities_by_id

Provider = Callable[[Tx, Sequence[Item]], Sequence[Mapping[str, Any]]]
"""Facts for each of some items, in their order; an empty mapping where nothing is known."""
PUBLISHER = "registry_publisher"
"""The entity the publisher was taken for, for whoever asks later where the facts came from."""


def registry_facts(catalogue: Catalogue, finder: Finder) -> Provider:
    """The provider that asks the registry."""

    def provide(tx: Tx, items: Sequence[Item]) -> list[Mapping[str, Any]]:
        facts: list[Mapping[str, Any]] = [{} for _ in items]
        if not any(item.publisher.id for item in items) or not any_entity(tx):
            return facts
        whom = [(item.publisher.id, item.platform) if item.publisher.id else None for item in items]
        known = publisher_entities(tx, [one for one in whom if one is not None])
        today = day(tx.now)
        days: dict[date, list[int]] = {}
        for place, (item, one) in enumerate(zip(items, whom, strict=True)):
            if one is not None and one in known:
                days.setdefault(item.published_at or today, []).append(place)
        for as_of, places in days.items():
            entities = {place: known[one] for place in places if (one := whom[place]) is not None}
            for place, found in _of_day(tx, catalogue, finder, as_of, items, entities):
                facts[place] = found
        return facts

    return provide


def _of_day(
    tx: Tx, catalogue: Catalogue, finder: Finder, as_of: date, items: Sequence[Item], entities: Mapping[int, Entity]
) -> Iterable[tuple[int, Mapping[str, Any]]]:
    several = {one.id: one for one in entities.values()}
    # Few items name a device or drug: the others need not know what their institution uses.
    words = tuple({word for need in catalogue.needs.values() for word in need.words})
    naming = any(word in part.text for place in entities for part in items[place].parts for word in words)
    accounts = scope_facts.accounts(
        tx, catalogue, [one for one in several.values() if one.kind == "account"], as_of, with_products=naming
    )
    clinics = scope_facts.institutions(
        tx, catalogue, [one for one in several.values() if one.kind == "institution"], as_of, with_products=naming
    )
    persons = {one.id for one in several.values() if one.kind == "physician"}
    owned = [owner for account in accounts.values() for owner in account.owners or ()]
    persons |= {owner.id for owner in owned if owner.kind == "physician"}
    papers = {id: one.credentials or () for id, one in _physicians(tx, persons, as_of).items()}
    for place, entity in entities.items():
        account = accounts.get(entity.id)
        owners = (account.owners or ()) if account is not None else ()
        clinic = clinics.get(entity.id) or next((one.institution for one in owners if one.institution), None)
        found: dict[str, Any] = {PUBLISHER: entity.id}
        if clinic is not None:
            found |= _of_institution(tx, catalogue, finder, clinic, items[place], as_of)
        doctors = [entity.id, *(one.id for one in owners)]
        if any(_vouched(papers.get(id, ()), ("physician_practice",), as_of) for id in doctors):
            found["publisher_qualification"] = True
        yield place, found


def _physicians(tx: Tx, ids: set[str], as_of: date) -> Mapping[str, Any]:
    return scope_facts.physicians(tx, entities_by_id(tx, ids, as_of=as_of).values(), as_of) if ids else {}


def _of_institution(
    tx: Tx, catalogue: Catalogue, finder: Finder, clinic: Institution, item: Item, as_of: date
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    own = clinic.credentials or ()
    licence = _vouched(own, LICENCES, as_of)
    text = "\n".join(part.text for part in item.parts)
    if clinic.state != "active" or _denied(own, LICENCES, as_of):
        found |= {IN_FORCE: False, "practice_licence": False}
    elif licence is not None:
        found |= {IN_FORCE: True} | _kind(catalogue, clinic)
        if licence.scope:
            found |= _specialties(catalogue, finder, licence, text)
        if clinic.name and clinic.name in text:  # it vouches for the name that is written, no more
            found["practice_licence"] = licence.number or True
    found |= _review(tx, own, item, as_of)
    if any(
        product.name in text and _denied(product.credentials or (), APPROVALS[None], as_of)
        for product in clinic.products or ()
        if len(product.name) > 1
    ):
        found["product_registration"] = False
    return found


def _kind(catalogue: Catalogue, clinic: Institution) -> dict[str, str]:
    kind = catalogue.kind(clinic.kind) if clinic.kind is not None else None
    told = {TYPE: kind.name if kind is not None else None, LEVEL: clinic.level}
    return {name: value for name, value in told.items() if value is not None}


def _specialties(catalogue: Catalogue, finder: Finder, licence: Held, text: str) -> dict[str, Any]:
    known = registered(catalogue, licence.scope)
    written = [*sorted(known.codes), *known.unread]
    named = {one.procedure for one in finder.find(normalise(text))}
    values = {specialty(catalogue, catalogue.procedures[code], known).value for code in named}
    found: dict[str, Any] = {SPECIALTIES: written}
    if NO in values:
        found["departments"] = False
    elif values == {YES}:
        found["departments"] = [catalogue.specialty_name(code) for code in sorted(known.codes)]
    return found


def _review(tx: Tx, own: Sequence[Held], item: Item, as_of: date) -> dict[str, Any]:
    """The certificate of review: that which the sender names, where the registry knows it; else one that holds."""
    stated = item.facts.get("review_certificate")
    if isinstance(stated, str) and stated.strip():
        number = stated.strip()
        mine = [one for one in own if one.kind == "ad_review" and one.number == number]
        if mine:
            if _denied(mine, ("ad_review",), as_of):
                return {"review_certificate": False}
            return {}
        others = credentials_with_number(tx, number, limit=5)
        if any(one.kind == "ad_review" and one.check == CONFIRMED for one in others):
            return {"review_certificate": False}  # it was given to somebody else
    one = _vouched(own, ("ad_review",), as_of)
    return {"review_certificate": one.number or True} if one is not None else {}


def _vouched(own: Sequence[Held], kinds: tuple[str, ...], as_of: date) -> Held | None:
    """A confirmed credential that holds on the day."""
    found = standing(tuple(one for one in own if one.check == CONFIRMED), kinds, as_of)
    return found.held if found.value else None


def _denied(own: Sequence[Held], kinds: tuple[str, ...], as_of: date) -> bool:
    """Whether it is sure that none of these holds: each was revoked or suspended, or is confirmed and over."""
    of_kind = [one for one in own if one.kind in kinds]
    return bool(of_kind) and all(
        one.holds(as_of) is False and (one.state != "valid" or one.check == CONFIRMED) for one in of_kind
    )
