"""Steps by gravity, frequency and history; rights that come back only when conditions are met."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mingjian.desk.cases.service import cases_of
from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record as register
from mingjian.governance.actions.history import ladder_states
from mingjian.governance.actions.standing import lapse_due, rights_withheld
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.decisions.law import packaged_basis
from mingjian.governance.decisions.model import DecisionInput, Made
from mingjian.governance.decisions.service import decide, reverse
from mingjian.governance.ladders.reinstate import awaiting, demands_of, give_back_due, record, withdraw
from mingjian.governance.ladders.tally import _covered, covered, retold, tally
from mingjian.governance.statements.service import statement
from mingjian.records.actions.model import Action
from mingjian.records.clock import day
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.storage.penalties import Count
from tests.governance.world import ANN, GOOD, LAW, LEAD, LEAD2, World

DAYS = 86_400_000_000


def interrupted(world: World, *, severity: str = "high", publisher: str = "clinic", days: int = 8) -> Made:
    """A stream interrupted by a person, one strike for group-buying."""
    made = world.decide("interrupt", world.item(GOOD, publisher, channel="live"), codes=code(severity))
    world.clock.move(timedelta(days=days))
    return made


def code(severity: str) -> tuple[str]:
    """A rule of this gravity."""
    return (next(name for name, rule in packaged_basis().rules.items() if rule.severity == severity),)


def withheld(world: World, publisher: str = "clinic", right: str = "group_buying") -> Action | None:
    with world.database.read() as tx:
        return rights_withheld(tx, publisher).get(right)


def steps(made: Made) -> list[str]:
    return [action.step for action in made.actions if action.step and action.step.startswith("group_buying/")]


def test_three_interruptions_suspend_group_buying_for_thirty_days_until_the_training_is_passed(world: World) -> None:
    assert [steps(interrupted(world)) for _ in range(2)] == [[], []]
    third = interrupted(world)
    assert steps(third) == ["group_buying/repeated"]
    action = withheld(world)
    assert action is not None
    assert action.until == action.taken_at + 30 * DAYS
    assert (action.conditions, action.waits) == (("training",), 1)
    world.clock.move(timedelta(days=30))
    with world.database.write() as tx:
        lapse_due(tx)
    assert withheld(world) is not None  # the term is over; the condition is not met
    with world.database.read() as tx:
        (one,) = awaiting(tx, LEAD)
        assert one.awaits
        assert [demand.condition.title for demand in one.open] == ["完成合规培训"]
        told = statement(tx, Concerned(third.decision.id), third.decision.id).text
        assert "恢复条件:完成合规培训" in told
        assert "怎样办" in told
    with pytest.raises(Forbidden), world.database.write() as tx:
        record(tx, ANN, action.id, "training", "结业记录 A-1")
    with pytest.raises(Invalid, match="training"), world.database.write() as tx:
        record(tx, LEAD, action.id, "credential", "执业许可证")
    with world.database.write() as tx:
        done = record(tx, LEAD, action.id, "training", "结业记录 A-1")
        assert done.state == "reinstated"
        assert record(tx, LEAD, action.id, "training", "结业记录 A-1") == done  # sent twice
    assert withheld(world) is None
    with world.database.read() as tx:
        assert awaiting(tx, LEAD) == []
        (shown,) = demands_of(tx, LEAD, action.id).demands
        assert shown.record is not None
        assert shown.evidence == "结业记录 A-1"
    with world.database.write() as tx:
        again = withdraw(tx, LEAD2, shown.record.id, "结业记录系伪造")
        assert (again.state, again.waits) == ("in_force", 1)
    assert withheld(world) is not None


def test_a_condition_met_in_time_lets_the_term_end_by_itself(world: World) -> None:
    for _ in range(3):
        interrupted(world)
    action = withheld(world)
    assert action is not None
    with world.database.write() as tx:
        assert record(tx, LEAD, action.id, "training", "结业记录 A-1").state == "in_force"
    assert withheld(world) is not None
    world.clock.move(timedelta(days=30))
    assert withheld(world) is None
    with world.database.write() as tx:
        assert lapse_due(tx) > 0


def test_three_within_a_week_is_a_step_of_its_own_with_early_return(world: World) -> None:
    for _ in range(3):
        made = interrupted(world, days=1)
    assert steps(made) == ["group_buying/frequent"]
    action = withheld(world)
    assert action is not None
    assert action.early_from == action.taken_at + 30 * DAYS
    with world.database.write() as tx:
        for name in ("training", "rectification"):
            record(tx, LEAD, action.id, name, "材料齐全")
        assert give_back_due(tx) == 0
    world.clock.move(timedelta(days=31))
    assert withheld(world) is not None
    with world.database.write() as tx:
        assert give_back_due(tx) == 1
        assert give_back_due(tx) == 0
    assert withheld(world) is None


def test_a_grave_case_jumps_to_half_a_year_when_a_person_confirms(world: World) -> None:
    made = interrupted(world, severity="critical")
    assert steps(made) == []
    with world.database.read() as tx:
        (case,) = [one for one in cases_of(tx, LEAD, "clinic") if one.facts.get("ladder") == "group_buying"]
    assert (case.facts["step"], case.facts["days"]) == ("group_buying/grave", 180)
    assert "情节严重" in (case.reason or "")
    settled = world.review(case.id, LEAD, "suspend", terms={"right": "group_buying", "days": 180}, reasons=("other",),
                           note="情节严重")  # fmt: skip
    assert settled.decision is not None
    action = withheld(world)
    assert action is not None
    assert action.until == action.taken_at + 180 * DAYS
    assert set(action.conditions) == {"training", "rectification", "complaint"}
    with world.database.write() as tx:
        reverse(tx, LEAD2, made.actions[0].id, "误判")
    assert withheld(world) is None


def test_history_makes_the_next_strike_harder_and_is_recounted(world: World) -> None:
    made = [interrupted(world) for _ in range(3)]
    action = withheld(world)
    assert action is not None
    with world.database.write() as tx:
        record(tx, LEAD, action.id, "training", "结业记录 A-1")
    world.clock.move(timedelta(days=40))
    interrupted(world)
    with world.database.read() as tx:
        asked = [one.facts["step"] for one in cases_of(tx, LEAD, "clinic") if one.facts.get("ladder") == "group_buying"]
    assert asked == ["group_buying/again"]
    with world.database.write() as tx:  # the suspension's own strikes are given back: it is no history any more
        for one in made:
            reverse(tx, LEAD2, one.actions[0].id, "误判")
    assert steps(interrupted(world)) == []
    with world.database.read() as tx:
        later = [one for one in cases_of(tx, LEAD, "clinic") if one.facts.get("step") == "group_buying/again"]
    assert len(later) == 1


def owner(world: World, *accounts: str) -> str:
    clinic = {"kind": "institution", "key": "inst-1", "name": "示例诊所"}
    link = {"kind": "belongs_to", "target": {"kind": "institution", "key": "inst-1"}}
    with world.database.write() as tx:
        (made,) = register(tx, LEAD, [Record(clinic)], "test")
        register(tx, LEAD, [Record({"kind": "account", "key": f"xiaohongshu:{name}", "name": name}, (), [link])
                            for name in accounts], "test")  # fmt: skip
    return made.entity


def test_an_institution_answers_for_all_its_accounts_and_they_inherit(world: World) -> None:
    id = owner(world, "one", "two")
    for publisher in ("one", "two"):
        made = world.decide("take_down", world.item(GOOD, publisher, nature="education"), codes=code("critical"))
    assert [(action.publisher, action.step) for action in made.actions if action.publisher == id] == [
        (id, "listing/second")
    ]
    for name in (id, "one", "two"):
        action = withheld(world, name, "listing")
        assert action is not None
        assert action.publisher == id
    assert withheld(world, "three", "listing") is None
    with world.database.read() as tx:
        states = {state.ladder.name: state for state in ladder_states(tx, "one")}
    assert (states["listing"].subject, len(states["listing"].strikes)) == (id, 2)
    with world.database.write() as tx:
        reverse(tx, LEAD2, made.actions[0].id, "误判")
    assert withheld(world, "one", "listing") is None


def test_public_counts_are_those_of_the_journal_and_cover_small_numbers(world: World) -> None:
    with world.database.write() as tx:
        for number, days in enumerate([3, 7, 30, 30, 45, 60, 90, 180, 200, 365, 1, 2, 5, 6, 7, 8]):
            wish = DecisionInput("suspend", publisher=f"p{number}", right="group_buying", days=days, reasons=("违规",),
                                 cites=(LAW,))  # fmt: skip
            made = decide(tx, LEAD, wish)
        reverse(tx, LEAD2, made.actions[0].id, "误判")
        decide(tx, LEAD, DecisionInput("ban", publisher="p1", reasons=("违规",), cites=(LAW,)))
    with world.database.read() as tx:
        today = day(tx.now)
        ((whole,),) = ([tally(tx, today, today, least=1)],)
        assert retold(tx, today, today) == [Count("ban", None, 1, (1, 1)), Count("suspend", "group_buying", 15, (8, 3))]
        lines = {line.measure: line for line in whole[0].lines}
        assert (lines["suspend"].subjects, lines["suspend"].at_least) == (15, (8, 3))
        shown = {line.measure: line for line in tally(tx, today, today)[0].lines}
        assert (shown["suspend"].subjects, shown["suspend"].at_least) == (15, (8, None))
        assert shown["ban"].subjects is None
        months = tally(tx, date(2026, 1, 15), date(2026, 3, 31), monthly=True)
        assert [(one.first, one.last) for one in months] == [
            (date(2026, 1, 15), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)),
            (date(2026, 3, 1), date(2026, 3, 31)),
        ]  # fmt: skip
        with pytest.raises(Invalid):
            tally(tx, today, today - timedelta(days=1))


def test_differences_give_nothing_away() -> None:
    assert [covered(number) for number in (0, 1, 4, 5)] == [0, None, None, 5]
    assert _covered(Count("suspend", "live", 20, (18, 8)), 5).at_least == (None, 8)
    assert _covered(Count("suspend", "live", 20, (20, 0)), 5).at_least == (20, 0)


def test_nothing_is_recorded_of_what_is_over(small: World) -> None:
    for _ in range(3):
        interrupted(small)
    action = withheld(small)
    assert action is not None
    with small.database.write() as tx:
        reverse(tx, LEAD2, action.id, "从宽")
    with pytest.raises(Conflict), small.database.write() as tx:
        record(tx, LEAD, action.id, "training", "结业记录 A-1")
