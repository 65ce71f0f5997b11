"""Lexicons: named classes of words, one YAML file each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mingjian.core.model.item import DOMAINS
from mingjian.core.rulebook.errors import Problem


@dataclass(frozen=True, slots=True)
class Term:
    """One word with its other names. ``slang`` counts only beside other words of the field."""

    text: str
    aliases: tuple[str, ...] = ()
    slang: tuple[str, ...] = ()
    excepts: tuple[str, ...] = ()
    variants: bool = False
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A class of words. ``domain``: what a hit speaks for. ``field``: a hit is context of the field."""

    name: str
    title: str
    terms: tuple[Term, ...]
    domain: str | None = None
    field: bool = False
    variants: bool = False
    path: str = ""


TERM_KEYS = {"term", "aliases", "slang", "except", "variants", "attrs"}
LEXICON_KEYS = {"name", "title", "domain", "field", "variants", "terms", "note"}


def parse_lexicon(data: Any, path: str, problems: list[Problem]) -> Lexicon | None:
    """A lexicon from its YAML; problems are appended, and None is returned when nothing can be saved."""
    if not isinstance(data, dict) or not isinstance(data.get("terms"), list):
        problems.append(Problem(path, "terms", "a lexicon is a mapping with name, title and a list of terms"))
        return None
    for key in sorted(set(data) - LEXICON_KEYS):
        problems.append(Problem(path, str(key), "unknown field"))
    if data.get("domain") not in (None, *DOMAINS):
        problems.append(Problem(path, "domain", f"{data['domain']!r} is not one of {', '.join(DOMAINS)}"))
    default = bool(data.get("variants", False))
    terms = tuple(
        term
        for index, raw in enumerate(data["terms"])
        if (term := _parse_term(raw, default, f"terms[{index}]", path, problems)) is not None
    )
    return Lexicon(
        name=str(data.get("name", "")),
        title=str(data.get("title", "")),
        terms=terms,
        domain=data.get("domain"),
        field=bool(data.get("field", False)),
        variants=default,
        path=path,
    )


def _parse_term(raw: Any, variants: bool, where: str, path: str, problems: list[Problem]) -> Term | None:
    if isinstance(raw, str | int | float):
        raw = {"term": str(raw)}
    if not isinstance(raw, dict) or not raw.get("term"):
        problems.append(Problem(path, where, "a term is a word, or a mapping with the field `term`"))
        return None
    for key in sorted(set(raw) - TERM_KEYS):
        problems.append(Problem(path, f"{where}.{key}", "unknown field"))
    lists = {key: tuple(str(word) for word in raw.get(key) or ()) for key in ("aliases", "slang", "except")}
    term = Term(
        text=str(raw["term"]),
        aliases=lists["aliases"],
        slang=lists["slang"],
        excepts=lists["except"],
        variants=bool(raw.get("variants", variants)),
        attrs=raw.get("attrs") or {},
    )
    for word in (term.text, *term.aliases, *term.slang):
        if len(word.strip()) < 2:
            problems.append(Problem(path, where, f"{word!r} is shorter than two characters"))
    return term
