"""A ranking, read: its fields and dimensions, who may enter, how many are listed, how ties are broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mingjian.governance.scorecards.model import MICRO, Feature, Scorecard

SOURCES = ("registry", "reviews", "cases", "complaints", "decisions", "expert", "stated")
FIELDS = ("technique", "aesthetics", "service")
DIMENSIONS = 101
"""How many dimensions a ranking has: no more and no fewer."""
POINT = MICRO // 10
"""Micro-points of one unit of weight: weights of a ranking add up to 1,000, its scores to 100."""
WEIGHTS = 1000
TIES = (*FIELDS, "fewer_missing")
NAMES = ("full", "masked")
REQUIREMENTS = ("entity", "qualification", "practice", "institution", "scope", "lead", "years", "penalty")


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing a doctor is measured by. ``measure`` names what the software collects by itself, None where values are
    brought in or given by experts. ``bins`` are (from value, percent of the weight); ``line`` is (from, to) where the
    percent rises evenly instead. ``missing`` is the percent given where nothing is known."""

    key: str
    field: str
    title: str
    title_en: str
    source: str
    measure: str | None
    unit: str
    direction: str
    weight: int
    missing: int
    bins: tuple[tuple[float, float], ...]
    line: tuple[float, float] | None
    evidence: str
    note: str
    cites: tuple[str, ...]

    def label(self, lang: str) -> str:
        """Its title."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True, slots=True)
class Field:
    """A field of dimensions."""

    key: str
    title: str
    title_en: str

    def label(self, lang: str) -> str:
        """Its title."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an entrant must be; ``key`` is one of REQUIREMENTS."""

    key: str
    title: str
    title_en: str
    cites: tuple[str, ...]
    least: float = 0
    departments: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """Its title."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True)
class Ranking:
    """One version of a ranking."""

    name: str
    version: int
    title: str
    title_en: str
    since: date
    author: str
    confidence: str
    note: str
    names: str
    shown: tuple[str, ...]
    most: int
    share: float
    least_points: int
    raters: int
    marks: tuple[int, ...]
    agreement: float
    appeal_days: int
    answer_days: int
    spread: float
    draws: int
    ties: tuple[str, ...]
    eligibility: tuple[Requirement, ...]
    fields: tuple[Field, ...]
    dimensions: tuple[Dimension, ...]

    @property
    def id(self) -> str:
        """name@version."""
        return f"{self.name}@{self.version}"

    def label(self, lang: str) -> str:
        """Its title."""
        return self.title_en if lang == "en" else self.title

    @cached_property
    def by_key(self) -> Mapping[str, Dimension]:
        """Dimensions by key."""
        return {one.key: one for one in self.dimensions}

    @cached_property
    def rated(self) -> tuple[Dimension, ...]:
        """The dimensions experts give marks for."""
        return tuple(one for one in self.dimensions if one.source == "expert")

    def of_field(self, field: str) -> tuple[Dimension, ...]:
        """The dimensions of a field."""
        return tuple(one for one in self.dimensions if one.field == field)

    @cached_property
    def card(self) -> Scorecard:
        """The ranking as a scorecard: each dimension gives at most its weight, all together 100 points."""
        return Scorecard(
            name=self.name, version=self.version, title=self.title, title_en=self.title_en, good="high",
            kinds=("physician",), features=tuple(_feature(one) for one in self.dimensions), bands=(),
            low=0, high=WEIGHTS * POINT, undetermined_above=MICRO, since=self.since, about=self.note,
        )  # fmt: skip


def _feature(one: Dimension) -> Feature:
    whole = one.weight * POINT
    low, high = one.line or (0.0, 0.0)
    return Feature(
        name=one.key, title=one.title, title_en=one.title_en, source=one.source, measure=one.measure or one.key,
        direction=one.direction, missing="neutral", neutral=whole * one.missing // 100, unit=one.unit, group=one.field,
        why=one.evidence, basis=one.note,
        bins=tuple((round(since * MICRO), round(whole * share / 100)) for since, share in one.bins),
        low=round(low * MICRO), high=round(high * MICRO), points=whole if one.line else 0,
    )  # fmt: skip
