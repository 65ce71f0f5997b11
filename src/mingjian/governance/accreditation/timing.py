"""When something is due: working days until the office closes, or calendar days until the day's end."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta

from mingjian.desk.queues.load import book
from mingjian.desk.queues.workdays import due_after
from mingjian.governance.accreditation.standard import Days, Standard
from mingjian.records.clock import CHINA, day, micros


def due(now: int, days: Days) -> int:
    """The moment (microseconds) by which something that begins now must be done."""
    if days.working:
        hours = book()
        return due_after(now, days.amount, "days", hours.opens, hours.closes, hours.calendar)
    return end_of(day(now) + timedelta(days=days.amount))


def due_in(now: int, standard: Standard, name: str) -> int:
    """The same by the standard's name for it."""
    return due(now, standard.days[name])


def end_of(one: date) -> int:
    """The last second of a day in China."""
    return micros(datetime.combine(one, time(23, 59, 59), CHINA))


def months_on(one: date, months: int) -> date:
    """The same day so many months later (negative: earlier), or the last of a shorter month."""
    place = one.year * 12 + one.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(one.day, calendar.monthrange(year, month + 1)[1]))
