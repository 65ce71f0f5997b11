"""When patrols are due."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from mingjian.desk.queues.workdays import china, weekdays
from mingjian.governance.patrols.calendar import MOST, Schedule
from mingjian.records.clock import CHINA, micros, moment


def at(*parts: int) -> int:
    return micros(datetime(*parts, tzinfo=CHINA))  # type: ignore[arg-type, misc]


def days(schedule: Schedule, after: int, until: int, workday=weekdays) -> list[str]:  # type: ignore[no-untyped-def]
    return [moment(each).strftime("%m-%d %H:%M") for each in schedule.occurrences(after, until, workday)]


def test_every_day_behind_one_moment_and_not_behind_the_other() -> None:
    daily = Schedule("day", at=time(6))
    assert days(daily, at(2026, 3, 2, 6), at(2026, 3, 4, 6)) == ["03-03 06:00", "03-04 06:00"]
    assert days(daily, at(2026, 3, 2, 5, 59), at(2026, 3, 2, 6)) == ["03-02 06:00"]


def test_nothing_comes_while_a_clock_stands_or_goes_back() -> None:
    daily = Schedule("day", at=time(6))
    assert days(daily, at(2026, 3, 2, 6), at(2026, 3, 2, 6)) == []
    assert days(daily, at(2026, 3, 2, 6), at(2025, 3, 2, 6)) == []


def test_weekdays_by_number() -> None:
    assert days(Schedule("week", (1, 5)), at(2026, 3, 2), at(2026, 3, 9, 23)) == [
        "03-02 06:00", "03-06 06:00", "03-09 06:00"]  # fmt: skip


@pytest.mark.parametrize(("on", "found"), [(31, "02-28"), (-1, "02-28"), (-2, "02-27"), (29, "02-28"), (28, "02-28")])
def test_days_of_a_short_month(on: int, found: str) -> None:
    assert days(Schedule("month", (on,)), at(2026, 2, 20), at(2026, 3, 1)) == [f"{found} 06:00"]


def test_a_leap_day() -> None:
    assert days(Schedule("month", (-1,)), at(2028, 2, 1), at(2028, 3, 1)) == ["02-29 06:00"]


@pytest.mark.parametrize(
    ("working", "found"), [("any", ["03-01 06:00"]), ("skip", []), ("next", ["03-02 06:00"]),
                           ("previous", ["02-27 06:00"])],
)  # fmt: skip
def test_a_sunday(working: str, found: list[str]) -> None:
    assert days(Schedule("month", (1,), working=working), at(2026, 2, 25), at(2026, 3, 5)) == found


@pytest.mark.skipif(china() is weekdays, reason="chinesecalendar is not installed")
class TestHolidays:
    def test_a_holiday_week_moves_to_the_first_working_day(self) -> None:
        # National Day 2024: 1 to 7 October off, Saturday the 12th worked.
        found = days(Schedule("week", (2,), working="next"), at(2024, 9, 30, 12), at(2024, 10, 12, 12), china())
        assert found == ["10-08 06:00"]  # the 1st moved onto the 8th, which is planned itself

    def test_before_a_holiday(self) -> None:
        found = days(Schedule("month", (3,), working="previous"), at(2024, 9, 20), at(2024, 10, 10), china())
        assert found == ["09-30 06:00"]

    def test_a_saturday_worked_in_a_holidays_place_counts(self) -> None:
        assert china()(date(2024, 10, 12))
        found = days(Schedule("day", working="skip"), at(2024, 10, 11, 12), at(2024, 10, 14, 12), china())
        assert found == ["10-12 06:00", "10-14 06:00"]


def test_the_next_moment_and_none_where_every_day_is_left_out() -> None:
    friday = Schedule("week", (5,))
    found = friday.next_after(at(2026, 3, 2), weekdays)
    assert found is not None and moment(found).date() == date(2026, 3, 6)
    assert Schedule("week", (7,), working="skip").next_after(at(2026, 3, 2), weekdays) is None


def test_a_gap_of_many_years_is_bounded() -> None:
    found = Schedule("day").occurrences(at(1990, 1, 1), at(2026, 1, 1), weekdays)
    assert len(found) == MOST and moment(found[-1]).date() == date(2025, 12, 31)
