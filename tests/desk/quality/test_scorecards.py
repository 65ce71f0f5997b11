"""Scorecards: each figure is counted from the answers, and the answers behind it can be seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mingjian.desk.cases.model import CaseFilter, CaseRequest
from mingjian.desk.cases.service import list_cases, next_case, undo_review
from mingjian.desk.people.model import Principal
from mingjian.desk.quality.golden import add_golden
from mingjian.desk.quality.scorecards import FIGURES, Scorecard, agreement, reviews_behind, scorecard, scorecards
from mingjian.desk.queues.load import using
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Forbidden, Invalid
from mingjian.records.storage import review_counts
from mingjian.records.storage.database import Database
from tests.desk.staff import ANN, BEN, EXPERT, INSPECTOR, LEAD, answer, certain, open_one, somebody

FOREVER = 1 << 60
OFFICER = somebody("off", "appeal_officer")


def card(database: Database, who: Principal = ANN, **more: Any) -> Scorecard:
    with database.read() as tx:
        return scorecard(tx, LEAD, who.actor, **{"since": 0, "until": FOREVER, **more})


def figures(database: Database, who: Principal = ANN, **more: Any) -> dict[str, tuple[int, int]]:
    return {figure.name: (figure.hits, figure.of) for figure in card(database, who, **more).figures}


def test_every_figure_says_how_it_is_counted() -> None:
    assert tuple(FIGURES) == review_counts.FIGURES
    assert all(text for figure in FIGURES.values() for text in figure)


def test_volume_and_time(database: Database, clock: SteppedClock) -> None:
    for number, seconds in enumerate((10.0, 40.0, 20.0)):
        answer(database, ANN, open_one(database, f"itm_{number}"), seconds=seconds)
    assert card(database).seconds == 20
    answer(database, ANN, open_one(database, "itm_3"), "limit", seconds=90.0)
    found = card(database)
    assert (found.volume, found.answers, found.measures) == (4, {"first": 4}, {"limit": 1, "pass": 3})
    assert found.seconds == 30
    last = open_one(database, "itm_4")
    answer(database, ANN, last, seconds=500.0)
    with database.write() as tx:
        undo_review(tx, ANN, last.id, "按错了")
    found = card(database)
    assert (found.volume, found.undone, found.seconds) == (4, 1, 30)
    assert card(database, BEN).seconds is None
    assert card(database, queue="product").volume == 0
    clock.move(timedelta(days=1))
    assert card(database, since=clock.now()).volume == 0


def test_what_was_overturned_by_whom(database: Database) -> None:
    with using(certain(content={"second": {"share": 1}})):
        for number, (first, second, expert) in enumerate(
            [("pass", "pass", ""), ("pass", "limit", "limit"), ("limit", "pass", "limit"), ("pass", "limit", "label")]
        ):
            case = open_one(database, f"itm_{number}")
            answer(database, ANN, case, first)
            answer(database, BEN, case, second)
            if expert:
                answer(database, EXPERT, case, expert)
    nothing = {"sample": (0, 0), "appeal": (0, 0), "golden": (0, 0)}
    assert figures(database) == {"second": (3, 4), "expert": (2, 3), **nothing}
    assert figures(database, BEN) == {"second": (0, 0), "expert": (2, 3), **nothing}
    assert figures(database, EXPERT)["expert"] == (0, 0)
    one = next(figure for figure in card(database).figures if figure.name == "second")
    assert one.share == 0.75
    assert one.interval is not None and one.interval[0] < 0.75 < one.interval[1]
    with database.read() as tx:
        page = reviews_behind(tx, LEAD, ANN.actor, "second", 0, FOREVER, limit=2)
        rest = reviews_behind(tx, LEAD, ANN.actor, "second", 0, FOREVER, limit=2, cursor=page.next)
        every = reviews_behind(tx, LEAD, ANN.actor, "second", 0, FOREVER, hits=False)
    assert [len(page.items), len(rest.items), len(every.items)] == [2, 1, 4]
    assert rest.next is None
    assert {review.reviewer for review in every.items} == {"user:ann"}


def test_agreement_is_the_same_from_both_sides(database: Database) -> None:
    with using(certain(content={"second": {"share": 1}})):
        for number, (first, second) in enumerate([("pass", "pass"), ("limit", "limit"), ("pass", "limit")]):
            case = open_one(database, f"itm_{number}")
            answer(database, ANN, case, first)
            answer(database, BEN, case, second)
        case = open_one(database, "itm_9")
        answer(database, BEN, case, "limit")
        answer(database, ANN, case, "pass")
    with database.read() as tx:
        found = agreement(tx, LEAD, 0, FOREVER)
    assert found.reviewers_table == {
        ("pass", "pass"): 1, ("limit", "limit"): 1, ("pass", "limit"): 1, ("limit", "pass"): 1
    }  # fmt: skip
    assert (found.reviewers.pairs, found.reviewers.agreed, found.reviewers.value) == (4, 2, 0)
    own, other = card(database).agreement, card(database, BEN).agreement
    assert (own.pairs, own.agreed) == (other.pairs, other.agreed) == (4, 2)
    assert own.value == pytest.approx(other.value) == pytest.approx(0.2)


def test_samples_appeals_and_golden_items_count(database: Database) -> None:
    with database.write() as tx:
        add_golden(tx, INSPECTOR, CaseRequest("item", "known_1", queue="content"), ("take_down", "limit"))
        add_golden(tx, INSPECTOR, CaseRequest("item", "known_2", queue="content"), ("take_down",))
    book = certain(content={"samples": {"share": 1, "queue": "quality"}, "golden": {"share": 1}})
    with using(book):
        right, wrong = open_one(database, "itm_1"), open_one(database, "itm_2")
        for _ in range(2):
            with database.write() as tx:
                given = next_case(tx, ANN, "content")
            assert given is not None and given.subject.startswith("known")
            answer(database, ANN, given, "limit")
        answer(database, ANN, right, "limit")
        answer(database, ANN, wrong, "limit")
        with database.read() as tx:
            samples = list_cases(tx, LEAD, CaseFilter(origin="sample")).items
        for sample in samples:
            answer(database, INSPECTOR, sample, "limit" if sample.subject == "itm_1" else "pass")
        (open_sample,) = [sample for sample in samples if sample.subject == "itm_2"]
        assert figures(database)["sample"] == (0, 1)  # the other one waits for the expert
        answer(database, EXPERT, open_sample, "pass")
    for case, outcome in ((right, "overturned"), (wrong, "upheld")):
        appeal = open_one(database, f"apl_{case.id}", "appeal", origin="appeal", parent=case.id)
        answer(database, OFFICER, appeal, outcome)
    assert figures(database) == {
        "second": (0, 0), "expert": (0, 0), "sample": (1, 2), "appeal": (1, 2), "golden": (1, 2)
    }  # fmt: skip
    with database.read() as tx:
        found = agreement(tx, LEAD, 0, FOREVER)
        assert found.inspection_table == {("limit", "limit"): 1, ("limit", "pass"): 1}
        cards = {one.reviewer: one.volume for one in scorecards(tx, LEAD, 0, FOREVER)}
    assert cards == {"user:ann": 4, "user:ian": 2, "user:eve": 1, "user:off": 2}


def test_who_may_see_scorecards(sqlite_database: Database) -> None:
    answer(sqlite_database, ANN, open_one(sqlite_database))
    with sqlite_database.read() as tx:
        assert scorecard(tx, ANN, ANN.actor, 0, FOREVER).volume == 1
        assert reviews_behind(tx, ANN, ANN.actor, "appeal", 0, FOREVER).items == ()
        for attempt in (
            lambda: scorecard(tx, BEN, ANN.actor, 0, FOREVER),
            lambda: scorecards(tx, BEN, 0, FOREVER),
            lambda: agreement(tx, BEN, 0, FOREVER),
            lambda: reviews_behind(tx, BEN, ANN.actor, "second", 0, FOREVER),
            lambda: reviews_behind(tx, ANN, ANN.actor, "golden", 0, FOREVER),
        ):
            with pytest.raises(Forbidden):
                attempt()
        for wrong in ({"name": "charm"}, {"since": FOREVER}, {"limit": 0}, {"cursor": "x"}):
            asked: dict[str, Any] = {"name": "second", "since": 0, "until": FOREVER, **wrong}
            with pytest.raises(Invalid):
                reviews_behind(tx, LEAD, ANN.actor, **asked)
