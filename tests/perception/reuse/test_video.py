"""Segments that clips share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from mingjian.perception.reuse.video import VideoIndex, VideoPrint, clip_print, video_prints
from tests.perception.reuse.scenes import Pixels, jpeg, scene
from tests.perception.video.makers import full, make

SMALL = 240, 300


def film(numbers: list[int], begin: float = 0.0, quality: int = 0, mirrored: bool = False) -> VideoPrint:
    """A clip that shows each scene for two seconds, moving a little."""

    def frames() -> Iterator[tuple[float, Pixels]]:
        for place, number in enumerate(numbers):
            for half in range(4):
                view = np.roll(scene(number, *SMALL), 2 * half, axis=1)
                view = view[:, ::-1] if mirrored else view
                yield begin + 2 * place + half / 2, jpeg(np.ascontiguousarray(view), quality) if quality else view

    return video_prints(frames())


@pytest.fixture(scope="module")
def index() -> VideoIndex:
    made = VideoIndex()
    made.add(1, film([1, 2, 3, 4, 5, 6, 7, 8]))
    made.add(2, film([11, 12, 13, 14, 15, 16]))
    return made


def test_a_segment_is_found_with_its_times_on_both_sides(index: VideoIndex) -> None:
    (match,) = index.search(film([21, 22, 4, 5, 6, 23], quality=40))
    assert (match.key, match.mirrored) == (1, False)
    assert match.here == pytest.approx((4, 9), abs=1)
    assert match.there == pytest.approx((6, 11), abs=1)
    assert match.frames >= 4 and match.score > 0.7 and match.distance < 20


def test_a_mirrored_segment_and_two_segments_are_found(index: VideoIndex) -> None:
    (mirrored,) = index.search(film([12, 13, 14], mirrored=True))
    assert (mirrored.key, mirrored.mirrored) == (2, True)
    both = index.search(film([13, 14, 15, 30, 31, 1, 2, 3, 4]))
    assert [match.key for match in both] == [1, 2]


def test_one_still_in_common_is_no_segment(index: VideoIndex) -> None:
    assert index.search(film([5, 5, 5, 5])) == ()
    assert index.search(film([40, 41, 42, 43])) == ()


def test_a_removed_clip_is_not_found() -> None:
    index = VideoIndex()
    index.add(5, film([1, 2, 3]))
    assert len(index) == 1 and len(index.search(film([1, 2, 3]))) == 1
    assert index.remove(5) and not index.remove(5)
    assert index.search(film([1, 2, 3])) == ()
    assert index.nbytes > 0


def test_a_print_is_the_same_after_keeping_it() -> None:
    taken = film([1, 2])
    assert len(taken) == 4
    assert VideoPrint.from_bytes(taken.to_bytes()).to_bytes() == taken.to_bytes()
    for data in (b"", b"MJV1", taken.to_bytes()[:-3]):
        with pytest.raises(ValueError, match="print of a clip"):
            VideoPrint.from_bytes(data)
    assert len(video_prints([(0.0, np.zeros((90, 90, 3), np.uint8))])) == 0


def test_a_file_is_printed_a_frame_a_second(tmp_path: Path) -> None:
    taken = clip_print(make(tmp_path / "clip.mp4", full(4.0, size=(320, 180))))
    assert [time // 1000 for time in taken.times.tolist()][:4] == [0, 1, 2, 3]
