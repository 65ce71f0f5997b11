"""Where the pictures of a picture are."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.reuse.panels import content, fields, grey_of, trimmed
from tests.perception.reuse.scenes import beside, on_screen, scene


def test_even_borders_are_cut_and_nothing_else() -> None:
    view = scene(1)
    framed = np.full((800, 680, 3), 30, np.uint8)
    framed[100:700, 100:580] = view
    assert trimmed(grey_of(framed)) == pytest.approx((100 / 680, 0.125, 580 / 680, 0.875), abs=0.012)
    assert trimmed(grey_of(view)) == (0, 0, 1, 1)
    assert trimmed(grey_of(np.full((300, 300, 3), 90, np.uint8))) == (0, 0, 1, 1)


def test_the_picture_on_a_screenshot_is_found_between_the_words() -> None:
    shot = on_screen(scene(2))
    assert content(grey_of(shot)) == pytest.approx((40 / 560, 200 / 1200, 520 / 560, 800 / 1200), abs=0.02)


def test_a_picture_without_an_even_ground_is_all_content() -> None:
    words = on_screen(np.full((600, 480, 3), 250, np.uint8))
    for view in (scene(3), words):
        assert content(grey_of(view)) == (0, 0, 1, 1)


def test_the_halves_of_a_collage_are_told_with_and_without_a_bar_between() -> None:
    one, other = scene(4), np.clip(scene(5).astype(np.int64) + 60, 0, 255).astype(np.uint8)
    bar = np.full((600, 16, 3), 255, np.uint8)
    for view in (beside(one, other), beside(beside(one, bar), other)):
        left, right = fields(grey_of(view))
        assert left == pytest.approx((0, 0, 0.5, 1), abs=0.02)
        assert right == pytest.approx((0.5, 0, 1, 1), abs=0.02)
    tall = np.ascontiguousarray(beside(one, other).swapaxes(0, 1))
    assert fields(grey_of(tall))[0] == pytest.approx((0, 0, 1, 0.5), abs=0.02)


def test_a_single_picture_has_no_fields() -> None:
    assert fields(grey_of(scene(6))) == []
