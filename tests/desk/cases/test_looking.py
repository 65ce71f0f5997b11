"""Lists, counts and single cases: in order, page by page, each with what the asker may see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mingjian.desk.cases.model import Case, CaseFilter, CaseRequest, QueueCount
from mingjian.desk.cases.service import (
    assign_case,
    cases_of,
    count_queues,
    get_case,
    list_cases,
    open_cases,
    overdue,
    take_case,
    visible_queues,
    withdraw_case,
)
from mingjian.desk.people.model import Principal
from mingjian.desk.queues.load import using
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import DeskError, Forbidden, Invalid, NotFound
from mingjian.records.storage.database import Database
from tests.desk.staff import ANN, AUDITOR, BEN, INSPECTOR, LEAD, POLICIES, answer, certain, somebody


def subjects(database: Database, who: Principal = LEAD, **wanted: Any) -> list[str]:
    with database.read() as tx:
        return [case.subject for case in list_cases(tx, who, CaseFilter(**wanted)).items]


@pytest.fixture
def many(database: Database, clock: SteppedClock) -> dict[str, Case]:
    """Cases in every state, by subject."""
    wishes = [
        CaseRequest("item", "low", {"value": "advice", "platform": "douyin"}),
        CaseRequest("item", "plain", {"value": "violation", "platform": "douyin", "publisher": "pub_1"}),
        CaseRequest("item", "grave", {"severity": "critical", "platform": "xiaohongshu", "publisher": "pub_1"}),
        CaseRequest("item", "drifted", {"severity": "high"}, origin="drift"),
        CaseRequest("actor", "newcomer"),
        CaseRequest("item", "held"),
        CaseRequest("item", "twice"),
        CaseRequest("item", "torn"),
        CaseRequest("item", "done"),
        CaseRequest("item", "mine"),
    ]
    with using(certain(content={"second": {"measures": ["limit"]}})):
        with database.write() as tx:
            made = {case.subject: case for case in open_cases(tx, POLICIES, wishes)}
        answer(database, ANN, made["twice"], "limit")
        answer(database, ANN, made["torn"], "limit")
        answer(database, BEN, made["torn"], "return")
        answer(database, ANN, made["done"])
        with database.write() as tx:
            take_case(tx, ANN, made["held"].id)
            assign_case(tx, LEAD, made["mine"].id, "user:ben")
    return made


def test_filters(database: Database, clock: SteppedClock, many: dict[str, Case]) -> None:
    assert subjects(database, queue="onboarding") == ["newcomer"]
    assert subjects(database)[0] == "grave"
    assert subjects(database)[-1] == "low"
    assert set(subjects(database)) == set(many)
    assert set(subjects(database, state="open")) == {"low", "plain", "grave", "drifted", "newcomer", "mine"}
    assert subjects(database, state="leased") == ["held"]
    assert subjects(database, holder="user:ann") == ["held"]
    assert subjects(database, state="second") == ["twice"]
    assert subjects(database, state="expert") == ["torn"]
    assert subjects(database, state="closed") == ["done"]
    assert set(subjects(database, state="live")) == set(many) - {"done"}
    assert subjects(database, assignee="user:ben") == ["mine"]
    assert subjects(database, origin="drift") == ["drifted"]
    assert subjects(database, platform="douyin") == ["plain", "low"]
    assert subjects(database, platform="douyin", value="violation") == ["plain"]
    assert subjects(database, severity="critical") == ["grave"]
    assert subjects(database, publisher="pub_1") == ["grave", "plain"]
    assert subjects(database, subject="twice", kind="item") == ["twice"]
    assert subjects(database, queues=("onboarding",)) == ["newcomer"]
    assert subjects(database, overdue=True) == []
    clock.move(timedelta(hours=2))
    assert subjects(database, overdue=True) == ["grave"]
    with database.read() as tx:
        assert [case.subject for case in overdue(tx)] == ["grave"]
        assert cases_of(tx, LEAD, "grave")[0].id == many["grave"].id
    assert subjects(database, state="leased") == []  # the lease has run out meanwhile
    assert "held" in subjects(database, state="open")


def test_pages_hold_every_case_once_in_order(database: Database) -> None:
    with database.write() as tx:
        open_cases(tx, POLICIES, [CaseRequest("item", f"itm_{number:03}") for number in range(53)])
        open_cases(
            tx, POLICIES, [CaseRequest("item", f"big_{number}", {"severity": "critical"}) for number in range(7)]
        )
    seen: list[Case] = []
    cursor, pages = None, 0
    with database.read() as tx:
        while True:
            page = list_cases(tx, LEAD, CaseFilter(queue="content"), cursor, 10)
            seen += page.items
            pages += 1
            if page.next is None:
                break
            cursor = page.next
    assert (len(seen), pages) == (60, 6)
    assert len({case.id for case in seen}) == 60
    assert seen == sorted(seen, key=lambda case: (case.priority, case.due_at, case.id))


@pytest.mark.parametrize(
    "cursor", ["", "x", "e30", "WzEsMl0", "WzEsMiwzXQ", "bnVsbA", "汉", "WzFlOTksMiwiYSJd", "W" * 9999]
)
def test_a_cursor_that_is_none_is_invalid(sqlite_database: Database, cursor: str) -> None:
    with sqlite_database.read() as tx, pytest.raises(Invalid) as raised:
        list_cases(tx, LEAD, CaseFilter(), cursor)
    assert raised.value.field == "cursor"


@pytest.mark.parametrize(
    ("wanted", "limit", "error"),
    [
        ({"state": "asleep"}, 50, Invalid),
        ({"origin": "rumour"}, 50, Invalid),
        ({}, 0, Invalid),
        ({}, 201, Invalid),
        ({"queue": "nowhere"}, 50, NotFound),
        ({"queue": "quality"}, 50, Forbidden),
        ({"origin": "golden"}, 50, Forbidden),
    ],
)
def test_wrong_questions(sqlite_database: Database, wanted: dict[str, Any], limit: int, error: type[DeskError]) -> None:
    who = somebody("nar", "reviewer", queues=("content",))
    with sqlite_database.read() as tx, pytest.raises(error):
        list_cases(tx, who, CaseFilter(**wanted), None, limit)


def test_each_sees_the_queues_they_may(database: Database) -> None:
    with database.write() as tx:
        open_cases(tx, POLICIES, [
            CaseRequest("item", "itm_1"), CaseRequest("actor", "pub_1"),
            CaseRequest("draft", "drf_skin", {"department": "皮肤科"}),
            CaseRequest("draft", "drf_teeth", {"department": "口腔科"}),
        ])  # fmt: skip
    head = somebody("hea", "department_head", department="皮肤科")
    narrow = somebody("nar", "reviewer", queues=("onboarding",))
    nobody = somebody("aut", "author")
    assert subjects(database, head) == subjects(database, head, queue="department") == ["drf_skin"]
    assert subjects(database, narrow) == ["pub_1"]
    assert subjects(database, nobody) == []
    assert len(subjects(database, AUDITOR)) == 4
    assert visible_queues(head) == ("department",)
    with database.read() as tx:
        assert [count.queue for count in count_queues(tx, narrow)] == ["onboarding"]
        teeth = list_cases(tx, AUDITOR, CaseFilter(subject="drf_teeth")).items[0]
        assert cases_of(tx, narrow, "itm_1") == []
        for who in (head, narrow, nobody):
            with pytest.raises(NotFound):
                get_case(tx, who, teeth.id)


def test_counts_are_counted(database: Database, clock: SteppedClock, many: dict[str, Case]) -> None:
    with database.read() as tx:
        counts = {count.queue: count for count in count_queues(tx, LEAD)}
    assert counts["content"] == QueueCount(
        "content", open=5, leased=1, second=1, expert=1, overdue=0, oldest_due=many["grave"].due_at
    )
    assert counts["content"].live == 8
    assert counts["product"] == QueueCount("product")
    clock.move(timedelta(hours=2))
    with database.write() as tx:
        withdraw_case(tx, LEAD, many["low"].id, "不审")
        content = next(count for count in count_queues(tx, LEAD) if count.queue == "content")
    assert (content.open, content.leased, content.overdue) == (5, 0, 1)


def test_inspectors_see_quality_and_reviewers_may_read(sqlite_database: Database) -> None:
    assert "quality" in visible_queues(INSPECTOR)
    assert "quality" in visible_queues(ANN)  # case.read: to look, not to answer
