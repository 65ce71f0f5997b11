"""Room time: what a stream's time stamps are on our own clock."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import pytest

from mingjian.perception.live.clock import LATE, RoomTime, Stamps


class Hand:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.time = 100.0

    def now(self) -> float:
        return self.time


def stamped(said: list[float], step: float = 0.1) -> tuple[list[float], Stamps]:
    """Room times of stamps that come in one each ``step`` seconds."""
    hand = Hand()
    stamps = Stamps(cast(RoomTime, hand))
    found = []
    for each in said:
        found.append(stamps.at(each))
        hand.time += step
    return found, stamps


def test_stamps_of_a_steady_stream_keep_their_distance() -> None:
    found, stamps = stamped([5.0 + 0.1 * n for n in range(20)])
    assert found[0] == 100.0
    assert [later - before for before, later in pairwise(found)] == pytest.approx([0.1] * 19)
    assert stamps.jumps == 0


@pytest.mark.parametrize(
    ("said", "jumps"),
    [
        ([1.0, 1.1, 1.2, 5000.0, 5000.1], 1),
        ([5000.0, 5000.1, 5000.2, 1.0, 1.1], 1),
        ([1.0, 1.1, -50.0, 900.0, 1.2], 3),
        ([0.5 * n for n in range(40)], 0),  # runs five times as fast as time
    ],
    ids=["forward", "back", "to and fro", "fast"],
)
def test_stamps_that_lie_are_of_when_they_came(said: list[float], jumps: int) -> None:
    found, stamps = stamped(said)
    came = [100.0 + 0.1 * n for n in range(len(said))]
    assert all(0 <= at - one <= LATE for one, at in zip(found, came, strict=True))
    assert stamps.jumps == jumps


def test_a_stream_that_runs_slow_is_never_more_than_a_little_late() -> None:
    found, stamps = stamped([0.05 * n for n in range(200)])
    assert max(100.0 + 0.1 * n - at for n, at in enumerate(found)) <= LATE + 1e-6
    assert stamps.behind <= LATE


def test_a_faster_pace_makes_more_room_time_and_the_wall_clock_agrees() -> None:
    clock = RoomTime.starting(50.0, pace=10.0)
    before = clock.now()
    assert 50.0 <= before < 60.0
    assert clock.wall(before + 10.0) - clock.wall(before) == pytest.approx(1e6, abs=2e5)
