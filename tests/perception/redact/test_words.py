"""Private words in clips: read now and then, hidden all the time in between, and not over a cut."""

from __future__ import annotations

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.redact.model import Hidden
from mingjian.perception.redact.words import Words


def run(frames: list[Array], readings: list[list[Hidden]], fps: float = 5.0) -> tuple[Words, int]:
    left = iter(readings)
    words = Words(fps, lambda whole: next(left))
    for rgb in frames:
        words.frame(rgb, lambda rgb=rgb: rgb)  # type: ignore[misc]
    return words, len(list(left))


def flat(value: int, shade: int = 0) -> Array:
    out = np.full((36, 64, 3), value, np.uint8)
    out[:, :8] = shade
    return out


NAME = Hidden("name", (10.0, 10.0, 30.0, 10.0))


def test_an_unchanged_picture_is_read_once() -> None:
    words, left = run([flat(100)] * 20, [[NAME], [NAME]])
    assert left == 1
    assert sorted(words.marks(0)) == list(range(20))


def test_a_word_is_hidden_back_to_the_reading_before_and_on_to_the_next() -> None:
    frames = [flat(100, shade=10 * at) for at in range(15)]
    words, left = run(frames, [[], [NAME], []])
    assert left == 0
    assert sorted(words.marks(0)) == list(range(1, 10))


def test_a_mask_ends_at_the_cut() -> None:
    words, _ = run([flat(20)] * 7 + [flat(220)] * 7, [[NAME], [], []])
    assert sorted(words.marks(0)) == list(range(7))


def test_a_moving_word_is_hidden_along_its_way() -> None:
    later = Hidden("name", (34.0, 12.0, 30.0, 10.0))
    words, _ = run([flat(100, shade=10 * at) for at in range(10)], [[NAME], [later]])
    left, _, width, _ = words.marks(0)[3][0].box
    assert left <= 10 and left + width >= 64
