"""A share estimated from a stratified random sample, with the size of the simple sample that would be as good."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mingjian.governance.campaigns.intervals import LEVEL, Interval, clopper_pearson, wilson

METHODS = ("wilson", "clopper_pearson")


@dataclass(frozen=True, slots=True)
class Stratum:
    """Of ``size`` things ``tries`` were drawn at random and asked; ``hits`` of these have what is counted."""

    name: str
    size: int
    tries: int
    hits: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its bounds. ``effective`` is the size of a simple sample that is as exact; ``left_out`` the share
    of all things in strata of which nothing was asked (the estimate speaks of the others)."""

    interval: Interval
    tries: int
    hits: int
    size: int
    effective: float
    left_out: float = 0.0


def estimate(strata: Sequence[Stratum], level: float = LEVEL, method: str = "wilson") -> Estimate:
    """The share over all strata, each weighed by its size, with finite populations told from endless ones.

    The variance is that of stratified sampling without replacement (Cochran, Sampling Techniques, 1977, 5.6); of the
    effective size the interval is Wilson's or, after Korn and Graubard (1998), Clopper and Pearson's. Where every
    answer is the same the effective size is that of unequal weights (Kish 1965)."""
    if method not in METHODS:
        raise ValueError(f"method: {', '.join(METHODS)}")
    for one in strata:
        if not 0 <= one.hits <= one.tries <= one.size:
            raise ValueError(f"{one.name}: {one.hits} of {one.tries} of {one.size}")
    asked = [one for one in strata if one.tries]
    size, whole = sum(one.size for one in asked), sum(one.size for one in strata)
    tries, hits = sum(one.tries for one in asked), sum(one.hits for one in asked)
    if not tries:
        return Estimate(Interval(math.nan, 0.0, 1.0), 0, 0, whole, 0.0, 1.0 if whole else 0.0)
    share = 1.0 if hits == tries else sum(one.size / size * one.hits / one.tries for one in asked)
    if all(one.tries == one.size for one in asked):
        return Estimate(Interval(share, share, share), tries, hits, whole, math.inf, 1 - size / whole)
    if len(asked) == 1:
        effective = tries / (1 - tries / size)
    elif 0 < share < 1:
        effective = max(share * (1 - share) / sum(_spread(one, size) for one in asked), 1.0)
    else:
        kish = 1 / sum((one.size / size) ** 2 / one.tries for one in asked)
        effective = kish / (1 - tries / size)
    ask = wilson if method == "wilson" else clopper_pearson
    found = ask(share * effective, effective, level)
    return Estimate(found, tries, hits, whole, effective, 1 - size / whole)


def _spread(one: Stratum, size: int) -> float:
    """A stratum's part of the variance. Its own share is drawn a little to the middle (half a hit and half a miss
    more): a rare thing that by chance was not met in a stratum must not seem certain to be absent there."""
    share = (one.hits + 0.5) / (one.tries + 1)
    return (one.size / size) ** 2 * share * (1 - share) / one.tries * (1 - one.tries / one.size)
