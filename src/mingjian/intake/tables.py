"""Tables and lists of objects from strangers, row by row: CSV, TSV, XLSX, JSON, JSONL. What one row means is the
caller's affair."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from mingjian.intake.encoding import decode, encoding_of
from mingjian.intake.errors import UnreadableError
from mingjian.intake.options import MIB
from mingjian.intake.source import Source
from mingjian.intake.zipsafe import check_zip

FORMATS = ("csv", "tsv", "xlsx", "json", "jsonl")
MAX_CELL = 32_768
MAX_COLUMNS = 1000
MAX_LINE = 4 * MIB
MAX_WHOLE = 256 * MIB  # of a file that must be held whole (JSON, XLSX)
_SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".txt": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".json": "json",
             ".jsonl": "jsonl", ".ndjson": "jsonl"}  # fmt: skip
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Row:
    """A row. ``line`` is what people see: the line of the file, the row of the sheet, the place in the array (from 1).
    ``cells`` are texts (a table) or ``value`` an object (JSON); ``fault`` says why it could not be read."""

    line: int
    cells: Sequence[str] = ()
    value: Any = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A source opened: its format, headings (None for lists of objects), rows behind them, and notes for people."""

    format: str
    headings: Sequence[str] | None
    rows: Iterator[Row]
    notes: tuple[str, ...] = ()


def format_of(name: str, head: bytes) -> str:
    """Which format a file has, by its name or its first bytes; UnreadableError when it is none of FORMATS."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if head.startswith(_ZIP):
        return "xlsx"
    if suffix in _SUFFIXES and _SUFFIXES[suffix] != "xlsx":
        return _SUFFIXES[suffix]
    if suffix in (".xlsx", ".xlsm", ".xls"):
        raise UnreadableError("不是有效的 .xlsx 文件", "用 Excel 打开,另存为 .xlsx 或 CSV")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"["):
        return "json"
    return "jsonl" if start.startswith(b"{") else "csv"


def open_table(source: Source, format: str | None = None) -> Table:
    """The table of a source. UnreadableError when it cannot be read at all."""
    found = format or format_of(source.name, source.head())
    if found not in FORMATS:
        raise UnreadableError(f"不认识的格式 {found}", f"可用:{'、'.join(FORMATS)}")
    if found == "xlsx":
        return _xlsx(source)
    if found == "json":
        return _json(source)
    if found == "jsonl":
        return _jsonl(source)
    return _csv(source, "\t" if found == "tsv" else None)


def _csv(source: Source, delimiter: str | None) -> Table:
    if b"\0" in source.head() and source.head()[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableError("是二进制文件,不是表格")
    encoding, note = encoding_of(source)
    notes = () if note is None else (note,)
    rows = _csv_rows(source, encoding, delimiter)
    first = next(rows, None)
    if first is None:
        raise UnreadableError("表格是空的")
    if first.fault:
        raise UnreadableError(f"表头无法解析:{first.fault}")
    return Table("csv", _headings(first.cells), rows, notes)


def _csv_rows(source: Source, encoding: str, delimiter: str | None) -> Iterator[Row]:
    with source.open() as raw, io.TextIOWrapper(raw, encoding, "replace", newline="") as stream:
        start = stream.readline(1 << 16)
        stream.seek(0)
        csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
        reader = csv.reader(_bounded(stream), delimiter=delimiter or _delimiter(start))
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line, fault=f"这一行无法解析:{error}")
                continue
            if any(cells):
                yield _checked(line, cells)


def _bounded(stream: io.TextIOWrapper) -> Iterator[str]:
    """Lines; a longer one is cut into pieces, so that a file without line ends is not held whole."""
    while line := stream.readline(MAX_LINE):
        yield line


def _delimiter(first: str) -> str:
    candidates = (",", "\t", ";", "|")
    best = max(candidates, key=lambda sign: (first.count(sign), -candidates.index(sign)))
    return best if best in first else ","


def _checked(line: int, cells: list[str]) -> Row:
    if len(cells) > MAX_COLUMNS:
        return Row(line, fault=f"列过多:{len(cells)} 列,最多 {MAX_COLUMNS} 列")
    longest = max(map(len, cells))
    if longest > MAX_CELL:
        return Row(line, fault=f"有一格过长:{longest} 个字符,最多 {MAX_CELL} 个")
    return Row(line, cells)


def _headings(cells: Sequence[str]) -> list[str]:
    return [cell.strip().lstrip("\ufeff").strip() for cell in cells]


def _xlsx(source: Source) -> Table:
    import python_calamine as calamine

    source.check_size(MAX_WHOLE)
    with source.open() as stream:
        check_zip(stream)
        try:
            book = calamine.CalamineWorkbook.from_filelike(stream)
            visible = [sheet.name for sheet in book.sheets_metadata
                       if sheet.visible == calamine.SheetVisibleEnum.Visible
                       and sheet.typ == calamine.SheetTypeEnum.WorkSheet]  # fmt: skip
            if not visible:
                raise UnreadableError("没有可见的工作表")
            sheet = book.get_sheet_by_name(visible[0])
        except (calamine.CalamineError, zipfile.BadZipFile, ValueError, OSError) as error:
            raise UnreadableError(f"文件已损坏,不是有效的 Excel 文档:{error}") from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # what Rust gave up on
                raise
            raise UnreadableError("文件已损坏,不是有效的 Excel 文档") from error
    rows = _xlsx_rows(sheet)
    first = next(rows, None)
    if first is None:
        raise UnreadableError("表格是空的")
    notes = (f"有 {len(visible)} 个工作表,只读第一个“{visible[0]}”",) if len(visible) > 1 else ()
    return Table("xlsx", _headings(first.cells), rows, notes)


def _xlsx_rows(sheet: Any) -> Iterator[Row]:
    begin = sheet.start[0] + 1 if sheet.start is not None else 1
    for line, values in enumerate(sheet.iter_rows(), begin):
        cells, fault = [], None
        for place, value in enumerate(values):
            try:
                cells.append(_cell(value))
            except ValueError as error:
                fault = fault or f"第 {place + 1} 列:{error}"
                cells.append(str(value))
        if any(cells):
            yield Row(line, cells, fault=fault) if fault else _checked(line, cells)


def _cell(value: Any) -> str:
    """A cell of a workbook as text. ValueError where Excel has lost digits of a long number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if abs(value) >= 1e15:
            raise ValueError("长编号存成了数字,15 位以后的数字已丢失:把这一列设为文本后重新填写")
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time | timedelta):
        return str(value)
    return "" if value is None else str(value)


