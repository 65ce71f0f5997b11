"""Engagement pushed to the desk: looked through once whatever happens, alarms decided on and taken back."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mingjian.desk.people.model import Principal, house
from mingjian.governance.engagement import loads, service
from mingjian.governance.engagement.settings import SETTINGS
from mingjian.records.blobs import Blobs
from mingjian.records.clock import SteppedClock
from mingjian.records.engagement.model import Kept, Load
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import submit
from mingjian.records.journal.append import refold
from mingjian.records.scores.model import number_at
from mingjian.records.storage import contents
from mingjian.records.storage import engagement as store
from mingjian.records.storage import engagement_loads as rows
from mingjian.records.storage.database import Database
from mingjian.records.storage.engagement import AlarmFilter
from mingjian.records.storage.score_observations import observations_of
from tests.governance.engagement.made import PUBLISHERS, World

LEAD = Principal("usr_lead", "user", "lead", ("desk_lead",))
REVIEWER = Principal("usr_reviewer", "user", "reviewer", ("reviewer",))
Push = Callable[..., Load]


@pytest.fixture(autouse=True)
def quick() -> Any:
    with SETTINGS.using(replace(SETTINGS.current(), rounds=1, time_rounds=20, methods=("lockstep", "templates"))):
        yield


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


@pytest.fixture
def push(database: Database, blobs: Blobs) -> Push:
    def given(world: World, work: bool = True, extra: str = "") -> Load:
        text = world.lines() + extra
        digest, size = blobs.put(io.BytesIO(text.encode()), 1 << 26)
        with database.write() as tx:
            load = loads.receive(tx, house("tests"), digest, size, ".jsonl")
        if work:
            assert loads.work(database, blobs) == 1
        with database.read() as tx:
            return loads.the_load(tx, load.id)

    return given


def known(database: Database) -> None:
    """The desk has the items: whose they are is known."""
    with database.write() as tx:
        owner = [{"id": f"p{item % PUBLISHERS}", "kind": "institution"} for item in range(120)]
        submit(tx, [Submission({"id": f"n{item}", "text": "x", "publisher": one}) for item, one in enumerate(owner)],
               "user:usr_ann")  # fmt: skip


def alarms(database: Database) -> list[Kept]:
    with database.read() as tx:
        return store.list_alarms(tx, AlarmFilter(), None, 99)[0]


def abnormal(database: Database) -> dict[tuple[str, int], int]:
    """Publisher and day → abnormal interactions as the scores see them."""
    with database.read() as tx:
        found = observations_of(tx, [f"p{one}" for one in range(PUBLISHERS)], "engagement")
    return {(one.actor, one.day): round(one.values["abnormal"] / 1000) for one in found if one.values.get("abnormal")}


def test_a_load_is_looked_through_and_its_alarm_kept(database: Database, push: Push) -> None:
    known(database)
    world = World().honest(1500).likes()
    load = push(world, extra='{"actor": "x", "item": "n1", "action": "stare", "at": 5}\n')
    assert (load.state, load.bad, load.alarms, load.again) == ("looked", 1, 1, 0)
    assert load.events == len(world.rows) and load.seen <= load.events
    (alarm,) = alarms(database)
    assert alarm.state == "open" and alarm.kinds[0] == "lockstep" and alarm.load == load.id
    with database.read() as tx:
        members = store.members_of(tx, alarm.id, "actor", limit=99)
        assert {one.ref for one in members} == world.bought and sum(one.events for one in members) == alarm.events
        listed, _ = store.list_alarms(tx, AlarmFilter(member="p5"), None, 9)
        assert listed == [alarm]
        assert store.list_alarms(tx, AlarmFilter(member="p7"), None, 9)[0] == []
        assert store.desk_items(tx, ["n5", "nowhere"]).keys() == {"n5"}
    refold(database)
    assert alarms(database) == [alarm]


def test_the_same_is_the_same_alarm_and_a_dismissed_one_is_not_raised_again(database: Database, push: Push) -> None:
    world = World().honest(1500).likes()
    push(world)
    (alarm,) = alarms(database)
    world.likes(items=(50, 60, 70))
    second = push(world)
    assert (second.alarms, second.again) == (0, 1)
    (later,) = alarms(database)
    assert later.id == alarm.id and later.items == 9 and later.events > alarm.events and later.load == second.id
    with database.write() as tx:
        service.dismiss(tx, LEAD, alarm.id, "内部活动")
    world.likes(items=(51, 61, 71))
    third = push(world)
    assert (third.alarms, third.again) == (0, 0)
    assert [one.state for one in alarms(database)] == ["dismissed"]


def test_confirming_counts_in_the_scores_and_taking_it_back_takes_the_numbers_back(
    database: Database, push: Push
) -> None:
    known(database)
    push(World().honest(1500).likes())
    (alarm,) = alarms(database)
    assert abnormal(database) == {}
    with database.write() as tx:
        service.confirm(tx, LEAD, alarm.id, "同一批号")
        days = store.days_of(tx, alarm.id)
    assert abnormal(database) == {(day.publisher, day.day): day.events for day in days}
    assert sum(abnormal(database).values()) == alarm.events
    with database.write() as tx:
        with pytest.raises(Conflict):
            service.confirm(tx, LEAD, alarm.id, "再来")
        assert service.reopen(tx, LEAD, alarm.id, "证据不足").state == "open"
    assert abnormal(database) == {}
    with database.read() as tx:
        told = observations_of(tx, ["p5"], "engagement")
    assert all(one.values["abnormal"] == 0 and one.values["interactions"] > 0 for one in told)


def test_two_processes_do_it_once_and_a_killed_one_leaves_it_to_others(
    database: Database, push: Push, blobs: Blobs, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = push(World().honest(300), work=False)
    with monkeypatch.context() as broken:
        broken.setattr(loads, "_keep", lambda *_: (_ for _ in ()).throw(SystemError("killed")))
        with pytest.raises(SystemError):
            loads.work(database, blobs)
    assert loads.work(database, blobs) == 0  # held by the one that is gone
    clock.move(timedelta(seconds=loads.HELD + 1))
    assert loads.work(database, blobs) == 1
    assert loads.work(database, blobs) == 0
    with database.read() as tx:
        assert rows.load_by_id(tx, load.id).state == "looked"  # type: ignore[union-attr]


def test_what_cannot_be_read_fails_and_says_why(database: Database, blobs: Blobs) -> None:
    digest, size = blobs.put(io.BytesIO(b'{"actor": 1}\n'), 1 << 20)
    with database.write() as tx:
        load = loads.receive(tx, house("tests"), digest, size, ".jsonl")
        assert loads.receive(tx, house("tests"), digest, size, ".jsonl") == load  # the same bytes, still waiting
    assert loads.work(database, blobs) == 1
    with database.read() as tx:
        found = loads.the_load(tx, load.id)
    assert found.state == "failed" and found.why is not None and "没有一条" in found.why


def test_whoever_may_not_is_refused(database: Database, push: Push) -> None:
    push(World().honest(1500).likes())
    (alarm,) = alarms(database)
    with database.write() as tx:
        assert service.get_alarm(tx, REVIEWER, alarm.id)[1] is not None
        with pytest.raises(Forbidden):
            service.confirm(tx, REVIEWER, alarm.id, "x")
        with pytest.raises(Forbidden):
            loads.receive(tx, REVIEWER, "ab" * 32, 1, ".jsonl")
        with pytest.raises(Invalid):
            service.dismiss(tx, LEAD, alarm.id, " ")
        contents.delete_content(tx, alarm.content)
        assert service.get_alarm(tx, LEAD, alarm.id)[1] is None
    refold(database)
    with database.read() as tx:
        assert store.members_of(tx, alarm.id, "actor") == []


@pytest.mark.parametrize(("name", "head", "suffix"), [
    ("a.parquet", b"PAR1x", ".parquet"), ("a", b"\x1f\x8b\x08", ".jsonl.gz"), ("a.jsonl", b' {"a"', ".jsonl"),
])  # fmt: skip
def test_a_file_is_known_by_its_first_bytes(name: str, head: bytes, suffix: str) -> None:
    assert loads.suffix_of(name, head) == suffix
    with pytest.raises(Invalid):
        loads.suffix_of(name, b"a,b,c\n1,2,3")


def test_days_are_those_of_china(database: Database, push: Push) -> None:
    world = World().honest(1500).likes()
    push(world)
    (alarm,) = alarms(database)
    with database.read() as tx:
        assert {day.day for day in store.days_of(tx, alarm.id)} <= {
            number_at(row["at"]) for row in world.rows if row["actor"] in world.bought
        }
