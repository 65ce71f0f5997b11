"""The compiled rulebook kept between runs, so that a command starts in a moment.

A cache entry is a folder named after everything it was made from: version, data, model, tables, code, Python.
The large arrays of the model lie in it as .npy files, mapped into memory and read only where they are used.
Nothing here may fail a command: what cannot be read or trusted is built again, what cannot be written is not
kept. A pickle can run code, so only a folder and files that nobody else can write are read.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import os
import pickle
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources, util
from pathlib import Path
from typing import Any

import numpy as np

import mingjian
from mingjian.core.engine.check import Engine
from mingjian.core.engine.classify import load_model
from mingjian.core.engine.compile import Compiled, compile_rulebook
from mingjian.core.rulebook.load import Sources, digest, load

FOLDER_VARIABLE = "MINGJIAN_CACHE_DIR"
OFF_VARIABLE = "MINGJIAN_NO_CACHE"
KEPT = 3  # entries kept: a few versions side by side, not one for every change
_LARGE = 1 << 16  # bytes from which an array gets a file of its own
_COMPILED, _SOURCES, _PLATFORMS = "compiled", "sources", "platforms"
_DIGEST_SIZE = hashlib.sha256().digest_size


@cache
def engine() -> Engine:
    """The engine of this process over the shipped rulebook."""
    return Engine(compiled())


@cache
def compiled() -> Compiled:
    """The compiled rulebook, from the cache when it is there."""
    found = _read(_COMPILED)
    return found if isinstance(found, Compiled) else _build()[0]


@cache
def sources() -> Sources:
    """The parsed rulebook with what compiling leaves behind: retired rules, terms and their attributes."""
    found = _read(_SOURCES)
    return found if isinstance(found, Sources) else _build()[1]


@cache
def platforms() -> Mapping[str, str]:
    """The platforms the rulebook knows: slug → name."""
    found = _read(_PLATFORMS)
    return found if isinstance(found, dict) else _platforms(_build()[1])


def forget() -> None:
    """Drop what this process remembers (not the files): for tests."""
    for remembered in (engine, compiled, sources, platforms, _build, key):
        remembered.cache_clear()


@cache
def _build() -> tuple[Compiled, Sources]:
    parsed = load()
    made = compile_rulebook(parsed, load_model())
    with contextlib.suppress(OSError, pickle.PicklingError):
        _write({_COMPILED: made, _SOURCES: parsed, _PLATFORMS: _platforms(parsed)})
    return made, parsed


def _platforms(parsed: Sources) -> dict[str, str]:
    known = {
        instrument.slug.removeprefix("platform."): instrument.name
        for instrument in parsed.instruments
        if instrument.level == "platform"
    }
    known |= {slug: str(data.get("name") or slug) for slug, data in parsed.platforms.items()}
    return dict(sorted(known.items()))


# What an entry is made from


@cache
def key() -> str:
    """The name of the entry: changes with anything that the compiled form depends on."""
    state = hashlib.sha256()
    for word in (mingjian.__version__, sys.version, np.__version__, digest()):
        state.update(word.encode() + b"\0")
    for package, name in (("mingjian.core.engine", "model.npz"), ("mingjian.core.text", "tables.npz")):
        file = resources.files(package) / "data" / name
        if file.is_file():
            state.update(file.read_bytes())
    for name, seen in _code():
        state.update(f"{name} {seen.st_size} {seen.st_mtime_ns}\0".encode())
    return state.hexdigest()[:24]


def _code() -> Iterator[tuple[str, os.stat_result]]:
    # The version number alone does not tell a changed working tree, and pickles follow the classes.
    core = Path(mingjian.__file__).parent / "core"
    for room in ("engine", "engine/matchers", "model", "rulebook", "text"):
        with contextlib.suppress(OSError), os.scandir(core / room) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                if entry.name.endswith(".py"):
                    yield f"{room}/{entry.name}", entry.stat()
    spec = util.find_spec("daachorse")  # its automata are stored in its own format
    if spec is not None and spec.origin is not None:
        with contextlib.suppress(OSError):
            yield "daachorse", os.stat(spec.origin)


def folder() -> Path | None:
    """Where entries are kept; None when caching is switched off."""
    if os.environ.get(OFF_VARIABLE, "") not in ("", "0"):
        return None
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen) / "rulebook"
    from platformdirs import user_cache_path

    return user_cache_path("mingjian", appauthor=False) / "rulebook"


# Reading


def _read(name: str) -> object | None:
    root = folder()
    if root is None:
        return None
    entry = root / key()
    # Any damage at all means: build again. A pickle cut short can raise nearly anything.
    with contextlib.suppress(Exception):
        if _own(root, folder=True) and _own(entry, folder=True):
            return _unpickled(entry, name)
    return None


def _unpickled(entry: Path, name: str) -> object:
    path = entry / f"{name}.pickle"
    if not _own(path):
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


def _own(path: Path, folder: bool = False) -> bool:
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
            with _private(self._entry / file) as stream:
                np.save(stream, np.ascontiguousarray(value), allow_pickle=False)
        return self._files[id(value)]


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, entry: Path) -> None:
        super().__init__(file)
        self._entry = entry

    def persistent_load(self, pid: Any) -> Any:
        path = self._entry / str(pid)
        if path.parent != self._entry or not _own(path):
            raise PermissionError(path)
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


# Writing


def _write(values: Mapping[str, object]) -> None:
    root = folder()
    if root is None:
        return
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _own(root, folder=True):
        root.chmod(0o700)  # fails when the folder is somebody else's: then nothing is kept
    entry = root / key()
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
    try:
        for name, value in values.items():
            body = io.BytesIO()
            _Pickler(body, made, name).dump(value)
            data = body.getvalue()
            with _private(made / f"{name}.pickle") as stream:
                stream.write(hashlib.sha256(data).digest() + data)
        _replace(made, entry)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    _prune(root, entry)


def _replace(made: Path, entry: Path) -> None:
    """Put the new folder in place. An old one of the same name was found damaged, or is just as good."""
    try:
        made.rename(entry)
    except OSError:
        aside = made.with_name(f"{made.name}-old")
        entry.rename(aside)
        made.rename(entry)
        shutil.rmtree(aside, ignore_errors=True)


def _private(path: Path) -> io.BufferedWriter:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    return io.BufferedWriter(io.FileIO(handle, "wb"))


def _prune(root: Path, entry: Path) -> None:
    with contextlib.suppress(OSError):
        others = [path for path in root.iterdir() if path != entry and not path.name.startswith(".")]
        others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in others[KEPT - 1 :]:
            shutil.rmtree(path, ignore_errors=True)
