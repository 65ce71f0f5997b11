from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mingjian.perception import stills
from mingjian.perception.model import Reading
from mingjian.perception.options import Options
from mingjian.perception.picture import Picture

FRAMES = 40


def animated(path: Path, frames: int, moving: bool = True) -> Path:
    """Soft grounds, each unlike the one before when ``moving``."""
    pictures = []
    for seed in range(frames):
        coarse = np.random.default_rng(seed if moving else 0).integers(0, 255, (6, 6, 3)).astype(np.uint8)
        pictures.append(Image.fromarray(coarse).resize((96, 96), Image.Resampling.BICUBIC))
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100, lossless=True)
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The frames that were read, in order; reading costs nothing."""
    frames: list[int] = []

    def note(picture: Picture) -> list[Reading]:
        frames.append(picture.frame)
        return []

    monkeypatch.setattr(stills, "read_still", note)
    return frames


def test_of_an_animation_that_is_too_much_frames_are_read_throughout(
    tmp_path: Path, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stills, "MOVING_PIXELS", 8 * stills.LEAST_PIXELS)
    perceived = stills.read_picture(animated(tmp_path / "a.webp", FRAMES), Options(shown=False))
    assert 8 <= len(read) <= 9
    assert (read[0], read[-1]) == (0, FRAMES - 1)
    assert max(np.diff(read)) <= FRAMES // 8
    (unread,) = perceived.unread
    assert f"{FRAMES - len(read)} 帧" in unread


def test_an_ordinary_animation_is_read_whole(tmp_path: Path, read: list[int]) -> None:
    perceived = stills.read_picture(animated(tmp_path / "a.webp", FRAMES), Options(shown=False))
    assert read == list(range(FRAMES))
    assert perceived.unread == ()


def test_frames_that_show_the_same_cost_nothing(
    tmp_path: Path, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stills, "MOVING_PIXELS", 2 * stills.LEAST_PIXELS)
    perceived = stills.read_picture(animated(tmp_path / "a.gif", FRAMES, moving=False), Options(shown=False))
    assert read == [0]
    assert perceived.unread == ()


def test_pages_of_a_scan_are_all_read(tmp_path: Path, read: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "MOVING_PIXELS", 2 * stills.LEAST_PIXELS)
    perceived = stills.read_picture(animated(tmp_path / "a.tiff", 6), Options(shown=False))
    assert read == list(range(6))
    assert perceived.unread == ()
