"""Due times in working time: office hours on working days in China."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Literal

from mingjian.records.clock import CHINA, micros, moment

Calendar = Callable[[date], bool]
"""Whether a day is a working day."""

_FAR = 3660  # days: a calendar without working days is a mistake, not a wait


def weekdays(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < 5


@cache
def china() -> Calendar:
    """The State Council's holidays and the weekends worked in their place, from `chinesecalendar` where it is
    installed; weekdays where it is not, and for years whose holidays it does not know yet."""
    try:
        holidays = importlib.import_module("chinese_calendar")
    except ModuleNotFoundError:
        return weekdays

    def workday(day: date) -> bool:
        try:
            return bool(holidays.is_workday(day))
        except NotImplementedError:
            return weekdays(day)

    return workday


def due_after(
    at: int, amount: float, unit: Literal["hours", "days"], opens: time, closes: time, calendar: Calendar
) -> int:
    """The moment (microseconds) when ``amount`` of working time has passed since ``at``. Days are whole: the day of
    ``at`` does not count, and the last one runs until closing time."""
    return micros(
        _after_hours(moment(at), timedelta(hours=amount), opens, closes, calendar)
        if unit == "hours"
        else _after_days(moment(at).date(), int(amount), closes, calendar)
    )


def _after_hours(start: datetime, left: timedelta, opens: time, closes: time, calendar: Calendar) -> datetime:
    day = start.date()
    for _ in range(_FAR):
        if calendar(day):
            begin = max(start, datetime.combine(day, opens, CHINA))
            end = datetime.combine(day, closes, CHINA)
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, timedelta())
        day += timedelta(days=1)
    raise ValueError("the calendar has no working days")


def _after_days(day: date, left: int, closes: time, calendar: Calendar) -> datetime:
    for _ in range(_FAR):
        day += timedelta(days=1)
        left -= calendar(day)
        if left <= 0:
            return datetime.combine(day, closes, CHINA)
    raise ValueError("the calendar has no working days")
