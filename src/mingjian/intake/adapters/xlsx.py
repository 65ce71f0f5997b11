"""Excel workbooks: a column of posts on each visible sheet, one item a row, streamed."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from mingjian.core.model import Item
from mingjian.intake.errors import IntakeError, UnreadableError
from mingjian.intake.options import ReadOptions
from mingjian.intake.rows import find_columns, items
from mingjian.intake.source import Source
from mingjian.intake.zipsafe import check_zip


def read(source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    """One item a row; ``line`` is the row number as Excel shows it."""
    source.check_size(options.max_bytes)
    with source.open() as stream, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that carry no text
        check_zip(stream)
        try:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
        except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
            raise UnreadableError(f"不是有效的 Excel 工作簿:{str(error)[:100]}") from error
        try:
            yield from _sheets(book, source, options)
        finally:
            book.close()


def _sheets(book: Any, source: Source, options: ReadOptions) -> Iterator[Item | IntakeError]:
    problems: list[IntakeError] = []
    found = False
    for sheet in book.worksheets:
        place = f"{source.name}[{sheet.title}]" if len(book.worksheets) > 1 else source.name
        prefix = f"{source.id}:{sheet.title}" if len(book.worksheets) > 1 else source.id
        if sheet.sheet_state != "visible":
            problems.append(IntakeError(place, None, None, "隐藏的工作表,跳过", level="note"))
            continue
        sheet.reset_dimensions()  # files made by programs often declare a wrong size
        rows = _rows(sheet)
        first = next(rows, None)
        if first is None:
            continue
        try:
            columns = find_columns(first[1], options.column)
        except UnreadableError as error:
            problems.append(IntakeError(place, first[0], None, error.message, error.hint))
            continue
        found = True
        if not columns.header:
            rows = _rows(sheet)
        yield from items(rows, columns, place, prefix)
    # A sheet of figures beside the sheet of posts is no loss; a workbook with none is.
    for problem in problems:
        yield (
            problem
            if not found
            else IntakeError(problem.path, problem.line, None, problem.message, problem.hint, level="note")
        )
    if not found and not problems:
        yield IntakeError(source.name, None, None, "表格是空的", level="note")


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = ["" if value is None else str(value) for value in row]
        if any(cell.strip() for cell in cells):
            yield number, cells
