"""What is kept of a picture."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.reuse.prints import FIELD, TRIMMED, WHOLE, PicturePrint, picture_print
from mingjian.perception.reuse.verify import aligned
from tests.perception.reuse.scenes import beside, on_screen, scene


def test_a_print_is_the_same_after_keeping_it() -> None:
    taken = picture_print(scene(1))
    kept = PicturePrint.from_bytes(taken.to_bytes())
    assert (kept.width, kept.height, kept.codes) == (480, 600, taken.codes)
    for name in ("at", "size", "angle", "bits", "words", "mirrored_words"):
        assert np.array_equal(getattr(kept.places, name), getattr(taken.places, name)), name
    assert len(taken.places) > 100
    assert len(taken.to_bytes()) < 8000


@pytest.mark.parametrize("data", [b"", b"MJP1", b"nothing of the kind at all", picture_print(scene(1)).to_bytes()[:-1]])
def test_what_is_no_print_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ValueError, match="print of a picture"):
        PicturePrint.from_bytes(data)


def test_the_parts_of_a_picture_have_codes_of_their_own() -> None:
    assert [code.part for code in picture_print(scene(2)).codes] == [WHOLE]
    assert [code.part for code in picture_print(on_screen(scene(2))).codes] == [WHOLE, TRIMMED]
    paler = np.clip(scene(3).astype(np.int64) + 60, 0, 255).astype(np.uint8)
    halves = picture_print(beside(scene(2), paler)).codes
    assert [code.part for code in halves] == [WHOLE, FIELD, FIELD]
    assert halves[1].box[2] == pytest.approx(500, abs=20)


def test_places_are_taken_of_the_picture_and_not_of_the_screen_around_it() -> None:
    places = picture_print(on_screen(scene(4))).places
    x, y = places.at.T / 64 * (1200 / 512)
    assert len(places) > 100
    assert (x > 25).all() and (x < 535).all() and (y > 185).all() and (y < 815).all()


def test_mirrored_places_are_those_of_the_mirrored_picture() -> None:
    view = scene(5)
    derived = picture_print(view).mirrored_places()
    real = picture_print(np.ascontiguousarray(view[:, ::-1])).places
    way = aligned(derived, real)
    assert way is not None and way.share > 600
    assert way.matrix == pytest.approx(np.asarray([[1, 0, 0], [0, 1, 0]]), abs=1.5)
    upright = aligned(picture_print(view).places, real)
    assert upright is None or upright.inliers < 6


def test_a_flat_picture_has_a_print_without_places() -> None:
    taken = picture_print(np.full((200, 300, 3), 128, np.uint8))
    assert len(taken.places) == 0
    assert taken.codes[0].quality == 0
    assert PicturePrint.from_bytes(taken.to_bytes()).codes == taken.codes


def test_tiny_and_narrow_pictures_have_prints() -> None:
    for height, width in ((1, 1), (3, 470), (590, 2), (9, 9)):
        taken = picture_print(scene(7)[:height, :width].copy())
        assert (taken.width, taken.height) == (width, height)
