"""Rows of numbers: overlap, the best of many, and turning back what was found in a turned picture."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.faces.boxes import COLUMNS, Array, clipped, kept, moved, overlap, turned_back


def row(left: float, top: float, right: float, bottom: float, score: float = 0.5) -> list[float]:
    return [left, top, right, bottom, score, *([left, top] * 5)]


def rows(*each: list[float]) -> Array:
    return np.array(each, np.float32).reshape(-1, COLUMNS)


def test_overlap_is_shared_by_joined_area() -> None:
    found = overlap(rows(row(0, 0, 10, 10)), rows(row(0, 0, 10, 10), row(5, 0, 15, 10), row(20, 20, 30, 30)))
    assert found[0].tolist() == pytest.approx([1.0, 50 / 150, 0.0])


def test_overlap_by_the_first_counts_what_of_it_is_covered() -> None:
    found = overlap(rows(row(2, 2, 4, 4)), rows(row(0, 0, 10, 10)), by_first=True)
    assert found[0, 0] == pytest.approx(1.0)


def test_of_boxes_on_one_face_the_surest_is_kept() -> None:
    best = kept(rows(row(0, 0, 10, 10, 0.4), row(1, 0, 11, 10, 0.9), row(40, 40, 50, 50, 0.3)), 0.3)
    assert best[:, 4].tolist() == pytest.approx([0.9, 0.3])
    assert kept(rows(), 0.3).shape == (0, COLUMNS)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_box_found_in_a_turned_picture_lies_where_the_thing_is(turns: int) -> None:
    picture = np.zeros((40, 60), np.uint8)
    picture[5:15, 20:50] = 1
    ys, xs = np.nonzero(np.rot90(picture, turns))
    seen = rows(row(xs.min(), ys.min(), xs.max() + 1, ys.max() + 1))
    assert turned_back(seen, turns, 60, 40)[0, :4].tolist() == [20, 5, 50, 15]


def test_boxes_are_cut_at_the_edges_and_moved_with_their_points() -> None:
    assert clipped(rows(row(-5, -5, 5, 5), row(-9, 0, -1, 5)), 60, 40)[:, :4].tolist() == [[0, 0, 5, 5]]
    assert moved(rows(row(1, 2, 3, 4)), 10, 20)[0, [0, 1, 2, 3, 13, 14]].tolist() == [11, 22, 13, 24, 11, 22]
