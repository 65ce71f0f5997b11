from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import cv2
import numpy as np
import pytest

from mingjian.perception.ocr import Ocr
from mingjian.perception.video.finder import REACH, Finder
from mingjian.perception.video.frames import Pixels

SIZE = (720, 1280)


class Marks:
    """Stands for the networks: every dark mark on the light ground is a line; keeps the heights it was shown."""

    def __init__(self) -> None:
        self._engine = self
        self.heights: list[int] = []

    def detect(self, bgr: Pixels) -> list[tuple[Any, float]]:
        self.heights.append(bgr.shape[0])
        count, _, stats, _ = cv2.connectedComponentsWithStats((bgr[..., 0] < 128).astype(np.uint8))
        boxes = [stats[index, :4].tolist() for index in range(1, count)]
        return [(np.asarray([[x, y], [x + w, y], [x + w, y + h], [x, y + h]], np.float32), 1.0) for x, y, w, h in boxes]


def picture(*rows: tuple[int, int]) -> Pixels:
    rgb = np.full((*SIZE, 3), 255, np.uint8)
    for top, bottom in rows:
        rgb[top:bottom, 300:900] = 0
    return rgb


class Says:
    """The networks again: ``said`` is what any crop reads as."""

    def __init__(self, said: tuple[str, float]) -> None:
        self._said = said

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return [self._said] * len(crops)


class Artful(Says):
    """A reader with all the arts, and its networks; counts the crops it was given."""

    def __init__(self, said: tuple[str, float]) -> None:
        super().__init__(said)
        self._engine = Says(said)
        self.given = 0

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        self.given += len(crops)
        return super().recognise(crops)


def found(marks: Marks, rgb: Pixels, strip: tuple[int, int]) -> list[tuple[int, int]]:
    """Upper and lower edge of the lines, in pixels of the frame."""
    quads = Finder(cast(Ocr, marks)).find(rgb, [strip], fine=True)
    return sorted((round(quad[0][1]), round(quad[2][1])) for quad in quads)


def test_a_line_that_the_strip_cuts_is_found_whole_and_once() -> None:
    for line in ((290, 330), (470, 510)):
        marks = Marks()
        assert found(marks, picture((390, 420), line), (320, 480)) == sorted([(390, 420), line])
        # Not the whole strip again, only what it takes to see that line.
        assert marks.heights[1] < marks.heights[0]
        assert marks.heights[1] >= 40 + REACH // 2


def test_lines_cut_on_both_sides_are_both_found_whole() -> None:
    marks = Marks()
    assert found(marks, picture((290, 330), (470, 510)), (320, 480)) == [(290, 330), (470, 510)]


def test_a_line_higher_than_the_strip_is_found_whole() -> None:
    assert found(Marks(), picture((290, 510)), (320, 480)) == [(290, 510)]


def test_the_edges_of_the_frame_cut_nothing() -> None:
    marks = Marks()
    assert found(marks, picture((0, 30), (695, 720)), (0, 720)) == [(0, 30), (695, 720)]
    assert len(marks.heights) == 1


@pytest.mark.parametrize(
    ("said", "arts"),
    [
        (("术后效果", 0.97), 0),
        (("术后效果", 0.6), 1),
        (("效果", 0.5), 1),
        (("MLIX", 0.5), 1),
        (("M", 0.7), 0),
        (("の1", 0.5), 0),
        (("术后效果", 0.2), 0),
    ],
)
def test_arts_are_spent_on_what_may_be_words(said: tuple[str, float], arts: int) -> None:
    reader = Artful(said)
    crop = np.zeros((40, 160, 3), np.uint8)
    assert Finder(cast(Ocr, reader)).read([crop]) == [said]
    assert reader.given == arts
