"""How a sheet stands: its points by the standard's scorecard, what is missing, what blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mingjian.governance.accreditation.standard import Chapter, Clause, Level, Standard
from mingjian.governance.scorecards.engine import score
from mingjian.governance.scorecards.model import MICRO, Score
from mingjian.records.accreditation.model import Mark


@dataclass(frozen=True, slots=True)
class Totals:
    """``score`` explains itself clause by clause. ``unmarked`` clauses have no mark yet (they count as not applying
    so far); ``blocking`` are critical ones that are not met; ``counts`` how many clauses have each mark; ``chapters``
    the share (0 to 1) of each chapter's weight that was reached, None where nothing of it counts."""

    score: Score
    level: Level | None
    unmarked: tuple[str, ...]
    blocking: tuple[str, ...]
    counts: Mapping[str, int]
    chapters: Sequence[tuple[Chapter, float | None]]

    @property
    def points(self) -> int:
        """In millionths of a point."""
        return self.score.points


def totals(standard: Standard, marks: Mapping[str, Mark]) -> Totals:
    """The sum of a sheet."""
    values = {
        clause.feature: standard.marks.get(marks[code].mark) if code in marks else None
        for code, clause in standard.clauses.items()
    }
    made = score(standard.card, values)
    return Totals(
        score=made,
        level=standard.level(made.band),
        unmarked=tuple(code for code in standard.clauses if code not in marks),
        blocking=tuple(
            code for code, clause in standard.clauses.items()
            if clause.critical and code in marks and marks[code].mark == "not"
        ),
        counts=Counter(mark.mark for code, mark in marks.items() if code in standard.clauses),
        chapters=tuple((chapter, _share(standard, chapter.clauses, marks)) for chapter in standard.chapters),
    )  # fmt: skip


def _share(standard: Standard, clauses: Iterable[Clause], marks: Mapping[str, Mark]) -> float | None:
    counted = [
        (clause.weight, standard.marks[marks[clause.code].mark])
        for clause in clauses
        if clause.code in marks and marks[clause.code].mark in standard.marks
    ]
    whole = sum(weight for weight, _ in counted)
    return sum(weight * value for weight, value in counted) / whole if whole else None


def shown_points(points: int | None) -> float | None:
    """Points as people read them: two places."""
    return None if points is None else round(points / MICRO, 2)
