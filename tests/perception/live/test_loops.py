"""Pictures that go round."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.perception.live.loops import Loops
from mingjian.perception.video.frames import Pixels
from tests.live_servers import ground

EVERY = 0.5


def luma(now: float) -> Pixels:
    return np.asarray(ground(now, (160, 90)).mean(axis=2), np.uint8)


def test_a_recording_played_in_a_circle_is_seen_and_so_is_its_end() -> None:
    loops, found = Loops(EVERY), []
    period = 20.3  # no whole number of samples
    for n in range(200):
        now = EVERY * n
        found.append(loops.sample(luma(now % period if now < 70 else 500 + now), now))
    first = found.index(True) * EVERY
    assert period < first <= 2 * period + 5
    assert not any(found[: round(period / EVERY)])
    assert not found[-1], "it goes on with new pictures"


@pytest.mark.parametrize("still", [True, False], ids=["a picture that stands", "somebody who moves"])
def test_what_does_not_go_round_is_no_loop(still: bool) -> None:
    loops = Loops(EVERY)
    assert not any(loops.sample(luma(3.0 if still else EVERY * n), EVERY * n) for n in range(240))


def test_a_gesture_made_again_is_no_loop() -> None:
    loops = Loops(EVERY)
    times = [EVERY * n if EVERY * n % 30 > 8 else EVERY * n % 30 for n in range(240)]
    assert not any(loops.sample(luma(now), EVERY * n) for n, now in enumerate(times))
