from __future__ import annotations

import numpy as np

from mingjian.perception.video.frames import Pixels
from mingjian.perception.video.scenes import Scenes
from tests.perception.video.makers import Script, _ground


def starts(script: Script) -> list[float]:
    scenes, at = Scenes(), _ground(script)
    for index in range(int(script.seconds * 2)):
        grey: Pixels = at(index / 2).mean(axis=2).astype(np.uint8)
        scenes.sample(grey, index / 2)
    return scenes.starts


def test_cuts_are_found_where_they_are() -> None:
    assert starts(Script(20, (320, 180), ground="person", cuts=(5.0, 12.5))) == [0.0, 5.0, 12.5]


def test_what_moves_is_no_cut() -> None:
    assert starts(Script(20, (320, 180), ground="person")) == [0.0]
    assert starts(Script(20, (320, 180), ground="texture")) == [0.0]


def test_a_card_that_slides_in_is_no_cut() -> None:
    scenes = Scenes()
    luma = np.full((180, 320), 90, np.uint8)
    scenes.sample(luma, 0.0)
    luma = luma.copy()
    luma[120:, :100] = 250
    assert not scenes.sample(luma, 0.5)
