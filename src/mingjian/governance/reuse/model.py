"""Nouns of comparing: a print as it was taken, what it is like, and what was found of a whole item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mingjian.core.model import Item
from mingjian.records.items.model import Media
from mingjian.records.reuse.model import Behind


@dataclass(frozen=True, slots=True)
class Print:
    """A print of one matter of an item. ``place`` is written or spoken for texts and the file's digest for pictures
    and clips; ``value`` is what the index takes, made of ``body``."""

    matter: str
    place: str
    page: int | None
    body: bytes
    value: Any


@dataclass(frozen=True, slots=True)
class Match:
    """A kept print that is like a new one, by its number; ``detail`` is plain data for the journal."""

    number: int
    matter: str
    how: str
    distance: int | None = None
    share: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    score: float | None = None

    @property
    def strength(self) -> float:
        """0 to 1: 1 is the very same. Matches of one item are told strongest first."""
        return self.score if self.score is not None else (self.share or 0) / 1000


@dataclass(frozen=True, slots=True)
class Pair:
    """A match with the item behind it; ``own``: of the same publisher."""

    match: Match
    behind: Behind
    own: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An item that is to be compared. ``source`` is the system that hands it in: with the item's own number it tells
    versions of one item from copies. ``until`` (microseconds): what was submitted then or later does not count.
    ``stored`` is its number here, where it has one already."""

    item: Item
    media: tuple[Media, ...] = ()
    source: str | None = None
    until: int | None = None
    stored: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """An item's prints, what they are like, and how far the index had read (``seen``) when it was asked. ``more``:
    there were more matches than are told."""

    prints: tuple[Print, ...] = ()
    pairs: tuple[Pair, ...] = ()
    seen: int = 0
    more: bool = False
    unread: tuple[str, ...] = ()
    """Files no prints could be taken of, with the reason."""


NOTHING = Compared()
