"""The registry as its pages show it: numbers checked and covered, links with both ends, the picture of what stands
around somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from starlette.requests import Request

from mingjian.core.credentials import Check, masked, number_kinds, verify
from mingjian.desk.people.masking import kinds as personal_kinds
from mingjian.desk.people.masking import mask
from mingjian.desk.registry.model import Graph
from mingjian.doors.console.context import desk
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.registry.model import PERSON_KINDS, Credential, Entity, Link, Version
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import (
    credentials_by_id,
    credentials_of,
    entities_by_id,
    links_from,
    links_to,
)

MOST_LINKS = 300
QUALIFICATION = 18  # characters from which on a person's key may hold an identity number
SOON = 60
"""Days before its end at which a credential is said to run out soon."""
PRIVATE = frozenset(("id_number", "id_card", "phone", "mobile", "birth", "birthday", "address", "email", "wechat"))
"""Attributes that are covered whatever stands in them."""
OFFICIAL = ("confirmed", "contradicted")
"""Checks that an official source made: what the form of a number says counts for less."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A credential as it is shown: ``number`` covered where it must be, ``found`` what its form says on the day,
    ``standing`` one of holds, over, later, stopped, unknown; ``left`` days until its end; ``before``
    what the last check said besides."""

    credential: Credential
    number: str
    found: Check
    standing: str
    left: int | None
    attributes: tuple[tuple[str, str], ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """A link as seen from one of its ends."""

    link: Link
    other: Entity
    outward: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One entity with all that its page says. ``personal`` are the kinds of personal data there were to cover."""

    entity: Entity
    key: str
    attributes: tuple[tuple[str, str], ...]
    papers: Sequence[Paper]
    links: Sequence[Joined]
    personal: tuple[str, ...]
    covered: bool
    more_links: bool


def asked_day(request: Request, today: date) -> date:
    """The day of the address (``as_of``), or today. Invalid."""
    given = request.query_params.get("as_of", "").strip()
    if not given:
        return today
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Invalid(f"不是日期:{given[:40]}。请写作 2026-03-02。", field="as_of") from error


def today_of(request: Request) -> date:
    """The day it is, in China."""
    return day(desk(request).database.clock.now())


def read_entity(tx: Tx, id: str, as_of: date, *, covered: bool) -> Shown:
    """An entity as of a day. NotFound."""
    entity = entities_by_id(tx, [id], as_of=as_of).get(id)
    if entity is None:
        raise NotFound(f"没有这个登记对象:{id}")
    credentials = credentials_of(tx, [id], as_of=as_of).get(id, [])
    links, more = _joined(tx, id, as_of)
    known = context_of(entity, credentials)
    papers = [paper_of(one, as_of, known, covered=covered) for one in credentials]
    attributes = _plain(entity.attributes, covered=covered)
    key = key_of(entity) if covered else entity.key
    return Shown(entity, key, attributes, papers, links, _personal(entity, credentials), covered, more)


def paper_of(credential: Credential, as_of: date, known: Mapping[str, Any], *, covered: bool) -> Paper:
    """A credential with what its number says."""
    found = verify(credential.kind, credential.number, as_of, known)
    number = masked(credential.kind, credential.number) if covered else credential.number
    left = (credential.valid_to - as_of).days if credential.valid_to is not None else None
    plain = _plain(credential.attributes, covered=covered)
    standing = standing_of(credential, as_of)
    if standing in ("holds", "unknown") and credential.valid_to is None and found.code == "expired":
        standing = "over"  # the number itself says so
    said = [part for part in credential.why.split(";") if part and part not in found.reasons]
    return Paper(credential, number, found, standing, left, plain, ";".join(said))


def standing_of(credential: Credential, as_of: date) -> str:
    """How it stands on a day, in a word."""
    if credential.state != "valid":
        return "stopped"
    if credential.valid_from is not None and as_of < credential.valid_from:
        return "later"
    holds = credential.holds(as_of)
    return "unknown" if holds is None else "holds" if holds else "over"


def key_of(entity: Entity) -> str:
    """An entity's key as lists show it: a person's may be a certificate's number that holds an identity number."""
    personal = entity.kind in PERSON_KINDS and len(entity.key) >= QUALIFICATION
    return masked("physician_qualification", entity.key) if personal else entity.key


def context_of(entity: Entity, credentials: Iterable[Credential]) -> dict[str, Any]:
    """What is known besides a number, for comparing it with: see mingjian.core.credentials.context."""
    known: dict[str, Any] = {}
    numbers = {one.kind: one.number for one in credentials if one.state == "valid"}
    if "business_licence" in numbers:
        known["uscc"] = numbers["business_licence"]
    if len(numbers.get("practice_licence", "").replace("-", "")) == 22:
        known["regno"] = numbers["practice_licence"]
    if "physician_qualification" in numbers:
        known["qualification"] = numbers["physician_qualification"]
    for name in ("region", "province", "ownership", "profit", "id_number", "device_class", "made"):
        if entity.attributes.get(name) not in (None, ""):
            known[name] = entity.attributes[name]
    return known


