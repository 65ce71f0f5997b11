"""The declared tests of a form: each knows one number and many, and both must say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mingjian.core.credentials import sense_days, sense_drug, sense_home
from mingjian.core.credentials.columns import Columns, member
from mingjian.core.credentials.digits import ALGORITHMS
from mingjian.core.credentials.model import CODE, DIGIT, DOUBT, SENSE, Fault, Segment, SenseCheck
from mingjian.core.credentials.naming import Naming

if TYPE_CHECKING:
    import numpy.typing as npt

Mask: TypeAlias = "npt.NDArray[np.bool_]"
Failures: TypeAlias = "list[tuple[Mask, int]]"
SPREAD = 43  # "0" … "Z"


@dataclass(frozen=True)
class CheckDigit:
    """The last character of some fields follows from the others."""

    fields: tuple[str, ...]
    algorithm: str
    label: str
    naming: Naming
    code: int
    exempt: Mapping[str, str] | None

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        _, work_out, _ = ALGORITHMS[self.algorithm]
        text = "".join(fields[name] for name in self.fields)
        if self.exempt and text.startswith(self.exempt["prefix"]):
            return Fault(DOUBT, self.exempt["why"])
        due = work_out(text)
        if text[-1] == due:
            return None
        where = self.naming.place(self.fields[-1], last=True)
        if self.naming.personal:
            return Fault(self.code, f"{where}{self.label}不符,号码中至少有一位写错")
        ending = ",少数早期号码如此,须向登记机关核对" if self.code == DOUBT else ",号码中至少有一位写错"
        return Fault(self.code, f"{where}{self.label}应为“{due}”,写的是“{text[-1]}”{ending}")

    def many(self, columns: Columns, as_of: date) -> Failures:
        rows = columns.rows(*self.fields)
        failed = ~ALGORITHMS[self.algorithm][2](rows)
        if not self.exempt:
            return [(failed, self.code)]
        exempt = _starts(rows, self.exempt["prefix"])
        return [(failed & ~exempt, self.code), (exempt, DOUBT)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return {}


def _starts(rows: npt.NDArray[np.uint32], prefix: str) -> Mask:
    held: Mask = np.logical_and.reduce([row == ord(char) for row, char in zip(rows, prefix, strict=False)])
    return held


@dataclass(frozen=True)
class Listed:
    """The characters of some fields together are in a table."""

    fields: tuple[str, ...]
    table: Mapping[str, str]
    naming: Naming
    code: int
    why: str

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        value = "".join(fields[name] for name in self.fields)
        if value in self.table:
            return None
        where = self.naming.place(self.fields[-1])
        if self.why:
            return Fault(self.code, f"{where}“{value}”不成立:{self.why}")
        if self.code == DOUBT:
            return Fault(DOUBT, f"{where}“{value}”不在已知的编码表中,须核对")
        return Fault(self.code, f"{where}“{value}”不在编码表中({_few(self.table)})")

    def many(self, columns: Columns, as_of: date) -> Failures:
        return [(~among(columns.rows(*self.fields), tuple(self.table)), self.code)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        value = "".join(fields[name] for name in self.fields)
        return {f"{self.fields[-1]}_name": self.table[value]} if value in self.table else {}


def among(rows: npt.NDArray[np.uint32], values: Sequence[str]) -> Mask:
    """Where some places together are one of a few strings of the same length: by a table of all there can be."""
    if len(rows) == 1:
        one: Mask = member("".join(values))[rows[0]]
        return one
    coded = np.zeros(rows.shape[1], dtype=np.int32)
    for row in rows:
        coded = coded * SPREAD + _small(row)
    held: Mask = _coded(tuple(values), len(rows))[coded]
    return held


@cache
def _coded(values: tuple[str, ...], width: int) -> Mask:
    table = np.zeros(SPREAD**width, dtype=bool)
    for value in values:
        number = 0
        for char in value:
            number = number * SPREAD + ord(char) - 48
        table[number] = True
    return table


def _small(row: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    return row.astype(np.int32) - 48  # "0" … "Z" → 0 … 42


@dataclass(frozen=True)
class Allowed:
    """Where other fields have (or have not) certain values, a field of one character is one of a few."""

    when: Mapping[str, str]
    unless: Mapping[str, str]
    field: str
    values: str
    naming: Naming
    why: str

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        asked = all(fields[name] in value for name, value in self.when.items())
        spared = bool(self.unless) and all(fields[name] in value for name, value in self.unless.items())
        if not asked or spared or fields[self.field] in self.values:
            return None
        return Fault(SENSE, f"{self.naming.place(self.field)}“{fields[self.field]}”与其他部分矛盾:{self.why}")

    def many(self, columns: Columns, as_of: date) -> Failures:
        failed = ~columns.any_of(self.field, self.values)
        for name, value in self.when.items():
            failed &= columns.any_of(name, value)
        if self.unless:
            failed &= ~np.logical_and.reduce([columns.any_of(n, v) for n, v in self.unless.items()])
        return [(failed, SENSE)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return {}


@dataclass(frozen=True)
class Period:
    """The table of a field depends on the year: (first year, last year, table)."""

    field: str
    year: str
    tables: tuple[tuple[int, int, Mapping[str, str]], ...]
    naming: Naming

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        year, value = int(fields[self.year]), fields[self.field]
        if any(first <= year <= last and value in table for first, last, table in self.tables):
            return None
        if not any(first <= year <= last for first, last, _ in self.tables):
            return None  # the year itself is told elsewhere
        return Fault(CODE, f"{self.naming.place(self.field)}“{value}”不在{year}年的分类目录中")

    def many(self, columns: Columns, as_of: date) -> Failures:
        year, rows = columns.number(self.year), columns.rows(self.field)
        held, spoken = np.zeros(columns.size, dtype=bool), np.zeros(columns.size, dtype=bool)
        for first, last, table in self.tables:
            within = (year >= first) & (year <= last)
            spoken |= within
            held |= within & among(rows, tuple(table))
        return [(spoken & ~held, CODE)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        year, value = int(fields[self.year]), fields[self.field]
        names = [table[value] for first, last, table in self.tables if first <= year <= last and value in table]
        return {f"{self.field}_name": "或".join(dict.fromkeys(names))} if names else {}


@dataclass(frozen=True)
class NotZero:
    """A serial number is not nothing but zeros."""

    field: str
    tail: int
    naming: Naming
    code: int

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        value = fields[self.field][-self.tail :]
        if value.strip("0"):
            return None
        return Fault(self.code, f"{self.naming.place(self.field)}的流水号全是零")

    def many(self, columns: Columns, as_of: date) -> Failures:
        rows = columns.rows(self.field)[-self.tail :]
        zero: Mask = np.logical_and.reduce(rows == 48, axis=0)
        return [(zero, self.code)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return {}


@dataclass(frozen=True)
class Always:
    """A form that leaves something out is never more than a doubt."""

    why: str

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        return Fault(DOUBT, self.why)

    def many(self, columns: Columns, as_of: date) -> Failures:
        return [(np.ones(columns.size, dtype=bool), DOUBT)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        return {}


def _few(table: Mapping[str, str]) -> str:
    shown = [f"{value} {name}" for value, name in list(table.items())[:4]]
    return "、".join(shown) + ("等" if len(table) > 4 else "")


def build_check(
    data: Mapping[str, Any], segments: Sequence[Segment], tables: Mapping[str, Any], personal: bool
) -> SenseCheck:
    """A test from its entry in a data file."""
    naming = Naming(tuple(segments), personal)
    names = tuple(data.get("fields") or ([data["field"]] if "field" in data else [s.name for s in segments if s.name]))
    doubt = bool(data.get("doubt"))

    def table(name: str) -> Mapping[str, str]:
        return {str(key): str(value) for key, value in tables[name].items()}

    makers: dict[str, Callable[[], SenseCheck]] = {
        "digit": lambda: CheckDigit(
            names, data["algorithm"], data["label"], naming, DOUBT if doubt else DIGIT, data.get("except")
        ),
        "table": lambda: Listed(names, table(data["table"]), naming, DOUBT if doubt else CODE, data.get("why", "")),
        "pair": lambda: Listed(names, table(data["table"]), naming, DOUBT if doubt else CODE, ""),
        "allow": lambda: Allowed(
            data.get("when", {}), data.get("unless", {}), names[0], data["values"], naming, data["why"]
        ),
        "period": lambda: Period(
            names[0], data["year"], tuple((first, last, table(name)) for first, last, name in data["tables"]), naming
        ),
        "nonzero": lambda: NotZero(names[0], data.get("tail", 99), naming, DOUBT if doubt else CODE),
        "doubt": lambda: Always(data["why"]),
        "region": lambda: sense_home.Region(names[0], data["county"], naming, doubt),
        "home": lambda: sense_home.Home(names[0], naming),
        "year": lambda: sense_days.Year(names[0], data["from"], data.get("to", 9999), naming, doubt),
        "date": lambda: sense_days.Day(data["year"], data["month"], data.get("day"), naming),
        "birth": lambda: sense_days.Birth(names[0], naming),
        "grown": lambda: sense_days.Grown(data["year"], data["birth"], data["least"], data["why"]),
        "term": lambda: sense_days.Term(
            data["year"], data.get("month"), data.get("day"), data["years"], data.get("why", "有效期一年")
        ),
        "until": lambda: sense_days.Until(names[0], data["most"], naming),
        "drug": lambda: sense_drug.Drug(names[0], data["letter"], data.get("abroad", False), naming),
    }
    return makers[data["check"]]()
