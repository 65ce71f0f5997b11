"""The law beside an item: the provisions its findings cite, each once, in force on the day it is judged for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mingjian.core.model import Citation
from mingjian.doors.console.reading import Finding
from mingjian.governance.decisions.law import basis_in_force


@dataclass(frozen=True, slots=True)
class Cited:
    """A provision and the numbers of the findings that cite it. ``citation`` is None when it was not in force."""

    label: str
    citation: Citation | None
    numbers: tuple[int, ...]


def cite_label(name: str) -> str:
    """How a provision is written shortly (医师法13); the name itself where it is not in force or not known."""
    citation = basis_in_force().resolve(name, date.max)
    return citation.label if citation is not None else name


def law_of(findings: Sequence[Finding], as_of: str | None) -> tuple[Cited, ...]:
    """What the findings cite, the most cited first."""
    if as_of is None:
        return ()
    numbers: dict[str, list[int]] = {}
    for finding in findings:
        for label in finding.data["cites"]:
            numbers.setdefault(str(label), []).append(finding.number)
    resolve, day = basis_in_force().resolve, date.fromisoformat(as_of)
    cited = [Cited(label, resolve(label, day), tuple(found)) for label, found in numbers.items()]
    return tuple(sorted(cited, key=lambda each: -len(each.numbers)))
