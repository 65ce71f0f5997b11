"""What intake could not read. Problems are collected and yielded beside the items, never raised through."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Level = Literal["error", "note"]


@dataclass(frozen=True, slots=True)
class IntakeError:
    """One thing that was not read, and where.

    ``level`` is ``error`` when something the caller asked for was lost (the exit code says so), ``note``
    when it only has to be known: a file skipped by rule, a field ignored, a guessed encoding.
    """

    path: str
    line: int | None
    field: str | None
    message: str
    hint: str | None = None
    level: Level = "error"

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line is not None else self.path
        field = f"{self.field}: " if self.field else ""
        hint = f"({self.hint})" if self.hint else ""
        return f"{place}: {field}{self.message}{hint}"


class UnreadableError(Exception):
    """Raised inside an adapter when the whole source cannot be read; read() turns it into an IntakeError."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def did_you_mean(word: str, known: tuple[str, ...] | list[str]) -> str | None:
    """A hint for a misspelt name, or None when nothing is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"是否想写 {near[0]}?" if near else None
