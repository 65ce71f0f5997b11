"""The journal: one chain, folded as it grows, and folded again to the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from mingjian.records.clock import SteppedClock, new_id
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.journal.append import append, refold
from mingjian.records.journal.fold import projections
from mingjian.records.journal.model import GENESIS, Event, link
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import all_events, cursor_of, events_after, events_of, head, move_cursor


def test_events_are_chained_in_order(database: Database) -> None:
    with database.write() as tx:
        append(tx, Event("note.made", "a", {"b": 1, "a": "医"}), Event("note.made", "b", {}))
    with database.write() as tx:
        append(tx, Event("note.made", "a", {"c": None}, "user:1"))
    with database.read() as tx:
        events = events_after(tx, 0)
        assert [event.seq for event in events] == [1, 2, 3]
        assert events[0].text == '{"a":"医","b":1}'
        before = GENESIS
        for event in events:
            assert event.hash == link(before, *event.row()[:-1])
            before = event.hash
        assert head(tx).hash == before
        assert [event.seq for event in events_of(tx, "a")] == [1, 3]
        assert [event.seq for batch in all_events(tx, batch=2) for event in batch] == [1, 2, 3]


def test_nothing_stays_of_a_transaction_that_fails(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as tx:
        append(tx, Event("note.made", "a", {}))
        raise RuntimeError
    with database.read() as tx:
        assert events_after(tx, 0) == []
        assert head(tx).seq == 0


def test_a_clock_set_back_does_not_turn_the_order_round(database: Database, clock: SteppedClock) -> None:
    with database.write() as tx:
        append(tx, Event("note.made", "a", {}))
    clock.move(timedelta(hours=-5))
    with database.write() as tx:
        append(tx, Event("note.made", "a", {}))
    with database.read() as tx:
        first, second = events_after(tx, 0)
        assert second.at == first.at


@pytest.mark.parametrize("wrong", [{"kind": ""}, {"subject": "a\nb"}, {"actor": ""}])
def test_an_event_that_would_blur_the_chain_is_refused(sqlite_database: Database, wrong: dict[str, str]) -> None:
    fields = {"kind": "note.made", "subject": "a", "actor": "system"} | wrong
    with pytest.raises(ValueError, match="one line"), sqlite_database.write() as tx:
        append(tx, Event(body={}, **fields))


def test_a_duty_reads_on_where_it_stopped(database: Database) -> None:
    with database.write() as tx:
        assert cursor_of(tx, "fingerprints") == 0
        move_cursor(tx, "fingerprints", 4)
        move_cursor(tx, "fingerprints", 7)
    with database.read() as tx:
        assert cursor_of(tx, "fingerprints") == 7


def test_refolding_gives_the_same_tables(database: Database) -> None:
    with database.write() as tx:
        submit(tx, [Submission({"id": str(n), "text": "护肤"}) for n in range(5)], "user:1")
        submit(tx, [Submission({"id": "2", "text": "护肤心得"})], "user:1")
    before = _tables(database)
    assert any(before.values())
    assert refold(database) == 6
    assert _tables(database) == before


def _tables(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as tx:
        return {table.name: sorted((tuple(row) for row in tx.rows(sa.select(table))), key=repr)
                for table in projections()}  # fmt: skip


def test_identifiers_sort_by_time() -> None:
    made = [new_id("itm", at * 1000) for at in (1, 2, 31, 32, 1_795_347_045_805)]
    assert made == sorted(made)
    assert len({new_id("itm", 5) for _ in range(1000)}) == 1000
