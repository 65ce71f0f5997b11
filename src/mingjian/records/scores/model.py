"""A card's version, an actor's score, what outside sources report of actors. Times in microseconds, days as counts of
days since 1970-01-01 in China, points and values in millionths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from mingjian.records.clock import day as day_of

CARD_STATES = ("draft", "tried", "live", "retired")
_EPOCH = date(1970, 1, 1)


def number_of(day: date) -> int:
    """A day as a number."""
    return (day - _EPOCH).days


def day_at(number: int) -> date:
    """A number as a day."""
    return _EPOCH + timedelta(days=number)


def number_at(at: int) -> int:
    """The number of the day in China of a moment."""
    return number_of(day_of(at))


def start_of(number: int) -> int:
    """The moment a day begins in China."""
    return (number * 24 - 8) * 3_600_000_000


@dataclass(frozen=True, slots=True)
class CardVersion:
    """One version of a scorecard. ``id`` is name@version; ``digest`` names its text in the content store, ``trial``
    what was found when its scores were compared with those of the live version. ``authors`` wrote it; ``revision``
    changes with everything that happens to it: whoever changes it names the one they saw."""

    id: str
    name: str
    version: int
    title: str
    title_en: str
    digest: str
    state: str
    authors: tuple[str, ...]
    drafted_at: int
    revision: int
    trial: str | None = None
    staged_by: str | None = None
    staged_at: int | None = None
    lived_seq: int | None = None
    rolled_back: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An actor's score on a card as it stands. ``band`` is None when too much is missing. ``day``: what was known of
    that day went in; ``since`` the moment they came into the band, ``seq`` the event that recorded the score."""

    card: str
    actor: str
    version: int
    points: int
    band: str | None
    missing_share: int
    day: int
    since: int
    seq: int


@dataclass(frozen=True, slots=True)
class Past:
    """A score as it was. ``former`` is the band before, where the band changed (``moved``)."""

    card: str
    actor: str
    seq: int
    at: int
    day: int
    version: int
    points: int
    band: str | None
    former: str | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What an outside source says of an actor on a day: measure → value. A later one of the same source, actor and
    day takes the place of the measures it names."""

    source: str
    actor: str
    kind: str
    day: int
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Halt:
    """Acting on a band is stopped until a person looks: ``details`` are the figures that made it stop."""

    card: str
    band: str
    state: str  # halted, resumed
    reason: str
    set_by: str
    at: int
    seq: int
    details: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """That counting everything again gave other scores than those kept: ``samples`` are (actor, kept, counted)."""

    seq: int
    at: int
    card: str
    version: int
    day: int
    checked: int
    differing: int
    samples: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A full count on its way. ``phase`` is check (against what is kept) or count; ``place`` the last actor done,
    ``at`` when that was."""

    card: str
    version: int
    day: int
    phase: str
    place: str
    done: int
    total: int
    changed: int
    checked: int
    differing: int
    started_at: int
    at: int = 0
    finished_at: int | None = None
