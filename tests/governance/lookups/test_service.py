"""Official look-ups: asked durably, answered once, by a program or a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from mingjian.desk.cases.model import CaseFilter
from mingjian.desk.cases.service import list_cases
from mingjian.desk.people.model import house
from mingjian.governance.lookups import service
from mingjian.governance.lookups.sources import SOURCES
from mingjian.records.clock import MICROSECONDS, SteppedClock
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.lookups.model import Answer
from mingjian.records.storage import lookups as store
from mingjian.records.storage import registry as book
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after
from tests.governance.registered import INSPECTOR, KEEPER, OUTSIDER, clinic, paper, put
from tests.governance.world import calm_queues

BLOB = "ab" * 32


@pytest.fixture(autouse=True)
def automatic() -> Iterator[None]:
    """Every source may be asked by program."""
    on = {name: replace(one, automatic=one.adapter != "page") for name, one in SOURCES.current().items()}
    with calm_queues(), SOURCES.using(on):
        yield


@pytest.fixture
def credential(database: Database) -> str:
    return clinic(database).credentials[0]


def ask(database: Database, *credentials: str, **more: Any) -> list[Any]:
    with database.write() as tx:
        return service.request(tx, KEEPER, credentials, **more)


def claim(database: Database) -> service.Claimed | None:
    with database.write() as tx:
        return service.claim(tx)


def settle(database: Database, outcome: str, claimed: service.Claimed | None = None, **more: Any) -> Any:
    claimed = claimed or claim(database)
    assert claimed is not None
    with database.write() as tx:
        return service.settle(tx, claimed, Answer(outcome, {"shown": {"number": "x"}}, at=tx.now, **more), BLOB)


def held(database: Database, credential: str) -> Any:
    with database.read() as tx:
        return book.credentials_by_id(tx, [credential])[credential]


def cases(database: Database) -> list[Any]:
    with database.read() as tx:
        return list(list_cases(tx, house("t"), CaseFilter(state="live"), None, 50).items)


def test_confirmed(database: Database, credential: str) -> None:
    (asked,) = ask(database, credential, why="入驻")
    assert (asked.state, asked.source, asked.why) == ("waiting", "nhc_unit", "入驻")
    done = settle(database, "confirmed", why="与官方一致")
    assert (done.state, done.outcome, done.evidence, done.case) == ("answered", "confirmed", BLOB, None)
    after = held(database, credential)
    assert (after.check, after.why, after.evidence) == ("confirmed", "与官方一致", BLOB)
    assert cases(database) == []


def test_contradicted_opens_one_case(database: Database, credential: str) -> None:
    ask(database, credential)
    done = settle(database, "contradicted", why="官方状态为注销")
    (case,) = cases(database)
    assert (case.id, case.kind, case.queue, case.subject) == (done.case, "actor", "onboarding", "clinic")
    assert case.reason == "官方核验:官方状态为注销" and held(database, credential).check == "contradicted"


@pytest.mark.parametrize(("kind", "number", "check"), [
    ("device_registration", "国械注准20193130001", "contradicted"), ("device_filing", "京械备20190001", "unchanged"),
])  # fmt: skip
def test_not_found_speaks_against_it_only_where_the_source_is_whole(
    database: Database, kind: str, number: str, check: str
) -> None:  # fmt: skip
    with database.write() as tx:
        (id,) = put(tx, "device", "d1", credentials=[paper(kind, number)]).credentials
    before = held(database, id).check
    ask(database, id)
    settle(database, "not_found", why="官方没有这个号码")
    assert held(database, id).check == (before if check == "unchanged" else check)
    assert [case.kind for case in cases(database)] == ["product"]


def test_unavailable_is_tried_again_later_and_says_nothing(
    database: Database, clock: SteppedClock, credential: str
) -> None:  # fmt: skip
    before = held(database, credential)
    ask(database, credential)
    waits = []
    for _ in range(SOURCES.current()["nhc_unit"].tries):
        done = settle(database, "unavailable", why="页面要求验证或拦截(验证码)")
        if done.next_at is not None:
            waits.append((done.next_at - clock.now()) // MICROSECONDS)
            assert claim(database) is None
            clock.move(timedelta(microseconds=done.next_at - clock.now()))
    assert waits == sorted(waits) and len(waits) == 4 and waits[0] >= 60
    assert (done.state, done.error, done.tries) == ("by_hand", "页面要求验证或拦截(验证码)", 5)
    assert held(database, credential) == before and cases(database) == []


def test_retry_after_is_heeded(database: Database, clock: SteppedClock, credential: str) -> None:
    ask(database, credential)
    done = settle(database, "unavailable", why="HTTP 429", wait=5000.0)
    assert done.next_at == clock.now() + 5000 * MICROSECONDS


def test_a_source_is_asked_by_one_at_a_time_and_not_too_often(database: Database, clock: SteppedClock) -> None:
    first, second = (clinic(database, name).credentials[0] for name in ("a", "b"))
    ask(database, first, second)
    claimed = claim(database)
    assert claimed is not None and claim(database) is None
    settle(database, "confirmed", claimed)
    assert claim(database) is None
    clock.move(timedelta(seconds=20))
    assert claim(database) is not None


def test_whoever_is_killed_between_asking_and_settling_loses_nothing(
    database: Database, clock: SteppedClock, credential: str
) -> None:  # fmt: skip
    ask(database, credential)
    lost = claim(database)
    clock.move(timedelta(seconds=181))
    settle(database, "contradicted")
    late = settle(database, "confirmed", lost)  # the one thought dead comes back
    assert late.outcome == "contradicted" and held(database, credential).check == "contradicted"
    with database.read() as tx:
        assert len(events_after(tx, 0, kinds=["lookup.answered"])) == 1
        assert len(events_after(tx, 0, kinds=["credential.checked"])) == 1
    assert len(cases(database)) == 1


def test_asked_twice_is_one_question(database: Database, credential: str) -> None:
    assert ask(database, credential)[0].id == ask(database, credential, credential)[0].id


def test_a_fresh_answer_is_used_again_and_an_old_one_is_not(
    database: Database, clock: SteppedClock, credential: str
) -> None:  # fmt: skip
    ask(database, credential)
    first = settle(database, "confirmed", why="与官方一致")
    (again,) = ask(database, credential)
    assert (again.state, again.cached, again.answered_at, again.evidence) == ("answered", True, first.answered_at, BLOB)
    assert ask(database, credential, again=True)[0].state == "waiting"
    clock.move(timedelta(seconds=30))
    settle(database, "confirmed")
    clock.move(timedelta(days=91))
    assert ask(database, credential)[0].state == "waiting"


def test_a_changed_name_is_another_question(database: Database, credential: str) -> None:
    ask(database, credential)
    settle(database, "confirmed")
    with database.write() as tx:
        put(tx, "institution", "clinic", "改名后的虚构门诊部")
    assert ask(database, credential)[0].state == "waiting"


def test_refolding_gives_the_same(database: Database, credential: str) -> None:
    ask(database, credential)
    settle(database, "unavailable", why="慢")
    ask(database, clinic(database, "b").credentials[0])
    with database.read() as tx:
        before = store.list_lookups(tx, None, None, None, None, 9)
    refold(database)
    with database.read() as tx:
        assert store.list_lookups(tx, None, None, None, None, 9) == before


class TestByHand:
    @pytest.fixture(autouse=True)
    def nobody_asks(self) -> Iterator[None]:
        off = {name: replace(one, automatic=False) for name, one in SOURCES.current().items()}
        with SOURCES.using(off):
            yield

    def test_a_person_looks(self, database: Database, credential: str) -> None:
        (asked,) = ask(database, credential)
        assert asked.state == "by_hand" and claim(database) is None
        with database.write() as tx:
            done = service.answer_by_hand(
                tx, INSPECTOR, asked.id, "confirmed", facts={"note": "状态正常"}, evidence=BLOB
            )
        assert (done.outcome, done.answered_by) == ("confirmed", INSPECTOR.actor)
        assert held(database, credential).check == "confirmed"
        with database.read() as tx:
            assert service.get_lookup(tx, INSPECTOR, asked.id)[1] == {"note": "状态正常"}
        with database.write() as tx, pytest.raises(Conflict):
            service.answer_by_hand(tx, KEEPER, asked.id, "confirmed", facts={}, evidence=BLOB)

    def test_without_evidence_there_is_no_answer(self, database: Database, credential: str) -> None:
        (asked,) = ask(database, credential)
        with database.write() as tx:
            for outcome in ("confirmed", "contradicted"):
                with pytest.raises(Invalid, match="证据"):
                    service.answer_by_hand(tx, KEEPER, asked.id, outcome, facts={}, evidence=None)
            with pytest.raises(Invalid, match="结果"):
                service.answer_by_hand(tx, KEEPER, asked.id, "unavailable", facts={}, evidence=BLOB)

    def test_a_source_switched_off_meanwhile(self, database: Database, credential: str) -> None:
        on = {name: replace(one, automatic=one.adapter != "page", every=21) for name, one in SOURCES.current().items()}
        with SOURCES.using(on):
            (asked,) = ask(database, credential)
        assert claim(database) is None
        with database.read() as tx:
            found = store.lookup_by_id(tx, asked.id)
        assert found is not None and found.state == "by_hand"

    def test_cancelled(self, database: Database, credential: str) -> None:
        (asked,) = ask(database, credential)
        with database.write() as tx:
            assert service.cancel(tx, KEEPER, asked.id, "登记有误").state == "cancelled"
        assert ask(database, credential)[0].id != asked.id


def test_who_may_and_what_is_refused(database: Database, credential: str) -> None:
    with database.write() as tx:
        with pytest.raises(Forbidden):
            service.request(tx, OUTSIDER, [credential])
        with pytest.raises(NotFound):
            service.request(tx, KEEPER, ["crd_none"])
        with pytest.raises(Invalid):
            service.request(tx, KEEPER, [])
        with pytest.raises(Forbidden):
            service.get_lookup(tx, OUTSIDER, "lkp_x")
        assert service.request(tx, INSPECTOR, [credential])[0].asked_by == INSPECTOR.actor
