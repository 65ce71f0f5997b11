"""The cache: fast when it can be trusted, invisible when it cannot."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mingjian.core.engine.check import Engine
from mingjian.core.engine.compile import Compiled
from mingjian.core.engine.options import Options
from mingjian.core.model import Item
from mingjian.doors import cache
from mingjian.doors.cli.common import today
from tests.doors.conftest import BREACH, CODE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.delenv(cache.OFF_VARIABLE, raising=False)
    # A file saved while the tests run must not move the entry under them.
    monkeypatch.setattr(cache, "digest", lambda: "data")
    monkeypatch.setattr(cache, "_code", lambda: iter(()))
    cache.forget()
    yield tmp_path / "rulebook"
    cache.forget()


@pytest.fixture
def made(folder: Path) -> Path:
    """A cache that has just been written."""
    cache.compiled()
    cache.forget()
    return folder / cache.key()


def _no_building(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(cache, "load", refuse)


def test_what_is_read_back_judges_the_same(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = cache._build()[0]
    cache.forget()
    _no_building(monkeypatch)
    assert isinstance(cache.compiled(), Compiled)
    assert cache.compiled().version == fresh.version
    assert cache.sources().version
    assert "xiaohongshu" in cache.platforms()
    options = Options(as_of=today())
    items = [Item.of(BREACH), Item.of("全国第一的热玛吉,加V信9.9元体验")]
    assert cache.engine().check(items, options) == Engine(fresh).check(items, options)
    assert CODE in {finding.code for finding in cache.engine().check(items, options)[0].findings}


def test_large_arrays_are_mapped_and_read_only(made: Path) -> None:
    model = cache.compiled().model
    assert model is not None
    assert isinstance(model.grams.base, np.memmap)
    assert not model.grams.flags.writeable


def test_only_this_user_can_read_it(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o700
    assert made.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o600}


@pytest.mark.parametrize("loosened", ["folder", "entry", "file", "array"])
def test_what_others_can_write_is_not_read(made: Path, monkeypatch: pytest.MonkeyPatch, loosened: str) -> None:
    array = next(made.glob("*.npy"))
    path = {"folder": made.parent, "entry": made, "file": made / "compiled.pickle", "array": array}[loosened]
    path.chmod(path.stat().st_mode | 0o022)
    with pytest.MonkeyPatch.context() as patch:
        _no_building(patch)
        with pytest.raises(AssertionError, match="built again"):
            cache.compiled()
    assert cache.compiled().rules


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="no owners here")
def test_what_another_user_owns_is_not_read(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    _no_building(monkeypatch)
    with pytest.raises(AssertionError, match="built again"):
        cache.compiled()


def test_a_link_is_not_followed(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = made.with_name("elsewhere")
    made.rename(real)
    made.symlink_to(real)
    _no_building(monkeypatch)
    with pytest.raises(AssertionError, match="built again"):
        cache.compiled()


def test_damage_is_mended_silently(made: Path) -> None:
    path = made / "compiled.pickle"
    whole = path.read_bytes()
    for damage in (
        b"",
        whole[:100],
        whole[:-1],
        whole[:40] + b"\xff" + whole[41:],
        pickle.dumps("something else"),
    ):
        path.write_bytes(damage)
        cache.forget()
        assert cache.compiled().rules
        assert len(path.read_bytes()) > 1000
    array = next(made.glob("*.npy"))
    array.write_bytes(array.read_bytes()[:200])
    cache.forget()
    assert cache.compiled().rules
    array.unlink(missing_ok=True)
    cache.forget()
    assert cache.compiled().rules


def test_a_change_of_data_or_code_makes_a_new_entry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = cache.key()
    for name, value in (("digest", lambda: "new"), ("_code", lambda: iter([("new", Path().stat())]))):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cache, name, value)
            cache.forget()
            assert cache.key() != before
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mingjian.__version__", "9.9.9")
        cache.forget()
        assert cache.key() != before
    cache.forget()
    assert cache.key() == before


def test_it_can_be_switched_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.OFF_VARIABLE, "1")
    assert cache.folder() is None
    assert cache.compiled().rules
    assert not folder.exists()


def test_a_place_that_cannot_be_written_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "file"))
    cache.forget()
    assert cache.compiled().rules
    cache.forget()


def test_old_entries_go(made: Path) -> None:
    for number in range(6):
        old = made.parent / f"old{number}"
        old.mkdir()
        os.utime(old, (number, number))
    (made / "compiled.pickle").unlink()
    cache.compiled()
    names = {path.name for path in made.parent.iterdir()}
    assert len(names) == cache.KEPT
    assert made.name in names
    assert "old5" in names
