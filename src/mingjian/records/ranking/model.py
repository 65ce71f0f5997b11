"""The rows of rankings. Times in microseconds, days as dates, points in millionths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

EDITION_STATES = ("drafted", "open", "rating", "computed", "reviewed", "published", "replaced", "withdrawn")
ENTRANT_STATES = ("registered", "eligible", "refused", "undetermined", "withdrawn")
FORM_STATES = ("assigned", "submitted", "conflict", "void")
APPEAL_STATES = ("lodged", "upheld", "granted")


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a ranking. ``plan`` is the digest of the ranking's text it is made with; ``as_of`` the day of
    which facts are asked; ``version`` counts corrections, ``replaces`` is the edition corrected and ``reason`` why.
    ``jury`` are {user, entity}. ``result`` is the digest of what was computed, ``seal`` that of what was published."""

    id: str
    seq: int
    ranking: str
    plan: str
    title: str
    title_en: str
    version: int
    replaces: str | None
    reason: str | None
    opens: date
    closes: date
    as_of: date
    jury: tuple[Mapping[str, Any], ...]
    most: int | None
    state: str
    made_by: str
    made_at: int
    seed: int | None = None
    result: str | None = None
    computed_by: str | None = None
    computed_at: int | None = None
    reviewed_by: str | None = None
    reviewed_at: int | None = None
    published_by: str | None = None
    published_at: int | None = None
    appeal_until: int | None = None
    seal: str | None = None
    changed_at: int = 0


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody who takes part. ``number`` is what raters see instead of a name. ``statement`` (what was said and shown
    at registration), ``chain`` (the facts of the gate) and ``collected`` (dimension → value with source and day) are
    digests of contents. What was computed stands in the columns behind ``points``; ``low`` and ``high`` are the ranks
    between which it stays in nine of ten draws of the sensitivity analysis, ``often`` the share (millionths) of draws
    in which it is listed."""

    id: str
    seq: int
    edition: str
    entity: str
    number: int
    origin: str
    statement: str | None
    state: str
    registered_by: str
    registered_at: int
    chain: str | None = None
    examined_by: str | None = None
    examined_at: int | None = None
    collected: str | None = None
    points: int | None = None
    technique: int | None = None
    aesthetics: int | None = None
    service: int | None = None
    rank: int | None = None
    listed: bool | None = None
    low: int | None = None
    high: int | None = None
    often: int | None = None
    missing: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One expert's blind marks of one entrant: dimension → mark (0: cannot judge). ``why`` is told with a conflict."""

    id: str
    edition: str
    entrant: str
    rater: str
    state: str
    marks: Mapping[str, int]
    assigned_at: int
    submitted_at: int | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class RankingAppeal:
    """An entrant's appeal against their refusal or their score. ``grounds`` is the digest of their words."""

    id: str
    seq: int
    edition: str
    entrant: str
    grounds: str
    lodged_by: str
    lodged_at: int
    due_at: int
    state: str
    decided_by: str | None = None
    decided_at: int | None = None
    reason: str | None = None
