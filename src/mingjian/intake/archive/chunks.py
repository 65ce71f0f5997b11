"""A run of rows of one file, and what reading it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mingjian.intake.errors import IntakeError


@dataclass(frozen=True, slots=True)
class Chunk:
    """``rows`` rows of a file from row ``first`` on, counted from 0 (in JSONL rows are lines, empty ones too).
    ``file`` is relative to the archive's folder. ``start`` is the byte where they begin in a plain JSONL file: a
    short cut, never needed to name the chunk."""

    file: str
    first: int
    rows: int
    start: int | None = None

    @property
    def name(self) -> str:
        """The same for the same chunk on every machine; usable as a file name."""
        plain = self.file.replace("/", "-").rsplit(".", 2 if self.file.endswith(".gz") else 1)[0]
        return f"{plain}-{self.first:012d}"


@dataclass(frozen=True, slots=True)
class Rows:
    """What a chunk holds: ``batch`` is a pyarrow.RecordBatch of the good rows in the archive's own columns, ``at``
    the row number in the file of each (numpy int64), ``problems`` what was wrong, ``bad`` how many rows were left
    out for it."""

    batch: Any
    at: Any
    problems: tuple[IntakeError, ...]
    bad: int
