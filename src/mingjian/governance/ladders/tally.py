"""Public counts of penalties: by right, by length of term, by period; recounted every time, small numbers covered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mingjian.governance.actions.book import Book
from mingjian.governance.decisions.law import book_in_force
from mingjian.records.clock import CHINA, micros
from mingjian.records.errors import Invalid
from mingjian.records.storage.database import Tx
from mingjian.records.storage.penalties import Count, count_penalties, retold_penalties

TERMS = (30, 180)
"""Days of the classes that are counted apart, as the platforms' own announcements do."""
MEASURES = ("suspend", "decertify", "ban")
LEAST = 5
"""Numbers from 1 to below this are covered: with so few, the people behind them could be known."""
MOST_DAYS = 3700
DEFINITION = (
    "口径:期间内被采取措施、且至今未被撤销的对象数,同一对象同一权限只计一次,按其中最长的期限归档;"
    "“30 天及以上”包含“180 天及以上”,未设期限的计入两档。1 至 4 以“<5”表示;能由相减得出的小数同样隐去。"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the counts: None stands for a small number that is covered."""

    measure: str
    right: str | None
    subjects: int | None
    at_least: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """The counts of one stretch of days, both ends included."""

    first: date
    last: date
    lines: tuple[Line, ...]


def tally(
    tx: Tx, first: date, last: date, *, monthly: bool = False, least: int = LEAST, book: Book | None = None
) -> tuple[Period, ...]:
    """The counts from the first to the last day in China, whole or month by month (then each subject counts once a
    month). Anybody may read them: no permission is asked."""
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Invalid(f"期间应为 1 至 {MOST_DAYS} 天,截止日不早于起始日", field="until")
    measures = _measures(book or book_in_force())
    stretches = _months(first, last) if monthly else [(first, last)]
    return tuple(
        Period(one, other, tuple(_covered(count, least)
               for count in count_penalties(tx, measures, start_of(one), start_of(other, 1), TERMS)))
        for one, other in stretches
    )  # fmt: skip


def retold(tx: Tx, first: date, last: date, *, book: Book | None = None) -> list[Count]:
    """The same for one stretch, uncovered, from the journal alone: what shows that the counts are true."""
    found: dict[tuple[str, str | None], list[int | None]] = {}
    measures = _measures(book or book_in_force())
    for one in retold_penalties(tx, measures, start_of(first), start_of(last, 1)):
        found.setdefault((one.measure, one.right), []).append(one.days)
    return [
        Count(measure, right, len(days), tuple(sum(one is None or one >= term for one in days) for term in TERMS))
        for (measure, right), days in sorted(found.items(), key=lambda entry: (entry[0][0], entry[0][1] or ""))
    ]


def covered(number: int, least: int = LEAST) -> int | None:
    """A number, or None when it is so small that it must not be shown."""
    return None if 0 < number < least else number


def _covered(count: Count, least: int) -> Line:
    """Each class holds the next: what their difference gives away is as small a number as any."""
    shown: list[int | None] = [covered(count.subjects, least)]
    before = count.subjects
    for number in count.at_least:
        shown.append(None if covered(before - number, least) is None else covered(number, least))
        before = number
    return Line(count.measure, count.right, shown[0], tuple(shown[1:]))


def _measures(book: Book) -> Sequence[str]:
    return [name for name in MEASURES if name in book.measures]


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    start = first
    while start <= last:
        onward = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield start, min(last, onward - timedelta(days=1))
        start = onward


def start_of(day: date, after: int = 0) -> int:
    """When a day begins in China, or the day so many days ``after`` it; microseconds."""
    return micros(datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=after))


def plain(periods: Sequence[Period]) -> list[Mapping[str, object]]:
    """For programs: ``null`` is a covered number."""
    return [
        {
            "from": period.first.isoformat(), "until": period.last.isoformat(),
            "lines": [{"measure": line.measure, "right": line.right, "subjects": line.subjects,
                       **{f"days_{term}": number for term, number in zip(TERMS, line.at_least, strict=True)}}
                      for line in period.lines],
        }
        for period in periods
    ]  # fmt: skip
