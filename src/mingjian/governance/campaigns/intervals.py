"""Intervals for a share and for the difference of two.

Counts may be fractions: a stratified sample is as good as a simple one of its effective size. Wilson, J. Am. Stat.
Assoc. 22 (1927) 209; Clopper and Pearson, Biometrika 26 (1934) 404, with the Beta quantiles that Korn and Graubard,
Survey Methodology 24 (1998) 193, use for effective sizes; the difference by Newcombe, Stat. Med. 17 (1998) 873
(method 10), for any two intervals as Zou and Donner, Stat. Med. 27 (2008) 1693, show.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95
_STEPS = 200


@dataclass(frozen=True, slots=True)
class Interval:
    """A share (or a difference of shares) with its bounds."""

    value: float
    low: float
    high: float


def quantile(level: float = LEVEL) -> float:
    """The normal deviate of a two-sided level (1.96 of 0.95)."""
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1: {level}")
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(hits: float, tries: float, level: float = LEVEL) -> Interval:
    """Wilson's score interval. No tries: anything from 0 to 1."""
    _check(hits, tries)
    if tries == 0:
        return Interval(math.nan, 0.0, 1.0)
    z, share = quantile(level), hits / tries
    middle = (share + z * z / (2 * tries)) / (1 + z * z / tries)
    half = z / (1 + z * z / tries) * math.sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return Interval(share, low, 1.0 if hits == tries else min(1.0, middle + half))


def clopper_pearson(hits: float, tries: float, level: float = LEVEL) -> Interval:
    """The exact interval: never covers less than ``level``, often more."""
    _check(hits, tries)
    if tries == 0:
        return Interval(math.nan, 0.0, 1.0)
    rest = (1 - level) / 2
    low = 0.0 if hits == 0 else beta_quantile(rest, hits, tries - hits + 1)
    high = 1.0 if hits == tries else beta_quantile(1 - rest, hits + 1, tries - hits)
    return Interval(hits / tries, low, high)


def difference(before: Interval, after: Interval) -> Interval:
    """``before`` − ``after`` from two independent intervals: the square-and-add rule. With Wilson's intervals it is
    Newcombe's."""
    d = before.value - after.value
    down = math.hypot(before.value - before.low, after.high - after.value)
    up = math.hypot(before.high - before.value, after.value - after.low)
    return Interval(d, max(-1.0, d - down), min(1.0, d + up))


def beta_quantile(share: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = share, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if beta_share(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete Beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # where the fraction converges fast
        return 1.0 - beta_share(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """1 + d₁/(1 + d₂/(1 + …)), by Lentz's way."""
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for n in range(1, 1000):
        m, odd = divmod(n, 2)
        if odd:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + term * d) or tiny)
        c = (1 + term / c) or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _check(hits: float, tries: float) -> None:
    if not 0 <= hits <= tries:
        raise ValueError(f"{hits} of {tries}")
