"""Tests of administrative divisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from mingjian.core.credentials.columns import Columns
from mingjian.core.credentials.model import DOUBT, REGION, Fault
from mingjian.core.credentials.naming import Naming
from mingjian.core.credentials.regions import (
    FICTIONAL,
    counties,
    known_counties,
    known_provinces,
    province_name,
    region_name,
)

if TYPE_CHECKING:
    import numpy.typing as npt

Mask: TypeAlias = "npt.NDArray[np.bool_]"
Failures: TypeAlias = "list[tuple[Mask, int]]"
FICTION = "区划以99开头,是演示用的虚构区划,不对应任何登记机关"


@dataclass(frozen=True)
class Region:
    """Two digits of a province, or six of a county. An unknown county is a doubt where ``county`` asks for one:
    development zones have codes of their own."""

    field: str
    county: bool
    naming: Naming
    doubt: bool = False

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        value = fields[self.field]
        where = self.naming.place(self.field)
        if province_name(value) is None:
            return Fault(DOUBT if self.doubt else REGION, f"{where}“{value}”:没有以{value[:2]}开头的行政区划")
        if value.startswith(FICTIONAL):
            return Fault(DOUBT, f"{where}“{value}”:{FICTION}")
        if self.county and value not in counties() and value[2:] != "0000":
            return Fault(DOUBT, f"{where}“{value}”不在行政区划表中(可能是开发区),须核对")
        return None

    def many(self, columns: Columns, as_of: date) -> Failures:
        value = columns.number(self.field)
        province = value if columns.rows(self.field).shape[0] == 2 else value // 10_000
        failures = [
            (~known_provinces()[province], DOUBT if self.doubt else REGION),
            (province == int(FICTIONAL), DOUBT),
        ]
        return [*failures, (~known_counties()[value], DOUBT)] if self.county else failures

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        value = fields[self.field]
        name = region_name(value) if len(value) == 6 else province_name(value)
        return {"province": value[:2], "region_name": name} if name is not None else {}


@dataclass(frozen=True)
class Home:
    """The region of an identity number. One that begins with 9 is a foreigner's permanent residence card: province in
    places 2–3, nationality in 4–6."""

    field: str
    naming: Naming

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        value, where = fields[self.field], self.naming.place(self.field)
        if value.startswith(FICTIONAL):
            return Fault(DOUBT, f"{where}:{FICTION}")
        if value[0] == "9":
            if province_name(value[1:3]) is None:
                return Fault(REGION, f"{where}:永久居留证号码的受理地代码不存在")
            return None
        if province_name(value) is None or value.startswith(("10", "66")):
            return Fault(REGION, f"{where}:没有以这两位开头的行政区划")
        if value not in counties():
            return Fault(DOUBT, f"{where}不在历年行政区划表中,须核对")
        return None

    def many(self, columns: Columns, as_of: date) -> Failures:
        value = columns.number(self.field)
        province = value // 10_000
        fiction, foreign = province == int(FICTIONAL), value // 100_000 == 9
        here = known_provinces()[province] & (province != 10) & (province != 66)
        there = known_provinces()[value // 1000 % 100]
        unheard = ~foreign & ~known_counties()[value]
        return [(~(fiction | np.where(foreign, there, here)), REGION), (fiction | unheard, DOUBT)]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        value = fields[self.field]
        if value[0] == "9" and not value.startswith(FICTIONAL):
            return {"document": "外国人永久居留身份证"}
        return {}
