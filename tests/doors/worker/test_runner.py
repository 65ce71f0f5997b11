"""Duties in threads: each outlives its faults and those of the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from mingjian.doors.desk.bell import WORK, Bell
from mingjian.doors.worker.duty import LONGEST_WAIT, Duty, DutyThread, wait_after
from mingjian.doors.worker.runner import Runner, duties
from mingjian.governance.patrols.load import patrols
from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, item
from tests.doors.worker.receiver import Receiver

LONG = 60.0  # an idle time that no test waits for


def until(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.01)
    return False


def test_what_is_submitted_is_judged_indexed_and_told_without_anybody_asking(both: Caller, receiver: Receiver) -> None:
    both("POST", "/webhooks", {"url": receiver.url, "events": ["item.judged"]})
    runner = Runner(both.desk)
    runner.start()
    try:
        id = both("POST", "/items", item()).json()["item"]["id"]
        assert until(lambda: both("GET", f"/items/{id}").json()["item"]["state"] == "judged")
        assert until(lambda: len(receiver.came) == 1)
    finally:
        assert runner.stop()
    assert threading.active_count() < 50


def test_every_duty_is_named_once_and_may_run_with_nothing_to_do(call: Caller) -> None:
    found = duties(call.desk)
    assert len({duty.name for duty in found}) == len(found)
    first = {duty.name: duty.round() for duty in found}
    # A patrol's moments count from the day it was enrolled: that is put in the journal once, and is work.
    enrolled = sum(1 for patrol in patrols().values() if patrol.active)
    assert {name: done for name, done in first.items() if done} == {"patrols": enrolled}
    assert [duty.round() for duty in found] == [0] * len(found)


def test_a_bell_wakes_a_duty_that_sleeps() -> None:
    rounds: list[float] = []

    def round() -> int:
        rounds.append(time.monotonic())
        return 0

    thread = DutyThread(Duty("sleeper", round, idle=LONG, wakes=True))
    thread.start()
    assert until(lambda: len(rounds) == 1)
    WORK.ring()
    assert until(lambda: len(rounds) > 1)
    thread.ask_to_stop()
    assert thread.join(5)


def test_a_duty_that_fails_waits_longer_each_time_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mingjian.doors.worker.duty.wait_after", lambda _failures: 0.0)
    rounds: list[int] = []
    done = threading.Event()

    def round() -> int:
        rounds.append(1)
        if len(rounds) < 4:
            raise RuntimeError("boom")
        done.set()
        return 0

    thread = DutyThread(Duty("faulty", round, idle=LONG))
    thread.start()
    assert done.wait(20)
    thread.ask_to_stop()
    assert thread.join(5)
    assert [wait_after(n) for n in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert wait_after(1000) == LONGEST_WAIT


def test_a_broken_duty_does_not_stop_the_others_nor_keep_the_process(
    both: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise OSError("no disk")

    monkeypatch.setattr("mingjian.doors.worker.webhooks.Webhooks.fill", broken)
    monkeypatch.setattr("mingjian.doors.worker.runner.lapse_due", broken)
    runner = Runner(both.desk)
    runner.start()
    id = both("POST", "/items", item()).json()["item"]["id"]
    assert until(lambda: both("GET", f"/items/{id}").json()["item"]["state"] == "judged")
    assert runner.stop()


def test_a_bell_forgets_who_no_longer_listens(sqlite_database: Database) -> None:
    bell = Bell()
    event = threading.Event()
    bell.listen(event)
    bell.ring()
    assert event.is_set()
    del event
    bell.ring()
