"""A standard, read: chapters of clauses with what they ask, how they are marked, and how long everything takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate, pairwise

from mingjian.governance.scorecards.model import MICRO, Band, Feature, Scorecard


@dataclass(frozen=True, slots=True)
class Clause:
    """One requirement. ``weight`` 1 to 3; one that is ``critical`` blocks the certificate when it is not met. ``na``
    says when it may be left out (None: never). ``law`` are provisions of the lawbook, ``source`` names of public
    documents in the standard's own list."""

    code: str
    title: str
    text: str
    weight: int
    critical: bool
    evidence: tuple[str, ...]
    law: tuple[str, ...]
    source: tuple[str, ...]
    na: str | None = None

    @property
    def feature(self) -> str:
        """Its name on the scorecard."""
        return "c" + self.code.replace(".", "_")


@dataclass(frozen=True, slots=True)
class Chapter:
    """Clauses that belong together."""

    code: str
    title: str
    title_en: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A band of the sum: from so many points (of 100) these outcomes are allowed."""

    name: str
    title: str
    title_en: str
    since: int
    allows: frozenset[str]


@dataclass(frozen=True, slots=True)
class Days:
    """How long: working days, or calendar days."""

    amount: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A public document that clauses were drafted from."""

    name: str
    number: str


@dataclass(frozen=True)
class Standard:
    """One version. ``marks`` gives each mark its share of a clause's weight; ``na`` has none. ``term`` and
    ``surveillance`` are months from the certificate's first day."""

    name: str
    version: int
    title: str
    title_en: str
    mark: str
    mark_en: str
    notice: str
    notice_en: str
    since: date
    kinds: tuple[str, ...]
    licences: tuple[str, ...]
    marks: Mapping[str, float]
    levels: tuple[Level, ...]
    term: int
    surveillance: tuple[int, ...]
    days: Mapping[str, Days]
    consultant_months: int
    megabytes: int
    files: int
    sources: Mapping[str, Source]
    chapters: tuple[Chapter, ...]
    text: bytes = field(default=b"", repr=False)
    """The file it was read from."""

    @property
    def id(self) -> str:
        """name@version."""
        return f"{self.name}@{self.version}"

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """All clauses by code, in order."""
        return {clause.code: clause for chapter in self.chapters for clause in chapter.clauses}

    def level(self, name: str | None) -> Level | None:
        """The level of a name."""
        return next((one for one in self.levels if one.name == name), None)

    @cached_property
    def card(self) -> Scorecard:
        """The standard as a scorecard: a clause is a feature that gives up to its share of 100 points; one that does
        not apply is missing, and its share goes to the others."""
        clauses = list(self.clauses.values())
        # Shares of whole millionths that add up to 100 exactly.
        whole = sum(clause.weight for clause in clauses)
        upto = [0, *(100 * MICRO * sofar // whole for sofar in accumulate(clause.weight for clause in clauses))]
        given = [after - before for before, after in pairwise(upto)]
        features = tuple(
            Feature(
                name=clause.feature, title=f"{clause.code} {clause.title}", title_en=clause.code, source="audit",
                measure="mark", low=0, high=MICRO, points=points, missing="skip", why=clause.text,
            )
            for clause, points in zip(clauses, given, strict=True)
        )  # fmt: skip
        bands = tuple(Band(one.name, one.title, one.title_en, one.since) for one in self.levels)
        return Scorecard(
            name=self.name, version=self.version, title=self.title, title_en=self.title_en, good="high",
            kinds=self.kinds, features=features, bands=bands, undetermined_above=MICRO,
        )  # fmt: skip
