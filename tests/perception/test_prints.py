"""Fingerprints of pictures."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from mingjian.perception.prints import distance, picture_prints

NEAR = 31  # bits: what Facebook recommends as a match


def scene(seed: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    grain = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(grain).resize((400, 300), Image.Resampling.BICUBIC))


def pdq(rgb: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]], kind: str = "pdq") -> str:
    return next(p.value for p in picture_prints(rgb) if p.kind == kind)


def test_a_copy_is_near_and_another_picture_is_far() -> None:
    one = scene(1)
    body = io.BytesIO()
    Image.fromarray(one).resize((233, 175)).save(body, "JPEG", quality=40)
    copy = np.asarray(Image.open(body))
    assert distance(pdq(one), pdq(copy)) <= NEAR < distance(pdq(one), pdq(scene(2)))


def test_the_mirror_image_is_known_by_its_own_print() -> None:
    one = scene(3)
    mirrored = np.ascontiguousarray(one[:, ::-1])
    assert distance(pdq(one), pdq(mirrored)) > NEAR
    assert distance(pdq(one, "pdq_mirror"), pdq(mirrored)) <= NEAR


def test_prints_say_where_and_how_good() -> None:
    found = picture_prints(scene(4), page=2, time=1.5)
    assert {(p.page, p.time, len(p.value)) for p in found} == {(2, 1.5, 64)}
    assert all(p.quality is not None and p.quality > 50 for p in found)
    flat = picture_prints(np.full((100, 100, 3), 200, np.uint8))
    assert all(p.quality == 0 for p in flat)
