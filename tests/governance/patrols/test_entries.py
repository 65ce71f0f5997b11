"""The work list: taken, assigned, done, put off, opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mingjian.desk.people import service as people
from mingjian.desk.people.model import Principal, house
from mingjian.governance.patrols import entries, service
from mingjian.governance.patrols.load import PATROLS, parse_patrols
from mingjian.records.clock import MICROSECONDS, SteppedClock
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.storage import patrol_entries as store
from mingjian.records.storage.database import Database
from mingjian.records.storage.patrol_entries import EntryFilter
from tests.governance.patrols.test_running import held
from tests.governance.registered import INSPECTOR, OUTSIDER, clinic

DAY = 24 * 3600 * MICROSECONDS


@pytest.fixture
def entry(database: Database) -> str:
    clinic(database, ends="2026-03-20")
    with PATROLS.using(parse_patrols(held())):
        with database.write() as tx:
            service.run_now(tx, INSPECTOR, "small")
        while service.advance(database):
            pass
    return str(_listed(database)[0].id)


def _listed(database: Database, state: str = "open", **more: Any) -> list[Any]:
    with database.read() as tx:
        return store.list_entries(tx, EntryFilter(state, **more), None, 99)[0]


def test_due_in_working_days(database: Database, clock: SteppedClock, entry: str) -> None:
    assert _listed(database, overdue=True) == []
    clock.move(timedelta(days=7, hours=9, minutes=1))  # Monday to the Monday after, past closing time
    assert [one.id for one in _listed(database, overdue=True)] == [entry]


def test_done(database: Database, entry: str) -> None:
    with database.write() as tx:
        found = entries.done(tx, INSPECTOR, entry, "已换新证")
    assert (found.state, found.reason, found.closed_by) == ("done", "已换新证", INSPECTOR.actor)
    with database.write() as tx, pytest.raises(Conflict):
        entries.done(tx, INSPECTOR, entry, "又一次")
    with database.write() as tx:
        assert entries.reopen(tx, INSPECTOR, entry, "证是旧的").state == "open"


def test_put_off_it_comes_back_by_itself(database: Database, clock: SteppedClock, entry: str) -> None:
    with database.write() as tx:
        entries.snooze(tx, INSPECTOR, entry, clock.now() + 3 * DAY, "等换证")
    assert _listed(database) == [] and [one.reason for one in _listed(database, "snoozed")] == ["等换证"]
    clock.move(timedelta(days=3))
    assert [one.id for one in _listed(database)] == [entry] and _listed(database, "snoozed") == []


def test_taken_and_assigned(database: Database, entry: str) -> None:
    with database.write() as tx:
        user = people.create_user(tx, house("t"), "chen", "陈晓", ("reviewer",))
    chen = Principal(user.id, "user", "陈晓", ("reviewer",))
    with database.write() as tx:
        assert entries.assign(tx, chen, entry, chen.actor).assignee == chen.actor
        with pytest.raises(Forbidden):
            entries.assign(tx, chen, entry, "user:usr_other")
        with pytest.raises(NotFound):
            entries.assign(tx, INSPECTOR, entry, "user:usr_none")
        assert entries.assign(tx, INSPECTOR, entry, None).assignee is None
        assert entries.assign(tx, INSPECTOR, entry, chen.actor).assignee == chen.actor
    assert [one.id for one in _listed(database, assignee=chen.actor)] == [entry]


def test_refolding_gives_the_same(database: Database, clock: SteppedClock, entry: str) -> None:
    with database.write() as tx:
        entries.snooze(tx, INSPECTOR, entry, clock.now() + DAY, "等")
        entries.done(tx, INSPECTOR, entry, "好")
    was = _listed(database, "done")
    refold(database)
    assert _listed(database, "done") == was and was[0].snoozed_until is None


def test_who_may_and_what_is_refused(database: Database, clock: SteppedClock, entry: str) -> None:
    with database.write() as tx:
        acts: list[Callable[[], Any]] = [
            lambda: entries.done(tx, OUTSIDER, entry, "x"), lambda: entries.get_entry(tx, OUTSIDER, entry),
            lambda: entries.snooze(tx, OUTSIDER, entry, tx.now + DAY, "x"),
            lambda: entries.assign(tx, OUTSIDER, entry, OUTSIDER.actor),
        ]  # fmt: skip
        for act in acts:
            with pytest.raises(Forbidden):
                act()
        for wrong in (tx.now, tx.now - 1, tx.now + 400 * DAY):
            with pytest.raises(Invalid, match="一年之内"):
                entries.snooze(tx, INSPECTOR, entry, wrong, "x")
        for words in ("", "  ", "长" * 501):
            with pytest.raises(Invalid):
                entries.done(tx, INSPECTOR, entry, words)
        with pytest.raises(Conflict, match="没有办结"):
            entries.reopen(tx, INSPECTOR, entry, "x")
