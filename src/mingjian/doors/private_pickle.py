"""Pickles that are read only where nobody else can have written them, with large arrays mapped from files.

A pickle can run code when it is read. So folder and files must belong to this user and be closed to all
others, and a digest in front tells a damaged file. The large arrays of the model lie beside it as .npy files,
mapped into memory and read only where they are used.
"""

from __future__ import annotations

import gc
import hashlib
import io
import os
import pickle
import stat
from pathlib import Path
from typing import Any

import numpy as np

_LARGE = 1 << 16  # bytes from which an array gets a file of its own
_DIGEST_SIZE = hashlib.sha256().digest_size


def save_value(entry: Path, name: str, value: object) -> None:
    """Write a value into a folder that is already private."""
    body = io.BytesIO()
    pickler = _Pickler(body, entry, name)
    pickler.dump(value)
    data = body.getvalue()
    path = entry / f"{name}.pickle"
    path.write_bytes(hashlib.sha256(data).digest() + data)
    for each in (path, *pickler.files):
        each.chmod(0o600)


def load_value(entry: Path, name: str) -> object:
    """Read back what save_value wrote. Raises nearly anything when the file is not what it should be."""
    path = entry / f"{name}.pickle"
    if not private(path):
        raise PermissionError(path)
    data = path.read_bytes()
    body = memoryview(data)[_DIGEST_SIZE:]
    if hashlib.sha256(body).digest() != data[:_DIGEST_SIZE]:
        raise ValueError("damaged")
    running = gc.isenabled()
    gc.disable()  # a hundred thousand new tuples would set it off again and again
    try:
        return _Unpickler(io.BytesIO(body), entry).load()
    finally:
        if running:
            gc.enable()


def private(path: Path, folder: bool = False) -> bool:
    """Whether a path is a real file (or folder) of this user that nobody else can change."""
    try:
        seen = path.lstat()
    except OSError:
        return False
    if not (stat.S_ISDIR(seen.st_mode) if folder else stat.S_ISREG(seen.st_mode)):
        return False
    if not hasattr(os, "getuid"):  # Windows: the user's cache folder is his by its access list
        return True
    return seen.st_uid == os.getuid() and not seen.st_mode & 0o077


class _Pickler(pickle.Pickler):
    """Puts large arrays into files of their own beside the pickle."""

    def __init__(self, file: io.BytesIO, entry: Path, name: str) -> None:
        super().__init__(file, protocol=5)
        self._entry, self._name = entry, name
        self._files: dict[int, str] = {}
        self._held: list[Any] = []  # so that no id is used twice

    def persistent_id(self, value: Any) -> str | None:
        if not isinstance(value, np.ndarray) or value.nbytes < _LARGE or value.dtype.hasobject:
            return None
        if id(value) not in self._files:
            self._files[id(value)] = file = f"{self._name}-{len(self._files)}.npy"
            self._held.append(value)
            np.save(self._entry / file, np.ascontiguousarray(value), allow_pickle=False)
        return self._files[id(value)]

    @property
    def files(self) -> list[Path]:
        return [self._entry / file for file in self._files.values()]


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, entry: Path) -> None:
        super().__init__(file)
        self._entry = entry

    def persistent_load(self, pid: Any) -> Any:
        path = self._entry / str(pid)
        if path.parent != self._entry or not private(path):
            raise PermissionError(path)
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
