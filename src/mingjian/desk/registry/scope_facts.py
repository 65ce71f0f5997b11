"""From the registry to the facts that scope answers rest on: for many at once, in a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mingjian.core.model.scope import Catalogue
from mingjian.core.scope.facts import Account, Held, Institution, Owner, Physician, Post, Product
from mingjian.core.scope.institution import LICENCES, kind_of
from mingjian.records.registry.model import PRODUCT_KINDS, Credential, Entity
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import credentials_of, entities_by_id, links_from, links_to

MOST_PRODUCTS = 500  # of one institution; more are not looked at
LEVELS = ("一级", "二级", "三级")
TOXIC = ("肉毒",)
_LEVEL_WORDS = {"1": "一级", "2": "二级", "3": "三级"}


def held(one: Credential) -> Held:
    """A credential as the chain sees it."""
    return Held(
        one.kind, one.number, tuple(one.scope), one.valid_from, one.valid_to, one.state, one.check, one.id
    )  # fmt: skip


def _all_held(some: Iterable[Credential]) -> tuple[Held, ...]:
    return tuple(held(one) for one in some)


def institutions(
    tx: Tx, catalogue: Catalogue, entities: Iterable[Entity], as_of: date, *, with_products: bool = False
) -> dict[str, Institution]:
    """Institutions by id, with the products they use on the day when those are asked for."""
    known = {one.id: one for one in entities}
    papers = credentials_of(tx, known, as_of=as_of) if known else {}
    used = _used(tx, known, as_of) if known and with_products else {}
    made = {}
    for id, one in known.items():
        own = _all_held(papers.get(id, ()))
        number = next((credential.number for credential in own if credential.kind in LICENCES), "")
        kind = kind_of(catalogue, _text(one.attributes, "category", "type", "institution_type"), number, one.name)
        made[id] = Institution(
            one.name, kind.code if kind else None, level_of(one.attributes, own), one.state, own,
            tuple(used.get(id, ())) if with_products else None, id,
        )  # fmt: skip
    return made


def level_of(attributes: Mapping[str, Any], own: Iterable[Held] = ()) -> str | None:
    """一级, 二级 or 三级 of a hospital: as recorded, or from its graded rank (三级甲等)."""
    written = [str(attributes[name]) for name in ("level", "grade", "hospital_grade") if attributes.get(name)]
    written += [word for one in own if one.kind == "hospital_grade" and one.state == "valid"
                for word in (one.number, *one.scope)]  # fmt: skip
    for text in written:
        found = next((level for level in LEVELS if text.startswith(level)), _LEVEL_WORDS.get(text))
        if found is not None:
            return found
    return None


def _used(tx: Tx, known: Mapping[str, Entity], as_of: date) -> dict[str, list[Product]]:
    links = links_to(tx, known, ("used_by",), as_of=as_of, limit=MOST_PRODUCTS * len(known))
    pairs = [(id, link.source) for id, some in links.items() for link in some if link.holds(as_of)]
    found = products(tx, entities_by_id(tx, {source for _, source in pairs}, as_of=as_of).values(), as_of)
    made: dict[str, list[Product]] = {}
    for id, source in pairs:
        if source in found:
            made.setdefault(id, []).append(found[source])
    return made


def products(tx: Tx, entities: Iterable[Entity], as_of: date) -> dict[str, Product]:
    """Devices and drugs by id."""
    known = {one.id: one for one in entities if one.kind in PRODUCT_KINDS}
    papers = credentials_of(tx, known, as_of=as_of) if known else {}
    return {
        id: Product(one.name, _product_kind(one), _all_held(papers.get(id, ())), _drug(one), id)
        for id, one in known.items()
    }


def _product_kind(one: Entity) -> str | None:
    return {"device": "device", "consumable": "device", "drug": "drug"}.get(one.kind)


def _drug(one: Entity) -> str | None:
    stated = one.attributes.get("drug")
    if stated in ("toxic", "prescription"):
        return str(stated)
    if one.kind == "drug" and any(word in one.name for word in TOXIC):
        return "toxic"
    prescription = one.attributes.get("prescription")
    return "prescription" if prescription is True else "otc" if prescription is False else None


def physicians(
    tx: Tx, entities: Iterable[Entity], as_of: date, *, supervised: bool | None = None
) -> dict[str, Physician]:
    """Physicians by id, with where they practise."""
    known = {one.id: one for one in entities}
    papers = credentials_of(tx, known, as_of=as_of) if known else {}
    posts = links_from(tx, known, ("practises_at",), as_of=as_of) if known else {}
    return {
        id: Physician(
            one.name, one.state, _all_held(papers.get(id, ())),
            tuple(Post(link.target, link.valid_from, link.valid_to, link.state, link.id) for link in posts.get(id, ())),
            _assistant(one, papers.get(id, ())), supervised, id,
        )
        for id, one in known.items()
    }  # fmt: skip


def _assistant(one: Entity, papers: Iterable[Credential]) -> bool | None:
    stated = one.attributes.get("assistant")
    if isinstance(stated, bool):
        return stated
    numbers = [paper.number for paper in papers if paper.kind == "physician_practice" and len(paper.number) == 15]
    # The first digit of a practice certificate: 1 a physician, 2 an assistant.
    return numbers[0][0] == "2" if numbers and numbers[0][0] in "12" else None


def accounts(
    tx: Tx, catalogue: Catalogue, entities: Iterable[Entity], as_of: date, *, with_products: bool = False
) -> dict[str, Account]:
    """Accounts by id, with those they belong to on the day and the agencies that run them."""
    known = {one.id: one for one in entities}
    if not known:
        return {}
    owned = links_from(tx, known, ("belongs_to",), as_of=as_of)
    run = links_to(tx, known, ("operates",), as_of=as_of, limit=20 * len(known))
    of = {id: [link.target for link in owned.get(id, ()) if link.holds(as_of)] for id in known}
    by = {id: [link.source for link in run.get(id, ()) if link.holds(as_of)] for id in known}
    ids = {one for some in (*of.values(), *by.values()) for one in some}
    others = entities_by_id(tx, ids, as_of=as_of) if ids else {}
    clinics = institutions(
        tx, catalogue, (one for one in others.values() if one.kind == "institution"), as_of,
        with_products=with_products,
    )  # fmt: skip

    def owners(ids: Iterable[str]) -> tuple[Owner, ...]:
        found = [others[id] for id in ids if id in others]
        return tuple(Owner(one.kind, one.name, clinics.get(one.id), one.id) for one in found)

    return {id: Account(one.name, one.state, owners(of[id]), owners(by[id]), id) for id, one in known.items()}


def _text(attributes: Mapping[str, Any], *names: str) -> str | None:
    return next((str(attributes[name]) for name in names if attributes.get(name)), None)
