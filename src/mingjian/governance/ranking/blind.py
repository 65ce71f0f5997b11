"""Who rates whom, without names: conflicts of interest found in the registry, assignment by a seed, names covered."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from mingjian.desk.people.masking import mask
from mingjian.records.registry.model import Entity
from mingjian.records.storage import registry
from mingjian.records.storage.database import Tx

COVER = "■■"
_NEAR = timedelta(days=3 * 365)


def ties_of(tx: Tx, entities: Sequence[str], as_of: date) -> dict[str, frozenset[str]]:
    """What each is joined to: themselves, the places they practise at or did within three years, the houses those are
    branches of, their accounts and the agencies that run them. Two who share any have a conflict of interest."""
    found: dict[str, set[str]] = {id: {id} for id in entities}
    since = as_of - _NEAR
    for id, links in registry.links_from(tx, entities, ("practises_at",)).items():
        found[id] |= {link.target for link in links if link.valid_to is None or link.valid_to >= since}
    for id, links in registry.links_to(tx, entities, ("belongs_to",)).items():
        found[id] |= {link.source for link in links}
    around = {other for some in found.values() for other in some}
    above = registry.links_from(tx, list(around), ("branch_of",))
    agencies = registry.links_to(tx, list(around), ("operates",))
    for some in found.values():
        for other in list(some):
            some |= {link.target for link in above.get(other, ())}
            some |= {link.source for link in agencies.get(other, ())}
    return {id: frozenset(some) for id, some in found.items()}


def conflicts(
    entrants: Mapping[str, str], raters: Mapping[str, str | None], ties: Mapping[str, frozenset[str]]
) -> set[tuple[str, str]]:
    """(entrant, rater) that may not meet. ``entrants`` are id → entity, ``raters`` actor → entity or None."""
    known = {rater: ties[entity] for rater, entity in raters.items() if entity is not None and entity in ties}
    return {(entrant, rater) for entrant, entity in entrants.items() for rater, near in known.items()
            if near & ties.get(entity, frozenset((entity,)))}  # fmt: skip


def assign(
    needed: Mapping[str, int], raters: Sequence[str], barred: Collection[tuple[str, str]], seed: int,
    load: Mapping[str, int] | None = None,
) -> tuple[list[tuple[str, str]], dict[str, int]]:  # fmt: skip
    """Pairs (entrant, rater), as many for each entrant as ``needed``, no barred pair, the work spread evenly; and the
    entrants for whom there are too few raters, with how many lack. The same arguments give the same pairs."""
    rng = random.Random(seed)
    carried = {rater: (load or {}).get(rater, 0) for rater in raters}
    order = sorted(needed)
    rng.shuffle(order)
    pairs: list[tuple[str, str]] = []
    short: dict[str, int] = {}
    for entrant in order:
        free = [rater for rater in sorted(carried) if (entrant, rater) not in barred]
        rng.shuffle(free)
        chosen = sorted(free, key=lambda rater: carried[rater])[: needed[entrant]]
        for rater in chosen:
            carried[rater] += 1
            pairs.append((entrant, rater))
        if len(chosen) < needed[entrant]:
            short[entrant] = needed[entrant] - len(chosen)
    return pairs, short


def covered(works: Iterable[Mapping[str, Any]], names: Iterable[str]) -> list[dict[str, Any]]:
    """Works without the names given (and without phones, numbers and the like), for the eyes of raters."""
    secret = sorted({name for name in names if len(name) >= 2}, key=len, reverse=True)

    def hide(text: str) -> str:
        for name in secret:
            text = text.replace(name, COVER)
        return mask(text)

    return [{"title": hide(str(work.get("title", ""))), "text": hide(str(work.get("text", ""))),
             "media": list(work.get("media", ()))} for work in works]  # fmt: skip


def names_of(tx: Tx, entity: Entity) -> list[str]:
    """The names and numbers by which somebody could be known: their own, their places', their accounts'."""
    links = registry.links_from(tx, [entity.id], ("practises_at",)).get(entity.id, [])
    owned = registry.links_to(tx, [entity.id], ("belongs_to",)).get(entity.id, [])
    known = registry.entities_by_id(tx, [*(link.target for link in links), *(link.source for link in owned)])
    found = [entity.name, entity.key]
    for one in known.values():
        found += [one.name, one.key, one.key.rpartition(":")[2]]
    return found
