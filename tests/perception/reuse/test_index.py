"""Finding again what was shown before."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from mingjian.perception.reuse.index import INDEXED, PictureIndex, PictureMatch
from mingjian.perception.reuse.prints import PicturePrint, picture_print
from tests.perception.reuse.scenes import Pixels, beside, jpeg, on_screen, scene, turned


@cache
def known(number: int) -> PicturePrint:
    return picture_print(scene(number))


@pytest.fixture(scope="module")
def index() -> PictureIndex:
    made = PictureIndex()
    for number in range(12):
        made.add(1000 + number, known(number))
    return made


def found(index: PictureIndex, view: Pixels) -> list[PictureMatch]:
    return list(index.search(picture_print(np.ascontiguousarray(view))))


@pytest.mark.parametrize(
    ("view", "how"),
    [
        (jpeg(scene(3), 25), "near"),
        (scene(3)[::2, ::2], "near"),
        (jpeg(scene(3)[:, ::-1]), "mirror"),
        (scene(3)[60:480, 60:400], "local"),
        (scene(3)[60:480, 400:60:-1], "local"),
        (turned(scene(3), 6, 1.15), "local"),
        (beside(scene(3), np.clip(scene(90).astype(np.int64) + 60, 0, 255).astype(np.uint8)), "panel"),
        (beside(scene(3)[:, 240:], scene(3)[:, :240]), "local"),
        (on_screen(scene(3)), "near"),
    ],
    ids=["jpeg", "small", "mirror", "crop", "mirrored crop", "turned", "collage", "halves swapped", "screenshot"],
)  # fmt: skip
def test_an_edited_picture_is_found_alone(index: PictureIndex, view: Pixels, how: str) -> None:
    matches = found(index, view)
    assert [match.key for match in matches] == [1003]
    assert matches[0].how in (how, "local") if how == "panel" else matches[0].how == how
    assert matches[0].inliers >= 10
    assert 0 < matches[0].score <= 1


def test_an_unknown_picture_is_not_found(index: PictureIndex) -> None:
    assert found(index, scene(50)) == []
    assert found(index, np.full((100, 100, 3), 200, np.uint8)) == []


def test_the_match_says_how_one_lies_in_the_other(index: PictureIndex) -> None:
    (match,) = found(index, scene(4)[120:520, 80:400])
    assert match.transform is not None
    assert np.asarray(match.transform) == pytest.approx(np.asarray([[1, 0, 80], [0, 1, 120], [0, 0, 1]]), abs=2.5)
    left, top, right, bottom = match.there
    assert left >= 160 and top >= 195 and right <= 840 and bottom <= 870
    (mirrored,) = found(index, scene(4)[:, ::-1])
    assert np.asarray(mirrored.transform) == pytest.approx(np.asarray([[-1, 0, 480], [0, 1, 0], [0, 0, 1]]), abs=2.5)


def test_what_is_removed_is_not_found_and_what_is_replaced_is_found_as_it_is_now() -> None:
    index = PictureIndex()
    for number in range(3):
        index.add(number, known(number))
    assert index.remove(1) and not index.remove(1) and 1 not in index
    assert found(index, scene(1)) == []
    index.add(2, known(5))
    assert len(index) == 2
    assert found(index, scene(2)) == []
    assert [match.key for match in found(index, scene(5))] == [2]


def test_prints_may_be_kept_elsewhere_and_gone_from_there() -> None:
    shelf = {7: known(7), 8: known(8)}
    index = PictureIndex(shelf.get)
    for key, taken in shelf.items():
        index.add(key, taken)
    assert [match.key for match in found(index, jpeg(scene(7)))] == [7]
    del shelf[7]
    assert found(index, jpeg(scene(7))) == []


def test_an_empty_index_finds_nothing() -> None:
    assert PictureIndex().search(known(1)) == ()


def test_many_copies_are_given_up_to_the_number_asked_for() -> None:
    index = PictureIndex()
    for key in range(60):
        index.add(key, known(1))
    matches = index.search(known(1), most=40)
    assert len(matches) == 40
    assert {match.distance for match in matches} == {0}


def test_many_pictures_can_be_added_by_their_columns() -> None:
    shelf = {number: known(number) for number in range(6)}
    index = PictureIndex(shelf.get)
    index.add(5, shelf[5])
    taken = [shelf[number] for number in range(5)]
    columns = (
        np.frombuffer(b"".join(each.codes[0].bits for each in taken), np.uint8).reshape(-1, 32),
        np.asarray([each.codes[0].quality for each in taken], np.uint8),
        np.concatenate([each.places.words[:INDEXED, 0] for each in taken]),
        np.full(5, INDEXED),
    )
    index.add_columns(np.arange(5), *columns)
    assert len(index) == 6
    for number in range(6):
        assert [match.key for match in found(index, jpeg(scene(number)))] == [number]
        assert [match.key for match in found(index, scene(number)[90:500, 70:420])] == [number]
    with pytest.raises(ValueError, match="new keys only"):
        index.add_columns(np.arange(5), *columns)
