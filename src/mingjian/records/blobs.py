"""Media files by digest, in a folder: what items name and the journal vouches for."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from mingjian.records.errors import DeskError, Invalid, NotFound, Unavailable

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PIECE = 1 << 20
_FULL = (errno.ENOSPC, errno.EDQUOT)


class BlobTooLarge(DeskError):
    """The file is longer than it may be."""

    word, status = "too_large", 413


class Blobs:
    """The folder. A file is whole or not there: it is written beside its place and moved when it is safe on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, stream: BinaryIO, limit: int) -> tuple[str, int]:
        """Keep what the stream holds; its SHA-256 and its size in bytes. BlobTooLarge behind ``limit`` bytes,
        Invalid when it is empty, Unavailable when the disk is full; then nothing is left behind."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(prefix=".new-", dir=self.folder)
        except OSError as error:
            raise _unavailable(error) from error
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                digest, size = _copied(stream, file, limit)
                file.flush()
                os.fsync(file.fileno())
            place = self.path(digest)
            if not place.exists():
                place.parent.mkdir(exist_ok=True, mode=0o700)
                fresh.replace(place)
                _sync_folder(place.parent)
        except OSError as error:
            raise _unavailable(error) from error
        finally:
            with contextlib.suppress(OSError):
                fresh.unlink()
        return digest, size

    def path(self, digest: str) -> Path:
        """Where a file lies, or would; NotFound for what is no digest."""
        if _DIGEST.fullmatch(digest) is None:
            raise NotFound("没有这个文件。")
        return self.folder / digest[:2] / digest

    def size(self, digest: str) -> int | None:
        """A file's bytes, or None when it is not there."""
        try:
            return self.path(digest).stat().st_size
        except (OSError, NotFound):
            return None

    def open(self, digest: str) -> BinaryIO:
        """The file, to be closed by the caller; NotFound."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError:
            raise NotFound("没有这个文件。") from None

    def delete(self, digest: str) -> bool:
        """Delete a file for ever; False when it was not there."""
        try:
            self.path(digest).unlink()
        except FileNotFoundError:
            return False
        return True


def _copied(stream: BinaryIO, file: BinaryIO, limit: int) -> tuple[str, int]:
    seen, size = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise BlobTooLarge(f"文件太大,最多 {limit} 字节。", field="file")
        seen.update(piece)
        file.write(piece)
    if not size:
        raise Invalid("文件是空的。", field="file")
    return seen.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """Make the move itself safe on disk, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unavailable(error: OSError) -> Unavailable:
    if error.errno in _FULL:
        return Unavailable("磁盘已满,文件没有保存。请清理磁盘后重传。")
    return Unavailable(f"文件没有保存:{error.strerror or type(error).__name__}。")
