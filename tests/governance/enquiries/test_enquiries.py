"""Enquiries to regulators: drafted, sent, reminded, answered, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mingjian.desk.cases.model import CaseFilter
from mingjian.desk.cases.service import list_cases
from mingjian.desk.people.model import house
from mingjian.governance.enquiries import service
from mingjian.governance.enquiries.letters import parse_letters
from mingjian.governance.enquiries.reminding import horizon, warn
from mingjian.records.clock import SteppedClock, moment
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.storage import enquiries as store
from mingjian.records.storage import registry as book
from mingjian.records.storage.database import Database
from mingjian.records.storage.enquiries import EnquiryFilter
from tests.governance.registered import ENQUIRER, OUTSIDER, clinic
from tests.governance.world import calm_queues

BLOB = "cd" * 32


@pytest.fixture
def credential(database: Database) -> str:
    return clinic(database, issuer="虚构市卫生健康委员会").credentials[0]


def draft(database: Database, credential: str, **more: Any) -> Any:
    with database.write() as tx:
        return service.draft(tx, ENQUIRER, credential, "官网查无此号", **more)


def sent(database: Database, credential: str) -> Any:
    id = draft(database, credential).id
    with database.write() as tx:
        return service.send(tx, ENQUIRER, id, "letter", "虚函〔2026〕1号")


def answer(database: Database, id: str, outcome: str, **more: Any) -> Any:
    with calm_queues(), database.write() as tx:
        return service.answer(tx, ENQUIRER, id, outcome, "来函收悉", more.pop("evidence", BLOB), **more)


def test_the_letter_is_written_from_what_is_registered(database: Database, credential: str) -> None:
    id = draft(database, credential).id
    with database.read() as tx:
        found, letter, said = service.get_enquiry(tx, ENQUIRER, id)
    assert letter is not None and said is None and "{" not in letter
    for word in (
        "虚构市卫生健康委员会:",
        "主体:虚构clinic",
        "医疗机构执业许可证",
        "PDY-clinic",
        "2020-01-01 至 2027-01-01",
        "官网查无此号",
    ):
        assert word in letter
    assert (found.state, found.regulator, found.credential) == ("drafted", "虚构市卫生健康委员会", credential)


def test_without_an_issuer_the_usual_regulator_is_asked(database: Database) -> None:
    assert draft(database, clinic(database).credentials[0]).regulator == "所在地卫生健康委员会"


def test_edited_before_it_is_sent(database: Database, credential: str) -> None:
    id = draft(database, credential).id
    with database.write() as tx:
        service.edit(tx, ENQUIRER, id, "改过的信", "省卫生健康委员会")
        found, letter, _ = service.get_enquiry(tx, ENQUIRER, id)
        assert (found.regulator, letter) == ("省卫生健康委员会", "改过的信")
        service.send(tx, ENQUIRER, id, "email", "")
        with pytest.raises(Conflict):
            service.edit(tx, ENQUIRER, id, "再改", "谁")


def test_the_answer_is_due_in_ten_working_days(database: Database, clock: SteppedClock, credential: str) -> None:
    found = sent(database, credential)
    assert moment(found.due_at).strftime("%Y-%m-%d %H:%M") == "2026-03-16 18:00"
    clock.move(timedelta(days=15))
    with database.read() as tx:
        assert [one.id for one in store.list_enquiries(tx, EnquiryFilter(overdue=True), None, 9)[0]] == [found.id]
        assert found.overdue(tx.now) and store.count_enquiries(tx) == {"sent": 1, "overdue": 1}
    with database.write() as tx:
        again = service.remind(tx, ENQUIRER, found.id, "电话催办")
    assert (again.reminded, again.state) == (1, "sent") and (again.due_at or 0) > clock.now()


def test_a_near_due_time_is_told_once_and_again_when_it_moved(
    database: Database, clock: SteppedClock, credential: str
) -> None:
    found = sent(database, credential)
    with database.write() as tx:
        assert warn(tx) == 0 and not found.due_soon(tx.now, horizon(tx.now))
    clock.move(timedelta(days=11))  # a Friday: two working days are left
    with database.write() as tx:
        assert found.due_soon(tx.now, horizon(tx.now))
        assert (warn(tx), warn(tx)) == (1, 0)
        service.remind(tx, ENQUIRER, found.id, "电话催办")
        assert warn(tx) == 0
    clock.move(timedelta(days=30))
    with database.write() as tx:
        assert (warn(tx), warn(tx)) == (1, 0)


@pytest.mark.parametrize(("outcome", "check", "cases"), [
    ("confirmed", "confirmed", 0), ("contradicted", "contradicted", 1), ("other", None, 0),
])  # fmt: skip
def test_the_answer_is_noted_on_the_credential(
    database: Database, credential: str, outcome: str, check: str | None, cases: int
) -> None:  # fmt: skip
    with database.read() as tx:
        before = book.credentials_by_id(tx, [credential])[credential].check
    done = answer(database, sent(database, credential).id, outcome)
    assert (done.state, done.outcome, done.evidence) == ("answered", outcome, BLOB)
    with database.read() as tx:
        after = book.credentials_by_id(tx, [credential])[credential]
        found = list_cases(tx, house("t"), CaseFilter(state="live"), None, 9).items
    assert after.check == (check or before) and len(found) == cases
    if cases:
        assert (found[0].queue, found[0].origin, found[0].facts["enquiry"]) == ("onboarding", "patrol", done.id)


def test_one_live_enquiry_for_each_credential(database: Database, credential: str) -> None:
    first = draft(database, credential)
    assert draft(database, credential).id == first.id
    with database.write() as tx:
        service.close(tx, ENQUIRER, first.id, "登记有误,不问了")
    assert draft(database, credential).id != first.id


def test_closing(database: Database, credential: str) -> None:
    id = sent(database, credential).id
    with database.write() as tx, pytest.raises(Invalid, match="理由"):
        service.close(tx, ENQUIRER, id, " ")
    answer(database, id, "confirmed")
    with database.write() as tx:
        assert service.close(tx, ENQUIRER, id, "").state == "closed"
        with pytest.raises(Conflict):
            service.close(tx, ENQUIRER, id, "")


def test_what_is_refused(database: Database, credential: str) -> None:
    id = sent(database, credential).id
    with database.write() as tx:
        refused: list[tuple[str, dict[str, Any]]] = [
            ("confirmed", {"evidence": None}), ("maybe", {}), ("confirmed", {"at": tx.now + 1}),
            ("confirmed", {"at": 1}),
        ]  # fmt: skip
        for wrong, more in refused:
            with pytest.raises(Invalid):
                service.answer(tx, ENQUIRER, id, wrong, "", **{"evidence": BLOB, **more})
        for act in (
            lambda: service.draft(tx, OUTSIDER, credential, "x"), lambda: service.get_enquiry(tx, OUTSIDER, id),
            lambda: service.remind(tx, OUTSIDER, id), lambda: service.close(tx, OUTSIDER, id, "x"),
        ):  # fmt: skip
            with pytest.raises(Forbidden):
                act()
        with pytest.raises(NotFound):
            service.close(tx, ENQUIRER, "enq_none", "x")
        with pytest.raises(Conflict):
            service.send(tx, ENQUIRER, id, "letter", "")


def test_refolding_gives_the_same(database: Database, clock: SteppedClock, credential: str) -> None:
    id = sent(database, credential).id
    with database.write() as tx:
        service.remind(tx, ENQUIRER, id)
    answer(database, id, "contradicted")
    with database.read() as tx:
        was = store.enquiry_by_id(tx, id)
    refold(database)
    with database.read() as tx:
        assert store.enquiry_by_id(tx, id) == was


@pytest.mark.parametrize(("change", "told"), [
    ({"due_days": 0}, "due_days"), ({"regulators": {"none": "x"}}, "regulators.none"), ({"how": {}}, "how"),
    ({"letters": {"usual": {"title": "a", "title_en": "b", "text": "{secret}"}}}, "没有 {secret}"),
    ({"x": 1}, "没有这个字段"),
])  # fmt: skip
def test_a_wrong_file(change: dict[str, Any], told: str) -> None:
    good = {"due_days": 5, "platform": "某平台", "how": {"letter": {"title": "函", "title_en": "Letter"}},
            "letters": {"usual": {"title": "核实", "title_en": "Verify", "text": "{entity}"}}}  # fmt: skip
    parse_letters(good)
    with pytest.raises(Invalid) as wrong:
        parse_letters({**good, **change})
    assert told in wrong.value.message
