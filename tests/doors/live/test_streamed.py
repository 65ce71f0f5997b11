"""Rooms with a stream: recorded, sealed with a clip, given up when the stream ends; private addresses are refused."""

from __future__ import annotations

from pathlib import Path

from mingjian.governance.live import evidence, rooms
from mingjian.records.blobs import Blobs
from mingjian.records.storage import live_pulses, live_rooms
from tests.doors.live.conftest import SPOKEN, House, until
from tests.doors.live.test_worker import gaps, incidents
from tests.live_servers import Feed, flv_server, hls_server, make_stream


def _pulse(house: House) -> live_pulses.Pulse:
    with house.database.read() as tx:
        return live_pulses.pulses(tx, ["r1"], pictures=True)["r1"]


def test_a_stream_is_recorded_and_its_clip_sealed(house: House, tmp_path: Path) -> None:
    data = make_stream(tmp_path / "a.flv", 60.0, size=(320, 180), rate=5).read_bytes()
    with flv_server(lambda _number, _path: Feed(data, pace=len(data) / 60)) as (address, _):
        house.room(url=f"{address}/a.flv")
        worker = house.worker(private_networks=True)
        one = until(lambda: worker.watched.get("r1"))
        until(lambda: one.room.alive is not None and one.room.alive.picture, 60)
        house.push(*SPOKEN)
        until(lambda: house.raised)
        until(lambda: one.room.alive.recorded and one.room.alive.recorded > one.room.clock.now() - 8, 60)
        until(lambda: _pulse(house).picture, 60)
        with house.database.write() as tx:
            rooms.close_room(tx, rooms.HOUSE, "r1", "下播")
        until(lambda: "r1" not in worker.watched, 40)
    (found,) = incidents(house)
    with house.database.read() as tx:
        sealed = evidence.sealed(tx, found)
        problems = evidence.verify_seal(tx, found, Blobs(house.desk.settings.blobs))
    pulse = _pulse(house)
    assert sealed is not None and sealed["clip"] and sealed["clip_size"] > 1000 and sealed["frames"]
    assert problems == [] and pulse.picture is not None and pulse.picture[:2] == b"\xff\xd8"


def test_a_stream_that_ends_closes_its_room(house: House, tmp_path: Path) -> None:
    (tmp_path / "hls").mkdir()
    make_stream(tmp_path / "hls" / "a.m3u8", 3.0, size=(320, 180))
    with hls_server(tmp_path / "hls") as address:
        house.room(url=f"{address}/a.m3u8")
        worker = house.worker(private_networks=True)
        until(lambda: "r1" in worker.watched)
        until(lambda: "r1" not in worker.watched, 60)
    with house.database.read() as tx:
        room = live_rooms.room_by_id(tx, "r1")
    assert room is not None and (room.state, room.why) == ("closed", "直播流已结束")


def test_a_stream_in_a_private_network_is_refused_and_the_room_goes_on(house: House) -> None:
    house.room(url="http://127.0.0.1:9/live.flv")
    house.worker()
    until(lambda: [one for one in gaps(house) if one[0] == "stream"], 40)
    house.push(*SPOKEN)
    assert until(lambda: house.raised)
