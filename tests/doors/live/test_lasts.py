"""What was said took a while: told by its length, where the teller knows the wall clock and not the room's."""

from __future__ import annotations

import pytest

from mingjian.doors.live.clock import RoomClock
from mingjian.doors.live.heard import heard_of, plain
from mingjian.doors.live.intake import Intake
from mingjian.records.errors import Invalid

OPENED = 1_000_000_000


def _intake() -> Intake:
    return Intake("lvr_1", RoomClock(OPENED, wall=lambda: OPENED + 60_000_000, steady=lambda: 0.0))


def test_a_piece_of_speech_ends_when_it_was_said() -> None:
    given = {"channel": "speech", "text": "今天的福利", "time": OPENED + 10_000_000, "lasts": 3.5}
    heard = heard_of(given, "api:push")
    assert heard_of(plain(heard), "api:push") == heard
    moment = _intake().heard(heard, 20.0)
    assert moment is not None and (moment.start, moment.end) == (10.0, 13.5)


def test_an_end_counts_more_and_nothing_ends_after_now() -> None:
    both = heard_of({"channel": "speech", "text": "福利", "at": 10, "until": 12, "lasts": 9}, "feed")
    late = heard_of({"channel": "speech", "text": "福利", "at": 10, "lasts": 900}, "feed")
    found = [_intake().heard(one, 20.0) for one in (both, late)]
    assert [one.end for one in found if one is not None] == [12.0, 20.0]


def test_a_length_that_is_none_is_told() -> None:
    with pytest.raises(Invalid) as error:
        heard_of({"channel": "speech", "text": "福利", "lasts": -1}, "feed")
    assert error.value.field == "lasts"
