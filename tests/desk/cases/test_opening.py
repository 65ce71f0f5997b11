"""Opening cases: where they go, how urgent they are, and that one wish is one case."""

from __future__ import annotations

import pytest

from mingjian.desk.cases.model import PRIORITIES, CaseRequest
from mingjian.desk.cases.service import get_case, open_cases, withdraw_case
from mingjian.records.clock import moment
from mingjian.records.errors import Forbidden, Invalid, NotFound
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_of
from tests.desk.staff import ANN, AUDITOR, LEAD, POLICIES, open_one, somebody

FACTS = {
    "platform": "xiaohongshu", "nature": "advertisement", "severity": "critical", "value": "violation",
    "publisher": "pub_1", "publisher_kind": "institution", "families": ["minors"], "risk": 0.9, "absent": None,
}  # fmt: skip


def test_a_case_is_routed_ranked_and_kept(database: Database) -> None:
    made = open_one(database, facts=FACTS, reason="命中策略")
    assert (made.queue, made.state, made.stage, made.kind) == ("content", "open", "first", "item")
    assert PRIORITIES[made.priority] == "urgent"
    assert f"{moment(made.due_at):%m-%d %H:%M}" == "03-02 10:00"
    assert (made.platform, made.severity, made.publisher) == ("xiaohongshu", "critical", "pub_1")
    assert made.facts["families"] == ["minors"]
    assert (made.opened_by, made.reason) == ("duty:policies", "命中策略")
    with database.read() as tx:
        assert get_case(tx, ANN, made.id) == made
        assert [event.kind for event in events_of(tx, made.id)] == ["case.opened"]


def test_the_same_wish_is_the_same_case_while_it_lives(database: Database) -> None:
    wish = CaseRequest("item", "itm_1")
    with database.write() as tx:
        first, second, other = open_cases(tx, POLICIES, [wish, wish, CaseRequest("item", "itm_2")])
        again = open_cases(tx, POLICIES, [wish, CaseRequest("item", "itm_1", origin="drift")])
    assert first.id == second.id == again[0].id
    assert len({first.id, other.id, again[1].id}) == 3
    with database.write() as tx:
        withdraw_case(tx, LEAD, first.id, "重复")
        assert open_cases(tx, POLICIES, [wish])[0].id != first.id
        assert open_cases(tx, POLICIES, []) == []


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (CaseRequest("song", "x"), "kind"),
        (CaseRequest("item", "x", origin="rumour"), "origin"),
        (CaseRequest("item", ""), "subject"),
        (CaseRequest("item", "x" * 201), "subject"),
        (CaseRequest("item", "a\nb"), "subject"),
        (CaseRequest("item", "x", {"platform": 3}), "facts.platform"),
        (CaseRequest("item", "x", {"platform": "x" * 65}), "facts.platform"),
        (CaseRequest("item", "x", {"more": "长" * 2000}), "facts"),
        (CaseRequest("item", "x", {"more": object()}), "facts"),
        (CaseRequest("item", "x", {"more": float("nan")}), "facts"),
        (CaseRequest("item", "x", reason="长" * 2001), "reason"),
        (CaseRequest("item", "x", queue="onboarding"), "queue"),
    ],
)
def test_a_wrong_wish_opens_nothing(sqlite_database: Database, wish: CaseRequest, field: str) -> None:
    with pytest.raises(Invalid) as raised, sqlite_database.write() as tx:
        open_cases(tx, POLICIES, [CaseRequest("item", "itm_1"), wish])
    assert raised.value.field == field
    with sqlite_database.read() as tx:
        assert events_of(tx, "itm_1") == []


def test_opening_by_hand_asks_for_permission(sqlite_database: Database) -> None:
    with sqlite_database.write() as tx:
        wish = CaseRequest("item", "itm_1", origin="manual")
        assert open_cases(tx, ANN, [wish])[0].opened_by == "user:ann"
        assert open_cases(tx, somebody("adm", "administrator"), [wish])
        with pytest.raises(Forbidden):
            open_cases(tx, AUDITOR, [wish])
        with pytest.raises(NotFound):
            open_cases(tx, ANN, [CaseRequest("item", "itm_1", queue="nowhere")])
