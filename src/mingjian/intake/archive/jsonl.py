"""Rows of a JSONL file, plain or gzipped: one object a line, of the archive's columns or of the public schema."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from mingjian.intake.archive.chunks import Chunk, Rows
from mingjian.intake.archive.conform import conform_rows
from mingjian.intake.archive.items import is_public, public_row
from mingjian.intake.archive.shapes import Shape
from mingjian.intake.archive.values import Wrong
from mingjian.intake.errors import IntakeError
from mingjian.intake.item_schema import parse_item
from mingjian.intake.values import shown

_LINE = 16 * 1024 * 1024  # bytes; a longer line is told of and passed over


class JsonlPart:
    """One file. ``name`` is its path inside the archive. A gzipped one is read from its beginning, so that chunks
    are cheap only in their order."""

    def __init__(self, path: Path, name: str, shape: Shape) -> None:
        self.path, self.name, self.shape = path, name, shape
        self.unknown: list[str] = []
        self.missing: list[str] = []
        self._packed = path.name.endswith(".gz")
        self._open: tuple[int, BinaryIO] | None = None  # the next row of a stream that is open

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """The file in runs of ``rows`` lines; it is read through once for this."""
        first = number = start = 0
        with self._stream() as stream:
            while _line(stream):
                number += 1
                if number - first == rows:
                    yield Chunk(self.name, first, rows, None if self._packed else start)
                    first, start = number, stream.tell()
        if number > first:
            yield Chunk(self.name, first, number - first, None if self._packed else start)

    def read(self, chunk: Chunk, columns: Sequence[str] | None) -> Rows:
        """The rows of a chunk; empty lines are no rows."""
        rows: list[dict[str, Any]] = []
        at: list[int] = []
        told: list[IntakeError] = []
        bad = 0
        for number, line in self._lines(chunk):
            if not line.strip():
                continue
            row, problems = self._object(line, number)
            if row is None:
                told += problems
                bad += 1
            else:
                rows.append(row)
                at.append(number)
        found = conform_rows(rows, np.array(at, dtype=np.int64), self.name, self.shape, columns)
        told = sorted([*told, *found.problems], key=lambda one: one.line or 0)
        return Rows(found.batch, found.at, tuple(told), found.bad + bad)

    def _object(self, line: bytes, number: int) -> tuple[dict[str, Any] | None, Sequence[IntakeError]]:
        try:
            row = self._parsed(line, number)
        except Wrong as error:
            return None, [IntakeError(self.name, number + 1, None, str(error))]
        if self.shape.name != "items" or not is_public(row):
            return row, ()
        made = public_row(row)
        problems = [one for one in parse_item(made["item"], self.name, number + 1).problems if one.level == "error"]
        return (None, problems) if problems else (made, ())

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        if len(line) >= _LINE:
            raise Wrong(f"一行超过 {_LINE // 1024 // 1024} MB,未读")
        try:
            row = json.loads(line.removeprefix(b"\xef\xbb\xbf") if number == 0 else line)
        except UnicodeDecodeError as error:
            raise Wrong("不是 UTF-8 编码") from error
        except (ValueError, RecursionError) as error:
            raise Wrong(f"不是有效的 JSON:{str(error)[:80]}") from error
        if not isinstance(row, dict):
            raise Wrong(f"应为 JSON 对象,而不是{shown(row)}")
        return row

    def _stream(self) -> BinaryIO:
        return gzip.open(self.path) if self._packed else self.path.open("rb")  # type: ignore[return-value]

    def _lines(self, chunk: Chunk) -> Iterator[tuple[int, bytes]]:
        number, stream = self._at(chunk)
        while number < chunk.first + chunk.rows and (line := _line(stream)):
            if number >= chunk.first:
                yield number, line
            number += 1
        if self._packed:
            self._open = (number, stream)
        else:
            stream.close()

    def _at(self, chunk: Chunk) -> tuple[int, BinaryIO]:
        if chunk.start is not None and not self._packed:
            stream = self._stream()
            stream.seek(chunk.start)
            return chunk.first, stream
        if self._open is not None:
            number, stream = self._open
            self._open = None
            if number <= chunk.first:
                return number, stream
            stream.close()
        return 0, self._stream()


def _line(stream: BinaryIO) -> bytes:
    """The next line; of one that is too long only its beginning."""
    line = stream.readline(_LINE)
    if len(line) == _LINE and not line.endswith(b"\n"):
        while (more := stream.readline(_LINE)) and not more.endswith(b"\n"):
            pass
    return line
