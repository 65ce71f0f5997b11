"""The demonstration's live rooms: judged by the judge, acted on through the real services, sealed, and told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mingjian.desk.people.model import house
from mingjian.doors.demo.live import PLANS, LiveRooms
from mingjian.doors.demo.staff import hire
from mingjian.doors.desk.opening import Desk, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.live.log import last_moments
from mingjian.doors.live.settings import room_folder
from mingjian.governance.live import evidence
from mingjian.governance.live.wall import RoomRow, WallFilter, room_page, wall
from mingjian.governance.policies.shipped import install_shipped
from mingjian.records.blobs import Blobs
from mingjian.records.clock import SteppedClock, moment
from mingjian.records.journal.append import refold
from mingjian.records.storage.database import Database
from mingjian.records.storage.live_words import list_words
from tests.desk.people.cheap import cheap_hashing
from tests.stores import all_tables

__all__ = ["cheap_hashing"]
ME = house("test")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    opened = open_desk(DeskSettings(data=tmp_path_factory.mktemp("live")))
    all_tables().create_all(opened.database.engine)
    now = moment(opened.database.clock.now())
    clock = SteppedClock(now - timedelta(days=1))
    database = Database(opened.settings.database_url, clock=clock)
    with database.write() as tx:
        install_shipped(tx)
        staff = hire(tx, "a-password-of-nobody")
    mine = replace(opened, database=database, screening=replace(opened.screening, database=database))
    LiveRooms(mine, clock, staff).play(now)
    assert moment(clock.now()) <= now, "nothing has happened in the future"
    database.close()
    yield opened
    opened.close()


def rows(desk: Desk) -> dict[str, RoomRow]:
    with desk.database.read() as tx:
        return {row.room.id: row for row in wall(tx, ME, WallFilter(None))[0]}


def test_rooms_run_are_interrupted_or_over(desk: Desk) -> None:
    found = rows(desk)
    for plan in PLANS:
        row = found[f"demo-live-{plan.number}"]
        measures = {act.measure: act.state for act in row.acts}
        assert row.room.state == ("open" if plan.ends == "open" else "closed")
        if plan.ends == "interrupted":
            assert measures["interrupt"] == "acknowledged"
        elif plan.dismissed:
            assert row.incidents == 0 and set(measures.values()) == {"lifted"}
        elif plan.planted:
            assert row.incidents and "acknowledged" in measures.values()
        else:
            assert not row.acts and row.last is None, "an honest room is left in peace"


def test_its_evidence_is_sealed_and_whole(desk: Desk) -> None:
    blobs = Blobs(desk.settings.blobs)
    with desk.database.read() as tx:
        for plan in PLANS:
            for one in room_page(tx, ME, f"demo-live-{plan.number}").incidents:
                assert evidence.verify_seal(tx, one, blobs) == []
        assert list_words(tx, "proposed", None, 10)[0], "a code word waits for people"


def test_a_room_that_was_interrupted_is_silent_afterwards(desk: Desk) -> None:
    room = rows(desk)["demo-live-1"].room
    assert room.closed_at is not None
    told = last_moments(room_folder(desk.settings.data, room.id, room.session) / "log")
    assert told and max(one.at for one in told) <= room.closed_at


def test_the_journal_gives_the_same_rooms_again(desk: Desk) -> None:
    before = rows(desk)
    refold(desk.database)
    assert {id: (row.room, row.last, row.acts) for id, row in rows(desk).items()} == {
        id: (row.room, row.last, row.acts) for id, row in before.items()
    }


def test_there_is_a_log_for_every_room(desk: Desk) -> None:
    assert all((Path(room_folder(desk.settings.data, id, 1)) / "log").is_dir() for id in rows(desk))
