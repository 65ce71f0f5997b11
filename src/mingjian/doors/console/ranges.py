"""The stretch of days that statistics look at, in the address; and tables as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from mingjian.doors.console.filters import day_bounds
from mingjian.records.clock import day
from mingjian.records.errors import Invalid
from mingjian.records.storage.statistics import Stretch

USUAL_DAYS, MOST_DAYS = 30, 366
PRESETS = (7, 30, 90, 365)
FACTS = ("platform", "publisher", "nature", "value", "kind")


@dataclass(frozen=True, slots=True)
class Range:
    """Days, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.until - self.since).days + 1

    def stretch(self, values: Mapping[str, str]) -> Stretch:
        """As statistics ask, with the filters on items."""
        first, last = day_bounds(self.since.isoformat(), self.until.isoformat())
        assert first is not None and last is not None
        return Stretch(first, last, **{name: values.get(name) for name in FACTS})

    def before(self) -> Range:
        """As many days just before."""
        return Range(self.since - timedelta(days=self.days), self.since - timedelta(days=1))


def range_of(values: Mapping[str, str], now: int, since: str = "since", until: str = "until") -> Range:
    """What the address asks for, the last 30 days if it does not. Invalid: not days, turned round, over a year."""
    day_bounds(values.get(since), values.get(until))  # says what is wrong
    last = date.fromisoformat(values[until]) if values.get(until) else day(now)
    first = date.fromisoformat(values[since]) if values.get(since) else last - timedelta(days=USUAL_DAYS - 1)
    found = Range(first, last)
    if not 1 <= found.days <= MOST_DAYS:
        raise Invalid(f"一次最多看 {MOST_DAYS} 天,且结束不早于开始。", field=until)
    return found


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table as a file for spreadsheets: with a mark of UTF-8, and no cell that a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _harmless(cell: object) -> object:
    """A formula begins so; a quotation mark before it makes it words."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
