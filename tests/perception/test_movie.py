"""Films that were made: pictures and sound come back as they went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mingjian.perception.movie import Movie

av = pytest.importorskip("av")


def test_pictures_and_sound_come_back(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    tone = (8000 * np.sin(np.arange(16_000) * 0.1)).astype(np.int16)
    with Movie(path, 64, 48, 4, 16_000) as movie:
        dark, light = (movie.ready(np.full((48, 64, 3), value, dtype=np.uint8)) for value in (20, 220))
        for _ in range(2):
            for one in (dark, dark, light, light):
                movie.show(one)
            movie.sound(tone)
    with av.open(str(path)) as film:
        shown = [frame.to_ndarray(format="rgb24").mean() for frame in film.decode(video=0)]
    assert [value > 120 for value in shown] == [False, False, True, True] * 2
    with av.open(str(path)) as film:
        heard = np.concatenate([frame.to_ndarray().ravel() for frame in film.decode(audio=0)])
    assert 2 * 16_000 <= len(heard) < 2.2 * 16_000 and np.abs(heard).max() > 0.1


def test_a_film_that_breaks_off_leaves_the_error_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="aus"), Movie(tmp_path / "film.mp4", 64, 48, 4, 16_000):
        raise RuntimeError("aus")


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError), Movie(tmp_path / "none" / "film.mp4", 64, 48, 4, 16_000) as movie:
        movie.sound(np.zeros(16_000, dtype=np.int16))
