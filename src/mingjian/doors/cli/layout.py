"""Rows and columns for a terminal, where a Chinese character takes two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from mingjian.core.report.visible import visible


def width(text: str) -> int:
    """Terminal columns of a text."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, columns: int) -> str:
    """The text filled up with spaces."""
    return text + " " * max(0, columns - width(text))


def row(name: str, values: Iterable[str], columns: int = 12) -> list[str]:
    """A labelled row; further values stand under the first. Nothing when there is no value."""
    shown = [visible(str(value)) for value in values if value]
    if not shown:
        return []
    columns = max(columns, width(name) + 2)
    lines = [f"  {pad(name, columns)}{shown[0]}"]
    return lines + [f"  {' ' * columns}{value}" for value in shown[1:]]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], most: int = 44) -> str:
    """Rows under heads, columns aligned; the last is as long as it likes, the others at most ``most``."""
    cells = [list(heads), *([visible(str(cell)) for cell in each] for each in rows)]
    widths = [min(most, max(width(each[i]) for each in cells)) for i in range(len(heads) - 1)]
    lines = ["  ".join([*(pad(cell, w) for cell, w in zip(each, widths, strict=False)), each[-1]]) for each in cells]
    return "\n".join(line.rstrip() for line in lines) + "\n"
