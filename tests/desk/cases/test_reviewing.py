"""Answering cases: one answer, two that agree, an expert where they do not; levels of a chain; taking back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mingjian.desk.cases.model import CaseRequest, ReviewInput
from mingjian.desk.cases.service import (
    cases_of,
    get_case,
    next_case,
    open_cases,
    reviews_of,
    submit_review,
    take_case,
    undo_review,
)
from mingjian.desk.people.model import Principal
from mingjian.desk.queues.load import using
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_of
from tests.desk.staff import ANN, BEN, CAT, EXPERT, INSPECTOR, LEAD, POLICIES, answer, certain, open_one, somebody

TWICE = certain(content={"second": {"share": 1}})


def test_one_answer_closes_a_case(database: Database) -> None:
    made = open_one(database)
    done = answer(database, ANN, made, "take_down", codes=("AD-16-1-effect",), note=" 保证疗效 ", seconds=12.5,
                  terms={"days": 7})  # fmt: skip
    assert (done.final, done.measure, done.onward) == (True, "take_down", None)
    assert (done.case.state, done.case.outcome, done.case.lease_holder) == ("closed", "take_down", None)
    assert done.case.version > made.version
    review = done.review
    assert (review.reviewer, review.stage, review.measure) == ("user:ann", "first", "take_down")
    assert (review.reasons, review.codes, review.note) == (("effect",), ("AD-16-1-effect",), "保证疗效")
    assert (review.seconds, review.terms) == (12.5, {"days": 7})
    with database.read() as tx:
        assert reviews_of(tx, BEN, made.id) == [review]


def test_a_second_reviewer_who_agrees_closes_it(database: Database) -> None:
    with using(TWICE):
        made = open_one(database)
        first = answer(database, ANN, made, "limit")
        assert (first.final, first.measure, first.case.state) == (False, None, "second")
        done = answer(database, BEN, made, "limit", terms={"days": 3})
    assert (done.final, done.measure, done.review.terms) == (True, "limit", {"days": 3})
    assert done.case.outcome == "limit"


def test_only_on_disagreement_an_expert_decides(database: Database) -> None:
    with using(TWICE):
        made = open_one(database)
        answer(database, ANN, made, "pass")
        second = answer(database, BEN, made, "take_down")
        assert (second.final, second.measure, second.case.state) == (False, None, "expert")
        with database.write() as tx:
            assert next_case(tx, CAT, "content") is None
            for who, error in ((CAT, Forbidden), (ANN, Forbidden), (somebody("ann", "expert"), Forbidden)):
                with pytest.raises(error):
                    take_case(tx, who, made.id)
            held = next_case(tx, EXPERT, "content")
            assert held is not None and held.id == made.id
        done = answer(database, EXPERT, made, "label")
    assert (done.final, done.measure, done.review.stage) == (True, "label", "expert")


@pytest.mark.parametrize(
    ("second", "facts", "measure", "asked"),
    [
        ({"measures": ["ban"]}, {}, "ban", True),
        ({"measures": ["ban"]}, {}, "pass", False),
        ({"when": [{"severity": "critical"}]}, {"severity": "critical"}, "pass", True),
        ({"when": [{"severity": "critical"}]}, {"severity": "high"}, "pass", False),
        ({"when": [{"origin": "drift"}]}, {}, "pass", False),
        ({"share": 0}, {}, "pass", False),
    ],
)
def test_when_a_second_review_is_asked_for(
    sqlite_database: Database, second: dict[str, Any], facts: dict[str, Any], measure: str, asked: bool
) -> None:
    with using(certain(content={"second": second})):
        made = open_one(sqlite_database, facts=facts)
        assert answer(sqlite_database, ANN, made, measure).final is not asked


def test_a_share_of_cases_is_asked_twice(sqlite_database: Database) -> None:
    with using(certain(content={"second": {"share": 0.25}})):
        with sqlite_database.write() as tx:
            made = open_cases(tx, POLICIES, [CaseRequest("item", f"itm_{number}") for number in range(200)])
        once = [answer(sqlite_database, ANN, case).final for case in made].count(True)
    assert 120 <= once <= 180  # 150 expected, five standard deviations


def test_a_stale_version_is_a_conflict_and_changes_nothing(database: Database) -> None:
    with using(TWICE):
        made = open_one(database)
        with database.write() as tx:
            seen = take_case(tx, BEN, made.id)
        with database.write() as tx, pytest.raises(Conflict):
            submit_review(tx, ANN, ReviewInput(made.id, made.version, "pass"))
        with database.write() as tx:
            submit_review(tx, BEN, ReviewInput(made.id, seen.version, "pass"))
        with database.write() as tx, pytest.raises(Conflict, match="刷新"):
            submit_review(tx, ANN, ReviewInput(made.id, seen.version, "pass"))
        with database.read() as tx:
            assert [event.kind for event in events_of(tx, made.id)] == ["case.opened", "case.leased", "case.reviewed"]


def test_an_answer_after_the_lease_counts_while_nobody_else_took_it(database: Database, clock: SteppedClock) -> None:
    one, other = open_one(database, "itm_1"), open_one(database, "itm_2")
    with database.write() as tx:
        take_case(tx, ANN, one.id)
        take_case(tx, ANN, other.id)
    clock.move(timedelta(hours=2))
    with database.write() as tx:
        take_case(tx, BEN, other.id)
        assert submit_review(tx, ANN, ReviewInput(one.id, one.version, "pass")).final
        with pytest.raises(Conflict, match="他人"):
            submit_review(tx, ANN, ReviewInput(other.id, other.version, "pass"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"measure": "explode"}, "measure"),
        ({"measure": "upheld"}, "measure"),
        ({"measure": "limit"}, "reasons"),
        ({"measure": "limit", "reasons": ("identity",)}, "reasons"),
        ({"measure": "limit", "reasons": ("other",)}, "note"),
        ({"measure": "limit", "reasons": ("other",), "note": "  "}, "note"),
        ({"note": "长" * 2001}, "note"),
        ({"codes": ("",)}, "codes"),
        ({"codes": ("x",) * 51}, "codes"),
        ({"seconds": -1.0}, "seconds"),
        ({"seconds": float("nan")}, "seconds"),
        ({"seconds": float("inf")}, "seconds"),
        ({"terms": {"right": object()}}, "terms"),
        ({"terms": {"right": "x" * 5000}}, "terms"),
    ],
)
def test_an_answer_the_queue_does_not_take(sqlite_database: Database, wrong: dict[str, Any], field: str) -> None:
    made = open_one(sqlite_database)
    with sqlite_database.write() as tx:
        with pytest.raises(Invalid) as raised:
            submit_review(tx, ANN, ReviewInput(made.id, made.version, **{"measure": "pass", **wrong}))
        assert raised.value.field == field
        assert reviews_of(tx, LEAD, made.id) == []


def test_who_may_not_answer(sqlite_database: Database) -> None:
    made = open_one(sqlite_database)
    with sqlite_database.write() as tx:
        for who in (somebody("abe", "auditor"), somebody("nar", "reviewer", queues=("product",))):
            with pytest.raises(Forbidden):
                submit_review(tx, who, ReviewInput(made.id, made.version, "pass"))
        with pytest.raises(NotFound):
            submit_review(tx, ANN, ReviewInput("cas_none", 1, "pass"))


def test_the_hospitals_chain_goes_level_by_level_by_different_people(database: Database) -> None:
    head = somebody("hea", "department_head", department="皮肤科")
    both = somebody("bot", "department_head", "publicity_officer", department="皮肤科")
    publicity = somebody("pub", "publicity_officer")
    made = open_one(
        database, "drf_1", "draft", facts={"department": "皮肤科", "draft_version": 1}, barred=("user:aut",)
    )
    with database.write() as tx, pytest.raises(Forbidden, match="作者"):
        take_case(tx, somebody("aut", "department_head"), made.id)
    back = answer(database, head, made, "return", reasons=("wording",))
    assert (back.final, back.measure, back.onward) == (True, "return", None)
    second = open_one(
        database, "drf_1", "draft", facts={"department": "皮肤科", "draft_version": 2}, barred=("user:aut",)
    )
    done = answer(database, both, second)
    onward = done.onward
    assert onward is not None
    assert (onward.queue, onward.parent, onward.subject) == ("publicity", second.id, "drf_1")
    assert onward.facts == second.facts
    for who in (both, somebody("aut", "publicity_officer")):
        with database.write() as tx, pytest.raises(Forbidden):
            take_case(tx, who, onward.id)
    last = answer(database, publicity, onward)
    assert (last.final, last.measure, last.onward) == (True, "pass", None)


def test_taking_back_within_the_minutes(database: Database, clock: SteppedClock) -> None:
    made = open_one(database)
    answer(database, ANN, made, "take_down")
    with database.write() as tx:
        with pytest.raises(Forbidden):
            undo_review(tx, BEN, made.id, "不是我的")
        with pytest.raises(Invalid):
            undo_review(tx, ANN, made.id, "")
    clock.move(timedelta(minutes=10))
    with database.write() as tx:
        back = undo_review(tx, ANN, made.id, "按错了")
        assert (back.state, back.lease_holder, back.outcome, back.closed_at) == ("leased", "user:ann", None, None)
        assert reviews_of(tx, ANN, made.id) == []
        with pytest.raises(Conflict, match="没有答案"):
            undo_review(tx, ANN, made.id, "再一次")
    answer(database, ANN, made, "pass")
    clock.move(timedelta(minutes=10, microseconds=1))
    with database.write() as tx, pytest.raises(Conflict, match="10 分钟"):
        undo_review(tx, ANN, made.id, "晚了")


def test_taking_back_goes_one_answer_at_a_time(database: Database) -> None:
    with using(TWICE):
        made = open_one(database)
        answer(database, ANN, made, "pass")
        with database.write() as tx:
            take_case(tx, BEN, made.id)
        with database.write() as tx, pytest.raises(Conflict, match="复审员"):
            undo_review(tx, ANN, made.id, "按错了")
        answer(database, BEN, made, "limit")
        with database.write() as tx, pytest.raises(Conflict):
            undo_review(tx, ANN, made.id, "按错了")
        with database.write() as tx:
            assert undo_review(tx, BEN, made.id, "按错了").stage == "second"
        assert answer(database, BEN, made, "pass").final


def test_taking_back_withdraws_what_arose_from_it(database: Database) -> None:
    head, publicity = somebody("hea", "department_head"), somebody("pub", "publicity_officer")
    made = open_one(database, "drf_1", "draft")
    onward = answer(database, head, made).onward
    assert onward is not None
    with database.write() as tx:
        undo_review(tx, head, made.id, "还要改")
        gone = get_case(tx, publicity, onward.id)
        assert (gone.state, gone.outcome) == ("closed", None)
    onward = answer(database, head, made).onward
    assert onward is not None
    with database.write() as tx:
        take_case(tx, publicity, onward.id)
    with database.write() as tx, pytest.raises(Conflict, match="引出"):
        undo_review(tx, head, made.id, "还要改")


def test_a_second_opinion_does_not_see_the_first(database: Database) -> None:
    def seen(who: Principal, case: str) -> list[str] | str:
        with database.read() as tx:
            try:
                return [review.reviewer for review in reviews_of(tx, who, case)]
            except DeskError as error:
                return error.word

    with using(TWICE):
        made = open_one(database)
        answer(database, ANN, made, "pass")
        assert seen(ANN, made.id) == ["user:ann"]
        assert seen(BEN, made.id) == seen(LEAD, made.id) == []  # the lead might be the second reviewer too
        assert seen(somebody("abe", "auditor"), made.id) == ["user:ann"]
        assert seen(somebody("aut", "author"), made.id) == "not_found"
        answer(database, BEN, made, "limit")
        assert seen(BEN, made.id) == ["user:ben"]
        assert seen(EXPERT, made.id) == ["user:ann", "user:ben"]
        answer(database, EXPERT, made, "limit")
        assert seen(CAT, made.id) == ["user:ann", "user:ben", "user:eve"]


def test_quality_checks_and_carries_nothing_out(database: Database) -> None:
    made = open_one(database, origin="appeal", queue="quality")
    done = answer(database, INSPECTOR, made, "take_down")
    assert (done.final, done.measure, done.case.outcome) == (True, None, "take_down")
    with database.read() as tx:
        assert [case.id for case in cases_of(tx, LEAD, "itm_1")] == [made.id]
