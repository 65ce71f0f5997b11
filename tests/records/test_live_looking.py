"""Who looks at a live room: for a while, the last who came first, in both stores."""

from __future__ import annotations

from datetime import timedelta

from mingjian.records.clock import SteppedClock
from mingjian.records.storage import live_looking
from mingjian.records.storage.database import Database


def test_a_look_counts_for_a_while(database: Database, clock: SteppedClock) -> None:
    with database.write() as tx:
        live_looking.look(tx, "room-1", "user:a")
        live_looking.look(tx, "room-1", "user:a")
    clock.move(timedelta(seconds=20))
    with database.write() as tx:
        live_looking.look(tx, "room-1", "user:b")
        live_looking.look(tx, "room-2", "user:a")
    with database.read() as tx:
        found = live_looking.lookers(tx, ["room-1", "room-3"])
    assert found == {"room-1": ["user:b", "user:a"]}
    clock.move(timedelta(seconds=15))
    with database.read() as tx:
        assert live_looking.lookers(tx, ["room-1", "room-2"]) == {"room-1": ["user:b"], "room-2": ["user:a"]}


def test_old_looks_are_forgotten(database: Database, clock: SteppedClock) -> None:
    with database.write() as tx:
        live_looking.look(tx, "room-1", "user:a")
    clock.move(timedelta(hours=2))
    with database.write() as tx:
        live_looking.look(tx, "room-2", "user:b")
        assert tx.rows(live_looking.LOOKS.select())[0].room == "room-2"
        assert len(tx.rows(live_looking.LOOKS.select())) == 1
