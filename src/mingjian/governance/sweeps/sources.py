"""Where rows come from: an archive's files, or a table of a database. The same pieces every time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mingjian.intake.archive import Chunk, Rows, open_archive
from mingjian.intake.errors import UnreadableError
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Conflict, Invalid
from mingjian.records.sweeps.model import Piece

KINDS = ("archive", "database")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a source holds: ``files`` with their size and digest (of a database: its bounds), all its pieces, and
    what could not be opened at all."""

    name: str
    files: tuple[Mapping[str, Any], ...]
    pieces: tuple[Piece, ...]
    problems: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(one.rows for one in self.pieces)

    def body(self) -> bytes:
        """As it is kept: the files, and the digest of the pieces (the ledger lists these)."""
        pieces = [[one.file, one.first, one.rows, one.mark] for one in self.pieces]
        return canonical(
            {"name": self.name, "files": [dict(one) for one in self.files], "pieces": digest(canonical(pieces))}
        )


class Source(Protocol):
    """Rows in pieces."""

    name: str

    def manifest(self, rows: int) -> Manifest: ...
    def read(self, piece: Piece) -> Rows: ...
    def check(self, files: list[dict[str, Any]]) -> None: ...


def open_source(source: Mapping[str, str]) -> Source:
    """The source of a plan. Invalid when it is none or cannot be read."""
    kind = source.get("kind")
    if kind == "archive":
        return ArchiveSource(source["address"])
    if kind == "database":
        from mingjian.governance.sweeps.tables import TableSource

        return TableSource(source)
    raise Invalid(f"来源只能是:{'、'.join(KINDS)}", field="source")


class ArchiveSource:
    """A folder (or file) that ``intake.archive`` reads."""

    def __init__(self, address: str) -> None:
        try:
            self._archive = open_archive(address)
        except UnreadableError as error:
            raise Invalid(str(error), field="source") from error
        self.name = self._archive.name

    def manifest(self, rows: int) -> Manifest:
        """Every file's digest, and the chunks as pieces."""
        files = self._archive.manifest("items")
        chunks = self._archive.chunks(rows)
        problems = tuple(str(one) for one in self._archive.problems)
        return Manifest(
            self.name, tuple(files), tuple(_piece(place, one) for place, one in enumerate(chunks)), problems
        )

    def read(self, piece: Piece) -> Rows:
        """A piece's rows."""
        start = json.loads(piece.mark)["start"] if piece.mark else None
        return self._archive.read_rows(Chunk(piece.file, piece.first, piece.rows, start))

    def check(self, files: list[dict[str, Any]]) -> None:
        """Conflict when a file is not what it was."""
        changed = list(_changed(files, self._archive.manifest("items")))
        if changed:
            raise Conflict(f"来源在计划之后变动过,不能接着做:{'、'.join(changed[:5])}。请恢复原文件,或新建一次回查。")


def _piece(place: int, chunk: Chunk) -> Piece:
    mark = None if chunk.start is None else canonical({"start": chunk.start}).decode()
    return Piece(place, chunk.file, chunk.first, chunk.rows, mark)


def _changed(before: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    was = {one["file"]: (one["bytes"], one["sha256"]) for one in before}
    found = {one["file"]: (one["bytes"], one["sha256"]) for one in now}
    yield from (name for name in {**was, **found} if was.get(name) != found.get(name))


def archive_source(path: Path) -> dict[str, str]:
    """How a plan names an archive."""
    return {"kind": "archive", "address": str(path.resolve())}
