"""When a patrol is due: by day, week or month, with what happens on days that are not worked. Pure.

A month's day 31 is the last day of a short month; -1 is the last day of any. Working days are China's (holidays, and
weekends worked in their place), so a planned day may move across a holiday week; two that move onto one day are one.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mingjian.desk.queues.workdays import Calendar
from mingjian.records.clock import CHINA, micros, moment

EVERY = ("day", "week", "month")
WORKING = ("any", "skip", "next", "previous")
"""On a day that is not worked: run anyway, leave it out, or move to the next or the previous working day."""
_FARTHEST = 31  # days that a planned day may move: no holiday is longer
MOST = 4000  # occurrences in one answer


@dataclass(frozen=True, slots=True)
class Schedule:
    """``on``: weekdays (1 Monday … 7) or days of the month (1 … 31, -1 the last); empty for every day."""

    every: str = "day"
    on: tuple[int, ...] = ()
    at: time = time(6, 0)
    working: str = "any"

    def occurrences(self, after: int, until: int, workday: Calendar) -> list[int]:
        """The planned moments (microseconds) behind ``after`` and not behind ``until``, in order; the last MOST of
        them when there are more."""
        if until <= after:
            return []
        first = moment(after).date() - timedelta(days=_FARTHEST)
        last = moment(until).date() + timedelta(days=_FARTHEST)
        days = {moved for day in self._days(first, last) if (moved := self._moved(day, workday)) is not None}
        found = sorted(micros(datetime.combine(day, self.at, CHINA)) for day in days)
        return [at for at in found if after < at <= until][-MOST:]

    def next_after(self, after: int, workday: Calendar) -> int | None:
        """The next planned moment; None where none comes within two years (every one falls on a day left out)."""
        for days in (40, 400, 800):
            found = self.occurrences(after, after + days * 24 * 3600 * 1_000_000, workday)
            if found:
                return found[0]
        return None

    def _days(self, first: date, last: date) -> Iterator[date]:
        day = first
        while day <= last:
            if self._falls_on(day):
                yield day
            day += timedelta(days=1)

    def _falls_on(self, day: date) -> bool:
        if self.every == "day":
            return True
        if self.every == "week":
            return day.isoweekday() in self.on
        length = months.monthrange(day.year, day.month)[1]
        return any(day.day == (length + 1 + on if on < 0 else min(on, length)) for on in self.on)

    def _moved(self, day: date, workday: Calendar) -> date | None:
        if self.working == "any" or workday(day):
            return day
        if self.working == "skip":
            return None
        step = timedelta(days=1 if self.working == "next" else -1)
        for _ in range(_FARTHEST):
            day += step
            if workday(day):
                return day
        return None
