"""The law a decision rests on, looked up as of a day and frozen with the decision."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from typing import Any

from mingjian.core.model.law import Citation
from mingjian.core.model.rule import Rule
from mingjian.core.rulebook.lawbook import Lawbook
from mingjian.core.rulebook.load import load
from mingjian.governance.actions.book import Book, packaged
from mingjian.records.canonical import canonical

Resolve = Callable[[str, date], Citation | None]
"""The provision of a reference (``cn.advertising-law/16.1.1``) or label (``广告法16.1.1``) in force on a day; None
when there is none or it was not in force."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What decisions stand on: law, the rules with what they cite, the house's measures and ladders. ``platforms``
    are slugs with names for people."""

    resolve: Resolve
    rules: Mapping[str, Rule]
    book: Book
    platforms: Mapping[str, str] = field(default_factory=dict)


def basis_of(
    lawbook: Lawbook, rules: Iterable[Rule], book: Book | None = None, platforms: Mapping[str, str] | None = None
) -> Basis:
    """The basis of an engine (``engine.compiled.lawbook``, ``engine.compiled.rules``) and of a deployer's book."""
    labels = {
        f"{instrument.short}{provision.id}": f"{instrument.slug}/{provision.id}"
        for instrument in lawbook.instruments.values()
        for provision in instrument.provisions
    }

    def resolve(name: str, as_of: date) -> Citation | None:
        return lawbook.cite(labels.get(name, name), as_of)

    return Basis(resolve, {rule.code: rule for rule in rules}, book or packaged(), platforms or {})


@cache
def packaged_basis() -> Basis:
    """The basis of the rulebook that ships with the package; takes a second or two the first time."""
    sources = load()
    names = {slug: str(platform.get("name") or slug) for slug, platform in sources.platforms.items()}
    return basis_of(Lawbook(sources.instruments), sources.rules, platforms=names)


_in_force: list[Basis] = []  # the last one counts


def use_basis(basis: Basis) -> None:
    """Put a basis in force for this process: a door does it once, when it opens the desk."""
    _in_force[:] = [basis]


@contextlib.contextmanager
def using(basis: Basis) -> Iterator[Basis]:
    """Put a basis in force for a while."""
    _in_force.append(basis)
    try:
        yield basis
    finally:
        _in_force.remove(basis)


def basis_in_force() -> Basis:
    """The basis in force: the shipped one where no door chose another."""
    return _in_force[-1] if _in_force else packaged_basis()


def book_in_force() -> Book:
    """Its measures and ladders, without reading the rulebook."""
    return _in_force[-1].book if _in_force else packaged()


def platforms_in_force() -> Collection[str]:
    """The platforms that accounts may be on."""
    return basis_in_force().platforms


def found_law(resolve: Resolve, names: Iterable[str], as_of: date) -> tuple[list[Citation], list[str]]:
    """The provisions of these names in force on the day, each once, and the names that gave none."""
    found: dict[str, Citation] = {}
    missing: list[str] = []
    for name in dict.fromkeys(names):
        citation = resolve(name, as_of)
        if citation is None:
            missing.append(name)
        else:
            found.setdefault(citation.ref, citation)
    return list(found.values()), missing


def frozen(citations: Sequence[Citation]) -> bytes:
    """Citations as they are kept with a decision."""
    return canonical([_plain(citation) for citation in citations])


def thawed(kept: bytes) -> tuple[Citation, ...]:
    """What ``frozen`` kept."""
    return tuple(
        Citation(**entry | {"effective": date.fromisoformat(entry["effective"]) if entry["effective"] else None})
        for entry in json.loads(kept)
    )


def _plain(citation: Citation) -> dict[str, Any]:
    return asdict(citation) | {"effective": citation.effective.isoformat() if citation.effective else None}
