"""Cadence: agencies sell so many cases a day and a month, and keep to the plan; who tells of himself does not."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mingjian.governance.rings.model import Cadence
from mingjian.governance.rings.settings import Settings

_DAY = 86_400_000_000
_CHINA = 8 * 3_600_000_000


def cadence_of(times: Iterable[int], settings: Settings) -> Cadence:
    """Of the moments (microseconds) at which new cases appeared; days are days in China."""
    days = (np.array(sorted(times), np.int64) + _CHINA) // _DAY
    if not len(days):
        return Cadence(0, 0, 0, 0.0, 0.0, 0.0, 1.0, False)
    counts = np.bincount(days - days[0])
    some = counts[counts > 0]
    middle = float(np.median(some))
    span = len(counts)
    mean = float(counts.mean())
    dispersion = float(counts.var(ddof=1) / mean) if span > 1 and mean > 0 else 1.0
    regular = float((some == round(middle)).mean())
    per_month = float(len(days) / span * 30)
    fits = (
        len(some) >= settings.least_days
        and settings.per_day[0] <= middle <= settings.per_day[1]
        and settings.per_month[0] <= per_month <= settings.per_month[1]
        and regular >= settings.regular
    )
    return Cadence(span, len(some), len(days), middle, per_month, regular, dispersion, bool(fits))
