"""Appeals: in time, by somebody else, and with consequences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from mingjian.desk.cases.service import assign_case, cases_of, next_case, take_case
from mingjian.desk.people.model import Principal
from mingjian.governance.actions.book import packaged
from mingjian.governance.actions.history import ladder_states
from mingjian.governance.appeals.service import decide_appeal, get_appeal, list_decided, list_waiting, lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.governance.decisions.service import decision_of, get_decision, reverse, undo_case
from mingjian.records.actions.model import Appeal, Decision
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.items.erase import erase
from mingjian.records.storage.contents import delete_content
from mingjian.records.storage.events import events_of, head
from tests.governance.world import ANN, BEA, LEAD, OLGA, OTTO, World, person

WORDS = "我们有广告审查证明,并未保证疗效"
KEY = Principal("key_1", "key", "平台", scopes=("appeal.lodge",))


def decided(world: World, measure: str = "take_down", **fields: Any) -> Decision:
    settled = world.review(world.case(world.item(**fields)).id, ANN, measure)
    assert settled.decision is not None
    return settled.decision


def appealed(world: World, decision: Decision, grounds: str = WORDS) -> Appeal:
    with world.database.write() as tx:
        return lodge(tx, Concerned(decision.id), decision.id, grounds)


def answered(world: World, appeal: Appeal, outcome: str, by: Principal = OTTO, **more: Any) -> Appeal:
    with world.database.write() as tx:
        return decide_appeal(tx, by, appeal.id, outcome, "证据不足", **more)


def test_the_person_concerned_appeals_and_the_case_comes_to_the_appeals_desk(world: World) -> None:
    decision = decided(world)
    appeal = appealed(world, decision)
    assert (appeal.state, appeal.lodged_by, appeal.publisher) == ("lodged", f"concerned:{decision.id}", "clinic")
    assert appeal.due_at == world.clock.now() + packaged().answer_days * 86_400_000_000
    with world.database.read() as tx:
        shown = get_appeal(tx, OTTO, appeal.id)
        assert (shown.grounds, shown.decision.id, shown.overdue) == (WORDS, decision.id, False)
        assert list_waiting(tx, OTTO) == [shown]
        assert "审查证明" not in "".join(event.text for event in events_of(tx, appeal.id))
        (case,) = cases_of(tx, OTTO, appeal.id)
    assert (case.queue, case.kind, case.facts["decision"]) == ("appeals", "appeal", decision.id)
    with world.database.write() as tx:
        got = next_case(tx, OTTO, "appeals")
        assert got is not None
        assert got.id == case.id


def test_a_key_lodges_for_the_person_and_others_may_not(world: World) -> None:
    first, second = decided(world), decided(world)
    with world.database.write() as tx:
        assert lodge(tx, KEY, first.id, WORDS).lodged_by == "key:key_1"
        for by in (ANN, Concerned(first.id)):
            with pytest.raises(Forbidden):
                lodge(tx, by, second.id, WORDS)


def test_sent_again_it_is_the_same_appeal_and_a_second_one_is_refused(world: World) -> None:
    decision = decided(world)
    with world.database.write() as tx:
        first = lodge(tx, KEY, decision.id, WORDS, request="a1")
        assert lodge(tx, KEY, decision.id, WORDS) == first
        assert lodge(tx, KEY, decision.id, WORDS + "。", request="a1") == first
        with pytest.raises(Conflict):
            lodge(tx, KEY, decision.id, "别的理由")
        with pytest.raises(Conflict):
            lodge(tx, Concerned(decision.id), decision.id, WORDS)


@pytest.mark.parametrize("grounds", ["", "  \n", "长" * 5001])
def test_grounds_are_demanded(small: World, grounds: str) -> None:
    decision = decided(small)
    with small.database.write() as tx, pytest.raises(Invalid) as wrong:
        lodge(tx, Concerned(decision.id), decision.id, grounds)
    assert wrong.value.field == "grounds"


def test_after_the_deadline_it_is_too_late(world: World) -> None:
    decision = decided(world)
    world.clock.move(timedelta(days=packaged().appeal_days))
    early = decided(world)
    with world.database.write() as tx:
        assert lodge(tx, Concerned(decision.id), decision.id, WORDS).state == "lodged"  # the last moment
    world.clock.move(timedelta(days=packaged().appeal_days, microseconds=1))
    with world.database.write() as tx, pytest.raises(Conflict, match="期限已过"):
        lodge(tx, Concerned(early.id), early.id, WORDS)


def test_there_is_nothing_to_appeal_against_in_a_pass_or_a_reversed_decision(world: World) -> None:
    passed = decided(world, "pass")
    gone = world.decide("limit", world.item())
    with world.database.write() as tx:
        reverse(tx, LEAD, gone.actions[0].id, "误判")
        with pytest.raises(Conflict):
            lodge(tx, Concerned(passed.id), passed.id, WORDS)
        with pytest.raises(Conflict):
            lodge(tx, Concerned(gone.decision.id), gone.decision.id, WORDS)
        with pytest.raises(NotFound):
            lodge(tx, Concerned("dec_none"), "dec_none", WORDS)


def test_nobody_who_had_a_hand_in_it_answers(world: World) -> None:
    # Both are appeal officers as well: what bars them is what they did.
    ann = person("ann", "reviewer", "appeal_officer")
    boss = person("boss", "desk_lead", "appeal_officer")
    case = world.case(world.item())
    with world.database.write() as tx:
        assign_case(tx, boss, case.id, ann.actor)
    decision = world.review(case.id, ann, "take_down").decision
    assert decision is not None
    lodger = person("lodger", "desk_lead", "appeal_officer")
    with world.database.write() as tx:
        appeal = lodge(tx, lodger, decision.id, WORDS)
    for by in (ann, boss, lodger):
        with pytest.raises(Forbidden):
            answered(world, appeal, "overturned", by)
    with pytest.raises(Forbidden):
        answered(world, appeal, "overturned", BEA)  # no appeal officer at all
    with world.database.write() as tx, pytest.raises(Forbidden):
        take_case(tx, ann, cases_of(tx, ann, appeal.id)[0].id)
    assert answered(world, appeal, "overturned").state == "overturned"


def test_upheld_changes_nothing_but_the_appeal(world: World) -> None:
    decision = decided(world)
    appeal = answered(world, appealed(world, decision), "upheld")
    assert (appeal.state, appeal.decided_by, appeal.replaced_by) == ("upheld", OTTO.actor, None)
    assert "证据不足" in (appeal.reason or "")
    assert world.stored(decision.item or "").standing == "take_down"
    with world.database.read() as tx:
        assert decision_of(tx, decision.id) == decision
        assert [one.appeal for one in list_decided(tx, OTTO)] == [appeal]
        assert list_waiting(tx, OTTO) == []


def test_overturned_reverses_everything_and_goes_to_quality(world: World) -> None:
    decisions = [decided(world, nature="education") for _ in range(3)]
    third = decisions[-1]
    with world.database.read() as tx:
        assert len(get_decision(tx, OTTO, third.id).actions) == 2  # with the ladder's step
    answered(world, appealed(world, third), "overturned")
    with world.database.read() as tx:
        made = get_decision(tx, OTTO, third.id)
        assert made.decision.state == "overturned"
        assert {action.state for action in made.actions} == {"reversed"}
        assert {s.ladder.name: len(s.strikes) for s in ladder_states(tx, "clinic")}["posting"] == 2
        (error,) = [case for case in cases_of(tx, LEAD, third.item or "") if case.origin == "appeal"]
    assert world.stored(third.item or "").standing is None
    assert (error.queue, error.facts["decision"], error.facts["made_by"]) == ("quality", third.id, ANN.actor)


def test_varied_puts_a_milder_measure_in_its_place(world: World) -> None:
    decision = decided(world, nature="education")
    world.clock.move(timedelta(days=5))
    appeal = answered(world, appealed(world, decision), "varied", measure="limit", days=3)
    assert appeal.replaced_by is not None
    assert world.stored(decision.item or "").standing == "limit"
    with world.database.read() as tx:
        assert decision_of(tx, decision.id).state == "varied"
        milder = get_decision(tx, OTTO, appeal.replaced_by)
        (state,) = [state for state in ladder_states(tx, "clinic") if state.ladder.name == "posting"]
    assert (milder.decision.origin, milder.decision.appeal_until) == ("appeal", None)
    assert milder.decision.cites == decision.cites
    assert milder.actions[0].until == world.clock.now() + 3 * 86_400_000_000
    assert [(strike.decision, strike.at) for strike in state.strikes] == [(milder.decision.id, decision.at)]
    with world.database.write() as tx, pytest.raises(Conflict):
        lodge(tx, Concerned(milder.decision.id), milder.decision.id, WORDS)


def test_varying_keeps_the_step_its_strike_still_bears(world: World) -> None:
    decisions = [decided(world, nature="education") for _ in range(3)]
    with world.database.read() as tx:
        step = get_decision(tx, OTTO, decisions[2].id).actions[1]
    answered(world, appealed(world, decisions[2]), "varied", measure="limit")
    with world.database.read() as tx:
        assert get_decision(tx, OTTO, decisions[2].id).actions[1] == step
    answered(world, appealed(world, decisions[0]), "varied", measure="label")  # a label is no strike
    with world.database.read() as tx:
        assert get_decision(tx, OTTO, decisions[2].id).actions[1].state == "reversed"


@pytest.mark.parametrize("terms", [{}, {"measure": "frown"}, {"measure": "take_down"}, {"measure": "ban"}])
def test_varied_must_be_milder(small: World, terms: dict[str, Any]) -> None:
    decision = decided(small)
    appeal = appealed(small, decision)
    with pytest.raises(Invalid) as wrong:
        answered(small, appeal, "varied", **terms)
    assert wrong.value.field == "measure"
    assert small.stored(decision.item or "").standing == "take_down"


def test_the_same_measure_for_less_time_is_milder(small: World) -> None:
    decision = small.decide("suspend", right="posting", days=30).decision
    appeal = appealed(small, decision)
    for right, days in (("live", 3), ("posting", 30), ("posting", 60)):
        with pytest.raises(Invalid):
            answered(small, appeal, "varied", measure="suspend", right=right, days=days)
    assert answered(small, appeal, "varied", measure="suspend", right="posting", days=29).state == "varied"


def test_answered_again_the_same_way_is_the_same_and_otherwise_a_conflict(world: World) -> None:
    decision = decided(world)
    appeal = answered(world, appealed(world, decision), "overturned")
    with world.database.read() as tx:
        before = head(tx)
    assert answered(world, appeal, "overturned") == appeal
    with world.database.read() as tx:
        assert head(tx) == before
    for outcome, by in (("upheld", OTTO), ("overturned", OLGA)):
        with pytest.raises(Conflict):
            answered(world, appeal, outcome, by)
    with world.database.write() as tx:
        case = next(one for one in cases_of(tx, OTTO, appeal.id) if one.kind == "appeal")
        with pytest.raises(Conflict):
            undo_case(tx, OTTO, case.id, "反悔")


def test_somebody_elses_lease_is_respected(world: World) -> None:
    appeal = appealed(world, decided(world))
    with world.database.write() as tx:
        assert next_case(tx, OLGA, "appeals") is not None
    with pytest.raises(Conflict):
        answered(world, appeal, "upheld")
    assert answered(world, appeal, "upheld", OLGA).decided_by == OLGA.actor


def test_the_appeals_desk_answers_as_any_other_desk(world: World) -> None:
    decision = decided(world)
    appeal = appealed(world, decision)
    with world.database.read() as tx:
        (case,) = cases_of(tx, OTTO, appeal.id)
    settled = world.review(case.id, OTTO, "varied", reasons=("misapplied",), terms={"measure": "label"})
    assert settled.decision is not None
    assert settled.decision.measure == "label"
    with world.database.read() as tx:
        assert get_appeal(tx, OTTO, appeal.id).appeal.replaced_by == settled.decision.id


def test_a_decision_reversed_meanwhile_leaves_nothing_to_vary(world: World) -> None:
    made = world.decide("limit", world.item())
    appeal = appealed(world, made.decision)
    with world.database.write() as tx:
        reverse(tx, LEAD, made.actions[0].id, "误判")
    with pytest.raises(Conflict):
        answered(world, appeal, "varied", measure="label")
    assert answered(world, appeal, "overturned").state == "overturned"
    with world.database.read() as tx:
        assert decision_of(tx, made.decision.id).state == "reversed"


def test_time_is_up_shows(world: World) -> None:
    appeal = appealed(world, decided(world))
    world.clock.move(timedelta(days=packaged().answer_days, seconds=1))
    with world.database.read() as tx:
        assert get_appeal(tx, OTTO, appeal.id).overdue


def test_lists_go_on_where_they_stopped(world: World) -> None:
    made = []
    for _ in range(3):
        made.append(appealed(world, decided(world)))
        world.clock.move(timedelta(minutes=1))
    with world.database.read() as tx:
        first = list_waiting(tx, OTTO, limit=2)
        rest = list_waiting(tx, OTTO, (first[-1].appeal.due_at, first[-1].appeal.seq))
        assert [one.appeal.id for one in first + rest] == [one.id for one in made]
    for appeal in made:
        answered(world, appeal, "upheld")
    with world.database.read() as tx:
        newest = list_decided(tx, OTTO, limit=1)
        older = list_decided(tx, OTTO, newest[0].appeal.seq)
        assert [one.appeal.id for one in newest + older] == [one.id for one in reversed(made)]


def test_what_they_wrote_can_be_deleted(small: World) -> None:
    decision = decided(small)
    appeal = appealed(small, decision)
    with small.database.write() as tx:
        delete_content(tx, appeal.grounds)
        assert get_appeal(tx, Concerned(decision.id), appeal.id).grounds is None
        with pytest.raises(NotFound):
            get_appeal(tx, Concerned("dec_other"), appeal.id)


def test_what_was_written_in_an_appeal_goes_with_the_item(world: World) -> None:
    mine, other = decided(world), decided(world)
    appeal = appealed(world, mine)
    shared, kept = (answered(world, one, "overturned") for one in (appeal, appealed(world, other, "另一件事的理由")))
    with world.database.write() as tx:
        erase(tx, mine.item or "", "user:x", "本人请求删除")
    with world.database.read() as tx:
        assert get_appeal(tx, OTTO, shared.id).grounds is None
        assert get_appeal(tx, OTTO, kept.id).grounds == "另一件事的理由"
