"""The weights and thresholds of finding rings, as data; a deployer's file takes their place. All errors at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.desk.deployed import DataFile
from mingjian.desk.queues.conditions import Complain
from mingjian.desk.queues.fields import check_known, listing, mapping, number
from mingjian.records.errors import Invalid

_HOW = {"picture": ("near", "mirror", "panel", "local"), "video": ("segment",),
        "text": ("copy", "template", "reordered", "synonyms")}  # fmt: skip
_MARKS = ("device", "payment", "contact")
_WEIGHTS = (*_MARKS, "institution", "lockstep", "openly")
_JOIN = ("tie", "attach", "across", "most_shared", "resolution", "least_accounts", "confidence")


@dataclass(frozen=True, slots=True)
class Settings:
    """``likeness``: (matter, how) → how much of a piece of evidence such a pair is. The rest as the file says."""

    likeness: Mapping[tuple[str, str], float]
    marks: Mapping[str, float]
    institution: float
    lockstep: float
    openly: float
    tie: float
    attach: float
    across: float
    most_shared: int
    resolution: float
    least_accounts: int
    confidence: float
    per_day: tuple[float, float]
    per_month: tuple[float, float]
    least_days: int
    regular: float

    def strength(self, matter: str, how: str) -> float:
        """Of a likeness; of a way that the file does not know the least its matter has."""
        found = self.likeness.get((matter, how))
        return found if found is not None else min(v for (m, _), v in self.likeness.items() if m == matter)


def parse_settings(data: Any) -> Settings:
    """The settings of a file; Invalid with everything that is wrong with it."""
    problems: list[str] = []

    def complain(field: str, message: str) -> None:
        problems.append(f"{field}:{message}")

    if not isinstance(data, dict):
        raise Invalid("应为映射,含 evidence、join、cadence", field="rings")
    check_known(data, ("evidence", "join", "cadence"), "", complain)
    evidence = mapping(data, "evidence", "", complain)
    join = mapping(data, "join", "", complain)
    cadence = mapping(data, "cadence", "", complain)
    check_known(evidence, (*_HOW, *_WEIGHTS), "evidence", complain)
    check_known(join, _JOIN, "join", complain)
    check_known(cadence, ("per_day", "per_month", "least_days", "regular"), "cadence", complain)
    likeness = {}
    for matter, ways in _HOW.items():
        given = mapping(evidence, matter, "evidence", complain)
        check_known(given, ways, f"evidence.{matter}", complain)
        for how in ways:
            likeness[matter, how] = _number(given, how, f"evidence.{matter}", complain, 0, 2)
    weights = {name: _number(evidence, name, "evidence", complain, 0, 5) for name in _WEIGHTS}
    found = Settings(
        likeness, {name: weights[name] for name in _MARKS}, weights["institution"], weights["lockstep"],
        weights["openly"], _number(join, "tie", "join", complain, 0.1, 20),
        _number(join, "attach", "join", complain, 0.1, 20),
        _number(join, "across", "join", complain, 0, 1),
        int(_number(join, "most_shared", "join", complain, 2, 2000)),
        _number(join, "resolution", "join", complain, 0, 10),
        int(_number(join, "least_accounts", "join", complain, 2, 1000)),
        _number(join, "confidence", "join", complain, 0, 1),
        _range(cadence, "per_day", complain), _range(cadence, "per_month", complain),
        int(_number(cadence, "least_days", "cadence", complain, 2, 365)),
        _number(cadence, "regular", "cadence", complain, 0, 1),
    )  # fmt: skip
    if problems:
        raise Invalid(f"{len(problems)} 处:\n" + "\n".join(f"  {each}" for each in problems), field="rings")
    return found


def _number(data: dict[Any, Any], name: str, path: str, complain: Complain, least: float, most: float) -> float:
    if name not in data:
        complain(f"{path}.{name}", f"必填:{least:g} 到 {most:g} 之间的数")
        return least
    return number(data, name, path, complain, least, most, least)


def _range(data: dict[Any, Any], name: str, complain: Complain) -> tuple[float, float]:
    given = listing(data, name, "cadence", complain)
    sound = len(given) == 2 and all(isinstance(one, int | float) and not isinstance(one, bool) for one in given)
    if not sound or not 0 <= given[0] <= given[1]:
        complain(f"cadence.{name}", f"应为两个数:从、到,不是 {given!r}")
        return 0.0, 0.0
    return float(given[0]), float(given[1])


RINGS = DataFile("mingjian.governance", "rings.yaml", "团伙文件", parse_settings)
