"""From sightings to masks on every frame: no holes, a little before and after, never over a cut."""

from __future__ import annotations

from mingjian.perception.faces.detect import Face
from mingjian.perception.faces.track import Track, gaps, marks


def track(places: dict[int, float], scene: int = 0, score: float = 0.9, kept: set[int] | None = None) -> Track:
    """A face 40 pixels wide whose left side is at a place on some frames."""
    return Track(scene, {frame: Face((x, 50.0, 40.0, 50.0), score) for frame, x in places.items()}, kept or set())


def test_between_sightings_the_mask_goes_with_the_face() -> None:
    masks = marks([track({10: 100.0, 14: 180.0})], [0], 100, 25.0)
    (middle,) = masks[12]
    assert middle.how == "filled"
    assert abs(middle.box[0] + middle.box[2] / 2 - 160.0) < 1
    assert gaps(masks, [0]) == []


def test_a_mask_begins_before_the_first_and_ends_after_the_last_sighting() -> None:
    masks = marks([track({50: 100.0, 52: 104.0})], [0], 200, 25.0)
    assert (min(masks), max(masks)) == (40, 62)
    left, _, width, _ = masks[45][0].box
    assert left <= 90.0 and left + width >= 140.0  # where it was seen, and where it came from


def test_a_mask_stays_in_its_scene() -> None:
    masks = marks([track({20: 100.0, 28: 100.0}, scene=1)], [0, 18, 30], 60, 25.0)
    assert (min(masks), max(masks)) == (18, 29)


def test_tracks_that_follow_each_other_at_one_place_are_bridged() -> None:
    masks = marks([track({0: 100.0, 10: 100.0}), track({45: 110.0, 50: 110.0})], [0], 60, 25.0)
    assert all(frame in masks for frame in range(60))
    far = marks([track({0: 100.0, 10: 100.0}), track({45: 900.0, 50: 900.0})], [0], 60, 25.0)
    assert 28 not in far


def test_over_a_moment_the_whole_way_of_a_jump_is_masked() -> None:
    masks = marks([track({20: 100.0}), track({22: 300.0})], [0], 60, 25.0)
    (way,) = (mark.box for mark in masks[21] if mark.how == "filled")
    assert way[0] <= 100.0 and way[0] + way[2] >= 340.0
    slow = marks([track({0: 100.0}), track({40: 170.0})], [0], 60, 25.0)
    assert max(mark.box[2] for mark in slow[20]) < 60.0


def test_a_false_cut_does_not_open_a_hole() -> None:
    masks = marks([track({0: 100.0, 9: 100.0}), track({12: 102.0, 20: 102.0}, scene=1)], [0, 10], 40, 25.0)
    assert all(frame in masks for frame in range(21))


def test_a_face_that_is_kept_is_not_masked_where_it_is_certain() -> None:
    masks = marks([track({0: 100.0, 2: 100.0, 4: 100.0, 6: 100.0}, kept={0, 2})], [0], 7, 25.0)
    assert sorted(masks) == [3, 4, 5, 6]
    assert marks([track({0: 1.0, 6: 1.0}, kept={0, 6})], [0], 20, 25.0) == {}


def test_what_was_hardly_seen_once_is_masked_there_and_concludes_nothing() -> None:
    masks = marks([track({30: 100.0}, score=0.22), track({50: 100.0, 54: 100.0})], [0], 60, 25.0)
    assert min(masks) == 28 and 35 not in masks


def test_a_track_tells_where_a_face_should_be_outside_its_sightings() -> None:
    assert track({10: 100.0, 12: 110.0}).at(14)[0] == 120.0
    assert track({10: 100.0, 12: 110.0}).at(8)[0] == 90.0
    assert track({10: 100.0, 12: 110.0}).at(90)[0] == 160.0  # never further than its own size


def test_holes_are_told() -> None:
    masks = marks([track({0: 1.0, 4: 1.0})], [0], 5, 25.0)
    del masks[2]
    assert gaps(masks, [0]) == [(0, 2)]
