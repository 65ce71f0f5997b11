"""Write an archive, row by row, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mingjian.intake.archive.arrow import library, schema
from mingjian.intake.archive.shapes import SCHEMA, SHAPES, TRUTH, Shape

GROUP = 8192  # rows of a row group: what one chunk reads
PART = 250_000  # rows of a file


class ArchiveWriter:
    """Writes tables under a folder; ``close`` (or leaving the with-block without an error) writes archive.json last,
    so that a folder without it is known to be unfinished. The same rows give the same bytes."""

    def __init__(self, folder: Path, name: str, seed: int | None = None, made: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        self._about = {"schema": SCHEMA, "name": name, "seed": seed, "made": dict(made or {})}
        self._tables: dict[str, _Table] = {}

    def items(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add items: mappings of the columns of shapes.ITEMS; what is absent is null."""
        self._add("items", SHAPES["items"], rows)

    def accounts(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add accounts."""
        self._add("accounts", SHAPES["accounts"], rows)

    def engagement(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add engagement."""
        self._add("engagement", SHAPES["engagement"], rows)

    def truth(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add to a table of the truth: items, rings, engagement or campaigns."""
        self._add(f"truth/{name}", TRUTH[name], rows)

    def batch(self, place: str, batch: Any) -> None:
        """Add a pyarrow.RecordBatch with all columns of a table: items, accounts, engagement, truth/items …"""
        name = place.removeprefix("truth/")
        self._table(place, (TRUTH if name != place else SHAPES)[name]).add_batch(batch)

    def counts(self) -> dict[str, int]:
        """Rows written so far, by table."""
        return {place: table.count for place, table in self._tables.items()}

    def close(self) -> None:
        """Finish all files and say that the archive is whole."""
        for table in self._tables.values():
            table.close()
        about = {**self._about, "counts": self.counts()}
        text = json.dumps(about, ensure_ascii=False, indent=2, sort_keys=True)
        (self.folder / "archive.json").write_text(text + "\n", "utf-8")

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            self.close()
        else:
            for table in self._tables.values():
                table.close()

    def _table(self, place: str, shape: Shape) -> _Table:
        table = self._tables.get(place)
        if table is None:
            table = self._tables[place] = _Table(self.folder, place, shape)
        return table

    def _add(self, place: str, shape: Shape, rows: Iterable[Mapping[str, Any]]) -> None:
        table = self._table(place, shape)
        for row in rows:
            table.add(row)


class _Table:
    def __init__(self, folder: Path, place: str, shape: Shape) -> None:
        self._single = place.startswith("truth/")
        self._folder = (folder / place).parent if self._single else folder / place
        self._folder.mkdir(parents=True, exist_ok=True)
        self._name = place.split("/")[-1]
        names = [name for name in shape.names if not (shape is SHAPES["items"] and name == "item")]
        self._schema = library().schema([schema(shape).field(name) for name in names])
        self._rows: list[Mapping[str, Any]] = []
        self._file: Any = None
        self._in_file = self._number = self.count = 0

    def add(self, row: Mapping[str, Any]) -> None:
        self._rows.append(row)
        self.count += 1
        if len(self._rows) == GROUP:
            self._flush()

    def add_batch(self, batch: Any) -> None:
        if self._rows:
            self._flush()
        self.count += batch.num_rows
        self._write(batch)

    def _flush(self) -> None:
        batch = library().RecordBatch.from_pylist(self._rows, schema=self._schema)
        self._rows = []
        self._write(batch)

    def _write(self, batch: Any) -> None:
        if self._file is None:
            name = f"{self._name}.parquet" if self._single else f"part-{self._number:05d}.parquet"
            writer = library("pyarrow.parquet").ParquetWriter
            self._file = writer(self._folder / name, self._schema, compression="zstd")
            self._number += 1
        self._file.write_batch(batch, row_group_size=GROUP)
        self._in_file += batch.num_rows
        if self._in_file >= PART and not self._single:
            self._end()

    def _end(self) -> None:
        self._file.close()
        self._file, self._in_file = None, 0

    def close(self) -> None:
        if self._rows or self._number == 0:
            self._flush()
        if self._file is not None:
            self._end()
