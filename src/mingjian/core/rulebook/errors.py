"""Every error of a rulebook at once, each naming file and field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where in the rulebook's data."""

    path: str
    field: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.path, self.field, self.message) if part)


class RulebookError(ValueError):
    """The rulebook cannot be used; ``problems`` lists all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))
