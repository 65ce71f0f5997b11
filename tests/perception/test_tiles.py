"""Tiles cover the picture; lines that a cut goes through come out whole."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.perception.ocr.tiles import (
    LONGEST,
    OVERLAP,
    Corners,
    Tile,
    detection_scale,
    is_block,
    joined_quads,
    tiles,
)


def quad(left: float, top: float, right: float, bottom: float) -> Corners:
    return np.asarray([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


@given(st.integers(1, 9000), st.integers(1, 9000))
def test_tiles_cover_and_overlap(width: int, height: int) -> None:
    windows = tiles(width, height)
    assert all(window.width <= LONGEST and window.height <= LONGEST for window in windows)
    for length, spans in (
        (width, sorted({(window.left, window.width) for window in windows})),
        (height, sorted({(window.top, window.height) for window in windows})),
    ):
        assert spans[0][0] == 0 and abs(sum(spans[-1]) - length) <= 1
        for (start, size), (after, _) in pairwise(spans):
            assert start < after <= start + size - OVERLAP + 1


@pytest.mark.parametrize(
    ("size", "scale"),
    [
        ((1080, 1440), 2 / 3),
        ((720, 9000), 1.0),
        ((480, 9000), 1.0),
        ((360, 480), 2.0),
        ((90, 90), 3.0),
        ((4320, 5760), 1 / 3),
    ],
)
def test_scale(size: tuple[int, int], scale: float) -> None:
    assert detection_scale(*size) == pytest.approx(scale)


UPPER, LOWER = Tile(0, 0, 700, 1000), Tile(0, 700, 700, 1000)


def test_a_line_seen_twice_is_kept_once() -> None:
    found = [(UPPER, [(quad(50, 800, 400, 850), 0.9)]), (LOWER, [(quad(50, 101, 400, 151), 0.8)])]
    ((corners, _),) = joined_quads(found, 700, 1700)
    assert corners[:, 1].min() in (800, 801)


def test_a_line_cut_in_one_tile_is_taken_from_the_other() -> None:
    found = [(UPPER, [(quad(50, 970, 400, 1000), 0.9)]), (LOWER, [(quad(50, 270, 400, 320), 0.8)])]
    ((corners, _),) = joined_quads(found, 700, 1700)
    assert (corners[:, 1].min(), corners[:, 1].max()) == (970, 1020)


def test_halves_of_a_column_are_joined() -> None:
    found = [(UPPER, [(quad(300, 400, 350, 1000), 0.9)]), (LOWER, [(quad(302, 0, 350, 500), 0.8)])]
    ((corners, score),) = joined_quads(found, 700, 1700)
    assert (corners[:, 1].min(), corners[:, 1].max(), score) == (400, 1200, 0.8)


def test_lines_apart_stay_apart() -> None:
    upper = [(quad(50, 100, 400, 150), 0.9), (quad(50, 160, 400, 210), 0.9)]
    found = [(UPPER, upper), (LOWER, [(quad(50, 500, 90, 540), 0.9)])]
    assert len(joined_quads(found, 700, 1700)) == 3


@pytest.mark.parametrize(
    ("corners", "block"),
    [
        (quad(0, 0, 700, 1200), True),
        (quad(100, 400, 600, 1000), True),
        (quad(40, 100, 680, 180), False),  # a line
        (quad(0, 200, 700, 500), False),  # a giant title
        (quad(600, 0, 690, 1200), False),  # a column of vertical text
    ],
)
def test_a_block_is_no_line(corners: Corners, block: bool) -> None:
    assert is_block(corners, 720, 1240) is block
