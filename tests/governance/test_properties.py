"""Whatever is decided, reversed, undone, appealed or lapses, in whatever order: where items stand and how many strikes
there are is what the journal says, and folding the journal again gives the same."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mingjian.desk.cases.model import ReviewInput
from mingjian.desk.cases.service import cases_of
from mingjian.governance.actions.book import packaged
from mingjian.governance.actions.history import ladder_states
from mingjian.governance.actions.standing import lapse_due, rights_withheld, standing
from mingjian.governance.appeals.service import decide_appeal, lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide, reverse, review_case, undo
from mingjian.governance.ladders.model import Step
from mingjian.governance.ladders.reinstate import awaiting, give_back_due, record, withdraw
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import DeskError
from mingjian.records.journal.append import refold
from mingjian.records.journal.fold import projections
from mingjian.records.storage.actions import ACTIONS, DECISIONS
from mingjian.records.storage.appeals import APPEALS
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import all_events, head
from mingjian.records.storage.reinstatements import records_of
from tests.governance.world import LEAD, LEAD2, OTTO, POLICY, World, calm_queues, wish
from tests.stores import START

DAY = 86_400_000_000  # microseconds
MEASURES = st.sampled_from(["pass", "label", "return", "limit", "demote", "take_down", "interrupt"])
PICK = st.integers(0, 10_000)


class Told:
    """The journal told again in the plainest way, as the yardstick."""

    def __init__(self, tx: Tx) -> None:
        self.decisions: dict[str, dict[str, Any]] = {}
        self.actions: dict[str, dict[str, Any]] = {}
        self.met: dict[str, tuple[str, str]] = {}
        for event in (event for events in all_events(tx) for event in events):
            body = event.body
            match event.kind:
                case "decision.made":
                    self.decisions[event.subject] = body | {"at": event.at, "seq": event.seq, "state": "in_force"}
                case "decision.closed":
                    self.decisions[event.subject]["state"] = body["state"]
                case "decision.reopened":
                    self.decisions[event.subject]["state"] = "in_force"
                case "action.taken":
                    self.actions[event.subject] = body | {"binds": True}
                case "action.resumed":
                    self.actions[event.subject]["binds"] = True
                case "action.reversed" | "action.replaced" | "action.lapsed" | "action.reinstated":
                    self.actions[event.subject]["binds"] = False
                case "reinstatement.recorded":
                    self.met[event.subject] = (body["action"], body["condition"])
                case "reinstatement.withdrawn":
                    del self.met[event.subject]

    def standing(self, item: str, now: int) -> str | None:
        order = list(packaged().measures)
        binding = [action["measure"] for action in self.actions.values() if action["item"] == item
                   and action["binds"] and (action["until"] is None or now < action["until"])]  # fmt: skip
        return max(binding, key=order.index, default=None)

    def withheld(self, publisher: str, now: int) -> set[str]:
        """Rights that may not be used: the term runs, or a condition is not on record."""
        found: set[str] = set()
        for id, action in self.actions.items():
            open_ = {(id, name) for name in action.get("conditions", ())} - set(self.met.values())
            runs = action["until"] is None or now < action["until"]
            if action["publisher"] == publisher and action["item"] is None and action["binds"] and (runs or open_):
                found |= {action["right"]} if action["right"] else set(packaged().rights)
        return found

    def strikes(self, name: str, publisher: str, now: int, step: Step | None = None) -> int:
        """Of a ladder; or only those that a step of it counts."""
        ladder = packaged().ladders[name]
        window = (step.within_days if step is not None else None) or ladder.window_days
        wanted_all = [*ladder.counts.items(), *(step.when.items() if step is not None else ())]
        struck: set[str] = set()
        for id, one in self.decisions.items():
            facts = {"origins": [one["origin"]], "measures": [one["measure"]], "natures": [one["facts"].get("nature")],
                     "channels": [one["facts"].get("channel")], "severities": [one["facts"]["severity"]],
                     "families": one["facts"]["families"], "kinds": [one["facts"].get("kind")],
                     "platforms": [one["facts"].get("platform")]}  # fmt: skip
            at = one["facts"].get("since", one["at"])
            if (one["publisher"] == publisher and one["state"] == "in_force"
                    and now - window * DAY < at <= now
                    and all(set(facts[name]) & set(wanted) for name, wanted in wanted_all)):  # fmt: skip
                struck.add(one["item"] or id)
        return len(struck)


class Governing(RuleBasedStateMachine):
    """People and the house at work on a few items of one publisher."""

    def __init__(self, start: Path, items: list[str]) -> None:
        super().__init__()
        self.calm = contextlib.ExitStack()
        self.calm.enter_context(calm_queues())
        file = start.with_name("run.db")
        shutil.copy(start, file)
        self.clock = SteppedClock(START)
        self.clock.move(timedelta(hours=1))
        self.database = Database(f"sqlite:///{file}", clock=self.clock)
        self.items = items
        self.asked: dict[str, tuple[Any, DecisionInput, str]] = {}

    def teardown(self) -> None:
        before = self.tables()
        refold(self.database)
        assert self.tables() == before
        self.database.close()
        self.calm.close()

    def tables(self) -> dict[str, list[Any]]:
        with self.database.read() as tx:
            return {table.name: sorted(map(tuple, tx.rows(sa.select(table))), key=repr) for table in projections()}

    @contextlib.contextmanager
    def attempt(self) -> Iterator[Tx]:
        """A transaction that may be refused, and then has changed nothing."""
        with self.database.read() as tx:
            before = head(tx).seq
        try:
            with self.database.write() as tx:
                yield tx
        except DeskError:
            with self.database.read() as tx:
                assert head(tx).seq == before

    def known(self, table: sa.Table, pick: int, *where: Any) -> str | None:
        with self.database.read() as tx:
            ids = [row.id for row in tx.rows(sa.select(table.c.id).where(*where).order_by(table.c.seq))]
        return ids[pick % len(ids)] if ids else None

    @rule(measure=MEASURES, pick=PICK, house=st.booleans(), days=st.sampled_from([None, 1, 3]), over=st.booleans())
    def decides(self, measure: str, pick: int, house: bool, days: int | None, over: bool) -> None:
        item = self.items[pick % len(self.items)]
        before = self.known(DECISIONS, pick, DECISIONS.c.item == item, DECISIONS.c.state == "in_force")
        term = days if measure in ("label", "limit", "demote") else None
        asked = wish(measure, item, days=term, replaces=(before,) if over and before else (),
                     request=f"r{len(self.asked)}")  # fmt: skip
        by = POLICY if house else LEAD
        with self.attempt() as tx:
            made = decide(tx, by, asked)
            self.asked[asked.request or ""] = (by, asked, made.decision.id)

    @rule(pick=PICK, right=st.sampled_from(["posting", "live"]), days=st.integers(1, 5))
    def suspends(self, pick: int, right: str, days: int) -> None:
        with self.attempt() as tx:
            decide(tx, LEAD, wish("suspend", right=right, days=days))

    @rule(pick=PICK)
    def sends_again(self, pick: int) -> None:
        if self.asked:
            by, asked, id = list(self.asked.values())[pick % len(self.asked)]
            with self.database.write() as tx:
                before = head(tx).seq
                assert decide(tx, by, asked).decision.id == id
                assert head(tx).seq == before

    @rule(pick=PICK)
    def reverses(self, pick: int) -> None:
        if action := self.known(ACTIONS, pick):
            with self.attempt() as tx:
                reverse(tx, LEAD2, action, "误判")

    @rule(pick=PICK)
    def undoes(self, pick: int) -> None:
        if decision := self.known(DECISIONS, pick):
            with self.attempt() as tx:
                undo(tx, LEAD, decision, "按错了")

    @rule(pick=PICK)
    def appeals(self, pick: int) -> None:
        if decision := self.known(DECISIONS, pick):
            with self.attempt() as tx:
                lodge(tx, Concerned(decision), decision, "请复核")

    @rule(pick=PICK, outcome=st.sampled_from(["upheld", "overturned", "varied"]), measure=MEASURES)
    def answers(self, pick: int, outcome: str, measure: str) -> None:
        if appeal := self.known(APPEALS, pick):
            with self.attempt() as tx:
                milder = measure if outcome == "varied" else None
                decide_appeal(tx, OTTO, appeal, outcome, "复核", measure=milder)

    @rule(measure=st.sampled_from(["suspend", "pass"]))
    def confirms(self, measure: str) -> None:
        """A person answers the case that a ladder opened."""
        with self.database.read() as tx:
            live = [case for case in cases_of(tx, LEAD2, "clinic") if case.stage != "closed" and "step" in case.facts]
        if live:
            terms = {"right": live[0].facts["right"], "days": live[0].facts["days"]} if measure == "suspend" else {}
            answer = ReviewInput(live[0].id, live[0].version, measure, ("evidence",), terms=terms)
            with self.attempt() as tx:
                review_case(tx, LEAD2, answer)

    @rule(pick=PICK, back=st.booleans())
    def meets_a_condition(self, pick: int, back: bool) -> None:
        """A condition is put on record, or a record is taken back."""
        with self.attempt() as tx:
            waiting = awaiting(tx, LEAD2)
            taken = [row.id for row in tx.rows(sa.select(ACTIONS.c.id).order_by(ACTIONS.c.seq))]
            records = [one.id for listed in records_of(tx, taken).values() for one in listed]
            if back and records:
                withdraw(tx, LEAD2, records[pick % len(records)], "材料不实")
            elif waiting:
                one = waiting[pick % len(waiting)]
                record(tx, LEAD2, one.action.id, one.open[0].condition.name, "结业记录 A-1")

    @rule(hours=st.sampled_from([0.1, 1, 24, 72, 24 * 16, 24 * 40, 24 * 90]))
    def time_passes(self, hours: float) -> None:
        self.clock.move(timedelta(hours=hours))

    @rule()
    def the_duty_comes_by(self) -> None:
        with self.database.write() as tx:
            lapse_due(tx)
            give_back_due(tx)

    @invariant()
    def stands_and_strikes_are_what_the_journal_says(self) -> None:
        with self.database.read() as tx:
            told, now = Told(tx), tx.now
            for item in self.items:
                assert standing(tx, item) == told.standing(item, now)
            assert set(rights_withheld(tx, "clinic")) == told.withheld("clinic", now)
            for state in ladder_states(tx, "clinic"):
                assert len(state.strikes) == told.strikes(state.ladder.name, "clinic", now), state.ladder.name

    @invariant()
    def kept_standing_follows_the_duty(self) -> None:
        with self.database.write() as tx:
            lapse_due(tx)
            kept = {row.id: row.standing for row in tx.rows(sa.text("SELECT id, standing FROM items"))}
            assert kept == {item: standing(tx, item) for item in self.items}

    @invariant()
    def steps_in_force_are_borne_by_strikes(self) -> None:
        """No step of a ladder binds whose strikes were given back."""
        with self.database.read() as tx:
            told, now = Told(tx), tx.now
        for action in told.actions.values():
            if action["step"] and action["binds"] and (action["until"] is None or now < action["until"]):
                name, _, key = action["step"].partition("/")
                cause = told.decisions[action["decision"]]
                step = packaged().ladders[name].named(key)
                assert step is not None
                at = cause["facts"].get("since", cause["at"])
                assert told.strikes(name, "clinic", at, step) >= step.strikes


@pytest.fixture
def start(tmp_path: Path, sqlite_database: Database, clock: SteppedClock) -> tuple[Path, list[str]]:
    """A store with a few judged items of one publisher."""
    world = World(sqlite_database, clock)
    items = [world.item(nature="education") for _ in range(3)]
    items += [world.item(channel="live") for _ in range(3)] + [world.item()]
    sqlite_database.close()
    with sqlite_database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite_database.close()
    return tmp_path / "desk.db", items


def test_any_order_of_events_leaves_what_the_journal_says(start: tuple[Path, list[str]]) -> None:
    class Here(Governing):
        def __init__(self) -> None:
            super().__init__(*start)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
