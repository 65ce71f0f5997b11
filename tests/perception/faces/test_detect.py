"""Faces are found upright, small, lying and close; nobody is found where nobody is."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.faces.detect import Face, faces, glance, near
from mingjian.perception.faces.track import apart
from tests.perception.people import FACE, astronaut, ground, with_head


def on_face(face: Face) -> bool:
    return apart(face.box, FACE) < 0.35 and face.sure


def test_an_upright_face_with_its_points() -> None:
    best = faces(astronaut())[0]
    assert on_face(best)
    (left_eye, right_eye, nose, *_) = best.points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < nose[1]


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_lying_or_hanging_face(turns: int) -> None:
    picture = np.ascontiguousarray(np.rot90(with_head(100, 30, 100), turns))
    assert faces(picture)[0].sure


def test_a_small_face_in_a_large_picture() -> None:
    found = faces(with_head(500, 200, 40, 1000, 400))
    assert found and abs(found[0].box[0] + found[0].box[2] / 2 - 520) < 12


def test_a_face_that_fills_the_picture() -> None:
    picture = astronaut()[70:185, 178:275]
    best = faces(np.ascontiguousarray(picture))[0]
    assert best.box[2] * best.box[3] > 0.4 * picture.shape[0] * picture.shape[1]


def test_a_tall_picture_is_looked_at_in_pieces() -> None:
    tall = np.concatenate([ground(300, 700), with_head(60, 20, 180, 300, 220), ground(300, 200)])
    best = faces(tall)[0]
    assert best.sure and 700 < best.box[1] < 820


def test_nobody() -> None:
    assert faces(ground()) == []
    assert glance(ground()) == []


def test_a_glance_sees_the_plain_case() -> None:
    assert on_face(glance(astronaut())[0])


def test_near_finds_a_face_that_has_moved_a_little_and_nothing_elsewhere() -> None:
    left, top, width, height = FACE
    again = near(astronaut(), Face((left + 30, top - 20, width, height), 0.9))
    assert again is not None and on_face(again)
    assert near(ground(), Face((150, 50, 40, 45), 0.9)) is None
    assert near(ground(), Face((900, 900, 80, 90), 0.9)) is None
