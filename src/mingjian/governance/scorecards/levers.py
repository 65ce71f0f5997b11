"""What would change a score: for each feature by itself, the smallest change of its value that leads into another
band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.governance.scorecards.engine import points_of, score_exact
from mingjian.governance.scorecards.model import MICRO, Feature, Score, Scorecard


@dataclass(frozen=True, slots=True)
class Lever:
    """If ``feature`` went from ``now`` (None: not known) to ``to``, the score would be ``points`` and the band
    ``band``. ``bound``: the new value need only be at least that (``at_least``), below it (``below``), or just that."""

    feature: str
    now: int | None
    to: int
    bound: str
    points: int
    band: str
    better: bool


def levers(card: Scorecard, values: Mapping[str, int | None], made: Score) -> tuple[Lever, ...]:
    """The smallest single changes into another band, the better bands first, then those that need the least points."""
    found: list[Lever] = []
    for feature in card.features:
        value = values.get(feature.name)
        if value is None:
            found += _if_known(card, feature, values, made)
        else:
            found += _if_changed(card, feature, value, values, made)
    found.sort(key=lambda one: (not one.better, abs(one.points - made.points), one.feature))
    return tuple(found)


def _if_known(card: Scorecard, feature: Feature, values: Mapping[str, int | None], made: Score) -> list[Lever]:
    """At its best and at its worst: whether it would matter to know."""
    ends = [feature.bins[0][0], feature.bins[-1][0]] if feature.bins else [feature.low, feature.high]
    found = []
    for end in ends:
        other = score_exact(card, {**values, feature.name: end})
        if other.band is not None and other.band != made.band:
            found.append(Lever(feature.name, None, end, "is", other.points, other.band, _better(card, made, other)))
    return found


def _if_changed(
    card: Scorecard, feature: Feature, value: int, values: Mapping[str, int | None], made: Score
) -> list[Lever]:
    """One change downwards and one upwards at most: the nearest that leads into another band each way."""
    found = []
    for down in (True, False):
        nearest = _nearest(card, feature, value, values, made, down)
        if nearest is None:
            continue
        to, bound, other = nearest
        assert other.band is not None
        found.append(Lever(feature.name, value, to, bound, other.points, other.band, _better(card, made, other)))
    return found


def _nearest(
    card: Scorecard, feature: Feature, value: int, values: Mapping[str, int | None], made: Score, down: bool
) -> tuple[int, str, Score] | None:
    def at(to: int) -> Score:
        return score_exact(card, {**values, feature.name: to})

    def other(to: int) -> bool:
        return at(to).band not in (None, made.band)

    if feature.bins:
        edges = [since for since, _ in feature.bins]
        if down:  # just below an edge, the nearest first
            for edge in sorted((one for one in edges[1:] if one <= value), reverse=True):
                if other(edge - 1):
                    return edge, "below", at(edge - 1)
            return None
        for edge in sorted(one for one in edges if one > value):
            if (feature.cap is None or edge <= feature.cap) and other(edge):
                return edge, "at_least", at(edge)
        return None
    far = feature.low if down else feature.high
    held = max(feature.low, min(feature.high, value))
    if far == held or points_of(feature, far) == points_of(feature, held) or not other(far):
        return None
    near = held  # the band changes once on the way: halve the way until the place is known to a thousandth
    while abs(far - near) > max(1, MICRO // 1000):
        middle = (far + near) // 2
        near, far = (near, middle) if other(middle) else (middle, far)
    return far, "below" if down else "at_least", at(far)


def _better(card: Scorecard, made: Score, other: Score) -> bool:
    return (other.points < made.points) if card.good == "low" else (other.points > made.points)
