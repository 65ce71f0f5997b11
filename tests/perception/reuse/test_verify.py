"""Laying one picture onto another."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.reuse.local import Places, places
from mingjian.perception.reuse.verify import aligned
from tests.perception.reuse.scenes import jpeg, scene, turned


def test_a_crop_is_laid_where_it_was_cut() -> None:
    view = scene(1, 512, 512)
    cut = np.ascontiguousarray(view[100:400, 150:470])
    way = aligned(places(cut), places(view))
    assert way is not None and way.inliers > 40
    scale = 320 / 512  # the cut is looked at enlarged to 512
    assert way.matrix == pytest.approx(np.asarray([[scale, 0, 150], [0, scale, 100]]), abs=2)
    left, top, right, bottom = way.there
    assert left >= 145 and top >= 95 and right <= 475 and bottom <= 405
    assert way.cover > 600


def test_a_turned_picture_is_turned_back() -> None:
    view = scene(2, 512, 512)
    way = aligned(places(jpeg(turned(view, 8, 1.1))), places(view))
    assert way is not None
    angle = np.degrees(np.arctan2(way.matrix[1, 0], way.matrix[0, 0]))
    assert angle == pytest.approx(8, abs=0.6)
    assert np.hypot(*way.matrix[:, 0]) == pytest.approx(1 / 1.1, abs=0.02)


def test_different_pictures_do_not_agree() -> None:
    found = [aligned(places(scene(n)), places(scene(n + 1))) for n in range(10, 22, 2)]
    assert all(way is None or way.inliers < 6 for way in found)


def test_nothing_agrees_with_nothing() -> None:
    empty = places(np.full((50, 50, 3), 9, np.uint8))
    assert len(empty) == 0
    assert aligned(empty, places(scene(1))) is None
    assert aligned(empty, empty) is None


def test_places_that_all_lie_on_one_point_are_no_agreement() -> None:
    one = places(scene(3))
    crowded = Places(np.full_like(one.at, 900), one.size, one.angle, one.bits, one.words, one.mirrored_words)
    assert aligned(crowded, crowded) is None
