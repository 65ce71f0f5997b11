"""Taking cases: one reviewer at a time, in order, for a while."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import (
    assign_case,
    get_case,
    move_case,
    next_case,
    open_cases,
    release_case,
    take_case,
    withdraw_case,
)
from mingjian.desk.people.model import Principal
from mingjian.desk.queues.load import using
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_of
from tests.desk.staff import ANN, AUDITOR, BEN, CAT, EXPERT, LEAD, POLICIES, answer, certain, open_one, somebody


def test_the_most_urgent_and_then_the_soonest_due_comes_first(database: Database, clock: SteppedClock) -> None:
    late = open_one(database, "itm_1")
    clock.move(timedelta(hours=1))
    later = open_one(database, "itm_2")
    urgent = open_one(database, "itm_3", facts={"severity": "critical"})
    with database.write() as tx:
        given = [next_case(tx, who, "content") for who in (ANN, BEN, CAT)]
        assert [case.id for case in given if case] == [urgent.id, late.id, later.id]
        assert next_case(tx, EXPERT, "content") is None
        assert next_case(tx, ANN, "product") is None


def test_a_lease_is_one_persons_and_in_the_journal(database: Database) -> None:
    made = open_one(database)
    with database.write() as tx:
        held = take_case(tx, ANN, made.id)
        assert (held.state, held.lease_holder) == ("leased", "user:ann")
        assert held.lease_until == tx.now + 20 * 60_000_000
        assert held.version == made.version
        with pytest.raises(Conflict, match="09:20"):
            take_case(tx, BEN, made.id)
        assert next_case(tx, BEN, "content") is None
        assert [(event.kind, event.actor) for event in events_of(tx, made.id)][1:] == [("case.leased", "user:ann")]


def test_a_lease_runs_out_by_itself(database: Database, clock: SteppedClock) -> None:
    made = open_one(database)
    with database.write() as tx:
        take_case(tx, ANN, made.id)
    clock.move(timedelta(minutes=20) - timedelta(microseconds=1))
    with database.write() as tx:
        assert next_case(tx, BEN, "content") is None
    clock.move(timedelta(microseconds=1))
    with database.write() as tx:
        free = get_case(tx, ANN, made.id)
        assert (free.state, free.lease_holder, free.lease_until) == ("open", None, None)
        held = next_case(tx, BEN, "content")
        assert held is not None and held.lease_holder == "user:ben"
        with pytest.raises(Conflict):
            take_case(tx, ANN, made.id)


def test_ones_own_lease_comes_back_and_starts_anew_past_half(database: Database, clock: SteppedClock) -> None:
    open_one(database, "itm_1")
    open_one(database, "itm_2")
    with database.write() as tx:
        first = next_case(tx, ANN, "content")
        assert first is not None and next_case(tx, ANN, "content") == first
        assert len(events_of(tx, first.id)) == 2
    clock.move(timedelta(minutes=11))
    with database.write() as tx:
        again = next_case(tx, ANN, "content")
        assert again is not None and again.id == first.id
        assert again.lease_until == tx.now + 20 * 60_000_000


def test_giving_a_case_back(database: Database) -> None:
    made = open_one(database)
    with database.write() as tx:
        assert release_case(tx, ANN, made.id).state == "open"
        assert len(events_of(tx, made.id)) == 1
        take_case(tx, ANN, made.id)
        with pytest.raises(Forbidden):
            release_case(tx, BEN, made.id)
        assert release_case(tx, ANN, made.id).state == "open"
        take_case(tx, BEN, made.id)
        assert release_case(tx, LEAD, made.id).lease_holder is None
        with pytest.raises(NotFound):
            release_case(tx, ANN, "cas_none")


def test_an_assigned_case_is_its_assignees_alone(database: Database) -> None:
    made = open_one(database)
    with database.write() as tx:
        take_case(tx, BEN, made.id)
        given = assign_case(tx, LEAD, made.id, "user:ann")
        assert (given.assignee, given.lease_holder) == ("user:ann", None)
        assert given.version > made.version
        assert next_case(tx, BEN, "content") is None
        with pytest.raises(Conflict, match="分派"):
            take_case(tx, BEN, made.id)
        held = next_case(tx, ANN, "content")
        assert held is not None and held.id == made.id
        assert assign_case(tx, LEAD, made.id, None).assignee is None
        assert take_case(tx, BEN, made.id).lease_holder == "user:ben"
        with pytest.raises(Forbidden):
            assign_case(tx, ANN, made.id, "user:ann")
        with pytest.raises(Invalid):
            assign_case(tx, LEAD, made.id, "ann")


def test_nobody_gets_what_they_are_barred_from_or_have_answered(database: Database) -> None:
    with using(certain(content={"second": {"share": 1}})):
        made = open_one(database, barred=("user:ann",))
        with database.write() as tx:
            assert next_case(tx, ANN, "content") is None
            with pytest.raises(Forbidden, match="与本案有关"):
                take_case(tx, ANN, made.id)
            with pytest.raises(Conflict):
                assign_case(tx, LEAD, made.id, "user:ann")
        answer(database, BEN, made)
        with database.write() as tx:
            assert next_case(tx, BEN, "content") is None
            with pytest.raises(Forbidden, match="已审过"):
                take_case(tx, BEN, made.id)
            with pytest.raises(Conflict):
                assign_case(tx, LEAD, made.id, "user:ben")
            assert next_case(tx, CAT, "content") is not None


def test_queues_and_departments_are_kept_apart(database: Database) -> None:
    skin = somebody("doc", "department_head", department="皮肤科")
    any_department = somebody("all", "department_head")
    teeth = open_one(database, "drf_1", "draft", facts={"department": "口腔科"})
    nobodys = open_one(database, "drf_2", "draft")
    with database.write() as tx:
        held = next_case(tx, skin, "department")
        assert held is not None and held.id == nobodys.id
        with pytest.raises(Forbidden, match="科室"):
            take_case(tx, skin, teeth.id)
        held = next_case(tx, any_department, "department")
        assert held is not None and held.id == teeth.id
        for who, queue in ((ANN, "department"), (ANN, "quality"), (AUDITOR, "content"),
                           (somebody("nar", "reviewer", queues=("product",)), "content")):  # fmt: skip
            with pytest.raises(Forbidden):
                next_case(tx, who, queue)
        with pytest.raises(NotFound, match="nowhere"):
            next_case(tx, ANN, "nowhere")


def test_moving_to_another_queue(database: Database) -> None:
    made = open_one(database, facts={"severity": "critical"})
    with database.write() as tx:
        take_case(tx, ANN, made.id)
        moved = move_case(tx, LEAD, made.id, "product", "属商品")
        assert (moved.queue, moved.state, moved.priority) == ("product", "open", 0)
        assert moved.due_at == tx.now + 2 * 3600 * 1_000_000
        with pytest.raises(Invalid):
            move_case(tx, LEAD, made.id, "onboarding", "错")
        with pytest.raises(Invalid):
            move_case(tx, LEAD, made.id, "content", " ")
        with pytest.raises(Forbidden):
            move_case(tx, ANN, made.id, "content", "想审")
    with using(certain(product={"second": {"share": 1}})):
        answer(database, ANN, made)
    with database.write() as tx, pytest.raises(Conflict, match="已有人审过"):
        move_case(tx, LEAD, made.id, "content", "属内容")


def test_a_withdrawn_case_is_closed_without_outcome(database: Database) -> None:
    made = open_one(database)
    with database.write() as tx:
        with pytest.raises(Forbidden):
            withdraw_case(tx, ANN, made.id, "不要了")
        gone = withdraw_case(tx, POLICIES, made.id, "原文已删除")
        assert (gone.state, gone.outcome) == ("closed", None)
        with pytest.raises(Conflict, match="已结案"):
            take_case(tx, ANN, made.id)
        with pytest.raises(Conflict, match="已结案"):
            withdraw_case(tx, LEAD, made.id, "又一次")
        with pytest.raises(Conflict, match="已结案"):
            assign_case(tx, LEAD, made.id, "user:ann")
        assert next_case(tx, ANN, "content") is None


def test_a_queue_that_the_file_lost_can_be_left(sqlite_database: Database) -> None:
    made = open_one(sqlite_database)
    smaller = certain()
    without = type(smaller)(
        {name: queue for name, queue in smaller.queues.items() if name != "content"},
        smaller.routes, smaller.opens, smaller.closes, smaller.calendar,
    )  # fmt: skip
    with using(without), sqlite_database.write() as tx:
        with pytest.raises(Conflict, match="移到别的队列"):
            take_case(tx, LEAD, made.id)
        assert get_case(tx, LEAD, made.id).queue == "content"
        assert move_case(tx, LEAD, made.id, "product", "原队列已停用").queue == "product"


def test_many_reviewers_at_once_never_share_a_case(database: Database) -> None:
    with database.write() as tx:
        made = open_cases(tx, POLICIES, [CaseRequest("item", f"itm_{number}") for number in range(24)])
    taken: list[tuple[str, str]] = []
    failed: list[BaseException] = []
    start = threading.Barrier(8)

    def work(who: Principal) -> None:
        try:
            start.wait()
            for _ in range(3):
                with database.write() as tx:
                    case = next_case(tx, who, "content")
                assert case is not None
                taken.append((case.id, who.actor))
                answer(database, who, case)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(somebody(f"r{number}", "reviewer"),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(case for case, _ in taken) == sorted(case.id for case in made)


def test_of_many_who_want_one_case_one_gets_it(database: Database) -> None:
    made = open_one(database)
    got: list[str] = []
    refused: list[str] = []
    start = threading.Barrier(6)

    def work(who: Principal) -> None:
        start.wait()
        try:
            with database.write() as tx:
                take_case(tx, who, made.id)
            got.append(who.id)
        except DeskError as error:
            refused.append(error.word)

    threads = [threading.Thread(target=work, args=(somebody(f"r{number}", "reviewer"),)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    assert refused == ["conflict"] * 5
