"""What is asked of the search and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from mingjian.records.items.model import Stored

COUNTED = 1000
"""Results are counted up to here."""


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Words and properties, all of which must hold; None and empty mean any. Times in microseconds of submission,
    ``until`` exclusive."""

    query: str = ""
    platform: str | None = None
    value: str | None = None
    severity: str | None = None
    publisher: str | None = None
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A result: the item and the words round the first place found. ``snippet`` is (text, whether it was asked for)."""

    item: Stored
    title: str
    snippet: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Results:
    """A stretch of results, newest first. ``count`` goes up to COUNTED, ``more`` says there are others beyond it;
    ``next`` is the cursor of the stretch behind this one."""

    items: tuple[Found, ...]
    count: int
    more: bool
    next: int | None = None


@dataclass(frozen=True, slots=True)
class Similar:
    """Another item with much the same words; ``share`` is the part of all their marks that both have (0..1)."""

    item: Stored
    share: float
    same: bool