def _json(source: Source) -> Table:
    text, note = decode(source.read(MAX_WHOLE))
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        hint = (
            "每行一个对象的文件请存为 .jsonl"
            if error.msg == "Extra data"
            else f"第 {error.lineno} 行第 {error.colno} 列"
        )
        raise UnreadableError(f"不是有效的 JSON:{error.msg}", hint) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableError(f"JSON 无法读取:{str(error)[:100]}") from error
    if isinstance(data, dict) and isinstance(data.get("records"), list) and len(data) == 1:
        data = data["records"]
    listed = data if isinstance(data, list) else [data]
    rows = (Row(place, value=value) for place, value in enumerate(listed, 1))
    return Table("json", None, rows, () if note is None else (note,))


def _jsonl(source: Source) -> Table:
    encoding, note = encoding_of(source)
    return Table("jsonl", None, _jsonl_rows(source, encoding), () if note is None else (note,))


def _jsonl_rows(source: Source, encoding: str) -> Iterator[Row]:
    with source.open() as raw, io.TextIOWrapper(raw, encoding, "replace", newline="\n") as stream:
        line, rest = 0, False
        while text := stream.readline(MAX_LINE):
            whole = text.endswith("\n") or len(text) < MAX_LINE
            if rest:
                rest = not whole
                continue
            line += 1
            if not whole:
                rest = True
                yield Row(line, fault=f"这一行过长,最多 {MAX_LINE // MIB} MB")
            elif text.strip():
                try:
                    yield Row(line, value=json.loads(text, parse_constant=_no_constant))
                except (RecursionError, ValueError) as error:
                    yield Row(line, fault=f"不是有效的 JSON:{str(error)[:100]}")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} 不是 JSON 的数")
