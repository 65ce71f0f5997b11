from __future__ import annotations

import io
from itertools import pairwise

import numpy as np
from PIL import Image

from mingjian.perception.video.frames import Sample
from mingjian.perception.video.sheet import KEPT, Keys, contact_sheet


def frame(time: float, size: tuple[int, int] = (1280, 720)) -> Sample:
    width, height = size
    rgb = np.full((height, width, 3), int(time) % 200, np.uint8)
    return Sample(time, rgb[..., 0], width, height, None, 0, rgb)


def test_no_more_frames_than_a_page_holds_spread_over_the_clip() -> None:
    keys = Keys()
    for index in range(300):
        keys.offer(frame(index * 2.0), 1.0)
    shown = keys.shown()
    times = [each.time or 0.0 for each in shown]
    assert len(shown) == KEPT
    assert times == sorted(times)
    assert times[0] == 0.0
    assert times[-1] == 598.0
    assert max(after - before for before, after in pairwise(times)) < 90


def test_a_frame_is_small_and_says_its_scale() -> None:
    keys = Keys()
    keys.offer(frame(1.0), 1.0)
    (shown,) = keys.shown()
    assert (shown.width, shown.height, shown.scale, shown.time) == (640, 360, 0.5, 1.0)
    assert Image.open(io.BytesIO(shown.jpeg)).size == (640, 360)


def test_the_contact_sheet_holds_all_frames_and_their_times() -> None:
    keys = Keys()
    for index in range(8):
        keys.offer(frame(index * 10.0, (360, 640)), 1.0)
    sheet = contact_sheet(keys.shown())
    assert sheet is not None
    picture = np.asarray(Image.open(io.BytesIO(sheet.jpeg)))
    assert picture.shape[:2] == (sheet.height, sheet.width)
    assert picture[-20:].max() > 200  # the times, light on dark
    assert contact_sheet(()) is None
