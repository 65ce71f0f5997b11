"""Prints are taken anew from what the store keeps, and the journal is told what it lacks, once."""

from __future__ import annotations

from mingjian import api
from mingjian.governance.reuse.observing import observe_reuse
from mingjian.governance.reuse.rebuild import Rebuild
from mingjian.governance.reuse.service import Reuse
from mingjian.governance.screening.service import Screening
from mingjian.records.items.erase import erase
from mingjian.records.storage import reuse, reuse_prints
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after
from tests.governance.reuse.test_service import judge, submission
from tests.governance.reuse.texts import COPY, DIARY, OTHER, TEMPLATE


def rebuilt(database: Database, limit: int = 2) -> tuple[int, int, int]:
    work, place, items, prints, found = Rebuild(database), 0, 0, 0, 0
    while (step := work.step(place, limit)) is not None:
        place, items, prints, found = step.place, items + step.items, prints + step.prints, found + step.found
    return items, prints, found


def test_items_judged_before_there_were_prints_are_compared_in_the_order_they_came(database: Database) -> None:
    before = Screening(database, api.engine())
    first, second, third, gone = judge(
        before, submission("1", DIARY), submission("2", TEMPLATE, "p2"), submission("3", OTHER, "p3"),
        submission("4", COPY, "p4"),
    )  # fmt: skip
    with database.write() as tx:
        erase(tx, gone, "user:1", "本人要求")
    assert rebuilt(database) == (3, 3, 1)
    with database.read() as tx:
        assert [(one.one, one.other) for one in reuse.likenesses_after(tx, 0)] == [(second, first)]
    desk = Reuse(database)
    desk.catch_up()
    assert len(desk) == 3
    assert rebuilt(database, 10) == (3, 3, 0)  # again: nothing twice
    desk.catch_up()
    assert len(desk) == 3
    with database.read() as tx:
        assert len(events_after(tx, 0, kinds=["reuse.found"])) == 1
        assert reuse_prints.with_prints(tx, [first, second, third, gone]) == {first, second, third}


def test_what_was_found_online_is_not_told_again(database: Database) -> None:
    screening = Screening(database, api.engine(), reuse=Reuse(database))
    judge(screening, submission("1", DIARY))
    judge(screening, submission("2", COPY, "p2"))
    assert rebuilt(database) == (2, 2, 0)
    (third,) = judge(screening, submission("3", TEMPLATE, "p3"))
    with database.read() as tx:
        assert reuse.counts_of(tx, [third]) == {third: (2, 2)}


def test_scorecards_are_told_how_many_items_of_a_publisher_reuse_others(database: Database) -> None:
    screening = Screening(database, api.engine(), reuse=Reuse(database))
    judge(screening, submission("1", DIARY))
    judge(screening, submission("2", COPY, "p2"), submission("3", TEMPLATE, "p2", published_at="2026-02-02"))
    judge(screening, submission("4", DIARY + "再发一次", "p1"))
    with database.write() as tx:
        assert observe_reuse(tx) == 3
        assert observe_reuse(tx) == 0
    with database.read() as tx:
        assert reuse.reusing_on(tx, "p2", "2026-02-01") == 1
        assert [event.body["count"] for event in events_after(tx, 0, kinds=["score.observed"])] == [3]
