"""What was done in a campaign, as plain rows: made once from the tables and once from the journal, counted alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SOURCES = ("sweep", "ring", "alarm", "case", "certification_batch", "decision", "live")
WITHDRAWN = ("reversed", "replaced")
"""An action ended so was taken back; one whose term is over was not."""
ENDED = ("undone", "reversed", "overturned")
"""A decision ended so was found wrong; one replaced or varied goes on in another."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision of the campaign. ``source`` is the kind of link it came by; ``kind`` that of its item; ``families``
    of the rules found broken."""

    id: str
    source: str
    item: str | None
    publisher: str | None
    platform: str | None
    kind: str | None
    families: frozenset[str]
    state: str


@dataclass(frozen=True, slots=True)
class Act:
    """A measure taken by one of these decisions: on an item, or else on a publisher, for so many ``days`` (None:
    without a term)."""

    id: str
    decision: str
    item: str | None
    publisher: str | None
    measure: str
    right: str | None
    stands: bool
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Aired:
    """What an item was said in: a session of a live room (``room#session``), and who is behind its goods."""

    room: str
    merchants: tuple[str, ...]


@dataclass(slots=True)
class Told:
    """Everything a campaign's figures are counted from. ``appeals`` are (decision, outcome; ``lodged`` while there is
    none); ``cases`` outcome or None; ``rings`` and ``alarms`` their state; ``swept`` how many items a sweep judged;
    ``holders`` the entities of the registry (id → kind) behind each publisher; ``aired`` the live room of an item, and
    ``sellers`` the entities behind the goods it promoted."""

    rulings: dict[str, Ruling] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    appeals: dict[str, tuple[str, str]] = field(default_factory=dict)
    cases: dict[str, str | None] = field(default_factory=dict)
    rings: dict[str, str] = field(default_factory=dict)
    alarms: dict[str, str] = field(default_factory=dict)
    swept: dict[str, int] = field(default_factory=dict)
    holders: dict[str, Mapping[str, str]] = field(default_factory=dict)
    aired: dict[str, Aired] = field(default_factory=dict)
    sellers: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def publishers(self) -> dict[str, set[str | None]]:
        """Every publisher concerned, with the platforms it was seen on."""
        found: dict[str, set[str | None]] = {}
        for one in self.rulings.values():
            if one.publisher:
                found.setdefault(one.publisher, set()).add(one.platform)
        return found


def aired(room: str, session: int, merchants: Sequence[str]) -> Aired:
    """A session of a room, in its one way of writing."""
    return Aired(f"{room}#{session}", tuple(merchants))


def term(taken_at: int, until: int | None) -> int | None:
    """The days of a term, from its two ends in microseconds."""
    return None if until is None else round((until - taken_at) / 86_400_000_000)


def before_it(replaces: Sequence[str], facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The decisions whose place one took: those it replaced, and the one it eased on appeal."""
    varied = facts.get("varies")
    return (*replaces, varied) if isinstance(varied, str) else tuple(replaces)
