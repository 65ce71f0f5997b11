"""A share told by a judge who errs, corrected by how often it errs.

The estimate is that of Rogan and Gladen, Am. J. Epidemiol. 107 (1978) 71; the interval, which takes in that
sensitivity and specificity are themselves measured on samples, that of Lang and Reiczigel, Prev. Vet. Med. 113 (2014)
13.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mingjian.governance.campaigns.intervals import LEVEL, Interval, quantile


@dataclass(frozen=True, slots=True)
class Measured:
    """A share found in ``tries``: a sensitivity among things that have it, a specificity among those without. Tries
    may be an effective size."""

    share: float
    tries: float


def rogan_gladen(apparent: Measured, sensitivity: Measured, specificity: Measured, level: float = LEVEL) -> Interval:
    """The true share behind an apparent one. ValueError when the judge is no better than chance: then nothing can be
    said."""
    for one in (apparent, sensitivity, specificity):
        if not (0 <= one.share <= 1 and one.tries > 0):
            raise ValueError(f"{one.share} of {one.tries}")
    power = sensitivity.share + specificity.share - 1
    if power <= 0:
        raise ValueError("a judge no better than chance")
    value = min(1.0, max(0.0, (apparent.share + specificity.share - 1) / power))
    z = quantile(level)
    told, tries = _drawn_in(apparent, z * z)
    se, se_tries = _drawn_in(sensitivity, 2.0)
    sp, sp_tries = _drawn_in(specificity, 2.0)
    power = se + sp - 1
    if power <= 0:
        return Interval(value, 0.0, 1.0)
    share = (told + sp - 1) / power
    shift = 2 * z * z * (share * se * (1 - se) / se_tries - (1 - share) * sp * (1 - sp) / sp_tries)
    spread = (
        told * (1 - told) / tries + se * (1 - se) * share**2 / se_tries + sp * (1 - sp) * (1 - share) ** 2 / sp_tries
    )
    half = z * math.sqrt(spread) / power
    low = min(1.0, max(0.0, share + shift - half))
    high = min(1.0, max(0.0, share + shift + half))
    return Interval(value, min(low, value), max(high, value))


def _drawn_in(one: Measured, extra: float) -> tuple[float, float]:
    """The share drawn a little to the middle, as if ``extra`` more had been asked, half of which had it."""
    if math.isinf(one.tries):
        return one.share, one.tries
    return (one.tries * one.share + extra / 2) / (one.tries + extra), one.tries + extra
