"""The compiled rulebook kept between runs, so that a command starts in a moment.

A cache entry is a folder named after everything it was made from: version, data, model, tables, code, Python.
Nothing here may fail a command: what cannot be read or trusted is built again, what cannot be written is not
kept.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources, util
from pathlib import Path

import numpy as np

import mingjian
from mingjian.core.engine.check import Engine
from mingjian.core.engine.classify import load_model
from mingjian.core.engine.compile import Compiled, compile_rulebook
from mingjian.core.rulebook.load import Sources, digest, load
from mingjian.doors.private_pickle import load_value, private, save_value

FOLDER_VARIABLE = "MINGJIAN_CACHE_DIR"
OFF_VARIABLE = "MINGJIAN_NO_CACHE"
KEPT = 3  # entries kept: a few versions side by side, not one for every change
_COMPILED, _SOURCES, _PLATFORMS = "compiled", "sources", "platforms"


@cache
def engine() -> Engine:
    """The engine of this process over the shipped rulebook.

    A hundred thousand small objects come to life here and stay: the collector need not look at them, neither
    now nor later.
    """
    gc.disable()
    try:
        return Engine(compiled())
    finally:
        gc.freeze()
        gc.enable()


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
    with contextlib.suppress(Exception):  # a full disk, a folder that cannot be written
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
            yield "daachorse", Path(spec.origin).stat()


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
        if private(root, folder=True) and private(entry, folder=True):
            return load_value(entry, name)
    return None


# Writing


def _write(values: Mapping[str, object]) -> None:
    root = folder()
    if root is None or key.__wrapped__() != key():  # the data changed while it was read
        return
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not private(root, folder=True):
        root.chmod(0o700)  # fails when the folder is somebody else's: then nothing is kept
        if not private(root, folder=True):
            return
    entry = root / key()
    made = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
    try:
        for name, value in values.items():
            save_value(made, name, value)
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


def _prune(root: Path, entry: Path) -> None:
    with contextlib.suppress(OSError):
        others = [path for path in root.iterdir() if path != entry and not path.name.startswith(".")]
        others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for path in others[KEPT - 1 :]:
            shutil.rmtree(path, ignore_errors=True)
