"""Drawn pictures: one key one picture, and every edit changes what it says it changes."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.doors.demo.simulate.drawing import HEIGHT, WIDTH, before_after, draw
from mingjian.doors.demo.simulate.editing import EDITS, collage, edited, resized


@pytest.mark.parametrize("scene", ["face", "room", "dish", "view", "thing"])
def test_a_key_is_a_picture(scene: str) -> None:
    one, again, other = draw(scene, "a"), draw(scene, "a"), draw(scene, "b")
    assert one.shape == (HEIGHT, WIDTH, 3) and one.min() >= 0 and one.max() <= 1
    assert np.array_equal(one, again) and np.abs(one - other).mean() > 0.03


def test_before_and_after_show_one_face() -> None:
    before, after, both = (before_after("k", side) for side in ("before", "after", "both"))
    assert np.abs(before - after).mean() < np.abs(before - before_after("l", "before")).mean() / 2
    assert both.shape == before.shape and np.array_equal(both[:, 40], before[:, WIDTH // 4 + 40])


@pytest.mark.parametrize("name", sorted(EDITS))
@pytest.mark.parametrize("strength", [1, 2, 3])
def test_an_edit_gives_a_picture_that_differs(name: str, strength: int) -> None:
    canvas = draw("face", "a")
    made = EDITS[name](canvas, np.random.default_rng(strength), strength)
    assert made.ndim == 3 and made.shape[2] == 3 and made.min() >= -1e-6 and made.max() <= 1 + 1e-6
    assert made.shape != canvas.shape or np.abs(made - canvas).mean() > 0.002
    assert np.array_equal(canvas, draw("face", "a")), "the original is left alone"


def test_skill_means_more_edits() -> None:
    counts = []
    for skill in (0.0, 1.0):
        rng = np.random.default_rng(4)
        counts.append(sum(len(edited(draw("room", "a"), rng, skill)[2]) for _ in range(20)))
    assert counts[0] < counts[1]


def test_sizes() -> None:
    canvas = draw("view", "a")
    assert resized(canvas, 90, 55).shape == (90, 55, 3)
    assert collage(canvas, canvas, True).shape == (HEIGHT, 2 * WIDTH, 3)
    assert collage(canvas, canvas, False).shape == (2 * HEIGHT, WIDTH, 3)
    assert np.allclose(resized(np.full((40, 40, 3), 0.5), 13, 77), 0.5)
