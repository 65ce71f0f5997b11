"""A mask hides the whole face, keeps next to nothing of it, and leaves the rest of the picture alone."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.faces.detect import faces
from mingjian.perception.faces.mask import CELLS, STYLES, mask_face, mask_text, masked_already
from tests.perception.people import FACE, astronaut


@pytest.mark.parametrize("style", STYLES)
def test_what_is_hidden_is_not_taken_for_an_open_face_again(style: str) -> None:
    picture = astronaut()
    for face in faces(picture):
        mask_face(picture, face.box, style)
    assert all(masked_already(picture, face.box, face.score) for face in faces(picture) if face.sure)


def test_an_open_face_does_not_count_as_hidden() -> None:
    picture = astronaut()
    best = faces(picture)[0]
    assert not masked_already(picture, best.box, best.score)
    assert not masked_already(picture, best.box, 0.5)


def test_a_mosaic_keeps_few_colours() -> None:
    picture = astronaut()
    mask_face(picture, FACE, "pixelate")
    left, top, width, height = (int(side) for side in FACE)
    inner = picture[top : top + height, left : left + width].reshape(-1, 3)
    assert len(np.unique(inner, axis=0)) <= CELLS * CELLS


@pytest.mark.parametrize("style", STYLES)
def test_two_faces_alike_in_their_few_colours_come_out_the_same(style: str) -> None:
    # What a mask shows depends on the few averages alone: detail cannot be recovered from it.
    noise = np.random.default_rng(3).integers(-20, 20, (200, 200, 3))
    noise -= noise.mean(axis=(0, 1)).astype(int)
    plain = np.full((200, 200, 3), 104, np.uint8)
    rough = (plain + noise).astype(np.uint8)
    mask_face(plain, (60, 60, 80, 80), style)
    mask_face(rough, (60, 60, 80, 80), style)
    assert np.array_equal(plain[60:140, 60:140], rough[60:140, 60:140])


def test_the_face_is_covered_and_what_is_far_stays() -> None:
    picture, before = astronaut(), astronaut()
    mask_face(picture, FACE, "box")
    left, top, width, height = (int(side) for side in FACE)
    assert (picture[top : top + height, left : left + width] == 64).all(axis=2).mean() > 0.99
    assert np.array_equal(picture[:, 420:], before[:, 420:])


def test_a_face_cut_by_the_edge_and_one_outside() -> None:
    picture = astronaut()
    mask_face(picture, (-40, -40, 80, 80), "box")
    assert (picture[:30, :30] == 64).all()
    mask_face(picture, (900, 900, 50, 50), "box")


def test_text_is_covered_flat_whatever_the_style() -> None:
    picture = astronaut()
    mask_text(picture, (100, 100, 60, 20))
    assert (picture[100:120, 100:160] == 64).all()
    assert (picture[130, 100:160] != 64).any()
