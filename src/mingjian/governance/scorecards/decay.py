"""How much something still counts after some days, as whole millionths: the same table on every machine."""

from __future__ import annotations

from decimal import Context, Decimal
from functools import cache

import numpy as np

from mingjian.governance.scorecards.engine import Ints
from mingjian.governance.scorecards.model import MICRO

MOST_DAYS = 3650
_EXACT = Context(prec=60)


@cache
def weights(half_life: int | None) -> Ints:
    """The weight (millionths) at 0, 1, 2 … days of age: half after each ``half_life`` days; all of it without one.
    Beyond MOST_DAYS nothing is asked: windows are no longer than that."""
    made = np.full(MOST_DAYS + 1, MICRO, np.int64)
    if half_life is None:
        return made
    daily = _EXACT.power(Decimal(2), _EXACT.divide(Decimal(-1), Decimal(half_life)))
    now = Decimal(MICRO)
    for age in range(MOST_DAYS + 1):
        halvings, rest = divmod(age, half_life)
        if rest == 0:  # exactly, so that a half is always rounded the same way
            now = _EXACT.divide(Decimal(MICRO), Decimal(2**halvings))
        made[age] = int(now.to_integral_value(rounding="ROUND_HALF_EVEN"))
        now = _EXACT.multiply(now, daily)
    made.setflags(write=False)
    return made


def weighed(values: Ints, by: Ints) -> Ints:
    """values · by / 10⁶, each rounded half up by itself: so sums do not depend on the order."""
    whole = values // MICRO
    rest = values - whole * MICRO
    made: Ints = whole * by + (rest * by + MICRO // 2) // MICRO
    return made


def divided(above: Ints, below: Ints) -> Ints:
    """above / below in millionths, rounded half up; ``below`` is above 0. Where the divisor is beyond 2**42 both lose
    their last 24 bits first, always in the same way."""
    whole = above // below
    rest = above - whole * below
    far = below >= 2**42
    rest, below = np.where(far, rest >> 24, rest), np.where(far, below >> 24, below)
    most = 9_000_000_000
    made: Ints = np.clip(whole, -most, most) * MICRO + (2 * rest * MICRO + below) // (2 * below)
    return made
