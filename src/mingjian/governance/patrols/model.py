"""A patrol as the patrols' file writes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from mingjian.desk.queues.model import Due
from mingjian.governance.patrols.calendar import Schedule

SUBJECTS = ("expiring", "unverified", "changed", "sample", "risk", "unregistered", "beyond_scope", "content")
"""expiring: credentials near their end, in stages · unverified: credentials not confirmed for so long · changed:
entities whose licences changed since the last look · sample: a share of entities, another one each run · risk:
entities in score bands · unregistered: products sold without a registration that holds · beyond_scope: physicians who
perform what they or their institution may not · content: publishers whose content was not judged again for so long."""
DOES = ("notice", "work", "case", "lookup", "rescreen", "enquiry")
MISSED = ("merge", "each", "skip")
"""After a stop: one run for all that were missed, one for each in order, or none for those that are late."""


@dataclass(frozen=True, slots=True)
class Stage:
    """From so many days before the end on (0: on the last day and after), this is done."""

    days: int
    does: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a patrol looks at; fields that its kind does not use are at rest."""

    kind: str
    entities: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    lookback_days: int = 365
    months: int = 6
    share: float = 0.05
    scorecard: str = ""
    bands: tuple[str, ...] = ()
    again_days: int = 30


@dataclass(frozen=True, slots=True)
class Patrol:
    """``grace`` is how late (hours) an occurrence may run before it counts as missed; ``work_due`` when an entry of the
    work list is to be done; ``queue`` the desk its cases go to (None: the routes choose); ``worse_only``: re-screening
    opens cases only where the outcome is worse than it was."""

    name: str
    title: str
    title_en: str
    schedule: Schedule
    subjects: Subjects
    does: tuple[str, ...] = ()
    missed: str = "merge"
    grace_hours: float = 12.0
    work_due: Due = field(default_factory=lambda: Due(5, "days"))
    queue: str | None = None
    worse_only: bool = True
    active: bool = True
    text: str = ""

    def label(self, lang: str) -> str:
        """The title in a language."""
        return self.title_en if lang == "en" else self.title

    def words(self) -> tuple[str, ...]:
        """Everything it may do, in any stage."""
        return tuple(dict.fromkeys((*self.does, *(one for stage in self.subjects.stages for one in stage.does))))
