"""A campaign's figure and how it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.governance.campaigns.told import ENDED, Act, Ruling, Told

CONDITIONS = {
    "swept": (),
    "act": ("target", "measures", "rights", "kinds", "families", "sources", "least_days"),
    "holder": ("target", "measures", "rights", "kinds", "families", "sources", "subjects", "least_days"),
    "room": ("measures", "families", "sources"),
    "ruling": ("kinds", "families", "sources", "states"),
    "appeal": ("sources", "states"),
    "case": ("states",),
    "ring": ("states",),
    "alarm": ("states",),
}
"""What a figure may count, and the conditions each may have."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and what exactly it counts. Conditions left empty hold for all. ``least_days``: terms at least so long
    (those without a term too)."""

    name: str
    title: str
    title_en: str
    unit: str
    unit_en: str
    of: str
    definition: str
    definition_en: str
    target: str = ""
    measures: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    least_days: int = 0

    def label(self, lang: str = "zh") -> str:
        """The figure's name for people."""
        return self.title_en if lang == "en" else self.title

    def count(self, told: Told) -> dict[str, bool]:
        """Each subject counted, and whether what was done to it still stands."""
        found: dict[str, bool] = {}
        match self.of:
            case "swept":
                found = dict.fromkeys(told.swept, True)
            case "act" | "holder" | "room":
                for act in told.acts.values():
                    if self.takes(act, told):
                        for subject in self._subjects(act, told):
                            found[subject] = found.get(subject, False) or act.stands
            case "ruling":
                found = {one.id: one.state not in ENDED for one in told.rulings.values()
                         if self._of(one) and _in(self.states, one.state)}  # fmt: skip
            case "appeal":
                found = {id: True for id, (decision, outcome) in told.appeals.items()
                         if _in(self.states, outcome) and _in(self.sources, told.rulings[decision].source)}  # fmt: skip
            case "case":
                found = {
                    id: True
                    for id, outcome in told.cases.items()
                    if not self.states or {outcome or "open", "closed" if outcome else "open"} & self.states
                }
            case "ring" | "alarm":
                things = told.rings if self.of == "ring" else told.alarms
                found = {id: True for id, state in things.items() if _in(self.states, state)}
        return found

    def number(self, told: Told, counted: Mapping[str, bool]) -> int:
        """The number itself: how many subjects, or for sweeps how many items they looked at."""
        return sum(told.swept[one] for one in counted) if self.of == "swept" else len(counted)

    def takes(self, act: Act, told: Told) -> bool:
        """Whether an act fits the conditions."""
        return (
            (not self.target or self.target == ("item" if act.item else "publisher"))
            and _in(self.measures, act.measure)
            and _in(self.rights, act.right)
            and (act.days is None or act.days >= self.least_days)
            and self._of(told.rulings[act.decision])
        )

    def _of(self, ruling: Ruling) -> bool:
        broken = not self.families or bool(self.families & ruling.families)
        return broken and _in(self.kinds, ruling.kind) and _in(self.sources, ruling.source)

    def _subjects(self, act: Act, told: Told) -> list[str]:
        if self.of == "act":
            subject = act.item or act.publisher
            return [subject] if subject else []
        if self.of == "room":
            place = told.aired.get(act.item or "")
            return [place.room] if place is not None else []
        publisher = told.rulings[act.decision].publisher or act.publisher or ""
        behind = {**told.holders.get(publisher, {}), **told.sellers.get(act.item or "", {})}
        return [id for id, kind in behind.items() if _in(self.subjects, kind)]


def _in(wanted: frozenset[str], value: str | None) -> bool:
    return not wanted or value in wanted
