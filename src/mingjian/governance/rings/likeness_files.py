"""Likenesses that a bulk comparison wrote: Parquet or JSON lines with the columns one, other, matter and how."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mingjian.governance.rings.gather_archive import Pair
from mingjian.intake.archive.arrow import library
from mingjian.records.errors import Invalid
from mingjian.records.reuse.model import MATTERS

_COLUMNS = ("one", "other", "matter", "how")
_AT_ONCE = 65_536


def read_pairs(path: Path) -> Iterator[Pair]:
    """The pairs of a file, of all files of a folder, or of what ``reuse find`` wrote, in the order of names; those of
    one's own items left out. Invalid with file and row for what is none."""
    if (path / "likenesses").is_dir():  # the whole folder that reuse find wrote
        path /= "likenesses"
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if one.suffix in (".parquet", ".jsonl"))
        if not files:
            raise Invalid(f"{path}: 文件夹里没有相似结果(.parquet 或 .jsonl)")
        for one in files:
            yield from read_pairs(one)
        return
    rows = _parquet(path) if path.suffix == ".parquet" else _lines(path)
    for number, row in enumerate(rows, 1):
        if row.get("own") is True:
            continue
        missing = [name for name in _COLUMNS if not isinstance(row.get(name), str)]
        if missing:
            raise Invalid(f"{path}: 第 {number} 行缺少 {'、'.join(missing)}", field=missing[0])
        if row["matter"] not in MATTERS:
            raise Invalid(
                f"{path}: 第 {number} 行的 matter 应为 {'、'.join(MATTERS)}:{row['matter']!r}", field="matter"
            )
        yield Pair(row["one"], row["other"], row["matter"], row["how"])


def _parquet(path: Path) -> Iterator[Mapping[str, Any]]:
    parquet = library("pyarrow.parquet")
    try:
        opened = parquet.ParquetFile(path)
        names = [name for name in (*_COLUMNS, "own") if name in opened.schema_arrow.names]
        missing = [name for name in _COLUMNS if name not in names]
        if missing:
            raise Invalid(f"{path}: 缺少列 {'、'.join(missing)}", field=missing[0])
        for batch in opened.iter_batches(_AT_ONCE, columns=names):
            yield from batch.to_pylist()
    except (OSError, library().ArrowException) as error:
        raise Invalid(f"{path}: 读不了:{str(error)[:200]}") from error


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise Invalid(f"{path}: 第 {number} 行不是 JSON 对象")
                yield row
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        if isinstance(error, Invalid):
            raise
        raise Invalid(f"{path}: 读不了:{str(error)[:200]}") from error
