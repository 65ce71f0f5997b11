"""Media files by digest: whole or not there."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest

from mingjian.records.blobs import Blobs, BlobTooLarge
from mingjian.records.errors import Invalid, NotFound, Unavailable


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_once_under_its_digest(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    digest, size = blobs.put(io.BytesIO(b"abc"), 10)
    assert (digest, size) == (hashlib.sha256(b"abc").hexdigest(), 3)
    assert blobs.put(io.BytesIO(b"abc"), 10) == (digest, size)
    with blobs.open(digest) as file:
        assert file.read() == b"abc"
    assert (_files(blobs.folder), blobs.size(digest)) == ([blobs.path(digest)], 3)
    assert (blobs.delete(digest), blobs.delete(digest), blobs.size(digest)) == (True, False, None)


def test_what_is_too_large_or_empty_leaves_nothing_behind(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(BlobTooLarge):
        blobs.put(io.BytesIO(b"x" * 11), 10)
    with pytest.raises(Invalid):
        blobs.put(io.BytesIO(b""), 10)
    assert _files(tmp_path) == []


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="磁盘已满"):
        Blobs(tmp_path).put(io.BytesIO(b"abc"), 10)
    assert _files(tmp_path) == []


@pytest.mark.parametrize("digest", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "/etc/passwd"])
def test_what_is_no_digest_leads_nowhere(tmp_path: Path, digest: str) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(NotFound):
        blobs.path(digest)
    assert blobs.size(digest) is None


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Blobs(tmp_path).open("0" * 64)
