"""Is this many still chance? The conditional test of two Poisson rates.

If hits fall at one unchanging rate, then of all hits in the window and in the history before it each fell into the
window with probability window / (window + history), so that the window's hits are binomial given the sum
(Przyborowski & Wilenski 1940, Biometrika 31:313). Exact for Poisson counts; for the binomial counts of items, whose
spread is smaller, it errs on the side of calm.
"""

from __future__ import annotations

import math


def tail(hits: int, tries: int, chance: float) -> float:
    """P(X ≥ hits) of X ~ Binomial(tries, chance), summed from the logarithms of its terms."""
    if hits <= 0:
        return 1.0
    if chance <= 0 or hits > tries:
        return 0.0
    if chance >= 1:
        return 1.0
    up, down, whole = math.log(chance), math.log1p(-chance), math.lgamma(tries + 1)
    total = 0.0
    for k in range(hits, tries + 1):
        term = math.exp(whole - math.lgamma(k + 1) - math.lgamma(tries - k + 1) + k * up + (tries - k) * down)
        total += term
        if k > tries * chance and term < total * 1e-17:  # beyond the hump the terms only fall
            break
    return min(total, 1.0)


def surprise(hits: int, items: int, former_hits: int, former_items: int) -> float:
    """How likely at least so many ``hits`` among ``items`` are, if the rate is still that of the history; 1.0 where
    there is nothing to compare."""
    if items <= 0 or former_items <= 0:
        return 1.0
    return tail(hits, hits + former_hits, items / (items + former_items))
