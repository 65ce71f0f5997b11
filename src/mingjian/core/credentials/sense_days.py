"""Tests of years, days and terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mingjian.core.credentials.columns import Columns
from mingjian.core.credentials.dates import all_exist, as_number, day_of, exists
from mingjian.core.credentials.model import DATE, DOUBT, EXPIRED, SENSE, Fault
from mingjian.core.credentials.naming import Naming

if TYPE_CHECKING:
    import numpy.typing as npt

Mask: TypeAlias = "npt.NDArray[np.bool_]"
Failures: TypeAlias = "list[tuple[Mask, int]]"
Ints: TypeAlias = "npt.NDArray[np.int32]"
OLDEST = 1900  # nobody living was born before


@dataclass(frozen=True)
class Year:
    """A year of a span, and not after the day of asking."""

    field: str
    first: int
    last: int
    naming: Naming
    doubt: bool = False

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        year, where = int(fields[self.field]), self.naming.place(self.field)
        code = DOUBT if self.doubt else DATE
        if year > as_of.year:
            return Fault(code, f"{where}{year}在将来(核验日{as_of.isoformat()})")
        if year < self.first:
            return Fault(code, f"{where}{year}太早,这种编号{self.first}年才有")
        if year > self.last:
            return Fault(code, f"{where}{year}太晚,这种编号只用到{self.last}年")
        return None

    def many(self, columns: Columns, as_of: date) -> Failures:
        year = columns.number(self.field)
        late = min(self.last, as_of.year)
        return [((year < self.first) | (year > late), DOUBT if self.doubt else DATE)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return {"year": int(fields[self.field])}


@dataclass(frozen=True)
class Day:
    """A day (or month) that exists and is not after the day of asking."""

    year: str
    month: str
    day: str | None
    naming: Naming

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        year, month = int(fields[self.year]), int(fields[self.month])
        day = int(fields[self.day]) if self.day else 1
        written = f"{month:02d}月{day:02d}日" if self.day else f"{month:02d}月"
        if not exists(year, month, day):
            return Fault(DATE, f"文号中的日期不存在:{year}年{written}")
        if year * 10_000 + month * 100 + day > as_number(as_of):
            return Fault(DATE, f"文号中的日期在将来:{year}年{written}(核验日{as_of.isoformat()})")
        return None

    def many(self, columns: Columns, as_of: date) -> Failures:
        year, month = columns.number(self.year), columns.number(self.month)
        day = columns.number(self.day) if self.day else np.ones_like(month)
        late = year * 10_000 + month * 100 + day > as_number(as_of)
        return [(~all_exist(year, month, day) | late, DATE)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        if self.day is None:
            return {}
        year, month, day = int(fields[self.year]), int(fields[self.month]), int(fields[self.day])
        return {"issued": date(year, month, day).isoformat()} if exists(year, month, day) else {}


@dataclass(frozen=True)
class Birth:
    """A day of birth: eight digits, or six of the twentieth century. Its value is never repeated."""

    field: str
    naming: Naming

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        value = born(fields[self.field])
        where = self.naming.place(self.field)
        year, month, day = value // 10_000, value // 100 % 100, value % 100
        if not exists(year, month, day):
            return Fault(DATE, f"{where}不存在")
        if value > as_number(as_of):
            return Fault(DATE, f"{where}在将来(核验日{as_of.isoformat()})")
        if year < OLDEST:
            return Fault(DATE, f"{where}早于{OLDEST}年")
        return None

    def many(self, columns: Columns, as_of: date) -> Failures:
        value = borns(columns, self.field)
        year, month, day = value // 10_000, value // 100 % 100, value % 100
        return [(~all_exist(year, month, day) | (value > as_number(as_of)) | (year < OLDEST), DATE)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return {}


def born(text: str) -> int:
    """A day of birth as a number; six digits are of the twentieth century."""
    return int(text) if len(text) == 8 else 19_000_000 + int(text)


def borns(columns: Columns, field: str) -> Ints:
    """The same of many."""
    value = columns.number(field)
    return value if columns.rows(field).shape[0] == 8 else value + np.int32(19_000_000)


@dataclass(frozen=True)
class Grown:
    """Somebody was at least so old in a year."""

    year: str
    birth: str
    least: int
    why: str

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        if int(fields[self.year]) - born(fields[self.birth]) // 10_000 >= self.least:
            return None
        return Fault(SENSE, f"取得年份与内嵌身份证号矛盾:{self.why}")

    def many(self, columns: Columns, as_of: date) -> Failures:
        return [(columns.number(self.year) - borns(columns, self.birth) // 10_000 < self.least, SENSE)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return {}


@dataclass(frozen=True)
class Term:
    """Some years from the day of issue; where the number tells no day, from the last day it may mean."""

    year: str
    month: str | None
    day: str | None
    years: int
    why: str

    def _end(self, year: int, month: int, day: int) -> int:
        return (year + self.years) * 10_000 + month * 100 + day

    def _exists(self, fields: Mapping[str, str]) -> bool:
        month = int(fields[self.month]) if self.month else 12
        return exists(int(fields[self.year]), month, int(fields[self.day]) if self.day else 1)

    def _read(self, fields: Mapping[str, str]) -> int:
        month = int(fields[self.month]) if self.month else 12
        return self._end(int(fields[self.year]), month, int(fields[self.day]) if self.day else 31)

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        if not self._exists(fields):
            return None  # told elsewhere, and nothing runs from a day that never was
        end = self._read(fields)
        if as_number(as_of) <= end:
            if self.month is None and as_of.year > int(fields[self.year]):
                return Fault(DOUBT, f"只知道是{fields[self.year]}年的,{self.why},到核验日可能已过期")
            return None
        last = day_of(end).isoformat()
        return Fault(EXPIRED, f"有效期已过:{self.why},最迟到{last}(核验日{as_of.isoformat()})")

    def many(self, columns: Columns, as_of: date) -> Failures:
        end = (columns.number(self.year) + np.int32(self.years)) * np.int32(10_000)
        end = end + (columns.number(self.month) * np.int32(100) if self.month else np.int32(1200))
        end = end + (columns.number(self.day) if self.day else np.int32(31))
        failures = [(end < as_number(as_of), EXPIRED)]
        return failures if self.month else [*failures, (columns.number(self.year) < as_of.year, DOUBT)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        if not self._exists(fields) or int(fields[self.year]) + self.years > 9999:
            return {}
        return {"valid_to": day_of(self._read(fields)).isoformat()}


@dataclass(frozen=True)
class Until:
    """The last day of validity as YYMMDD of this century. ``most``: years ahead that are still believable."""

    field: str
    most: int
    naming: Naming

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        value = 20_000_000 + int(fields[self.field])
        year, month, day = value // 10_000, value // 100 % 100, value % 100
        if not exists(year, month, day):
            return Fault(DATE, f"{self.naming.place(self.field)}不存在:{year}年{month:02d}月{day:02d}日")
        if value < as_number(as_of):
            shown = date(year, month, day).isoformat()
            return Fault(EXPIRED, f"有效期已过:文号前六位是截止日,到{shown}(核验日{as_of.isoformat()})")
        if year > as_of.year + self.most:
            return Fault(DOUBT, f"{self.naming.place(self.field)}{year}年过远,注册证有效期只有五年,须核对")
        return None

    def many(self, columns: Columns, as_of: date) -> Failures:
        value = columns.number(self.field) + np.int32(20_000_000)
        return [
            (~all_exist(value // 10_000, value // 100 % 100, value % 100), DATE),
            (value < as_number(as_of), EXPIRED),
            (value // 10_000 > as_of.year + self.most, DOUBT),
        ]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        value = 20_000_000 + int(fields[self.field])
        year, month, day = value // 10_000, value // 100 % 100, value % 100
        return {"valid_to": date(year, month, day).isoformat()} if exists(year, month, day) else {}
