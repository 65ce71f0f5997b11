"""CSV and TSV: a column of posts, one item a row, streamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from mingjian.core.model import Item
from mingjian.intake.encoding import encoding_of
from mingjian.intake.errors import IntakeError, UnreadableError
from mingjian.intake.options import ReadOptions
from mingjian.intake.rows import find_columns, items
from mingjian.intake.source import Source

# The csv module's own limit (131,072) refuses long articles, and it knows one limit for the whole process.
MAX_FIELD = 1 << 26
csv.field_size_limit(MAX_FIELD)


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """One item a row, ``line`` being the line of the file on which the row begins."""
    encoding, note = encoding_of(source)
    if note is not None:
        yield IntakeError(source.name, None, None, note, level="note")
    with source.open() as raw, io.TextIOWrapper(raw, encoding, "replace", newline="") as stream:
        start = stream.readline(1 << 16)
        stream.seek(0)
        rows = _Rows(stream, _delimiter(start, source.name), source.name)
        first = next(iter(rows), None)
        if first is None:
            yield IntakeError(source.name, None, None, "表格是空的", level="note")
            return
        columns = find_columns(first[1], options.column)
        if not columns.header:
            rows.push_back(first)
        yield from items(rows, columns, source.name, source.id)
        yield from rows.problems


class _Rows:
    """Rows with the line each begins on; a row that cannot be parsed is noted and the next one read."""

    def __init__(self, stream: io.TextIOWrapper, delimiter: str, name: str) -> None:
        self._reader = csv.reader(stream, delimiter=delimiter)
        self._name = name
        self._waiting: list[tuple[int, list[str]]] = []
        self.problems: list[IntakeError] = []

    def push_back(self, row: tuple[int, list[str]]) -> None:
        self._waiting.append(row)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            if self._waiting:
                yield self._waiting.pop()
            line = self._reader.line_num + 1
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.problems.append(IntakeError(self._name, line, None, f"这一行无法解析:{error}"))
                continue
            if row:
                yield line, row


def _delimiter(first: str, name: str) -> str:
    if not first.strip():
        first = ""
    if "\0" in first:
        raise UnreadableError("是二进制文件,不是表格")
    candidates = ("\t", ",", ";", "|") if name.lower().endswith(".tsv") else (",", "\t", ";", "|")
    best = max(candidates, key=lambda sign: (first.count(sign), -candidates.index(sign)))
    return best if best in first else candidates[0]
