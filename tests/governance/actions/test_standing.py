"""What is in force at a moment: by the time itself, whether or not the duty has come by."""

from __future__ import annotations

from datetime import timedelta

from mingjian.governance.actions.standing import (
    in_force_on_publisher,
    lapse_due,
    rights_withheld,
    standing,
)
from mingjian.records.storage.events import events_of
from tests.governance.world import World


def test_the_strongest_measure_in_force_is_where_an_item_stands(world: World) -> None:
    item = world.item()
    world.decide("limit", item)
    assert world.stored(item).standing == "limit"
    world.decide("take_down", item)
    assert world.stored(item).standing == "take_down"
    world.decide("label", item)
    assert world.stored(item).standing == "take_down"


def test_a_term_runs_out_by_itself_and_the_duty_records_it_once(world: World) -> None:
    item = world.item()
    action = world.decide("limit", item, days=10).actions[0]
    world.decide("label", item)
    world.clock.move(timedelta(days=10, microseconds=-1))
    with world.database.write() as tx:
        assert standing(tx, item) == "limit"
        assert lapse_due(tx) == 0
    world.clock.move(timedelta(microseconds=1))
    with world.database.read() as tx:
        assert standing(tx, item) == "label"  # nobody had to come by
    assert world.stored(item).standing == "limit"
    with world.database.write() as tx:
        assert lapse_due(tx) == 1
        assert lapse_due(tx) == 0
        assert [event.kind for event in events_of(tx, action.id)] == ["action.taken", "action.lapsed"]
    assert world.stored(item).standing == "label"


def test_the_duty_works_in_portions(small: World) -> None:
    items = [small.item(publisher=None) for _ in range(3)]
    for item in items:
        small.decide("limit", item, days=1)
    small.clock.move(timedelta(days=2))
    done = []
    with small.database.write() as tx:
        done += [lapse_due(tx, limit=2), lapse_due(tx, limit=2), lapse_due(tx, limit=2)]
    assert done == [2, 1, 0]
    assert {small.stored(item).standing for item in items} == {None}


def test_a_suspension_withholds_one_right_and_a_ban_all(world: World) -> None:
    world.decide("suspend", right="live", days=3)
    with world.database.read() as tx:
        assert set(rights_withheld(tx, "clinic")) == {"live"}
        assert rights_withheld(tx, "other") == {}
    ban = world.decide("ban").actions[0]
    with world.database.read() as tx:
        withheld = rights_withheld(tx, "clinic")
        assert {"live", "posting", "advertising", "certification"} <= set(withheld)
        assert {action.id for action in withheld.values()} == {ban.id}  # the one that lasts longest
    world.clock.move(timedelta(days=3))
    with world.database.read() as tx:
        assert [action.id for action in in_force_on_publisher(tx, "clinic")] == [ban.id]


def test_a_measure_on_a_publisher_is_none_on_their_items(small: World) -> None:
    item = small.item()
    small.decide("suspend", item, right="posting")
    assert small.stored(item).standing is None
    with small.database.read() as tx:
        assert set(rights_withheld(tx, "clinic")) == {"posting"}
