"""A scorecard, read: what is looked at, how many points it gives, and what the bands of the sum mean.

Points and values are integers in millionths (MICRO to one): sums of them are exact, whoever adds them in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

MICRO = 1_000_000
GOOD_ENDS = ("low", "high")
DIRECTIONS = ("up", "down")
MISSING_RULES = ("skip", "neutral", "worst")
"""What a feature that nobody knows gives: nothing, its weight going to the others; points said in the card; the worst
it could be."""
AGGREGATIONS = ("count", "sum", "mean", "max", "min", "last", "ratio")


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing looked at. ``source`` and ``measure`` say where its value comes from, ``where`` narrows that down (by
    the source's own words), ``of`` is what a ratio is divided by. Of what happened only the last ``window_days`` count,
    each with half the weight after ``half_life_days``; ``least`` is how much there must be for a mean or ratio to say
    anything. ``bins`` are (from value, points), rising by value; a value below the first has the first one's points.
    Without bins points go in a straight line: 0 at ``low``, ``points`` at ``high`` and no further.

    ``cap``: a larger value counts as this one. ``direction``: whether points rise or fall with the value.
    """

    name: str
    title: str
    title_en: str
    source: str
    measure: str
    direction: str = "up"
    aggregation: str = "last"
    where: Mapping[str, Any] = field(default_factory=dict)
    of: str | None = None
    window_days: int | None = None
    half_life_days: int | None = None
    least: int = 0
    cap: int | None = None
    bins: tuple[tuple[int, int], ...] = ()
    low: int = 0
    high: int = 0
    points: int = 0
    missing: str = "skip"
    neutral: int = 0
    unit: str = ""
    group: str = ""
    why: str = ""
    basis: str = ""
    confidence: str = "medium"

    @property
    def least_points(self) -> int:
        """The fewest points it can give."""
        return min(points for _, points in self.bins) if self.bins else min(0, self.points)

    @property
    def most_points(self) -> int:
        """The most points it can give."""
        return max(points for _, points in self.bins) if self.bins else max(0, self.points)

    @property
    def weight(self) -> int:
        """How much of the score hangs on it: most points less fewest."""
        return self.most_points - self.least_points


@dataclass(frozen=True, slots=True)
class Doing:
    """What follows when somebody comes into a band: ``label_days`` puts a label on the display of what they publish,
    ``suspend`` takes these rights away until somebody looked, ``case`` opens a case about them in ``queue`` (None:
    where the routes send it). All of it provisional, and told to the person concerned."""

    label_days: int | None = None
    suspend: tuple[str, ...] = ()
    suspend_days: int | None = None
    case: bool = False
    queue: str | None = None
    reason: str = ""
    cites: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing follows."""
        return self.label_days is None and not self.suspend and not self.case


@dataclass(frozen=True, slots=True)
class Band:
    """From ``since`` points (micro) on, up to the next band."""

    name: str
    title: str
    title_en: str
    since: int
    means: str = ""
    does: Doing = field(default_factory=Doing)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One version of a card. ``good``: which end of the score is the better one. The score begins at ``base`` and is
    held between ``low`` and ``high``. ``undetermined_above``: when features with more than this share (micro) of all
    weight are missing, there is no band. ``kinds`` are the actors it speaks of. ``record_step``: history keeps a score
    that moved by at least so much."""

    name: str
    version: int
    title: str
    title_en: str
    good: str
    kinds: tuple[str, ...]
    features: tuple[Feature, ...]
    bands: tuple[Band, ...]
    base: int = 0
    low: int = 0
    high: int = 100 * MICRO
    undetermined_above: int = MICRO // 2
    record_step: int = MICRO
    since: date = date.min
    about: str = ""

    @property
    def id(self) -> str:
        """name@version."""
        return f"{self.name}@{self.version}"

    @property
    def weight(self) -> int:
        """The weight of all features together."""
        return sum(one.weight for one in self.features)

    def feature(self, name: str) -> Feature | None:
        """The feature of a name."""
        return next((one for one in self.features if one.name == name), None)

    def band(self, name: str | None) -> Band | None:
        """The band of a name."""
        return next((one for one in self.bands if one.name == name), None)

    def band_at(self, points: int) -> Band | None:
        """The band these points fall into; None where the card has no bands."""
        found = None
        for band in self.bands:
            if found is None or points >= band.since:
                found = band
        return found


BASE, HELD = "base", "held"
"""Contributions that are no feature's: where the score begins; what was cut off to keep it within its ends."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature gave. ``value`` is in its own unit, None when it is missing (then ``why`` says by which rule
    points were given); ``micro`` the same in millionths."""

    feature: str
    value: float | None
    points: int
    why: str
    micro: int | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """A score: ``points`` (micro) is exactly the sum of the contributions' points; ``value`` the same in points.
    ``band`` is None when too much is missing (``undetermined``) or the card has no bands. ``missing_share`` is in
    millionths of all weight."""

    points: int
    value: float
    band: str | None
    contributions: tuple[Contribution, ...]
    missing: tuple[str, ...]
    missing_share: int = 0
    undetermined: bool = False
