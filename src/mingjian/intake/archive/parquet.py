"""Rows of a Parquet file, whatever the size of its row groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.intake.archive.arrow import library
from mingjian.intake.archive.chunks import Chunk, Rows
from mingjian.intake.archive.conform import conform_arrow
from mingjian.intake.archive.shapes import Shape

_KEPT = 256 * 1024 * 1024  # bytes of a row group that is held whole between two chunks


class ParquetPart:
    """One file. ``name`` is its path inside the archive."""

    def __init__(self, path: Path, name: str, shape: Shape) -> None:
        self.name, self.shape = name, shape
        self._file = library("pyarrow.parquet").ParquetFile(path)
        meta = self._file.metadata
        self.rows: int = meta.num_rows
        groups = range(meta.num_row_groups)
        self._ends = np.cumsum([meta.row_group(number).num_rows for number in groups], dtype=np.int64)
        self._sizes = [meta.row_group(number).total_byte_size for number in groups]
        self.unknown = [name for name in self._file.schema_arrow.names if name not in shape.names]
        self.missing = [
            one.name for one in shape.columns if one.needed and one.name not in self._file.schema_arrow.names
        ]
        self._held: tuple[Any, Any] = (None, None)

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """The file in runs of ``rows``."""
        for first in range(0, self.rows, rows):
            yield Chunk(self.name, first, min(rows, self.rows - first))

    def read(self, chunk: Chunk, columns: Sequence[str] | None) -> Rows:
        """The rows of a chunk."""
        first, last = chunk.first, min(chunk.first + chunk.rows, self.rows)
        names = self._wanted(columns)
        pieces, group = [], int(np.searchsorted(self._ends, first, side="right"))
        while group < len(self._ends) and (begin := self._begin(group)) < last:
            low, high = max(first, begin) - begin, min(last, int(self._ends[group])) - begin
            pieces.append(self._slice(group, low, high, names))
            group += 1
        table = library().concat_tables(pieces) if pieces else self._file.schema_arrow.empty_table().select(names)
        batches = table.combine_chunks().to_batches()
        batch = batches[0] if batches else library().RecordBatch.from_pylist([], schema=table.schema)
        return conform_arrow(batch, self.name, first, self.shape, columns)

    def _begin(self, group: int) -> int:
        return int(self._ends[group - 1]) if group else 0

    def _wanted(self, columns: Sequence[str] | None) -> list[str]:
        wanted = self.shape.names if columns is None else columns
        needed = {one.name for one in self.shape.columns if one.needed}
        return [name for name in self._file.schema_arrow.names if name in wanted or name in needed]

    def _slice(self, group: int, low: int, high: int, names: list[str]) -> Any:
        key = (group, tuple(names))
        if self._held[0] == key:
            return self._held[1].slice(low, high - low)
        if self._sizes[group] <= _KEPT:
            self._held = (key, self._file.read_row_group(group, columns=names))
            return self._held[1].slice(low, high - low)
        at, found = 0, []
        for batch in self._file.iter_batches(min(65_536, max(1, high - low)), row_groups=[group], columns=names):
            if at + batch.num_rows > low and at < high:
                begin = max(low - at, 0)
                found.append(batch.slice(begin, min(high - at, batch.num_rows) - begin))
            at += batch.num_rows
            if at >= high:
                break
        return library().Table.from_batches(found)
