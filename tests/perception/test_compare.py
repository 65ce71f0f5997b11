"""Before and after in one picture."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.compare import CHANGED, DOUBTFUL, SURE, compared
from mingjian.perception.model import Box, Line

GREY = np.full((400, 600, 3), 180, np.uint8)


def line(text: str, box: Box) -> Line:
    left, top, width, height = box
    right, bottom = left + width, top + height
    return Line(text, ((left, top), (right, top), (right, bottom), (left, bottom)), 0.9)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([("术前", (40, 20, 80, 30)), ("术后", (400, 20, 80, 30))], True),
        ([("治疗前", (40, 20, 80, 30)), ("治疗后3个月", (40, 220, 120, 30))], True),
        ([("BEFORE", (40, 20, 80, 30)), ("AFTER", (400, 20, 80, 30))], DOUBTFUL),
        ([("术前VS术后", (200, 20, 200, 30))], True),
        ([("术前", (40, 20, 80, 30))], False),
        ([("术前", (40, 20, 80, 30)), ("术后", (60, 40, 80, 30))], False),
        ([("术前空腹八小时并告知用药", (40, 20, 400, 30)), ("术后按时复查并保持干燥清洁", (40, 320, 400, 30))], False),
        ([("饭前", (40, 20, 80, 30)), ("饭后", (400, 20, 80, 30))], False),
    ],
)  # fmt: skip
def test_labels_that_stand_apart_make_a_pair(lines: list[tuple[str, Box]], found: bool | str) -> None:
    reading = compared(GREY, [line(*each) for each in lines])
    assert (reading.text if reading else False) == (SURE if found is True else found)
    if reading is not None:
        assert reading.role == "depicted"
        left, top, width, height = reading.places[0].box or (0, 0, 0, 0)
        for _, (x, y, w, h) in lines:
            assert left <= x and top <= y and x + w <= left + width and y + h <= top + height


def halves(upright: bool) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    picture = GREY.copy()
    if upright:
        picture[:, 300:] = 90
    else:
        picture[200:] = 90
    return picture


def test_labels_that_say_nothing_of_treatment_over_two_halves_show_a_change() -> None:
    labels = [line("Before", (40, 20, 80, 30)), line("After", (400, 20, 80, 30))]
    assert [r.text for r in [compared(halves(True), labels)] if r] == [CHANGED]


SIDE = [(100, 100, 100, 120), (400, 105, 105, 118)]
STACKED = [(250, 40, 100, 110), (255, 240, 100, 112)]


@pytest.mark.parametrize(
    ("picture", "faces", "found"),
    [
        (halves(True), SIDE, True),
        (halves(False), STACKED, True),
        (GREY, SIDE, False),  # two people beside each other, no seam
        (halves(True), SIDE[:1], False),
        (halves(True), [(100, 100, 100, 120), (400, 105, 40, 50)], False),
        (halves(True), [(100, 100, 100, 120), (400, 250, 100, 120)], False),
    ],
)
def test_without_labels_faces_and_a_seam_raise_a_doubt(
    picture: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]], faces: list[Box], found: bool
) -> None:
    reading = compared(picture, [], faces)
    assert (reading.text if reading else None) == (DOUBTFUL if found else None)
