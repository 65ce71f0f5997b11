"""Golden items: put among the others, told from them by nobody, and nothing follows from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mingjian.desk.cases.model import CaseFilter, CaseRequest
from mingjian.desk.cases.service import get_case, list_cases, next_case, release_case, reviews_of
from mingjian.desk.quality.golden import add_golden, list_goldens, retire_golden
from mingjian.desk.queues.load import using
from mingjian.records.cases.model import Golden
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.storage.database import Database
from tests.desk.staff import ANN, BEN, INSPECTOR, LEAD, answer, certain, open_one, somebody

ALWAYS = certain(content={"golden": {"share": 1}})
FACTS = {"severity": "high", "platform": "douyin"}


def golden(
    database: Database, subject: str = "itm_known", measures: tuple[str, ...] = ("limit", "take_down")
) -> Golden:
    with database.write() as tx:
        wish = CaseRequest("item", subject, FACTS, queue="content", reason="命中策略")
        return add_golden(tx, INSPECTOR, wish, measures)


def test_a_golden_item_comes_in_place_of_the_next_case(database: Database) -> None:
    known = golden(database)
    plain = open_one(database, facts=FACTS, reason="命中策略")
    with using(ALWAYS):
        with database.write() as tx:
            given = next_case(tx, ANN, "content")
        assert given is not None
        assert given.subject == "itm_known"
        # Nothing but what every case has of its own tells them apart.
        own = {name: getattr(given, name) for name in ("id", "subject", "version", "lease_holder", "lease_until")}
        assert given == replace(plain, **own, state="leased")
        done = answer(database, ANN, given, "take_down")
        assert (done.final, done.measure, done.case.outcome) == (True, None, "take_down")
        assert done.case.origin == "policy"
        with database.write() as tx:
            after = next_case(tx, ANN, "content")
            assert after is not None and after.id == plain.id  # she knows the golden one now
            assert list_goldens(tx, INSPECTOR) == [replace(known, used=1)]


def test_it_is_in_no_queue_before_it_is_given_and_free_again_after(database: Database) -> None:
    golden(database)
    with using(ALWAYS):
        with database.write() as tx:
            assert next_case(tx, ANN, "content") is None  # nothing to hide among
        open_one(database)
        with database.write() as tx:
            given = next_case(tx, ANN, "content")
            assert given is not None and given.subject == "itm_known"
            release_case(tx, ANN, given.id)
        answer(database, BEN, given.id, "pass")
        with database.write() as tx:
            again = next_case(tx, ANN, "content")
            assert again is not None and again.subject == "itm_known" and again.id != given.id


def test_nobody_tells_golden_items_by_looking(database: Database) -> None:
    golden(database)
    plain = open_one(database)
    with using(ALWAYS), database.write() as tx:
        given = next_case(tx, ANN, "content")
        assert given is not None

    def listed(who: Any, **wanted: Any) -> set[str]:
        with database.read() as tx:
            return {case.id for case in list_cases(tx, who, CaseFilter(**wanted)).items}

    both = {plain.id, given.id}
    for who in (ANN, BEN, LEAD, INSPECTOR):
        with database.read() as tx:
            assert get_case(tx, who, given.id).origin == "policy"
        assert listed(who, origin="policy") == listed(who) == both
    answer(database, ANN, given.id, "pass")
    with database.read() as tx:
        assert get_case(tx, BEN, given.id).origin == "policy"
        assert reviews_of(tx, BEN, given.id) == []
        assert get_case(tx, INSPECTOR, given.id).origin == "golden"
        assert len(reviews_of(tx, INSPECTOR, given.id)) == 1
    assert listed(INSPECTOR, origin="golden") == {given.id}
    assert listed(INSPECTOR, origin="policy") == {plain.id}
    assert listed(BEN, origin="policy") == both
    with database.read() as tx, pytest.raises(Forbidden):
        list_cases(tx, BEN, CaseFilter(origin="golden"))


def test_nobody_gets_one_whose_subject_they_know(database: Database) -> None:
    golden(database, "itm_seen")
    answer(database, ANN, open_one(database, "itm_seen"))
    plain = open_one(database, "itm_new")
    maker = somebody("ian", "quality_inspector", "reviewer")
    with using(ALWAYS), database.write() as tx:
        for who in (ANN, maker):
            given = next_case(tx, who, "content")
            assert given is not None and given.id == plain.id
            release_case(tx, who, plain.id)
        given = next_case(tx, BEN, "content")
        assert given is not None and given.subject == "itm_seen"


def test_a_share_is_golden(sqlite_database: Database) -> None:
    for number in range(60):
        golden(sqlite_database, f"known_{number}")
        open_one(sqlite_database, f"itm_{number}")
    subjects = []
    with using(certain(content={"golden": {"share": 0.3}})):
        while True:
            with sqlite_database.write() as tx:
                case = next_case(tx, ANN, "content")
            if case is None:
                break
            subjects.append(case.subject)
            answer(sqlite_database, ANN, case)
    assert sum(subject.startswith("itm_") for subject in subjects) == 60
    known = [subject for subject in subjects if subject.startswith("known_")]
    assert 3 <= len(known) <= 60 and len(set(known)) == len(known)  # 26 expected, each once


def test_retired_ones_come_no_more(database: Database) -> None:
    known = golden(database)
    plain = open_one(database)
    with database.write() as tx:
        assert not retire_golden(tx, INSPECTOR, known.id).active
    with using(ALWAYS), database.write() as tx:
        given = next_case(tx, ANN, "content")
        assert given is not None and given.id == plain.id
    assert golden(database).active  # the same subject may be made one again


def test_making_one(sqlite_database: Database) -> None:
    made = golden(sqlite_database)
    assert (made.queue, made.measures, made.used) == ("content", ("limit", "take_down"), 0)
    with sqlite_database.write() as tx:
        wish = CaseRequest("item", "itm_2", queue="content")
        for who in (ANN, LEAD):
            with pytest.raises(Forbidden):
                add_golden(tx, who, wish, ("pass",))
            with pytest.raises(Forbidden):
                list_goldens(tx, who)
        for measures in ((), ("upheld",), ("pass", "upheld")):
            with pytest.raises(Invalid, match="take_down"):
                add_golden(tx, INSPECTOR, wish, measures)
        with pytest.raises(Invalid):
            add_golden(tx, INSPECTOR, CaseRequest("draft", "drf_1", queue="content"), ("pass",))
        with pytest.raises(NotFound):
            add_golden(tx, INSPECTOR, CaseRequest("item", "itm_2", queue="nowhere"), ("pass",))
        with pytest.raises(NotFound):
            retire_golden(tx, INSPECTOR, "gld_none")
        with pytest.raises(Conflict):
            add_golden(tx, INSPECTOR, CaseRequest("item", "itm_known", queue="content"), ("pass",))
