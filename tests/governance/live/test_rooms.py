"""Rooms and what is known of them; gaps; who reads which room."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from mingjian.core.live.model import Gap, Proposed
from mingjian.governance.live import codewords, leases, rooms
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import projections
from mingjian.records.storage import live_rooms as store
from mingjian.records.storage.live_rooms import RoomFilter
from tests.governance.live.staged import HOUSE, LEAD, OPERATOR, Live, about


def test_a_room_is_opened_changed_closed_and_opened_for_another_session(live: Live) -> None:
    with live.database.write() as tx:
        same = rooms.open_room(tx, LEAD, about())
        assert same == live.room and same.session == 1
        changed = rooms.open_room(tx, LEAD, about(title="换个标题"))
        assert (changed.title, changed.session, changed.state) == ("换个标题", 1, "open")
        assert changed.version > same.version
        assert rooms.about_of(tx, changed) == about(title="换个标题")
        assert rooms.close_room(tx, HOUSE, "room1", "下播").state == "closed"
        again = rooms.open_room(tx, LEAD, about())
        assert (again.session, again.state, again.title) == (2, "open", "小美护肤直播")
        made = rooms.open_room(tx, LEAD, about(id=""))
        assert made.id.startswith("lvr_")
    with live.database.read() as tx:
        found, onward = rooms.list_rooms(tx, OPERATOR, RoomFilter(), None, 1)
        assert [one.id for one in found] == [made.id] and onward == made.seq
        assert store.count_rooms(tx) == {"open": 2}


def test_what_is_wrong_with_a_room_is_said(lone: Live) -> None:
    for wrong, field in (({"id": "有空 格"}, "id"), ({"publisher": {"kind": "alien"}}, "publisher.kind"),
                         ({"domain": "moon"}, "domain"), ({"title": "长" * 501}, "title")):  # fmt: skip
        with lone.database.write() as tx, pytest.raises(Invalid) as told:
            rooms.open_room(tx, LEAD, about(**wrong))
        assert told.value.field == field
    with lone.database.write() as tx, pytest.raises(Forbidden):
        rooms.open_room(tx, OPERATOR, about(id="mine"))
    with lone.database.read() as tx, pytest.raises(NotFound):
        rooms.get_room(tx, OPERATOR, "nobody")


def test_cards_go_up_once_and_come_down(live: Live) -> None:
    card = rooms.NewCard("p1", "水光针体验", "299", merchant="m1")
    with live.database.write() as tx:
        (first,) = rooms.add_cards(tx, LEAD, "room1", [card])
        (same,) = rooms.add_cards(tx, LEAD, "room1", [card])
        assert same.id == first.id and rooms.card_words(tx, [first])[first.id]["title"] == "水光针体验"
        rooms.drop_cards(tx, LEAD, "room1", [first.id])
        assert store.cards_of(tx, "room1", 1, up=True) == []
        (new,) = rooms.add_cards(tx, LEAD, "room1", [card])
        assert new.id != first.id
        rooms.close_room(tx, LEAD, "room1")
    with live.database.write() as tx, pytest.raises(Conflict):
        rooms.add_cards(tx, LEAD, "room1", [card])


def test_a_gap_is_told_when_it_begins_and_once_when_it_ends(live: Live) -> None:
    begun = Gap("room1", "speech", 12.5, None, "no_recogniser")
    with live.database.write() as tx:
        assert rooms.record_gap(tx, "room1", begun)
        assert not rooms.record_gap(tx, "room1", begun)
        assert [one.why for one in store.open_gaps(tx, ["room1"])] == ["no_recogniser"]
        ended = Gap("room1", "speech", 12.5, 20.0, "no_recogniser")
        assert rooms.record_gap(tx, "room1", ended) and not rooms.record_gap(tx, "room1", ended)
        assert store.open_gaps(tx, ["room1"]) == []
        assert [(one.start, one.end) for one in store.gaps_of(tx, "room1", 1)] == [(12.5, 20.0)]
        assert store.gaps_of(tx, "room1", 1, since=25.0) == []


def test_rooms_are_read_by_one_process_each_and_taken_over_when_it_dies(live: Live) -> None:
    with live.database.write() as tx:
        for number in range(2, 6):
            rooms.open_room(tx, LEAD, about(id=f"room{number}"))
    with live.database.write() as tx:
        mine = [one.id for one in leases.claim_rooms(tx, "a", 3)]
        theirs = [one.id for one in leases.claim_rooms(tx, "b", 9)]
    assert (mine, theirs) == (["room1", "room2", "room3"], ["room4", "room5"])
    live.clock.move(timedelta(seconds=8))
    with live.database.write() as tx:
        assert leases.renew(tx, "b", theirs) == theirs
        assert leases.holders(tx, ["room1", "room4"]) == {"room1": "a", "room4": "b"}
        assert leases.claim_rooms(tx, "b", 9) == []
    live.clock.move(timedelta(seconds=3))  # a is dead; b renewed
    with live.database.write() as tx:
        assert leases.rooms_waiting(tx) == 3
        assert sorted(one.id for one in leases.claim_rooms(tx, "b", 9)) == mine
        assert leases.renew(tx, "a", mine) == []
        rooms.close_room(tx, LEAD, "room1")
        assert leases.renew(tx, "b", mine) == ["room2", "room3"]
        leases.release(tx, "b", [*mine, *theirs])
    with live.database.write() as tx:
        assert len(leases.claim_rooms(tx, "c", 9)) == 4


def test_many_who_claim_at_once_get_different_rooms(live: Live) -> None:
    with live.database.write() as tx:
        for number in range(2, 13):
            rooms.open_room(tx, LEAD, about(id=f"room{number}"))
    found: dict[str, list[str]] = {}

    def claim(worker: str) -> None:
        with live.database.write() as tx:
            found[worker] = [one.id for one in leases.claim_rooms(tx, worker, 4)]

    threads = [threading.Thread(target=claim, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [room for some in found.values() for room in some]
    assert len(taken) == len(set(taken)) <= 12
    with live.database.write() as tx:  # who came away with fewer comes again
        taken += [one.id for one in leases.claim_rooms(tx, "late", 12)]
    assert len(set(taken)) == len(taken) == 12


def test_a_code_word_is_proposed_over_rooms_and_answered_by_people(live: Live) -> None:
    with live.database.write() as tx:
        rooms.open_room(tx, LEAD, about(id="room2"))
        word = codewords.propose(tx, "room1", Proposed("小水滴", "水光针", (3, 9), 2))
        assert codewords.propose(tx, "room1", Proposed("小水滴", "水光针", (3, 9), 2)) == word
        word = codewords.propose(tx, "room2", Proposed("小水滴", "水光针", (1,), 1))
        assert (word.rooms, word.times, word.state) == (2, 3, "proposed")
        assert codewords.accepted(tx) == {}
        codewords.accept(tx, LEAD, word.id)
        assert codewords.accepted(tx) == {"小水滴": "水光针"}
    with live.database.write() as tx, pytest.raises(Conflict):
        codewords.decline(tx, LEAD, word.id)
    with live.database.write() as tx:
        assert codewords.reopen(tx, LEAD, word.id, "再看看").state == "proposed"
        assert codewords.decline(tx, LEAD, word.id, "只是昵称").state == "declined"
        assert codewords.declined(tx) == {"小水滴"} and codewords.accepted(tx) == {}
        assert [one.id for one in codewords.list_words(tx, OPERATOR, "declined")[0]] == [word.id]
    with live.database.write() as tx, pytest.raises(Forbidden):
        codewords.accept(tx, OPERATOR, word.id)


def test_folding_the_journal_again_gives_the_same_tables(live: Live) -> None:
    live.raised()
    live.clock.move(timedelta(seconds=40))
    live.raised()
    with live.database.write() as tx:
        rooms.add_cards(tx, LEAD, "room1", [rooms.NewCard("p1", "面膜", merchant="m1")])
        rooms.record_gap(tx, "room1", Gap("room1", "picture", 1.25, 3.5, "stalled"))
        codewords.propose(tx, "room1", Proposed("小水滴", "水光针", (3,), 1))
        rooms.close_room(tx, LEAD, "room1", "下播")
    tables = [one for one in projections() if one.name.startswith("live_")]
    assert len(tables) == 8

    def state() -> dict[str, list[str]]:
        with live.database.read() as tx:
            return {one.name: sorted(map(repr, tx.rows(sa.select(one)))) for one in tables}

    before = state()
    assert all(before[name] for name in ("live_rooms", "live_gaps", "live_cards", "live_incidents", "live_acts"))
    refold(live.database)
    assert state() == before
