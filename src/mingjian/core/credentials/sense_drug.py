"""The eight digits of a drug approval number.

Since 2002 four of the year and four of a serial number. What was approved before was renumbered in 2001–2002: two
digits of where it came from (10 the former Ministry of Health, 19 and 20 the State Drug Administration, or a province),
two of a year, four of a serial number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from mingjian.core.credentials.columns import Columns
from mingjian.core.credentials.model import CODE, DATE, DOUBT, SENSE, Fault
from mingjian.core.credentials.naming import Naming
from mingjian.core.credentials.regions import known_provinces, province_name

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Mask: TypeAlias = "npt.NDArray[np.bool_]"
Failures: TypeAlias = "list[tuple[Mask, int]]"
MINISTRY = 10
FIRST_LAW = 1985  # the first drug administration law came into force
CLASSIC_FROM = 2020  # 国药准字C


@dataclass(frozen=True)
class Drug:
    """Year and source make sense together. ``abroad``: only four digits of the year, no former sources."""

    field: str
    letter: str
    abroad: bool
    naming: Naming

    def one(self, fields: Mapping[str, str], as_of: date) -> Fault | None:
        digits = fields[self.field]
        source, year = int(digits[:2]), int(digits[:4])
        if source in (19, 20):
            if year > as_of.year:
                return Fault(DATE, f"八位数字的前四位是年份,{year}在将来(核验日{as_of.isoformat()})")
            if year < FIRST_LAW:
                return Fault(DATE, f"八位数字的前四位是年份,{year}太早")
            if fields[self.letter] == "C" and year < CLASSIC_FROM:
                return Fault(SENSE, f"字母C(古代经典名方中药制剂)自{CLASSIC_FROM}年才有,年份写的是{year}")
            return None
        if self.abroad:
            return Fault(DATE, f"八位数字的前四位应为年份,写的是{year:04d}")
        if fields[self.letter] == "C":
            return Fault(SENSE, f"字母C(古代经典名方中药制剂)自{CLASSIC_FROM}年才有,前四位应为年份")
        if source != MINISTRY and (province_name(digits) is None or source == 99):
            return Fault(CODE, f"八位数字的前两位“{digits[:2]}”既不是年份,也不是原批准部门的代码(10或省级代码)")
        short = int(digits[2:4])
        if source == MINISTRY and 3 <= short < FIRST_LAW % 100:
            return Fault(DOUBT, f"原卫生部批准的文号第3、4位是年份,“{digits[2:4]}”须核对")
        if source != MINISTRY and not (short <= 10 or short >= 98):
            return Fault(DOUBT, f"原省级批准的文号第3、4位是换发年份(多为02),“{digits[2:4]}”须核对")
        return None

    def many(self, columns: Columns, as_of: date) -> Failures:
        digits = columns.number(self.field)
        source, year, short = digits // 1_000_000, digits // 10_000, digits // 10_000 % 100
        dated = (source == 19) | (source == 20)
        late = dated & ((year > as_of.year) | (year < FIRST_LAW))
        if self.abroad:
            return [(late | ~dated, DATE)]
        classic = columns.any_of(self.letter, "C")
        ministry = source == MINISTRY
        unknown = ~dated & ~ministry & (~known_provinces()[source] | (source == 99))
        former = ~dated & ~ministry
        return [
            (late, DATE),
            (classic & (~dated | (year < CLASSIC_FROM)), SENSE),
            (unknown, CODE),
            (ministry & (short >= 3) & (short < FIRST_LAW % 100), DOUBT),
            (former & (short > 10) & (short < 98), DOUBT),
        ]

    def facts(self, fields: Mapping[str, str]) -> Mapping[str, Any]:
        digits = fields[self.field]
        if digits[:2] in ("19", "20"):
            return {"year": int(digits[:4])}
        return {"former": "原卫生部" if digits[:2] == "10" else province_name(digits) or ""}
