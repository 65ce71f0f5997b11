"""The duty: counts when there is news, rests in between, and says nothing twice."""

from __future__ import annotations

from mingjian.governance.rings import duty
from mingjian.governance.rings.duty import Rings
from mingjian.records.clock import SteppedClock
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import ring_marks, rings
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import cursor_of, head
from tests.governance.rings.test_service import Told
from tests.governance.world import calm_queues


def test_from_items_to_rings_and_scores(sqlite_database: Database, clock: SteppedClock) -> None:
    with calm_queues():
        told = Told(sqlite_database, clock)
    mine = Rings(sqlite_database, b"salt")
    while mine.mark():
        pass
    assert mine.count() == 0 and len(told.live()) == 2 and mine.tell() == 2 and mine.tell() == 0
    with sqlite_database.read() as tx:
        assert cursor_of(tx, duty.DUTY) <= head(tx).seq
        before = head(tx).seq
    told.tell("c", ["c0", "c1", "c2", "c3"])
    while mine.mark():
        pass
    mine.count()
    assert len(told.live()) == 2, "it rests between two counts"
    Rings(sqlite_database, b"salt").count()
    assert len(told.live()) == 3
    with sqlite_database.read() as tx:
        after = head(tx).seq
    Rings(sqlite_database, b"salt").count()
    with sqlite_database.read() as tx:
        assert head(tx).seq == after > before, "no news, nothing recorded"


def test_a_confirmed_alarm_is_news(sqlite_database: Database) -> None:
    assert set(duty.NEWS) >= {"reuse.found", "item.erased", "engagement.confirmed"}
    with sqlite_database.write() as tx:
        append(tx, Event("reuse.found", "itm_x", {"at": 1, "count": 0, "with": []}))
    Rings(sqlite_database).count()
    with sqlite_database.read() as tx:
        assert cursor_of(tx, duty.DUTY) == 1 and rings.count_rings(tx) == {}


def test_erasing_takes_the_marks(sqlite_database: Database, clock: SteppedClock) -> None:
    from mingjian.records.items.erase import erase

    with calm_queues():
        told = Told(sqlite_database, clock)
    mine = Rings(sqlite_database, b"salt")
    while mine.mark():
        pass
    (item, *_) = told.items["a"]
    with sqlite_database.write() as tx:
        assert ring_marks.marks_of_items(tx, [item], "institution") == {item: "a院"}
        erase(tx, item, "usr_ann", "本人要求")
        assert ring_marks.marks_of_items(tx, [item], "institution") == {}
