"""Quality samples: a share of closed cases is asked again, blind, and what was wrong is looked at anew."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.desk.cases.chance import drawn, fraction
from mingjian.desk.cases.model import Case, CaseFilter, CaseRequest
from mingjian.desk.cases.service import get_case, is_blind, list_cases, next_case, open_cases, take_case, undo_review
from mingjian.desk.queues.load import using
from mingjian.records.errors import Forbidden
from mingjian.records.storage.database import Database
from tests.desk.staff import ANN, BEN, CAT, EXPERT, INSPECTOR, LEAD, POLICIES, answer, certain, open_one, somebody

ALL = certain(content={"samples": {"share": 1, "queue": "quality"}})


def only(database: Database, **wanted: Any) -> Case:
    with database.read() as tx:
        (found,) = list_cases(tx, LEAD, CaseFilter(state="live", **wanted)).items
    return found


def test_a_closed_case_comes_again_to_quality(database: Database) -> None:
    with using(ALL):
        made = open_one(database, facts={"severity": "high", "publisher": "pub_1"}, barred=("user:cat",))
        answer(database, ANN, made, "limit")
        sample = only(database, origin="sample")
        assert (sample.queue, sample.subject, sample.facts) == ("quality", "itm_1", made.facts)
        assert sample.parent is None  # not to be seen before it is answered
        with database.write() as tx:
            assert is_blind(tx, sample.id) and not is_blind(tx, made.id)
            for who in (somebody("ann", "quality_inspector"), somebody("cat", "quality_inspector")):
                with pytest.raises(Forbidden):
                    take_case(tx, who, sample.id)
        done = answer(database, INSPECTOR, sample, "limit")
        assert (done.final, done.measure, done.case.parent) == (True, None, made.id)
    with database.read() as tx:
        assert list_cases(tx, LEAD, CaseFilter(state="live")).items == ()


def test_what_the_expert_confirms_as_wrong_is_looked_at_anew(database: Database) -> None:
    with using(ALL):
        made = open_one(database)
        answer(database, ANN, made, "pass")
        sample = only(database, origin="sample")
        asked = answer(database, INSPECTOR, sample, "take_down")
        assert (asked.final, asked.case.state) == (False, "expert")
        answer(database, EXPERT, sample, "take_down")
        again = only(database, origin="manual")
        assert (again.queue, again.subject, again.parent) == ("content", "itm_1", sample.id)
        assert "pass" in again.reason and "take_down" in again.reason
        with database.write() as tx:
            with pytest.raises(Forbidden):
                take_case(tx, ANN, again.id)
            assert take_case(tx, BEN, again.id).state == "leased"


def test_what_the_expert_does_not_confirm_stays(database: Database) -> None:
    with using(ALL):
        answer(database, ANN, open_one(database), "pass")
        sample = only(database, origin="sample")
        answer(database, INSPECTOR, sample, "take_down")
        answer(database, EXPERT, sample, "pass")
    with database.read() as tx:
        assert list_cases(tx, LEAD, CaseFilter(state="live")).items == ()


def test_a_sample_of_what_the_machine_let_pass(database: Database) -> None:
    right = open_one(database, "itm_1", origin="sample")
    wrong = open_one(database, "itm_2", origin="sample")
    answer(database, INSPECTOR, right, "pass")
    answer(database, INSPECTOR, wrong, "take_down")
    again = only(database)
    assert (again.subject, again.queue, again.origin) == ("itm_2", "content", "manual")
    assert "机器" in again.reason


def test_taking_an_answer_back_takes_its_sample_back(database: Database) -> None:
    with using(ALL):
        made = open_one(database)
        answer(database, ANN, made, "pass")
        sample = only(database, origin="sample")
        with database.write() as tx:
            undo_review(tx, ANN, made.id, "按错了")
            assert get_case(tx, LEAD, sample.id).state == "closed"
            assert next_case(tx, INSPECTOR, "quality") is None
        answer(database, ANN, made, "pass")
        assert only(database, origin="sample").id != sample.id


def test_the_share_is_drawn_by_the_cases_number(sqlite_database: Database) -> None:
    with using(certain(content={"samples": {"share": 0.2, "queue": "quality"}})):
        with sqlite_database.write() as tx:
            made = open_cases(tx, POLICIES, [CaseRequest("item", f"itm_{number}") for number in range(150)])
        for case in made:
            answer(sqlite_database, CAT, case)
    with sqlite_database.read() as tx:
        sampled = {case.subject for case in list_cases(tx, LEAD, CaseFilter(origin="sample"), None, 200).items}
    assert sampled == {case.subject for case in made if drawn(0.2, "sample", case.id)}
    assert 10 <= len(sampled) <= 55  # 30 expected, five standard deviations


def test_chance_is_even_and_apart_for_every_purpose() -> None:
    drawn_ = [fraction("sample", f"cas_{number}") for number in range(4000)]
    assert 0.48 < sum(drawn_) / len(drawn_) < 0.52
    both = sum(drawn(0.5, "sample", f"cas_{n}") and drawn(0.5, "second", f"cas_{n}") for n in range(4000))
    assert 900 < both < 1100
    assert not drawn(0, "sample", "cas_1")
    assert drawn(1, "sample", "cas_1")
