"""Days as numbers (20260131), one and many."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

Ints: TypeAlias = "npt.NDArray[np.int32]"
Mask: TypeAlias = "npt.NDArray[np.bool_]"
LENGTHS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87, dtype=np.int32)


def as_number(day: date) -> int:
    """20260131 for 31 January 2026."""
    return day.year * 10_000 + day.month * 100 + day.day


def exists(year: int, month: int, day: int) -> bool:
    """Whether there is such a day."""
    if not 1 <= year <= 9999 or not 1 <= month <= 12 or not 1 <= day <= LENGTHS[month]:
        return False
    return month != 2 or day < 29 or _leap(year)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def all_exist(year: Ints, month: Ints, day: Ints) -> Mask:
    """Where there is such a day; a month below 100."""
    held: Mask = (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= LENGTHS[month])
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    held &= ~((month == 2) & (day == 29) & ~leap)
    return held


def day_of(number: int) -> date:
    """The day of a number; the last of its month where the day does not exist in that year (29 February)."""
    year, rest = divmod(number, 10_000)
    month, day = divmod(rest, 100)
    while not exists(year, month, day):
        day -= 1
    return date(year, month, day)
