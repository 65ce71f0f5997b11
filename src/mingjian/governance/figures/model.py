"""What a figure counts, as data says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mingjian.desk.deployed import DataFile
from mingjian.records.registry.model import ENTITY_KINDS

SOURCES = ("action", "judged", "appeal")
_LISTS = ("measures", "rights", "kinds", "subjects")
_WORDS = ("title", "title_en", "unit", "unit_en", "row", "of")


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. Of ``action``: subjects (an item, or else a publisher or entity) a measure was taken on; of
    ``judged``: items; of ``appeal``: appeals. Conditions left empty hold for all."""

    name: str
    title: str
    title_en: str
    unit: str
    unit_en: str
    row: str
    of: str
    measures: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()

    def label(self, lang: str = "zh") -> str:
        """The figure's name for people."""
        return self.title_en if lang == "en" else self.title

    def unit_of(self, lang: str = "zh") -> str:
        """What it counts, for people."""
        return self.unit_en if lang == "en" else self.unit

    def takes(self, measure: str, right: str | None) -> bool:
        """Whether an action of this measure may count."""
        fits = not self.measures or measure in self.measures
        return self.of == "action" and fits and (not self.rights or right in self.rights)


def parse_figures(data: Any) -> tuple[Figure, ...]:
    """Figures from their data; ValueError with every mistake."""
    problems: list[str] = []
    made = [figure for name, given in data["figures"].items() if (figure := _figure(name, given, problems)) is not None]
    if problems:
        raise ValueError(";".join(problems))
    return tuple(made)


def _figure(name: str, given: Mapping[str, Any], problems: list[str]) -> Figure | None:
    missing, unknown = set(_WORDS) - given.keys(), given.keys() - set(_WORDS) - set(_LISTS)
    if missing or unknown:
        problems.append(f"{name}:缺 {sorted(missing)},多 {sorted(unknown)}")
        return None
    lists = {field: frozenset(str(one) for one in given.get(field) or ()) for field in _LISTS}
    if given["of"] not in SOURCES:
        problems.append(f"{name}.of:只能是 {'、'.join(SOURCES)}")
    if lists["subjects"] - set(ENTITY_KINDS):
        problems.append(f"{name}.subjects:没有 {sorted(lists['subjects'] - set(ENTITY_KINDS))}")
    if given["of"] != "action" and (lists["measures"] or lists["rights"] or lists["subjects"]):
        problems.append(f"{name}:只有措施才有 measures、rights、subjects")
    title, title_en, unit, unit_en, row, of = (str(given[word]) for word in _WORDS)
    return Figure(name, title, title_en, unit, unit_en, row, of, **lists)


FIGURES = DataFile("mingjian.governance", "figures.yaml", "治理数字文件", parse_figures)
