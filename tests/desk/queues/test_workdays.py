"""Due times: worked out in office hours on working days in China."""

from __future__ import annotations

import importlib.util
import sys
import types
from datetime import date, datetime, time, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.desk.queues.workdays import china, due_after, weekdays
from mingjian.records.clock import CHINA, micros, moment

OPENS, CLOSES = time(9), time(18)


def at(text: str) -> int:
    return micros(datetime.fromisoformat(text).replace(tzinfo=CHINA))


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-03-02 09:00", 4, "hours", "2026-03-02 13:00"),  # a Monday
        ("2026-03-02 06:30", 1, "hours", "2026-03-02 10:00"),  # before opening
        ("2026-03-02 17:30", 1, "hours", "2026-03-03 09:30"),  # over the evening
        ("2026-03-02 19:00", 0.5, "hours", "2026-03-03 09:30"),  # after closing
        ("2026-03-06 17:00", 2, "hours", "2026-03-09 10:00"),  # over the weekend
        ("2026-03-07 12:00", 9, "hours", "2026-03-09 18:00"),  # from a Saturday, one whole day
        ("2026-03-02 09:00", 20, "hours", "2026-03-04 11:00"),
        ("2026-03-02 09:00", 1, "days", "2026-03-03 18:00"),
        ("2026-03-06 23:00", 1, "days", "2026-03-09 18:00"),
        ("2026-03-07 12:00", 2, "days", "2026-03-10 18:00"),
    ],
)
def test_working_time_passes_only_while_people_work(
    start: str, amount: float, unit: Literal["hours", "days"], due: str
) -> None:
    assert due_after(at(start), amount, unit, OPENS, CLOSES, weekdays) == at(due)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),
    st.floats(0.05, 200),
    st.floats(0, 50),
)
def test_more_time_is_never_due_earlier(start: datetime, hours: float, more: float) -> None:
    begin = micros(start.replace(tzinfo=CHINA))
    due = due_after(begin, hours, "hours", OPENS, CLOSES, weekdays)
    assert begin < due <= due_after(begin, hours + more, "hours", OPENS, CLOSES, weekdays)
    assert weekdays(moment(due).date())
    assert OPENS <= moment(due).time() <= CLOSES


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(1, 500))
def test_hours_count_the_minutes_of_office_time(start: datetime, half_hours: int) -> None:
    """Counted the slow way: minute by minute."""
    begin = start.replace(second=0, microsecond=0, tzinfo=CHINA)
    left, now = half_hours, begin
    while left:
        # Steps of half an hour, but to the next full office minute where the office is shut.
        if not weekdays(now.date()) or now.time() >= CLOSES:
            now = datetime.combine(now.date() + timedelta(days=1), OPENS, CHINA)
        elif now.time() < OPENS:
            now = datetime.combine(now.date(), OPENS, CHINA)
        else:
            end = datetime.combine(now.date(), CLOSES, CHINA)
            step = min(timedelta(minutes=30), end - now)
            short = timedelta(minutes=30) - step
            now += step
            left -= 1
            if short:
                day = end.date() + timedelta(days=1)
                while not weekdays(day):
                    day += timedelta(days=1)
                now = datetime.combine(day, OPENS, CHINA) + short
    assert due_after(micros(begin), half_hours / 2, "hours", OPENS, CLOSES, weekdays) == micros(now)


def test_a_calendar_without_working_days_is_a_mistake() -> None:
    for unit in ("hours", "days"):
        with pytest.raises(ValueError, match="no working days"):
            due_after(at("2026-03-02 09:00"), 1, unit, OPENS, CLOSES, lambda _day: False)


def test_holidays_come_from_the_library_and_weekdays_where_it_knows_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_workday(day: date) -> bool:
        if day.year > 2026:
            raise NotImplementedError
        return day == date(2026, 2, 14)  # a Saturday that is worked

    library = types.ModuleType("chinese_calendar")
    library.is_workday = is_workday  # type: ignore[attr-defined]
    china.cache_clear()
    monkeypatch.setitem(sys.modules, "chinese_calendar", library)
    try:
        workday = china()
        assert workday(date(2026, 2, 14))
        assert not workday(date(2026, 2, 17))
        assert workday(date(2031, 2, 17))  # a Monday nobody has said anything of yet
        assert not workday(date(2031, 2, 16))
    finally:
        china.cache_clear()


def test_the_spring_festival_is_no_working_time() -> None:
    if importlib.util.find_spec("chinese_calendar") is None:
        assert china() is weekdays  # without the library: Monday to Friday, and nothing breaks
        return
    # From the last working day before the festival of 2026 to the first after it.
    due = due_after(at("2026-02-14 17:00"), 2, "hours", OPENS, CLOSES, china())
    assert due == at("2026-02-24 10:00")
