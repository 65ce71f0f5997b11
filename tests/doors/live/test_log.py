"""A room's log: what was written stays, what was torn is cut off, and one process writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from mingjian.core.live.model import Gap, Incident, Moment, Signal
from mingjian.doors.live.clock import RoomClock
from mingjian.doors.live.log import (
    Held,
    Place,
    RoomLog,
    entries,
    gap_entry,
    gap_of,
    incident_entry,
    incident_of,
    last_moments,
    moment_entry,
    moment_of,
    segments,
)


def moment(number: int, text: str = "水光针") -> Moment:
    return Moment(
        "r", number, "speech", float(number), number + 0.5, text, number, number, "host", "pushed", {"price": "9"}
    )


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    log = RoomLog(tmp_path / "log")
    gap = Gap("r", "sound", 1.0, None, "no_sound", "静音")
    signal = Signal(1, "name", 0, 3, "水光针", "水光针", "")
    incident = Incident("r", "k", "named", (1,), (signal,), 1.0, 2.0, 5, {"id": "r:k", "parts": [{"text": "水光针"}]},
                        ("DY-live",), "high", ("水光针",), ("speech",))  # fmt: skip
    log.write([moment_entry(moment(1), "a"), gap_entry(gap), incident_entry(incident)], 1)
    log.sync()
    found = list(entries(tmp_path / "log"))
    assert moment_of(found[0]) == moment(1) and found[0]["id"] == "a"
    assert gap_of(found[1]) == gap
    assert incident_of(found[2]) == incident
    log.close()


def test_a_torn_line_is_cut_off(tmp_path: Path) -> None:
    log = RoomLog(tmp_path / "log")
    log.write([moment_entry(moment(1)), moment_entry(moment(2))], 1)
    log.close()
    (path,) = segments(tmp_path / "log")
    path.write_bytes(path.read_bytes()[:-7])
    assert [one["n"] for one in entries(tmp_path / "log")] == [1]
    again = RoomLog(tmp_path / "log")
    again.write([moment_entry(moment(2, "新"))], 2)
    again.close()
    assert [(one["n"], one["t"]) for one in entries(tmp_path / "log")] == [(1, "水光针"), (2, "新")]


def test_segments_and_places(tmp_path: Path) -> None:
    log = RoomLog(tmp_path / "log", segment_bytes=300)
    places: list[Place] = []
    for number in range(1, 21):
        places.append(log.place)
        log.write([moment_entry(moment(number))], number)
    assert len(segments(tmp_path / "log")) > 3
    for at in (0, 7, 19):
        assert [one["n"] for one in entries(tmp_path / "log", places[at])] == list(range(at + 1, 21))
    assert [one.number for one in last_moments(tmp_path / "log", 5, 3)] == [6, 7, 8]
    assert [one.number for one in last_moments(tmp_path / "log", 0, 2)] == [19, 20]
    log.close()


def test_only_one_writes(tmp_path: Path) -> None:
    log = RoomLog(tmp_path / "log")
    with pytest.raises(Held):
        RoomLog(tmp_path / "log")
    log.close()
    RoomLog(tmp_path / "log").close()


def test_room_time_never_runs_backwards() -> None:
    steady = [100.0]
    clock = RoomClock(1_000_000_000, 50.0, wall=lambda: 1_010_000_000, steady=lambda: steady[0])
    assert clock.now() == 50.0  # an earlier process had come further than the wall clock says
    steady[0] = 103.0
    assert clock.now() == 53.0
    assert clock.wall_of(53.0) == 1_053_000_000
    assert clock.time_of(999) == 0.0 and clock.time_of(2_000_000_000) == 53.0 and clock.time_of(1_020_000_000) == 20.0
