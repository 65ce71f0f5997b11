"""Whatever stood in a file → the archive's own columns, with every bad value told by row and field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mingjian.intake.archive.arrow import library, type_of
from mingjian.intake.archive.chunks import Rows
from mingjian.intake.archive.shapes import Column, Shape
from mingjian.intake.archive.values import EARLIEST, LATEST, READS, Wrong
from mingjian.intake.errors import IntakeError, did_you_mean
from mingjian.intake.values import shown


class Table:
    """Collects the columns of some rows of one file. ``at``: their numbers, from 0; people are told them from 1."""

    def __init__(self, file: str, shape: Shape, at: Any) -> None:
        self.file, self.shape, self.at = file, shape, at
        self.problems: list[IntakeError] = []
        self._good = np.ones(len(at), dtype=bool)
        self._columns: dict[str, Any] = {}

    def wrong(self, row: int, field: str, message: str) -> None:
        """A row is bad; ``row`` counts within these rows."""
        self._good[row] = False
        self.problems.append(IntakeError(self.file, int(self.at[row]) + 1, field, message))

    def values(self, column: Column, given: Sequence[Any]) -> None:
        """A column from plain values, None for unknown."""
        read, made = READS[column.kind], []
        for row, value in enumerate(given):
            try:
                made.append(None if value is None else read(value))
            except Wrong as error:
                made.append(None)
                self.wrong(row, column.name, str(error))
        self._take(column, library().array(made, type_of(column.kind)))

    def arrow(self, column: Column, given: Any) -> None:
        """A column from an Arrow array of any type."""
        arrow, wanted = library(), type_of(column.kind)
        if not _castable(column.kind, given.type):
            return self.values(column, given.to_pylist())
        try:
            made = given if given.type == wanted else given.cast(wanted, safe=column.kind != "moment")
        except (arrow.ArrowInvalid, arrow.ArrowNotImplementedError):
            return self.values(column, given.to_pylist())
        if column.kind == "moment":
            compute = library("pyarrow.compute")
            early, late = (arrow.scalar(bound, wanted) for bound in (EARLIEST, LATEST))
            for row in _where(compute.or_(compute.less(made, early), compute.greater_equal(made, late)), self._good):
                self.wrong(row, column.name, "时间超出范围")
        return self._take(column, made)

    def _take(self, column: Column, made: Any) -> None:
        compute = library("pyarrow.compute")
        if column.needed:
            empty = made.is_null()
            if column.kind == "text":
                empty = compute.or_(empty, compute.equal(compute.fill_null(made, ""), ""))
            for row in _where(empty, self._good):
                self.wrong(row, column.name, "缺少必填的值")
        if column.words:
            known = compute.is_in(made, value_set=library().array(column.words))
            for row in _where(compute.and_(made.is_valid(), compute.invert(known)), self._good):
                value = made[row].as_py()
                hint = did_you_mean(value, column.words) or f"允许:{'、'.join(column.words)}"
                self.wrong(row, column.name, f"值 {shown(value)} 不在允许的范围内;{hint}")
        self._columns[column.name] = made

    def done(self, columns: Sequence[str] | None = None) -> Rows:
        """The good rows. ``columns``: only these, in this order."""
        arrow = library()
        names = tuple(columns) if columns is not None else self.shape.names
        kinds = {one.name: one.kind for one in self.shape.columns}
        empty = {name: arrow.nulls(len(self.at), type_of(kinds[name])) for name in names if name not in self._columns}
        fields = [arrow.field(name, type_of(kinds[name])) for name in names]
        batch = arrow.record_batch([self._columns.get(name, empty.get(name)) for name in names], arrow.schema(fields))
        if not self._good.all():
            batch = batch.filter(arrow.array(self._good))
        bad = int((~self._good).sum())
        self.problems.sort(key=lambda one: one.line or 0)
        return Rows(batch, self.at[self._good], tuple(self.problems), bad)


def conform_arrow(batch: Any, file: str, first: int, shape: Shape, columns: Sequence[str] | None = None) -> Rows:
    """Rows that came in a RecordBatch (of Parquet, a database, a batch engine). Columns the shape does not know are
    left out. ``columns``: only these are read and checked, and those a row cannot be without."""
    table = Table(file, shape, np.arange(first, first + batch.num_rows, dtype=np.int64))
    held = set(batch.schema.names)
    for column in shape.columns:
        if columns is not None and column.name not in columns and not column.needed:
            continue
        if column.name in held:
            array = batch.column(batch.schema.get_field_index(column.name))
            table.arrow(column, array)
        elif column.needed:
            table.values(column, [None] * batch.num_rows)
    return table.done(columns)


def conform_rows(
    rows: Sequence[Mapping[str, Any]], at: Any, file: str, shape: Shape, columns: Sequence[str] | None = None
) -> Rows:
    """The same for rows that came as objects; ``at`` are their numbers."""
    table = Table(file, shape, at)
    for column in shape.columns:
        if columns is None or column.name in columns or column.needed:
            table.values(column, [row.get(column.name) for row in rows])
    return table.done(columns)


def _castable(kind: str, given: Any) -> bool:
    """Whether the library's cast means what is meant here: it would take any number for a time, and true for "true"."""
    types = library().types
    if types.is_dictionary(given):
        given = given.value_type
    texts = types.is_string(given) or types.is_large_string(given) or types.is_string_view(given)
    if kind == "text":
        return bool(texts or types.is_integer(given) or types.is_null(given))
    if kind == "moment":
        return bool(types.is_timestamp(given) or types.is_date(given) or types.is_null(given))
    if kind == "number":
        return bool(types.is_integer(given) or types.is_floating(given) or types.is_null(given))
    return kind != "json"


def _where(mask: Any, good: Any) -> list[int]:
    """The rows a mask names, those known to be bad left out: one message a row and field is enough."""
    found = np.asarray(library("pyarrow.compute").fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=bool)
    return [int(row) for row in np.flatnonzero(found & good)]
