"""Patrols over time: due, missed, made up for, gone on with after a stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import yaml

from mingjian.governance.patrols import service
from mingjian.governance.patrols.effects import carry_out
from mingjian.governance.patrols.load import PATROLS, parse_patrols
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.journal.append import refold
from mingjian.records.patrols.model import Run
from mingjian.records.storage import patrol_entries, patrols
from mingjian.records.storage.database import Database
from mingjian.records.storage.patrol_entries import EntryFilter
from tests.governance.registered import INSPECTOR, OUTSIDER, clinic

SMALL: dict[str, Any] = {
    "title": "到期", "title_en": "Expiry", "calendar": {"every": "day", "at": "06:00"},
    "subjects": {"kind": "expiring", "credentials": ["practice_licence"],
                 "stages": [{"days": 30, "does": ["work"]}, {"days": 7, "does": ["work"]}]},
}  # fmt: skip


def held(**more: Any) -> dict[str, Any]:
    return {"patrols": {"small": {**SMALL, **more}}}


@pytest.fixture
def small() -> Iterator[None]:
    with PATROLS.using(parse_patrols(held())):
        yield


def settle(database: Database) -> None:
    """Until nothing is left to do."""
    while service.plan(database) + service.advance(database):
        pass


def runs(database: Database) -> list[Run]:
    with database.read() as tx:
        return list(reversed(patrols.list_runs(tx, None, None, 1000)[0]))


def entries(database: Database, state: str = "open") -> list[Any]:
    with database.read() as tx:
        return patrol_entries.list_entries(tx, EntryFilter(state), None, 1000)[0]


def begin(database: Database) -> None:
    """The first look only remembers since when."""
    settle(database)
    assert runs(database) == []


def test_a_patrol_begins_from_when_it_is_first_known(database: Database, clock: SteppedClock, small: None) -> None:
    clinic(database, ends="2026-03-20")
    begin(database)
    clock.move(timedelta(days=1))  # 09:00 on Tuesday: the one of 06:00 has come
    settle(database)
    (run,) = runs(database)
    assert (run.state, run.origin, run.covers, run.seen, run.hits, run.total) == ("finished", "calendar", 1, 1, 1, 1)
    assert run.coverage == 1.0 and run.counts == {"work": 1}
    (entry,) = entries(database)
    assert (entry.stage, entry.why) == (30, "还有 17 天到期(2026-03-20)")
    settle(database)
    assert len(runs(database)) == 1


def test_each_stage_is_met_once_and_takes_the_place_of_the_one_before(
    database: Database, clock: SteppedClock, small: None
) -> None:  # fmt: skip
    clinic(database, ends="2026-03-20")
    begin(database)
    for _ in range(20):
        clock.move(timedelta(days=1))
        settle(database)
    assert [entry.stage for entry in entries(database)] == [7]
    assert [entry.stage for entry in entries(database, "superseded")] == [30]
    assert len(runs(database)) == 20


def test_a_renewed_licence_is_no_finding(database: Database, clock: SteppedClock, small: None) -> None:
    clinic(database, ends="2026-03-20")
    with database.write() as tx:
        from tests.governance.registered import paper, put

        put(tx, "institution", "clinic", credentials=[paper("practice_licence", "PDY-new", "2030-01-01")])
    begin(database)
    clock.move(timedelta(days=1))
    settle(database)
    assert entries(database) == []


@pytest.mark.parametrize(("how", "count"), [("merge", 1), ("each", 100), ("skip", 0)])
def test_a_gap_of_a_hundred_days(database: Database, clock: SteppedClock, how: str, count: int) -> None:
    clinic(database, ends="2026-04-01")
    with PATROLS.using(parse_patrols(held(missed=how, grace_hours=1))):
        begin(database)
        clock.move(timedelta(days=100))
        settle(database)
        found = runs(database)
        with database.read() as tx:
            missed = patrols.missed_of(tx, "small", 1000)
        assert len(missed) == 100 and len({one.planned for one in missed}) == 100
        assert len(found) == min(count, service.MOST_EACH)
        assert all(run.state == "finished" and run.origin == "recovery" for run in found)
        if how == "merge":
            assert found[0].covers == 100 and found[0].as_of == "2026-06-10"
            assert {one.run for one in missed} == {found[0].id}
        if how == "each":
            assert [run.as_of for run in found] == sorted({run.as_of for run in found})
            assert sum(one.run is None for one in missed) == 100 - service.MOST_EACH
        settle(database)
        assert len(runs(database)) == len(found)


def test_late_ones_are_merged_into_the_timely_one(database: Database, clock: SteppedClock, small: None) -> None:
    begin(database)
    clock.move(timedelta(days=3))  # 09:00: three hours late is timely, the two before are missed
    settle(database)
    (run,) = runs(database)
    assert (run.origin, run.covers) == ("calendar", 3)
    with database.read() as tx:
        assert [one.run for one in patrols.missed_of(tx, None, 9)] == [run.id, run.id]


def test_a_clock_that_goes_back_a_little_runs_nothing_twice(
    database: Database, clock: SteppedClock, small: None
) -> None:  # fmt: skip
    begin(database)
    clock.move(timedelta(hours=21, minutes=30))  # 06:30 on Tuesday
    settle(database)
    clock.move(timedelta(minutes=-45))  # 05:45
    settle(database)
    clock.move(timedelta(hours=2))
    settle(database)
    assert len(runs(database)) == 1


def test_a_clock_that_had_run_ahead_does_not_silence_a_patrol(
    database: Database, clock: SteppedClock, small: None
) -> None:  # fmt: skip
    begin(database)
    clock.move(timedelta(days=400))
    settle(database)
    ahead = len(runs(database))
    clock.move(timedelta(days=-400))
    settle(database)
    clock.move(timedelta(days=2))
    settle(database)
    after = runs(database)[ahead:]
    assert len(after) == 1 and after[0].origin == "calendar"


def test_what_was_run_before_a_clock_was_set_back_is_not_run_again(
    database: Database, clock: SteppedClock, small: None
) -> None:  # fmt: skip
    begin(database)
    for _ in range(3):
        clock.move(timedelta(days=1))
        settle(database)
    clock.move(timedelta(days=-2))
    settle(database)
    for _ in range(2):
        clock.move(timedelta(days=1))
        settle(database)
    assert len(runs(database)) == 3


def test_stretches_go_on_where_they_stood(database: Database, clock: SteppedClock, small: None) -> None:
    for number in range(7):
        clinic(database, f"clinic{number}", ends=f"2026-03-1{number}")
    begin(database)
    clock.move(timedelta(days=1))
    service.plan(database)
    service.advance(database, 3)
    (run,) = runs(database)
    assert (run.state, run.seen) == ("running", 3) and run.cursor
    while service.advance(database, 3):
        pass
    (run,) = runs(database)
    assert (run.state, run.seen, run.hits) == ("finished", 7, 7)
    assert len(entries(database)) == 7


def test_two_who_do_the_same_stretch_do_it_once(
    database: Database, clock: SteppedClock, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    for number in range(4):
        clinic(database, f"clinic{number}", ends="2026-03-10")
    begin(database)
    clock.move(timedelta(days=1))
    service.plan(database)
    real, inside = carry_out, []

    def twice(tx: Any, *more: Any) -> Any:
        inside.append(1)
        return real(tx, *more)

    monkeypatch.setattr(service, "carry_out", twice)
    kept = service.FINDERS["expiring"]
    other = Database(str(database.url.render_as_string(hide_password=False)), clock=clock)

    def slow(tx: Any, patrol: Any, run: Run, limit: int) -> Any:
        found = kept(tx, patrol, run, limit)
        if not inside:  # while the first thinks, another does all of it
            monkeypatch.setitem(service.FINDERS, "expiring", kept)
            service.advance(other, limit)
        return found

    monkeypatch.setattr(service, "FINDERS", {**service.FINDERS, "expiring": slow})
    service.advance(database, 2)
    assert len(inside) == 1
    monkeypatch.setattr(service, "FINDERS", {**service.FINDERS, "expiring": kept})
    settle(database)
    assert len(entries(database)) == 4
    other.close()


def test_a_patrol_that_left_the_file_is_ended(database: Database, clock: SteppedClock) -> None:
    with PATROLS.using(parse_patrols(held())):
        begin(database)
        clock.move(timedelta(days=1))
        service.plan(database)
    with PATROLS.using({}):
        settle(database)
    assert [run.state for run in runs(database)] == ["abandoned"]


def test_refolding_gives_the_same(database: Database, clock: SteppedClock, small: None) -> None:
    clinic(database, ends="2026-03-20")
    begin(database)
    clock.move(timedelta(days=4))
    settle(database)
    with database.read() as tx:
        before = (patrols.standings(tx), patrols.missed_of(tx, None, 99), patrols.marks_of(tx, "small", _ids(tx)))
    was = (runs(database), entries(database))
    refold(database)
    with database.read() as tx:
        assert before == (
            patrols.standings(tx),
            patrols.missed_of(tx, None, 99),
            patrols.marks_of(tx, "small", _ids(tx)),
        )
    assert was == (runs(database), entries(database))
    assert before[2]


def _ids(tx: Any) -> list[str]:
    from mingjian.records.storage.patrol_subjects import credentials_after

    return [one.id for one in credentials_after(tx, ["practice_licence"], "", 99)[0]]


class TestByHand:
    def test_run_now(self, database: Database, small: None) -> None:
        clinic(database, ends="2026-03-20")
        with database.write() as tx:
            run = service.run_now(tx, INSPECTOR, "small")
        with database.write() as tx, pytest.raises(Conflict, match="正在进行"):
            service.run_now(tx, INSPECTOR, "small")
        settle(database)
        assert [(one.id, one.origin, one.state) for one in runs(database)] == [(run.id, "manual", "finished")]

    def test_pausing_leaves_nothing_missed(self, database: Database, clock: SteppedClock, small: None) -> None:
        begin(database)
        with database.write() as tx:
            service.pause(tx, INSPECTOR, "small", "年终盘点")
        clock.move(timedelta(days=9))
        settle(database)
        with database.write() as tx:
            service.resume(tx, INSPECTOR, "small")
        clock.move(timedelta(days=1))
        settle(database)
        assert [run.covers for run in runs(database)] == [1]

    def test_who_may_and_what_is_refused(self, database: Database, small: None) -> None:
        with database.write() as tx:
            for act in (
                lambda: service.run_now(tx, OUTSIDER, "small"), lambda: service.resume(tx, OUTSIDER, "small"),
                lambda: service.pause(tx, OUTSIDER, "small", "x"),
            ):  # fmt: skip
                with pytest.raises(Forbidden):
                    act()
            with pytest.raises(NotFound, match="没有这项巡查"):
                service.run_now(tx, INSPECTOR, "none")
            with pytest.raises(Invalid, match="理由"):
                service.pause(tx, INSPECTOR, "small", " ")
            with pytest.raises(Conflict, match="没有暂停"):
                service.resume(tx, INSPECTOR, "small")


def test_the_definition_changes_with_the_patrol() -> None:
    one, other = (parse_patrols(yaml.safe_load(yaml.safe_dump(held(work_due=due))))["small"] for due in (3, 4))
    assert service.definition(one) != service.definition(other)
    assert service.definition(one) == service.definition(parse_patrols(held(work_due=3))["small"])
