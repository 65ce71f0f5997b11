"""What follows from verdicts: cases and measures by policies that bind, nothing at all by shadows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.cases.service import take_case
from mingjian.desk.queues.load import read_book, using
from mingjian.governance.actions.book import Book
from mingjian.governance.actions.standing import in_force_on_item
from mingjian.governance.decisions.law import Basis, packaged_basis
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide, review_case
from mingjian.governance.policies.evaluate import in_share
from mingjian.governance.policies.service import (
    applier,
    hits_of_item,
    install_shipped,
    restore,
    shadow_report,
    shadow_rule,
    suspend_rule,
)
from mingjian.records.errors import Conflict, Forbidden, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.journal.model import Recorded
from mingjian.records.storage import policies, policy_hits
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after
from tests.governance.policies.house import BAD, DEPLOYER, EVERYTHING, GOOD, MILD, TOXIC, House, written
from tests.governance.world import ANN, LEAD, calm_queues

SALE = ("TOX-5-sale", "AD-15-1-name")


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    with calm_queues():
        yield House(database)


@pytest.fixture
def small(sqlite_database: Database) -> Iterator[House]:
    with calm_queues():
        yield House(sqlite_database)


def happened(house: House, *kinds: str, after: int = 0) -> list[Recorded]:
    with house.database.read() as tx:
        return events_after(tx, after, kinds=kinds, limit=10_000)


def followed(house: House, item: str) -> list[tuple[str, str, str]]:
    with house.database.read() as tx:
        return [(f"{hit.policy}/{hit.clause}", hit.mode, hit.outcome) for hit in hits_of_item(tx, ANN, item)]


def install(house: House) -> House:
    with house.database.write() as tx:
        install_shipped(tx)
    return house


def test_a_batch_is_followed_by_cases_and_measures_of_the_live_policy(house: House) -> None:
    install(house)
    bad, good, toxic = house.judge(BAD, GOOD, TOXIC)
    assert [bad.standing, good.standing, toxic.standing] == [None, None, "limit"]
    cases = {event.body["subject"]: event.body for event in happened(house, "case.opened")}
    assert cases.keys() == {bad.id, toxic.id}
    assert {body["queue"] for body in cases.values()} == {"content"}
    assert cases[toxic.id]["priority"] == 0
    assert cases[toxic.id]["facts"]["policy"] == "content@1"
    assert followed(house, toxic.id) == [("content@1/toxic-drug", "acted", "limit+queue")]
    assert followed(house, good.id) == []
    with house.database.read() as tx:
        (action,) = in_force_on_item(tx, toxic.id)
    assert (action.measure, action.policy) == ("limit", "content@1")
    (made,) = happened(house, "decision.made")
    assert made.actor == "duty:policies"
    assert set(SALE) <= set(made.body["codes"])
    assert made.body["cites"]


def test_products_and_newcomers_go_to_their_own_desks(small: House) -> None:
    install(small)
    small.judge(BAD, kind="product")
    (item, _) = small.judge(GOOD, BAD, kind="profile")
    opened = [
        (event.body["queue"], event.body["kind"], event.body["subject"]) for event in happened(small, "case.opened")
    ]
    assert [queue for queue, _, _ in opened] == ["product", "onboarding"]
    assert opened[1][1:] == ("actor", "clinic")
    (nobody,) = small.judge(GOOD, kind="profile", publisher={"kind": "person"})
    assert happened(small, "case.opened")[-1].body["subject"] == nobody.id
    assert item.standing is None


def test_a_person_replaces_what_the_policy_did(small: House) -> None:
    install(small)
    (toxic,) = small.judge(TOXIC)
    (opened,) = happened(small, "case.opened")
    with small.database.write() as tx:
        case = take_case(tx, ANN, opened.subject)
        review_case(tx, ANN, ReviewInput(case.id, case.version, "take_down", ("unregistered",)))
        assert [action.measure for action in in_force_on_item(tx, toxic.id)] == ["take_down"]


def test_a_shadow_does_nothing_but_say_what_it_would_have_done(house: House) -> None:
    """The proof: beside a shadow that would limit and queue everything, the desk's journal is, but for the shadow's
    own record, what it is without."""
    house.at(written(1, MILD), "live")
    kept = house.at(written(2), "shadow")
    start = kept.revision
    bad, good, toxic = house.judge(BAD, GOOD, TOXIC)
    kinds = {event.kind for event in happened(house, after=start)}
    assert kinds == {"item.submitted", "item.judged", "policy.applied"}
    assert [item.standing for item in (bad, good, toxic)] == [None] * 3
    assert followed(house, toxic.id) == [("content@2/toxic", "shadow", "limit+queue")]
    with house.database.read() as tx:
        report = shadow_report(tx, ANN, kept.id)
        assert policies.version_by_id(tx, kept.id) == kept
    assert (report.items, report.changes) == (3, {("pass", "queue"): 1, ("pass", "limit+queue"): 1})
    assert {hit.item for hit in report.samples} == {bad.id, toxic.id}


def test_a_share_of_the_items_goes_by_the_new_version(house: House) -> None:
    house.at(written(1, MILD), "live")
    house.at(written(2, EVERYTHING), "share", percent=30)
    items = house.judge(*[GOOD + str(number) for number in range(60)])
    expected = {item.id for item in items if in_share("content", item.id, 30)}
    opened = {event.body["subject"] for event in happened(house, "case.opened")}
    assert opened == expected
    assert 0 < len(expected) < 60


def test_a_deployed_version_counts_from_the_next_batch_on(small: House) -> None:
    small.at(written(1, MILD), "live")
    small.judge(GOOD)
    assert not happened(small, "case.opened")
    small.at(written(2, EVERYTHING), "live")
    (item,) = small.judge(GOOD + "二")
    assert [event.body["subject"] for event in happened(small, "case.opened")] == [item.id]


def set_rule(house: House, change: Any, subject: str) -> None:
    with house.database.write() as tx:
        change(tx, DEPLOYER, subject, "先看看")


@pytest.mark.parametrize("subjects", [SALE, ("content@1/toxic-drug",)])
def test_a_suspended_rule_or_clause_opens_cases_and_nothing_else(house: House, subjects: tuple[str, ...]) -> None:
    install(house)
    for subject in subjects:
        set_rule(house, suspend_rule, subject)
    (toxic,) = house.judge(TOXIC)
    assert toxic.standing is None
    (opened,) = happened(house, "case.opened")
    assert f"{subjects[0]}" in opened.body["reason"]
    assert "已暂停自动处置" in opened.body["reason"]
    for subject in subjects:
        set_rule(house, restore, subject)
    assert house.judge(TOXIC + "二")[0].standing == "limit"
    before = _tables(house)
    refold(house.database)
    assert _tables(house) == before


def _tables(house: House) -> list[object]:
    with house.database.read() as tx:
        return [policies.versions(tx), policies.rule_states(tx), policy_hits.hits_of_policy(tx, "content@1", "acted")]


def test_a_rule_in_shadow_is_recorded_and_nothing_follows(small: House) -> None:
    install(small)
    (before,) = small.judge(BAD)
    with small.database.read() as tx:
        codes = policy_hits.known_codes(tx)
    for code in codes:
        set_rule(small, shadow_rule, code)
    (after,) = small.judge(BAD + "二")
    assert after.value == before.value == "violation"
    assert after.findings >= before.findings > 0
    assert [event.body["subject"] for event in happened(small, "case.opened")] == [before.id]


def test_rules_are_set_by_deployers_with_a_reason(small: House) -> None:
    with small.database.write() as tx:
        with pytest.raises(Forbidden):
            suspend_rule(tx, ANN, SALE[0], "因为")
        with pytest.raises(NotFound):
            shadow_rule(tx, DEPLOYER, "NO-SUCH-RULE", "因为")
        with pytest.raises(NotFound):
            suspend_rule(tx, DEPLOYER, "content@1/toxic", "因为")
        with pytest.raises(Conflict, match="正常"):
            restore(tx, DEPLOYER, SALE[0], "因为")
        suspend_rule(tx, DEPLOYER, SALE[0], "因为")
        with pytest.raises(Conflict, match="暂停自动处置"):
            suspend_rule(tx, DEPLOYER, SALE[0], "因为")


def test_without_policies_people_look_at_what_is_not_clean(small: House) -> None:
    bad, _ = small.judge(BAD, GOOD)
    assert [event.body["subject"] for event in happened(small, "case.opened")] == [bad.id]
    assert followed(small, bad.id) == [("/no-policy", "acted", "queue")]


def shorter(book: Book) -> Book:
    """A book whose limit may last one day only."""
    return replace(book, measures={**book.measures, "limit": replace(book.measures["limit"], most_days=1)})


def without(book: Book) -> Book:
    return replace(book, measures={name: one for name, one in book.measures.items() if name != "limit"})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda basis: replace(basis, resolve=lambda _name, _day: None), "没有当日有效的法条"),
        (lambda basis: replace(basis, book=shorter(basis.book)), "没有这样的措施或期限"),
        (lambda basis: replace(basis, book=without(basis.book)), "没有这样的措施或期限"),
    ],
)
def test_a_measure_that_cannot_be_taken_becomes_a_case(
    sqlite_database: Database, change: Callable[[Basis], Basis], why: str
) -> None:
    house = install(House(sqlite_database, applier(change(packaged_basis()))))
    (toxic,) = house.judge(TOXIC)
    assert toxic.standing is None
    (opened,) = happened(house, "case.opened")
    assert why in opened.body["reason"]
    assert followed(house, toxic.id) == [("content@1/toxic-drug", "acted", "queue")]


def test_a_queue_that_is_gone_leaves_it_to_the_routes(small: House) -> None:
    install(small)
    book = read_book()
    routes = tuple(route for route in book.routes if route.queue != "product")
    without = {name: queue for name, queue in book.queues.items() if name != "product"}
    small.judge(BAD, kind="product")  # the policy is kept as it was read while the queue was there
    with using(type(book)(without, routes, book.opens, book.closes, book.calendar)):
        small.judge(BAD + "二", kind="product")
    assert [event.body["queue"] for event in happened(small, "case.opened")] == ["product", "content"]


def test_strikes_of_the_publisher_are_known_where_a_clause_asks(small: House) -> None:
    twice = (
        "  - {name: again, title: 屡犯, when: {findings: {status: violation}, facts: {strikes: {at_least: 1}}},"
        " then: {queue: quality}, reason: 屡犯}\n"
    )
    install(small)
    (first,) = small.judge(BAD)
    with small.database.write() as tx:
        decide(tx, LEAD, DecisionInput("take_down", item=first.id, reasons=("保证功效",)))
    small.at(written(2, twice + "  - {name: rest, title: 其余, then: pass}\n"), "live")
    small.judge(BAD, publisher={"id": "another", "kind": "institution"})
    (item,) = small.judge(BAD + "二")
    assert [(event.body["subject"], event.body["queue"]) for event in happened(small, "case.opened")[1:]] == [
        (item.id, "quality")
    ]
