"""Open an archive: what it says of itself, its files, its rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from mingjian.intake.archive.arrow import library, schema
from mingjian.intake.archive.chunks import Chunk, Rows
from mingjian.intake.archive.jsonl import JsonlPart
from mingjian.intake.archive.parquet import ParquetPart
from mingjian.intake.archive.shapes import ITEMS, SCHEMA, SHAPES, TRUTH, Shape
from mingjian.intake.errors import IntakeError, UnreadableError
from mingjian.intake.values import listed

_SUFFIXES = (".parquet", ".jsonl", ".jsonl.gz", ".ndjson")
AT_ONCE = 8192  # rows of a batch
MOST_TOLD = 1000  # problems kept; more are counted


class Archive:
    """A folder as docs/simulator.md describes it, or one file of items.

    Bad rows are left out of what is read, told in ``problems`` (the first MOST_TOLD of them) and counted in ``bad``;
    ``notes`` holds what only has to be known. Both grow while rows are read: a row read twice is told twice.
    """

    def __init__(self, path: Path, about: Mapping[str, Any], files: Mapping[str, Sequence[Path]]) -> None:
        self.path = path
        self.folder = path if path.is_dir() else path.parent
        self.name: str = str(about.get("name") or path.name)
        self.seed: int | None = about.get("seed")
        self.made: Mapping[str, Any] = about.get("made") or {}
        self.counts: Mapping[str, int] = about.get("counts") or {}
        self.problems: list[IntakeError] = []
        self.notes: list[IntakeError] = []
        self.bad = 0
        self._paths: dict[str, Path] = {}
        self._kinds: dict[str, list[str]] = {}
        self._parts: dict[str, ParquetPart | JsonlPart | None] = {}
        for kind, paths in files.items():
            for one in paths:
                name = one.relative_to(self.folder).as_posix()
                self._paths[name] = one
                self._kinds.setdefault(kind, []).append(name)

    def items(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """RecordBatches of the good items, in the order of the files. ``columns``: only these."""
        return self._batches("items", columns)

    def accounts(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """RecordBatches of the accounts."""
        return self._batches("accounts", columns)

    def engagement(self, columns: Sequence[str] | None = None) -> Iterator[Any]:
        """RecordBatches of the engagement."""
        return self._batches("engagement", columns)

    def chunks(self, rows: int = AT_ONCE, kind: str = "items") -> list[Chunk]:
        """All rows of a kind in runs of at most ``rows``, never over two files; always the same."""
        if rows < 1:
            raise ValueError(f"rows must be 1 or more: {rows}")
        return [chunk for name in self._kinds.get(kind, ()) for chunk in self._chunks(name, rows)]

    def read(self, chunk: Chunk, columns: Sequence[str] | None = None) -> Any:
        """The RecordBatch of a chunk's good rows; what was bad is told in ``problems``."""
        return self.read_rows(chunk, columns).batch

    def read_rows(self, chunk: Chunk, columns: Sequence[str] | None = None) -> Rows:
        """The same with the row numbers and what was wrong (for work that is spread over processes)."""
        part = self._part(chunk.file)
        if part is None:
            raise UnreadableError(f"{chunk.file}: 这个文件不在档案里或读不了", "档案在计划之后变动过?")
        try:
            found = part.read(chunk, columns)
        except (OSError, ValueError, EOFError, library().ArrowException) as error:
            raise UnreadableError(f"{chunk.file}: 第 {chunk.first + 1} 行起读不了:{str(error)[:200]}") from error
        self._tell(found.problems, found.bad)
        return found

    def rows(self, kind: str = "items") -> int:
        """How many rows of a kind the files hold, good or bad."""
        parts = [self._part(name) for name in self._kinds.get(kind, ())]
        return sum(
            part.rows if isinstance(part, ParquetPart) else sum(one.rows for one in part.chunks(1 << 40))
            for part in parts
            if part is not None
        )

    def truth(self, name: str) -> Any:
        """A table (pyarrow.Table) of what the simulator knows: items, rings, engagement or campaigns; None when the
        archive is not simulated."""
        path = self.folder / "truth" / f"{name}.parquet"
        if name not in TRUTH:
            raise ValueError(f"no such truth: {name}")
        return library("pyarrow.parquet").read_table(path, schema=schema(TRUTH[name])) if path.is_file() else None

    def media(self, reference: str) -> Path | None:
        """The file of a picture or clip named in an item; None when it is not here (a digest of elsewhere, a path
        out of the folder)."""
        pure = PurePosixPath(reference)
        if not reference or pure.is_absolute() or ".." in pure.parts or "\0" in reference:
            return None
        path = (self.folder / pure).resolve()
        return path if path.is_relative_to(self.folder.resolve()) and path.is_file() else None

    def manifest(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Every file of the tables (of one kind) with its size and SHA-256, in order: what a plan freezes."""
        names = [name for each, names in self._kinds.items() if kind in (None, each) for name in names]
        found = []
        for name in names:
            with self._paths[name].open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            found.append({"file": name, "bytes": self._paths[name].stat().st_size, "sha256": digest})
        return found

    def files(self, kind: str = "items") -> list[Path]:
        """The files of a table, in order."""
        return [self._paths[name] for name in self._kinds.get(kind, ())]

    def _batches(self, kind: str, columns: Sequence[str] | None) -> Iterator[Any]:
        for name in self._kinds.get(kind, ()):
            for chunk in self._chunks(name, AT_ONCE):
                yield self.read(chunk, columns)

    def _chunks(self, name: str, rows: int) -> Iterator[Chunk]:
        part = self._part(name)
        try:
            yield from () if part is None else part.chunks(rows)
        except (OSError, EOFError) as error:  # a gzipped file that ends too early
            self._tell([IntakeError(name, None, None, f"文件已损坏,没有读完:{error}")], 0)

    def _part(self, name: str) -> ParquetPart | JsonlPart | None:
        if name not in self._parts and name in self._paths:
            self._parts[name] = self._opened(name)
        return self._parts.get(name)

    def _opened(self, name: str) -> ParquetPart | JsonlPart | None:
        path = self._paths[name]
        kind = next(kind for kind, names in self._kinds.items() if name in names)
        try:
            part = (ParquetPart if name.endswith(".parquet") else JsonlPart)(path, name, SHAPES[kind])
        except (OSError, library().ArrowException) as error:
            self._tell([IntakeError(name, None, None, f"文件读不了,其中的行一条都没有读:{str(error)[:200]}")], 0)
            return None
        if part.missing:
            message = f"缺少必填的列:{'、'.join(part.missing)},其中的行一条都没有读"
            self._tell([IntakeError(name, None, part.missing[0], message)], getattr(part, "rows", 0))
            return None
        if part.unknown:
            self.notes.append(IntakeError(name, None, None, f"忽略不认识的列:{listed(part.unknown)}", level="note"))
        return part

    def _tell(self, problems: Sequence[IntakeError], bad: int) -> None:
        self.problems += problems[: max(0, MOST_TOLD - len(self.problems))]
        self.bad += bad


def open_archive(path: str | Path) -> Archive:
    """The archive of a folder (or of one file of items). UnreadableError when it is none.

    A folder without archive.json is one when it holds ``items/`` or files of items itself."""
    root = Path(path)
    library()
    if root.is_file():
        if not root.name.endswith(_SUFFIXES):
            raise UnreadableError(f"{root}: 不是内容档案", f"应为文件夹,或 {'、'.join(_SUFFIXES)} 文件")
        return Archive(root, {}, {ITEMS.name: [root]})
    if not root.is_dir():
        raise UnreadableError(f"{root}: 没有这个文件或文件夹")
    files = {kind: _files(root / kind) for kind in SHAPES if (root / kind).is_dir()}
    if ITEMS.name not in files:
        files = {ITEMS.name: _files(root), **files}
    about = _about(root / "archive.json")
    if not any(files.values()):
        raise UnreadableError(f"{root}: 文件夹里没有 items/*.parquet 或 items/*.jsonl", "见 mingjian simulate --help")
    return Archive(root, about, files)


def shape_of(kind: str) -> Shape:
    """The columns of items, accounts or engagement."""
    return SHAPES[kind]


def _files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_file() and one.name.endswith(_SUFFIXES))


def _about(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        about = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{path}: 不是有效的 JSON:{str(error)[:100]}") from error
    if not isinstance(about, dict) or about.get("schema") != SCHEMA:
        found = about.get("schema") if isinstance(about, dict) else about
        raise UnreadableError(f"{path}: schema 应为 {SCHEMA},而不是 {str(found)[:40]}")
    return about
