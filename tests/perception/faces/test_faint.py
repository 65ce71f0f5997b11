"""Weak hints of small faces: enlargements and a crowd of the same size speak for them, texture does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.detect import faces
from mingjian.perception.faces.faint import LARGEST, believed
from tests.perception.people import ground

NOBODY = np.zeros((0, 4))


def with_small(number: int, size: int, x: int, y: int, rgb: Array) -> Array:
    """One of the small grey faces that scikit-image ships, its middle at (x, y); gives its box back."""
    import skimage.data
    from PIL import Image

    grey = np.load(Path(skimage.data.__file__).with_name("lfw_subset.npy"))[number]
    picture = Image.fromarray((grey * 255).astype(np.uint8)).resize((size, size), Image.Resampling.BICUBIC)
    left, top = x - size // 2, y - size // 2
    rgb[top : top + size, left : left + size] = np.asarray(picture)[:, :, None]
    return np.array([x - size * 0.36, y - size * 0.43, x + size * 0.36, y + size * 0.43])


def crowd(tall: float, count: int = 3) -> Array:
    return np.tile(np.array([0.0, 0.0, tall * 0.8, tall]), (count, 1))


def test_a_clear_small_face_is_believed_without_company() -> None:
    rgb = ground(200, 150)
    box = with_small(3, 30, 100, 75, rgb)
    score = believed(rgb, box, NOBODY)
    assert score is not None and score > 0.25


def test_a_hard_face_is_believed_among_faces_of_its_size_only() -> None:
    rgb = ground(400, 300)
    box = with_small(76, 71, 200, 150, rgb)
    grain = np.random.default_rng(1).normal(0, 20, rgb.shape)
    rgb = np.clip(rgb * 0.5 + grain, 0, 255).astype(np.uint8)
    assert believed(rgb, box, NOBODY) is None
    assert believed(rgb, box, crowd(60.0, 2)) is None
    assert believed(rgb, box, crowd(20.0)) is None
    assert believed(rgb, box, crowd(60.0)) is not None


@pytest.mark.parametrize("tall", [20.0, 40.0])
def test_a_crowd_makes_no_face_of_texture(tall: float) -> None:
    noise = np.random.default_rng(5).integers(60, 200, (200, 300, 3)).astype(np.uint8)
    for rgb in (ground(300, 200), noise):
        box = np.array([150 - tall * 0.4, 100 - tall / 2, 150 + tall * 0.4, 100 + tall / 2])
        assert believed(rgb, box, crowd(tall)) is None


def test_a_large_face_is_not_a_matter_of_resolution() -> None:
    rgb = ground(400, 300)
    box = with_small(3, LARGEST * 2, 200, 150, rgb)
    assert believed(rgb, box, crowd(LARGEST * 2.0)) is None


def test_small_faces_that_single_looks_pass_over_are_found_in_a_large_picture() -> None:
    rgb = ground(1280, 720)
    hard = [30, 47, 52, 56]
    boxes = [with_small(number, 28, 150 + 120 * at, 300, rgb) for at, number in enumerate([*hard, 0, 1, 2, 3])]
    found = [face.box for face in faces(rgb)]
    for box in boxes:
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        assert any(left < x < left + wide and top < y < top + high for left, top, wide, high in found)
    assert len(found) == len(boxes)
