"""Scope answers from the registry: may this physician perform this procedure at this institution on this day, may
this account advertise it? Asks, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from mingjian.core.model.scope import Catalogue, Procedure
from mingjian.core.scope import Answer, may_advertise, may_perform
from mingjian.core.scope.finding import Finder
from mingjian.core.text.views import normalise
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.desk.registry import scope_facts
from mingjian.records.errors import Invalid
from mingjian.records.registry.model import PRODUCT_KINDS, Entity
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import credentials_with_number, entities_by_id, entities_by_keys, search_entities

QUESTIONS = ("perform", "advertise")
ROLES: Mapping[str, tuple[str, ...]] = {
    "institution": ("institution",), "physician": ("physician",), "account": ("account",), "product": PRODUCT_KINDS,
}  # fmt: skip
ROLE_NAMES = {"institution": "机构", "physician": "医师", "account": "账号", "product": "产品"}
MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Question:
    """``procedure`` is a code, a name or a word of the catalogue; the others are named by id, key, number or name.
    ``supervised``: the physician works under a lead physician in this case."""

    ask: str
    as_of: date
    procedure: str | None = None
    institution: str | None = None
    physician: str | None = None
    account: str | None = None
    product: str | None = None
    supervised: bool | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """``answer`` is None while somebody could be several (``candidates``) or nobody (``unknown``), by role.
    ``entities`` are those it speaks of, by id."""

    answer: Answer | None
    procedure: Procedure | None
    roles: Mapping[str, Entity] = field(default_factory=dict)
    candidates: Mapping[str, Sequence[Entity]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    entities: Mapping[str, Entity] = field(default_factory=dict)


def procedure_of(catalogue: Catalogue, finder: Finder, written: str | None) -> Procedure | None:
    """The procedure of a code, a name or a word; None when the catalogue does not know it."""
    text = (written or "").strip()
    if text in catalogue.procedures:
        return catalogue.procedures[text]
    by_name = next((one for one in catalogue.procedures.values() if text and one.name == text), None)
    if by_name is not None:
        return by_name
    folded = normalise(text)
    found = finder.find(folded)
    # A word within a longer wish (做双眼皮) is enough, as long as it is the only one.
    codes = {one.procedure for one in found}
    return catalogue.procedures[codes.pop()] if len(codes) == 1 else None


def answer(tx: Tx, principal: Principal, catalogue: Catalogue, finder: Finder, question: Question) -> Answered:
    """The answer as of a day. Invalid for a question that names nobody; permission ``registry.read``."""
    demand(principal, "registry.read")
    if question.ask not in QUESTIONS:
        raise Invalid(f"应为 {'、'.join(QUESTIONS)} 之一。", field="ask")
    named = {role: value for role in ROLES if (value := (getattr(question, role) or "").strip())}
    if question.ask == "perform" and "institution" not in named:
        raise Invalid("请写明机构。", field="institution")
    if question.ask == "advertise" and not {"account", "institution", "product"} & named.keys():
        raise Invalid("请写明账号、机构或产品。", field="account")
    if not (question.procedure or "").strip() and "product" not in named:
        raise Invalid("请写明项目。", field="procedure")
    procedure = procedure_of(catalogue, finder, question.procedure)
    found = {role: resolve(tx, ROLES[role], value, question.as_of) for role, value in named.items()}
    roles = {role: some[0] for role, some in found.items() if len(some) == 1}
    if len(roles) < len(found):
        return Answered(
            None, procedure, roles, {role: some for role, some in found.items() if len(some) > 1},
            tuple(role for role, some in found.items() if not some),
        )  # fmt: skip
    made = _answer(tx, catalogue, question, procedure, roles)
    told = {name for step in made.steps for name in step.ids}
    others = told - {one.id for one in roles.values()}
    entities = {one.id: one for one in roles.values()} | (entities_by_id(tx, others) if others else {})
    return Answered(made, procedure, roles, entities=entities)


def _answer(
    tx: Tx, catalogue: Catalogue, question: Question, procedure: Procedure | None, roles: Mapping[str, Entity]
) -> Answer:
    day = question.as_of
    wanted: Procedure | str | None = procedure or question.procedure
    product = None
    if "product" in roles:
        product = scope_facts.products(tx, [roles["product"]], day)[roles["product"].id]
    with_products = product is None and procedure is not None and bool(procedure.needs) and question.ask == "perform"
    institution = None
    if "institution" in roles:
        one = roles["institution"]
        institution = scope_facts.institutions(tx, catalogue, [one], day, with_products=with_products)[one.id]
    if question.ask == "perform":
        physician = None
        if "physician" in roles:
            one = roles["physician"]
            physician = scope_facts.physicians(tx, [one], day, supervised=question.supervised)[one.id]
        return may_perform(catalogue, physician, wanted, institution, day, product)
    account = None
    if "account" in roles:
        account = scope_facts.accounts(tx, catalogue, [roles["account"]], day)[roles["account"].id]
    if product is not None and procedure is None:
        return may_advertise(catalogue, account, product, day, institution)
    return may_advertise(catalogue, account, wanted, day, institution)


def resolve(tx: Tx, kinds: Sequence[str], written: str, as_of: date) -> list[Entity]:
    """Who is meant: one by id, key or number; by name one, or several to choose from; none."""
    by_id = entities_by_id(tx, [written], as_of=as_of)
    if (one := by_id.get(written)) is not None:
        return [one] if one.kind in kinds else []
    for kind in kinds:
        by_key = entities_by_keys(tx, kind, [written], as_of=as_of)
        if written in by_key:
            return [by_key[written]]
    holders = {credential.entity for credential in credentials_with_number(tx, written, limit=MOST_CANDIDATES)}
    if holders:
        known = [one for one in entities_by_id(tx, holders, as_of=as_of).values() if one.kind in kinds]
        if known:
            return known
    sole = kinds[0] if len(kinds) == 1 else None
    found, _ = search_entities(tx, written, sole, None, None, MOST_CANDIDATES)
    found = [one for one in found if one.kind in kinds]
    exact = [one for one in found if one.name == written]
    return exact if len(exact) == 1 else found
