"""A ladder: what counts as a strike against a right, within which window, and what follows at how many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CONDITIONS = {"measures": "measure", "natures": "nature", "channels": "channel", "kinds": "kind",
              "platforms": "platform", "severities": "severity", "families": "families",
              "origins": "origin"}  # fmt: skip
"""Conditions by the fact of a decision they look at."""
ACCOUNT = "account"
SUBJECTS = (ACCOUNT, "institution", "physician", "agency", "merchant", "creator")
"""Whom a ladder counts against: the publisher's account itself, or the entity of the registry behind its accounts."""


@dataclass(frozen=True, slots=True)
class Reinstating:
    """A condition that must be met before a right comes back: what it is called and how the person meets it."""

    name: str
    title: str
    title_en: str
    how: str
    how_en: str

    def word(self, lang: str) -> str:
        """Its name for people."""
        return self.title_en if lang == "en" else self.title

    def told(self, lang: str) -> str:
        """How to meet it."""
        return self.how_en if lang == "en" else self.how


@dataclass(frozen=True, slots=True)
class Step:
    """What follows at ``strikes``. ``confirm``: only a person may take it.

    ``when`` (as ``counts`` of the ladder) makes it a step of its own for grave cases: only strikes that meet it are
    counted for it. ``within_days`` counts a shorter stretch than the ladder's window (frequency). ``earlier`` is how
    many suspensions of this ladder must lie before it (history). ``repeat``: it is taken at every strike that reaches
    it, not only at the first. ``conditions`` are names of what must be met before the right comes back;
    ``early_days`` after how many days it may come back before the term, once all are met (None: not before).
    """

    strikes: int
    measure: str
    days: int | None = None
    confirm: bool = False
    name: str = ""
    title: str = ""
    title_en: str = ""
    when: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    within_days: int | None = None
    earlier: int = 0
    repeat: bool = False
    conditions: tuple[str, ...] = ()
    early_days: int | None = None

    @property
    def key(self) -> str:
        """What it is called in the journal, within its ladder."""
        return self.name or str(self.strikes)

    @property
    def plain(self) -> bool:
        """Whether it looks at nothing but the number of strikes in the ladder's window."""
        return not (self.when or self.within_days or self.earlier)


@dataclass(frozen=True, slots=True)
class Ladder:
    """One ladder. ``counts``: condition → the values that meet it; every condition must be met. ``subject`` is whom
    it counts against; ``history_days`` how far back earlier suspensions are looked for. Steps go from the mildest to
    the hardest."""

    name: str
    title: str
    title_en: str
    right: str
    window_days: int
    counts: Mapping[str, frozenset[str]]
    cites: tuple[str, ...]
    steps: tuple[Step, ...]
    subject: str = ACCOUNT
    history_days: int = 730

    @property
    def longest(self) -> int:
        """How many days back anything matters to it: the strikes that bore the oldest suspension it looks at."""
        history = self.history_days if any(step.earlier for step in self.steps) else 0
        return self.window_days + history

    def step(self, strikes: int) -> Step | None:
        """The highest plain step that so many strikes reach."""
        return next((step for step in reversed(self.steps) if step.plain and strikes >= step.strikes), None)

    def next_step(self, strikes: int) -> Step | None:
        """The first plain step not reached yet."""
        return next((step for step in self.steps if step.plain and strikes < step.strikes), None)

    def named(self, key: str) -> Step | None:
        """The step of a name, None when the ladder has none such (any more)."""
        return next((step for step in self.steps if step.key == key), None)
