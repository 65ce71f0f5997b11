"""What the registry is told and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """What somebody says about one entity. What is left out stays as it is; None or "" takes a field away.

    ``entity``: kind and key (or id), name (needed for a new one), state, attributes (each by itself), and ``version``
    where it must be that one still. ``credentials``: kind and number (or id), issuer, scope, valid_from, valid_to,
    state, evidence, attributes, version. ``links``, which begin here: kind and target {kind, key} or {id} (or id of the
    link), scope, valid_from, valid_to, state, attributes, version. ``effective`` is the day from which what changes is
    so (YYYY-MM-DD); without it see ``changing.effective_from``."""

    entity: Mapping[str, Any]
    credentials: Sequence[Mapping[str, Any]] = ()
    links: Sequence[Mapping[str, Any]] = ()
    effective: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a record: where (``credentials.0.valid_to``), what, and what to do. ``word`` is stable:
    missing, wrong, unknown, duplicate, stale, unresolved, clash."""

    field: str
    message: str
    hint: str = ""
    word: str = "wrong"

    def __str__(self) -> str:
        return f"{self.field}:{self.message}" + (f"({self.hint})" if self.hint else "")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a record. ``changed`` are words such as ``credential.scope``; empty when nothing was new (and
    nothing written). ``credentials`` and ``links`` are ids in the order given; ``awaited`` counts links whose other
    end is not known yet, ``malformed`` new credentials whose number cannot be right."""

    entity: str
    kind: str
    key: str
    version: int
    fresh: bool
    changed: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    awaited: int = 0
    malformed: int = 0


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record whose form is sound: only the fields that were given, in plain JSON."""

    entity: Mapping[str, Any]
    credentials: Sequence[Mapping[str, Any]] = ()
    links: Sequence[Mapping[str, Any]] = ()
    effective: str | None = None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A link as seen from the entity it leads to: ``depth`` steps away from where one began."""

    entity: str
    depth: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Entities and the links between them, as of a day. ``whole`` is False where there were more than asked for."""

    entities: Sequence[Any] = field(default=())
    links: Sequence[Any] = field(default=())
    depth: Mapping[str, int] = field(default_factory=dict)
    whole: bool = True
