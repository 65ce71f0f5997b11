"""Following a face through frames: forwards, backwards, and anew after a cut."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.faces import follow
from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.detect import Face, glance
from mingjian.perception.faces.follow import Follower
from mingjian.perception.faces.track import marks
from tests.perception.people import ground, with_head


def run(frames: list[Array], **more: object) -> Follower:
    follower = Follower(25.0, **more)  # type: ignore[arg-type]
    for rgb in frames:
        follower.frame(rgb)
    follower.finish()
    return follower


def test_a_moving_face_is_one_track_and_hidden_on_every_frame() -> None:
    found = run([with_head(30 + 6 * at, 30, 100) for at in range(12)])
    sure = [track for track in found.tracks if track.score > 0.6]
    assert len(sure) == 1 and found.scenes == [0]
    assert sorted(marks(found.tracks, found.scenes, 12, 25.0)) == list(range(12))


def test_after_a_cut_a_new_scene_is_looked_at_from_its_first_frame() -> None:
    bright = np.full_like(ground(), 235)
    found = run([bright] * 4 + [with_head(100, 30, 100)] * 4 + [bright] * 3)
    assert found.scenes == [0, 4, 8]
    masked = sorted(marks(found.tracks, found.scenes, 11, 25.0))
    assert masked == list(range(4, 8))


def test_a_face_found_late_is_looked_for_on_the_frames_before(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def blind(rgb: Array, threshold: float = 0.2) -> list[Face]:
        seen.append(1)
        return glance(rgb, threshold) if len(seen) > 4 else []

    monkeypatch.setattr(follow, "glance", blind)
    monkeypatch.setattr(follow, "faces", lambda rgb: [])
    found = run([with_head(100 + at, 30, 100) for at in range(12)])
    best = max(found.tracks, key=lambda track: len(track.sightings))
    assert best.frames[0] == 0


def test_boxes_are_in_pixels_of_the_clip_when_smaller_frames_are_looked_at() -> None:
    whole, half = run([with_head(200, 60, 200, 640, 360)]), run([with_head(100, 30, 100)], scale=0.5)
    one, other = whole.tracks[0].sightings[0].box, half.tracks[0].sightings[0].box
    assert np.allclose(one, other, atol=20)


def test_who_is_kept_is_asked_at_every_sighting() -> None:
    found = run([with_head(100, 30, 100)] * 4, keeps=lambda rgb, face: face.score > 0.6)
    sure = max(found.tracks, key=lambda track: track.score)
    assert sure.kept == set(sure.frames)


def seen(found: Follower) -> set[int]:
    """The frames on which a face was seen, not guessed."""
    return {frame for track in found.tracks if track.score > 0.5 for frame in track.sightings}


def test_when_a_face_jumps_the_frames_passed_over_are_looked_at_too() -> None:
    found = run([with_head(20 + 100 * at, 60, 110, 960, 360) for at in range(8)])
    assert found.step == 2 and seen(found) == set(range(8))


def test_a_still_face_asks_for_no_look_at_the_frames_between() -> None:
    found = run([with_head(100, 30, 100)] * 9)
    assert seen(found) == {0, 2, 4, 6, 8}


def test_a_small_face_that_jumps_further_than_its_size_is_found_again() -> None:
    found = run([with_head(300 + 38 * at, 150, 58, 1280, 720) for at in range(6)])
    masked = marks(found.tracks, found.scenes, 6, 25.0)
    for at in range(6):
        x = 300 + 38 * at + 28
        assert any(mark.box[0] < x < mark.box[0] + mark.box[2] for mark in masked[at])


def test_who_stands_beside_one_that_left_is_not_taken_for_them() -> None:
    both = with_head(60, 30, 100)
    both[:, 160:] = with_head(190, 30, 100)[:, 160:]
    found = run([both] * 5 + [with_head(60, 30, 100)] * 5)
    assert len([track for track in found.tracks if track.score > 0.5]) == 2