def check_word(found: Check) -> str:
    """What the registry calls the outcome of an offline check."""
    return {True: "well_formed", False: "malformed", None: "unverified"}[found.ok]


def credential_with_owner(tx: Tx, id: str) -> tuple[Credential, Entity]:
    """A credential and whose it is. NotFound."""
    credential = credentials_by_id(tx, [id]).get(id)
    if credential is None:
        raise NotFound(f"没有这个资质:{id}")
    return credential, entities_by_id(tx, [credential.entity])[credential.entity]


def has_form(kind: str) -> bool:
    """Whether credentials of a kind bear numbers that can be checked offline."""
    return bool(number_kinds(kind))


def _joined(tx: Tx, id: str, as_of: date) -> tuple[list[Joined], bool]:
    outward = links_from(tx, [id], as_of=as_of).get(id, [])[:MOST_LINKS]
    inward = links_to(tx, [id], as_of=as_of, limit=MOST_LINKS + 1).get(id, [])
    more = len(inward) > MOST_LINKS
    found = [(link, link.target, True) for link in outward] + [(link, link.source, False) for link in inward]
    held = [each for each in found[: 2 * MOST_LINKS] if each[0].holds(as_of)]
    known = entities_by_id(tx, [other for _, other, _ in held], as_of=as_of)
    return [Joined(link, known[other], away) for link, other, away in held if other in known], more


def _plain(attributes: Mapping[str, Any], *, covered: bool) -> tuple[tuple[str, str], ...]:
    """Attributes as texts, the personal ones covered."""
    return tuple((name, _said(name, value, covered)) for name, value in sorted(attributes.items()))


def _said(name: str, value: Any, covered: bool) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    text = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if not covered:
        return text
    hidden = mask(text)
    if name in PRIVATE and hidden == text:
        return text[:1] + "*" * (len(text) - 1)
    return hidden


def _personal(entity: Entity, credentials: Iterable[Credential]) -> tuple[str, ...]:
    """Kinds of personal data on the page, for the access log."""
    texts = [str(value) for value in entity.attributes.values()]
    found = set(personal_kinds(texts))
    found |= {"number" for name in entity.attributes if name in PRIVATE}
    if key_of(entity) != entity.key:
        found.add("id")
    for one in credentials:
        if masked(one.kind, one.number) != one.number:
            found.add("id")
        found |= set(personal_kinds([str(value) for value in one.attributes.values()]))
    return tuple(sorted(found))


def covered_version(version: Version) -> Version:
    """A version for history: numbers and attributes covered."""
    values = dict(version.values)
    if values.get("number"):
        values["number"] = masked(str(values.get("kind", "")), str(values["number"]))
    if version.noun == "entity" and values.get("key"):
        values["key"] = key_of(Entity(version.subject, str(values["kind"]), str(values["key"]), ""))
    values["attributes"] = dict(_plain(values.get("attributes") or {}, covered=True))
    return replace(version, values=values)


def graph_option(graph: Graph, start: str, words: Mapping[str, str], link_words: Mapping[str, str], as_of: date,
                 addresses: Mapping[str, str]) -> dict[str, Any]:  # fmt: skip
    """The picture for ECharts: a node is clicked through to its own picture."""
    kinds = list(dict.fromkeys(one.kind for one in graph.entities))
    nodes = [
        {
            "id": one.id,
            "name": one.name or key_of(one),
            "value": words.get(one.kind, one.kind),
            "category": kinds.index(one.kind),
            "symbolSize": 44 if one.id == start else 26,
            "href": addresses[one.id],
            "label": {"show": True, "fontWeight": "bold" if one.id == start else "normal"},
        }
        for one in graph.entities
    ]
    edges = [
        {"source": link.source, "target": link.target, "value": link_words.get(link.kind, link.kind)}
        for link in graph.links
    ]
    return {
        "tooltip": {"trigger": "item", "formatter": "{b}  {c}"},
        "legend": {"top": 0, "data": [words.get(kind, kind) for kind in kinds]},
        "series": [
            {
                "type": "graph",
                "layout": "force",
                "force": {"repulsion": 420, "edgeLength": [70, 150], "gravity": 0.08, "layoutAnimation": False},
                "roam": True,
                "draggable": True,
                "top": 40,
                "categories": [{"name": words.get(kind, kind)} for kind in kinds],
                "data": nodes,
                "links": edges,
                "edgeSymbol": ["none", "arrow"],
                "edgeSymbolSize": 7,
                "edgeLabel": {"show": len(edges) <= 40, "formatter": "{c}", "fontSize": 11, "color": "--soft"},
                "lineStyle": {"color": "--line-strong", "curveness": 0.06, "opacity": 1},
                "label": {"position": "bottom", "color": "--ink", "fontSize": 12, "width": 130, "overflow": "truncate"},
                "emphasis": {"focus": "adjacency"},
            }
        ],
    }
