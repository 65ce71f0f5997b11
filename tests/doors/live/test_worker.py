"""Rooms as a process watches them: found, told, sealed, shared, and not lost with the process or the store."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from mingjian.doors.live.feeds import Found, Lost
from mingjian.doors.live.heard import heard_of
from mingjian.doors.live.log import entries
from mingjian.doors.live.settings import LiveSettings, room_folder
from mingjian.doors.live.worker import tidy
from mingjian.governance.live import evidence, leases, rooms
from mingjian.records.blobs import Blobs
from mingjian.records.live.model import Happening
from mingjian.records.storage import live_inbox, live_incidents, live_pulses, live_rooms
from mingjian.records.storage.live_incidents import IncidentFilter
from tests.doors.live.conftest import BOARD, POINTED, SPOKEN, House, until


def incidents(house: House, room: str = "r1") -> list[Happening]:
    with house.database.read() as tx:
        found, _ = live_incidents.list_incidents(tx, IncidentFilter(room), None, 100)
    return found


def gaps(house: House, room: str = "r1", session: int = 1) -> list[tuple[str, str, bool]]:
    with house.database.read() as tx:
        return [(one.channel, one.why, one.end is not None) for one in live_rooms.gaps_of(tx, room, session)]


def logged(house: House, room: str = "r1", session: int = 1) -> list[dict[str, object]]:
    return list(entries(room_folder(house.desk.settings.data, room, session) / "log"))


def texts(house: House, room: str = "r1") -> list[object]:
    return [one["t"] for one in logged(house, room) if one["k"] == "moment"]


def test_what_is_pushed_becomes_an_incident_and_a_warning(both: House) -> None:
    both.room()
    both.worker()
    both.push(*SPOKEN)
    (one,) = until(lambda: both.raised)
    assert one.room == "r1" and one.act is not None and one.act.measure == "warn"
    assert one.incident.what == ("水光针",)
    with both.database.read() as tx:
        told = evidence.told(tx, one.incident)
    assert told is not None and [moment.text for moment in told.moments] == list(SPOKEN)
    until(lambda: _waits(both) == 0)
    assert both.push("晚上好") == 1 and until(lambda: "晚上好" in texts(both))
    with both.database.write() as tx:  # pushed again under a name that is known: not taken again
        assert live_inbox.push(tx, "r1", "api:t", [("p3", {"channel": "speech", "text": "又一次"})]) == 0


def _held(house: House) -> object:
    with house.database.read() as tx:
        return leases.holders(tx, ["r1"])


def _waits(house: House) -> int:
    with house.database.read() as tx:
        return live_inbox.backlog(tx, "r1")


def test_evidence_is_sealed_and_the_room_left_when_it_is_closed(house: House) -> None:
    house.room()
    worker = house.worker()
    house.push(*SPOKEN)
    until(lambda: house.raised)
    house.push("1", "要要要", channel="comment", account="u2")
    until(lambda: len(texts(house)) == 4)
    with house.database.write() as tx:
        rooms.close_room(tx, rooms.HOUSE, "r1", "下播")
    until(lambda: "r1" not in worker.watched)
    until(lambda: not _held(house))
    (found,) = incidents(house)
    with house.database.read() as tx:
        sealed = evidence.sealed(tx, found)
        assert sealed is not None and sealed["clip"] is None and sealed["why_no_clip"]
        assert evidence.verify_seal(tx, found, Blobs(house.desk.settings.blobs)) == []
    kinds = [one["k"] for one in logged(house)]
    assert kinds[0] == "start" and kinds[-1] == "stop" and "sealed" in kinds
    room = house.room()  # opened again: a session of its own
    assert room.session == 2
    house.push(*SPOKEN)
    until(lambda: len(house.raised) == 2)
    assert {one.session for one in incidents(house)} == {1, 2}


def test_wrong_clocks_and_late_words_get_times_that_can_be_true(house: House) -> None:
    house.room()
    house.worker()
    house.push("将来", at=9999.0)
    house.push("从前", time=5)
    house.push("现在")
    until(lambda: len(texts(house)) == 3)
    starts = {one["t"]: float(str(one["s"])) for one in logged(house) if one["k"] == "moment"}
    assert starts["从前"] == 0.0 and 0 <= starts["将来"] <= starts["现在"] < 60


def test_a_lost_feed_is_a_gap(house: House) -> None:
    house.room()
    worker = house.worker()
    one = until(lambda: worker.watched.get("r1"))
    one.room.tell(Lost("comments", "feed_lost", "断了"))
    assert until(lambda: gaps(house) == [("comments", "feed_lost", False)])
    one.room.tell(Found("comments"))
    assert until(lambda: gaps(house) == [("comments", "feed_lost", True)])


def test_a_judge_that_breaks_is_a_gap_and_the_room_goes_on(house: House) -> None:
    house.room()
    worker = house.worker()
    one = until(lambda: worker.watched.get("r1"))
    whole = one.room.judge
    one.room.judge = _Broken()
    house.push("听得见吗")
    until(lambda: ("judging", "judge_failed", False) in gaps(house))
    one.room.judge = whole
    house.push(*SPOKEN)
    assert until(lambda: house.raised)
    assert until(lambda: ("judging", "judge_failed", True) in gaps(house))


class _Broken:
    """A judge that fails at everything."""

    def fail(self, *_: object) -> object:
        raise RuntimeError("broken")

    take = tick = proposals = state = fail


def test_the_store_away_stops_no_room_and_loses_nothing(house: House) -> None:
    house.room()
    worker = house.worker()
    one = until(lambda: worker.watched.get("r1"))
    path = house.database.path
    assert path is not None
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        until(lambda: worker.away)
        for number, text in enumerate(SPOKEN):
            one.room.tell(heard_of({"channel": "speech", "text": text, "id": str(number)}, "feed"))
        until(lambda: any(entry["k"] == "incident" for entry in logged(house)))
        assert not house.raised
    finally:
        away.rename(path)
    (raised,) = until(lambda: house.raised)
    assert raised.incident.what == ("水光针",)
    until(lambda: not worker.away)
    assert gaps(house) == []  # everything was perceived


def test_processes_share_rooms_and_take_over_at_once_from_one_that_ends(both: House) -> None:
    for number in range(4):
        both.room(f"r{number}")
    one, two = both.worker(most=3), both.worker(most=3)
    until(lambda: len(one.watched) + len(two.watched) == 4)
    assert set(one.watched).isdisjoint(two.watched)
    mine = sorted(one.watched)
    both.push(BOARD, room=mine[0], channel="screen")
    until(lambda: BOARD in texts(both, mine[0]))
    one.stop()
    both.push(POINTED, room=mine[0])
    two.most = 4
    until(lambda: len(two.watched) == 4)
    (raised,) = until(lambda: both.raised)  # joined of what two processes heard
    assert raised.room == mine[0] and [m["n"] for m in logged(both, mine[0]) if m["k"] == "moment"] == [1, 2]
    until(lambda: ("judging", "restarted", True) in gaps(both, mine[0]))


def test_a_room_whose_lease_is_lost_is_left(house: House) -> None:
    house.room()
    worker = house.worker()
    until(lambda: "r1" in worker.watched)
    with house.database.write() as tx:  # as if this process had been away for long, and another took the room
        leases.release(tx, worker.name, ["r1"])
        assert leases.hold(tx, "another", "r1", 30.0)
    until(lambda: "r1" not in worker.watched)
    time.sleep(0.5)
    assert "r1" not in worker.watched


def test_how_a_room_is_is_told_for_the_wall(house: House) -> None:
    house.room()
    house.worker()
    house.push("晚上好")

    def pulse() -> live_pulses.Pulse | None:
        with house.database.read() as tx:
            found = live_pulses.pulses(tx, ["r1"]).get("r1")
        return found if found is not None and found.facts["moments"] else None

    found = until(pulse)
    assert found.lights["speech"] == "on" and found.lights["comments"] == "off" and found.session == 1


_WORK = "from mingjian.doors.cli.main import main; import sys; sys.exit(main({arguments!r}))"


def process(house: House, *more: str) -> subprocess.Popen[bytes]:
    arguments = ["live", "work", "--data", str(house.desk.settings.data), "--database",
                 house.database.url.render_as_string(hide_password=False), *more]  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", _WORK.format(arguments=arguments)],
                            env={"MINGJIAN_LIVE_LEASE_SECONDS": "1", "PATH": "/usr/bin:/bin",
                                 "PYTHONPATH": str(Path(__file__).parents[3] / "src")})  # fmt: skip


def test_a_killed_process_loses_nothing_and_another_goes_on(house: House) -> None:
    house.desk.settings.data.mkdir(parents=True, exist_ok=True)
    house.room()
    first = process(house)
    try:
        house.push(BOARD, channel="screen")
        until(lambda: BOARD in texts(house), 60)
    finally:
        first.kill()
        first.wait()
    house.push(POINTED)
    second = process(house)
    try:
        until(lambda: incidents(house), 60)
        (found,) = incidents(house)
        with house.database.read() as tx:
            told = evidence.told(tx, found)
        assert told is not None and [one.text for one in told.moments] == [BOARD, POINTED]
        until(lambda: ("judging", "process_died", True) in gaps(house))
        second.kill()
        second.wait()
        again = house.worker()  # and once more: it is not raised twice
        until(lambda: "r1" in again.watched)
        house.push("下一个话题")
        until(lambda: "下一个话题" in texts(house))
        time.sleep(1.5)
        assert len(incidents(house)) == 1 and not house.raised
        assert texts(house) == [BOARD, POINTED, "下一个话题"]
    finally:
        second.kill()
        second.wait()


def test_what_old_rooms_left_is_forgotten(house: House) -> None:
    house.room()
    worker = house.worker()
    house.push("晚上好")
    until(lambda: texts(house))
    worker.stop()
    folder = room_folder(house.desk.settings.data, "r1", 1)
    settings = LiveSettings(keep_days=2)
    tidy(house.desk, settings)
    assert folder.is_dir()
    old = time.time() - 3 * 86_400
    os.utime(folder / "alive", (old, old))
    assert tidy(house.desk, settings) >= 1 and not folder.exists()
