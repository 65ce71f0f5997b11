"""Counting from the journal alone, event by event, knowing nothing of the tables that folds made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from mingjian.governance.figures.model import Figure
from mingjian.records.journal.model import Recorded

_GONE = ("action.reversed", "action.replaced")


class Recount:
    """Takes events in order; ``counted`` then says for each figure which subjects it counts, and whether a measure on
    them still stands. ``since`` and ``until`` (microseconds) bound when the thing happened; what became of it is
    followed to the end of the journal."""

    def __init__(self, figures: Sequence[Figure], since: int, until: int) -> None:
        self._figures = figures
        self._since, self._until = since, until
        self._wanted_kinds = frozenset(kind for figure in figures for kind in figure.kinds)
        self._kinds: dict[str, str] = {}
        self._actions: dict[str, tuple[str, str, str | None]] = {}  # action → subject, measure, right
        self._judged: dict[str, None] = {}
        self._appeals: dict[str, None] = {}
        self._withdrawn: set[str] = set()

    def take(self, events: Iterable[Recorded]) -> None:
        """The next events."""
        for event in events:
            kind = event.kind
            if kind == "item.submitted":
                of = event.body.get("kind")
                if of in self._wanted_kinds:
                    self._kinds[event.subject] = of
            elif kind == "item.judged":
                if self._since <= event.at < self._until:
                    self._judged[event.subject] = None
            elif kind == "action.taken":
                self._taken(event.subject, event.at, event.body)
            elif kind in _GONE:
                self._withdrawn.add(event.subject)
            elif kind == "action.resumed":
                self._withdrawn.discard(event.subject)
            elif kind == "appeal.lodged" and self._since <= event.at < self._until:
                self._appeals[event.subject] = None

    def _taken(self, action: str, at: int, body: Any) -> None:
        subject, measure, right = body["item"] or body["publisher"], body["measure"], body["right"]
        if subject and self._since <= at < self._until and any(one.takes(measure, right) for one in self._figures):
            self._actions[action] = (subject, measure, right)

    def subjects(self) -> set[str]:
        """The subjects of actions whose kind somebody has to say: those that are no item we know the kind of."""
        return {subject for subject, _, _ in self._actions.values() if subject not in self._kinds}

    def counted(self, entity_kinds: dict[str, str]) -> dict[str, dict[str, bool]]:
        """Figure → subject → whether it still stands. ``entity_kinds`` are the kinds of entities by id."""
        found: dict[str, dict[str, bool]] = {figure.name: {} for figure in self._figures}
        for figure in self._figures:
            mine = found[figure.name]
            if figure.of == "judged":
                mine.update((item, True) for item in self._judged
                            if not figure.kinds or self._kinds.get(item) in figure.kinds)  # fmt: skip
            elif figure.of == "appeal":
                mine.update(dict.fromkeys(self._appeals, True))
        actions = [figure for figure in self._figures if figure.of == "action"]
        for action, (subject, measure, right) in self._actions.items():
            stands = action not in self._withdrawn
            for figure in actions:
                if not figure.takes(measure, right):
                    continue
                if figure.kinds and self._kinds.get(subject) not in figure.kinds:
                    continue
                if figure.subjects and entity_kinds.get(subject) not in figure.subjects:
                    continue
                mine = found[figure.name]
                mine[subject] = mine.get(subject, False) or stands
        return found
