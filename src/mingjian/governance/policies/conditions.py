"""Conditions of a clause, made ready once and asked for every item.

All of them are closed upwards in the findings: a further finding can make a condition hold, never stop it. Together
with clauses ordered from strong to mild (see ``parse``) more findings therefore never lead to less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mingjian.governance.policies.model import Found


@dataclass(frozen=True, slots=True)
class FindingTest:
    """At least ``least`` findings, each of which meets all of it; empty means any. ``codes`` are beginnings of
    codes (``AD-16`` is met by AD-16-1-guarantee)."""

    codes: tuple[str, ...] = ()
    families: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    confidences: frozenset[str] = frozenset()
    least: int = 1

    def met_by(self, findings: Iterable[Found]) -> list[Found]:
        """The findings that meet it; none when they are too few."""
        found = [finding for finding in findings if self._meets(finding)]
        return found if len(found) >= self.least else []

    def _meets(self, finding: Found) -> bool:
        return (
            (not self.families or finding.family in self.families)
            and (not self.statuses or finding.status in self.statuses)
            and (not self.severities or finding.severity in self.severities)
            and (not self.confidences or finding.confidence in self.confidences)
            and (not self.codes or any(covers(code, finding.code) for code in self.codes))
        )


def covers(beginning: str, code: str) -> bool:
    """Whether a code is this one or below it: AD-16 covers AD-16-1, not AD-160."""
    return code == beginning or code.startswith(f"{beginning}-")


@dataclass(frozen=True, slots=True)
class FactTest:
    """``words``: field → any of these; ``ranges``: field → (at least, below). A fact that is not known meets
    nothing."""

    words: tuple[tuple[str, frozenset[str]], ...] = ()
    ranges: tuple[tuple[str, float | None, float | None], ...] = ()

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.words or self.ranges)

    @property
    def asks(self) -> frozenset[str]:
        """The facts it looks at."""
        return frozenset(name for name, _ in self.words) | frozenset(name for name, _, _ in self.ranges)

    def failing(self, facts: Mapping[str, Any]) -> str | None:
        """The first field that does not meet it, None when all do."""
        for name, wanted in self.words:
            if facts.get(name) not in wanted:
                return name
        for name, least, below in self.ranges:
            value = facts.get(name)
            if not isinstance(value, int | float) or isinstance(value, bool):
                return name
            if (least is not None and value < least) or (below is not None and value >= below):
                return name
        return None
