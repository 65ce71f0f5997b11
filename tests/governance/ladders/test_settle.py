"""Steps are taken when strikes reach them, and eased when strikes are given back."""

from __future__ import annotations

from datetime import timedelta

from mingjian.desk.cases.service import cases_of
from mingjian.governance.actions.history import ladder_states
from mingjian.governance.actions.standing import lapse_due, rights_withheld
from mingjian.governance.decisions.model import Made
from mingjian.governance.decisions.service import reverse, undo
from mingjian.records.actions.model import Action
from mingjian.records.storage import actions
from tests.governance.world import LEAD, LEAD2, World

DAY = 86_400_000_000


def strike(world: World) -> Made:
    """One strike against posting and no other right."""
    made = world.decide("take_down", world.item(nature="education"))
    world.clock.move(timedelta(hours=1))
    return made


def posting(world: World) -> Action | None:
    with world.database.read() as tx:
        return rights_withheld(tx, "clinic").get("posting")


def counted(world: World, ladder: str = "posting") -> int:
    with world.database.read() as tx:
        return {state.ladder.name: len(state.strikes) for state in ladder_states(tx, "clinic")}[ladder]


def test_the_third_strike_suspends_and_says_why(world: World) -> None:
    assert [len(strike(world).actions) for _ in range(2)] == [1, 1]
    assert posting(world) is None
    third = strike(world)
    own, step = third.actions
    assert (own.measure, own.step) == ("take_down", None)
    assert (step.measure, step.right, step.step) == ("suspend", "posting", "posting/3")
    assert (step.decision, step.taken_by) == (third.decision.id, "duty:ladders")
    assert step.until == step.taken_at + 3 * DAY
    assert posting(world) == step
    assert len(strike(world).actions) == 1  # the fourth adds nothing
    assert [action.step for action in strike(world).actions] == [None, "posting/5"]


def test_several_decisions_on_one_item_are_one_strike(world: World) -> None:
    item = world.item(nature="education")
    for measure in ("return", "limit", "take_down"):
        world.decide(measure, item)
    assert (counted(world), posting(world)) == (1, None)


def test_a_term_runs_out_and_the_strikes_stay(world: World) -> None:
    for _ in range(3):
        strike(world)
    world.clock.move(timedelta(days=3))
    assert posting(world) is None
    with world.database.write() as tx:
        assert lapse_due(tx) == 1
    assert counted(world) == 3
    world.clock.move(timedelta(days=180))
    assert counted(world) == 0


def test_reversing_gives_the_strike_back_and_lifts_the_step(world: World) -> None:
    made = [strike(world) for _ in range(4)]
    assert posting(world) is not None
    with world.database.write() as tx:
        reverse(tx, LEAD2, made[0].actions[0].id, "误判")
    # Three are left, but the third of them is the fourth that was made: nobody is punished anew by relief.
    assert counted(world) == 3
    assert posting(world) is None
    with world.database.read() as tx:
        step = actions.actions_by_id(tx, [made[2].actions[1].id])[made[2].actions[1].id]
    assert (step.state, step.ended_by, step.ended_for) == ("reversed", "duty:ladders", made[0].decision.id)


def test_a_step_may_be_taken_back_alone(world: World) -> None:
    made = [strike(world) for _ in range(3)]
    with world.database.write() as tx:
        reverse(tx, LEAD2, made[2].actions[1].id, "初犯从宽")
    assert (counted(world), posting(world)) == (3, None)
    assert world.stored(made[2].decision.item or "").standing == "take_down"


def live(world: World) -> Action | None:
    with world.database.read() as tx:
        return rights_withheld(tx, "clinic").get("live")


def test_a_milder_step_stays_from_the_day_it_began(world: World) -> None:
    first = world.decide("interrupt", world.item(channel="live"))
    world.clock.move(timedelta(days=2))
    second = world.decide("interrupt", world.item(channel="live")).actions[1]
    assert (second.step, second.until) == ("live/2", second.taken_at + 7 * DAY)
    world.clock.move(timedelta(hours=12))
    with world.database.write() as tx:
        reverse(tx, LEAD2, first.actions[0].id, "误判")
    eased = live(world)
    assert eased is not None
    assert (eased.step, eased.until, eased.decision) == ("live/1", second.taken_at + DAY, second.decision)


def test_a_milder_step_that_would_be_over_is_not_taken(world: World) -> None:
    first = world.decide("interrupt", world.item(channel="live"))
    world.clock.move(timedelta(days=2))
    world.decide("interrupt", world.item(channel="live"))
    world.clock.move(timedelta(days=1))
    with world.database.write() as tx:
        reverse(tx, LEAD2, first.actions[0].id, "误判")
    assert (counted(world, "live"), live(world)) == (1, None)


def test_undoing_gives_back_what_replacing_had_eased(world: World) -> None:
    strike(world)
    strike(world)
    item = world.item(nature="education")
    third = world.decide("limit", item, by=LEAD2)
    step = posting(world)
    assert step is not None
    passed = world.decide("pass", item, replaces=(third.decision.id,))
    assert (counted(world), posting(world)) == (2, None)
    with world.database.write() as tx:
        undo(tx, LEAD, passed.decision.id, "按错了")
    assert (counted(world), posting(world)) == (3, step)


def test_a_decision_in_anothers_place_does_not_take_its_step_again(world: World) -> None:
    strike(world)
    strike(world)
    item = world.item(nature="education")
    third = world.decide("limit", item, by=LEAD2)
    step = posting(world)
    world.clock.move(timedelta(days=1))
    harder = world.decide("take_down", item, replaces=(third.decision.id,))
    assert len(harder.actions) == 1
    assert (counted(world), posting(world)) == (3, step)


def test_a_grave_step_asks_a_person(world: World) -> None:
    for _ in range(7):
        strike(world)
    with world.database.read() as tx:
        assert cases_of(tx, LEAD, "clinic") == []
    eighth = strike(world)
    assert len(eighth.actions) == 1
    with world.database.read() as tx:
        (case,) = cases_of(tx, LEAD, "clinic")
    assert (case.kind, case.facts["step"], case.facts["strikes"]) == ("actor", "posting/8", 8)
    settled = world.review(
        case.id, LEAD, "suspend", terms={"right": "posting", "days": 30}, reasons=("other",), note="累犯"
    )
    decision = settled.decision
    assert decision is not None
    assert decision.origin == "ladder"
    assert "cn.e-commerce-law/29" in decision.cites
    withheld = posting(world)
    assert withheld is not None
    assert (withheld.decision, withheld.step) == (decision.id, "posting/8")
    with world.database.write() as tx:  # a strike is given back: the confirmed step goes too
        reverse(tx, LEAD2, eighth.actions[0].id, "误判")
    assert (posting(world) or withheld).step == "posting/5"


def test_a_case_for_a_step_no_longer_reached_is_withdrawn(world: World) -> None:
    made = [strike(world) for _ in range(8)]
    with world.database.write() as tx:
        reverse(tx, LEAD2, made[3].actions[0].id, "误判")
    with world.database.read() as tx:
        (case,) = cases_of(tx, LEAD, "clinic")
    assert (case.stage, case.outcome) == ("closed", None)


def test_a_publisher_unknown_has_no_strikes(small: World) -> None:
    for _ in range(4):
        made = small.decide("take_down", small.item(publisher=None))
        assert len(made.actions) == 1


def test_one_right_is_not_anothers(world: World) -> None:
    made = world.decide("interrupt", world.item(channel="live"))
    assert [action.right for action in made.actions[1:]] == ["live"]
    assert (counted(world, "live"), counted(world, "posting")) == (1, 0)
