"""Backup into one file and restoring from it: the store's rows, media files, results of sweeps and, where asked, keys.

The file is a zip: ``tables/NAME.jsonl`` (a row a line, columns as ``backup.json`` says), ``blobs/DIGEST``,
``sweeps/ID/part-N.parquet``, ``secrets/NAME``, and ``backup.json`` with the SHA-256 and size of each. It belongs to
neither database: what came out of SQLite goes into PostgreSQL and back.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mingjian import __version__
from mingjian.records.blobs import Blobs
from mingjian.records.canonical import canonical
from mingjian.records.errors import Conflict, Unavailable
from mingjian.records.search.service import DUTY as SEARCH
from mingjian.records.storage import dump
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import head

FORMAT = "mingjian.backup/1"
PIECE = 1 << 20
_PACKED = ("blobs/", "sweeps/")  # compressed already
Progress = Callable[[str, int], None]
"""Hears what is being done (a name inside the file) and how many bytes of it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds. ``revision`` is that of the tables, ``seq`` and ``hash`` the journal's end."""

    revision: str | None
    seq: int
    hash: str
    rows: int
    blobs: int
    secrets: int
    sweeps: int = 0


def backup(
    database: Database, out: Path, *, blobs: Blobs, sweeps: Path | None = None, secrets: Path | None = None,
    progress: Progress | None = None,
) -> Summary:  # fmt: skip
    """Write a backup while the desk goes on working; everything in it is of one moment. ``sweeps`` is the folder of
    sweeps' results: a sweep that is under way goes on only with them. ``secrets`` is the folder of
    keys, where they are to be in it: then the file must be kept as well as they are. Conflict when ``out`` exists;
    Unavailable when it cannot be written, and then nothing is left behind."""
    if out.exists():
        raise Conflict(f"文件已存在:{out}。请换一个名字。")
    fresh = out.with_name(f".{out.name}.part")
    try:
        handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                summary = _Writer(archive, progress).everything(database, blobs, sweeps, secrets)
            file.flush()
            os.fsync(file.fileno())
        os.link(fresh, out)  # never over a file that came meanwhile
    except FileExistsError as error:
        raise Conflict(f"文件已存在:{out}。请换一个名字。") from error
    except OSError as error:
        raise Unavailable(f"备份没有写成 {out}:{error.strerror or type(error).__name__}") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()
    return summary


def counted(files: Iterable[str], kind: str) -> int:
    """How many files of a kind there are among names inside the file."""
    return sum(name.startswith(f"{kind}/") for name in files)


class _Writer:
    def __init__(self, archive: zipfile.ZipFile, progress: Progress | None) -> None:
        self.archive = archive
        self.progress = progress
        self.files: dict[str, dict[str, Any]] = {}

    def everything(self, database: Database, blobs: Blobs, sweeps: Path | None, secrets: Path | None) -> Summary:
        rows = 0
        with dump.snapshot(database) as tx:
            end, revision = head(tx), dump.revision_of(tx)
            for name in dump.tables():
                rows += self.table(tx, name)
            now = tx.now
        # Files come after the rows that name them: one that is added meanwhile is too much, never too little.
        for path in sorted(blobs.folder.glob("??/*")):
            self.file(f"blobs/{path.name}", path)
        for path in sorted(sweeps.glob("*/part-*.parquet")) if sweeps is not None else ():
            self.file(f"sweeps/{path.parent.name}/{path.name}", path)
        for path in sorted(secrets.iterdir()) if secrets is not None and secrets.is_dir() else ():
            if path.is_file() and not path.name.startswith("."):
                self.file(f"secrets/{path.name}", path)
        blobs_, secrets_, sweeps_ = (counted(self.files, kind) for kind in ("blobs", "secrets", "sweeps"))
        summary = Summary(revision, end.seq, end.hash.hex(), rows, blobs_, secrets_, sweeps_)
        told = {"format": FORMAT, "program": __version__, "made_at": now, "revision": revision, "seq": end.seq,
                "hash": end.hash.hex(), "rows": rows, "files": self.files,
                "sweeps": sweeps_ if sweeps is not None else None}  # fmt: skip
        self.archive.writestr("backup.json", canonical(told))
        return summary

    def table(self, tx: Tx, name: str) -> int:
        columns, batches = dump.rows_of(tx, name, (SEARCH,))
        count = 0

        def pieces() -> Iterator[bytes]:
            nonlocal count
            for lines in batches:
                count += len(lines)
                yield b"".join(lines)

        self.put(f"tables/{name}.jsonl", pieces(), columns=columns)
        return count

    def file(self, name: str, path: Path) -> None:
        with contextlib.suppress(FileNotFoundError), path.open("rb") as source:  # erased since it was listed
            self.put(name, iter(lambda: source.read(PIECE), b""))

    def put(self, name: str, pieces: Iterator[bytes], **more: Any) -> None:
        state, size = hashlib.sha256(), 0
        entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_STORED if name.startswith(_PACKED) else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        with self.archive.open(entry, "w", force_zip64=True) as into:
            for piece in pieces:
                into.write(piece)
                state.update(piece)
                size += len(piece)
                if self.progress is not None:
                    self.progress(name, len(piece))
        self.files[name] = {"sha256": state.hexdigest(), "size": size, **more}
