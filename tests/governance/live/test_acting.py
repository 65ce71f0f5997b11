"""What follows from incidents: warned at once, escalated by data, confirmed by people, taken back, and counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest

from mingjian.desk.cases.model import CaseFilter
from mingjian.desk.cases.service import list_cases
from mingjian.desk.people.model import Principal
from mingjian.governance.decisions.service import reverse, undo_case
from mingjian.governance.live import acting, incidents, rooms
from mingjian.governance.live.escalation_load import escalation, use_escalation
from mingjian.governance.live.incidents import Raised
from mingjian.governance.live.tending import anything_to_tend, tend
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.storage import actions
from mingjian.records.storage import live_incidents as store
from mingjian.records.storage.events import events_of
from tests.governance.live.staged import HOUSE, LEAD, OPERATOR, OTHER, Live
from tests.governance.world import person


@pytest.fixture
def masking(tmp_path: Path) -> Iterator[None]:
    """A deployer's escalation in which the house masks by itself."""
    shipped = (resources.files("mingjian.governance") / "data" / "live_escalation.yaml").read_text("utf-8")
    mine = tmp_path / "escalation.yaml"
    asked = "    confirm: true\n    within_seconds: 120\n    unanswered: lapse\n"
    assert shipped.count(asked) == 1
    mine.write_text(shipped.replace("automatic: [warn]", "automatic: [warn, mask]").replace(asked, ""), "utf-8")
    use_escalation(mine)
    yield
    use_escalation(None)


def kinds(live: Live, subject: str) -> list[str]:
    with live.database.read() as tx:
        return [event.kind for event in events_of(tx, subject)]


def test_an_incident_becomes_an_item_a_decision_and_a_warning_in_one_go(live: Live) -> None:
    raised = live.raised()
    assert raised.fresh and raised.proposed is None
    act = raised.act
    assert act is not None and (act.measure, act.state, act.step, act.tries) == ("warn", "sent", "first", 1)
    assert live.stored(raised.incident.item).standing == "warn"
    with live.database.read() as tx:
        decision = actions.decisions_by_id(tx, [act.decision or ""])[act.decision or ""]
        found, text = acting.get_act(tx, OPERATOR, act.id)
    assert (decision.origin, decision.automatic, decision.publisher) == ("policy", True, "host")
    assert "cn.live-commerce-measures/13" in decision.cites and decision.policy == escalation().version
    assert "水光针" in text and found == act
    assert kinds(live, act.id) == ["live.act_asked", "live.act_confirmed", "live.act_sent"]


def test_the_same_key_is_the_same_incident_however_often_it_is_raised(live: Live) -> None:
    made, moment = live.incident()
    first = incidents.raise_now(live.screening, live.room, made, [moment])
    again = incidents.raise_now(live.screening, live.room, made, [moment])
    assert first.fresh and not again.fresh
    assert again.incident == first.incident and again.act == first.act
    assert len(live.acts()) == 1


def test_two_processes_that_raise_the_same_and_two_operators_who_interrupt_do_it_once(live: Live) -> None:
    made, moment = live.incident()
    raised: list[Raised] = []
    done: list[str] = []

    def bring() -> None:
        raised.append(incidents.raise_now(live.screening, live.room, made, [moment]))

    def interrupt(who: Principal) -> None:
        try:
            with live.database.write() as tx:
                acting.act(tx, who, raised[0].incident.id, "interrupt", "推广水光针")
            done.append("done")
        except Conflict:
            done.append("late")

    together(bring, bring, bring)
    assert len({one.incident.id for one in raised}) == 1 and sum(one.fresh for one in raised) == 1
    together(lambda: interrupt(OPERATOR), lambda: interrupt(OTHER))
    assert sorted(done) == ["done", "late"]
    assert sorted(one.measure for one in live.acts()) == ["interrupt", "warn"]


def together(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("masking")
def test_within_the_grace_nothing_is_repeated_and_behind_it_the_next_step_is_taken(lone: Live) -> None:
    first = lone.raised()
    with lone.database.write() as tx:
        acting.acknowledge(tx, HOUSE, first.act.id if first.act else "")
    lone.clock.move(timedelta(seconds=5))
    within = lone.raised()
    assert within.act is None and within.proposed is None
    lone.clock.move(timedelta(seconds=30))
    second = lone.raised()
    assert second.act is not None and second.act.measure == "warn"
    lone.clock.move(timedelta(seconds=30))
    third = lone.raised()
    assert third.act is not None and third.act.measure == "mask"
    lone.clock.move(timedelta(seconds=30))
    fourth = lone.raised()
    assert fourth.proposed is not None and (fourth.proposed.measure, fourth.proposed.step) == ("interrupt", "defied")
    assert fourth.act is not None and fourth.act.measure == "mask"  # the hardest the house may do meanwhile
    lone.clock.move(timedelta(seconds=30))
    assert lone.raised().proposed is None  # a person is asked once


def test_a_confirmed_interruption_counts_on_the_ladders_and_lifting_it_gives_the_strike_back(live: Live) -> None:
    raised = live.raised()
    with live.database.write() as tx:
        act = acting.act(tx, OPERATOR, raised.incident.id, "interrupt", "反复推广水光针")
    assert act.state == "sent" and act.decision is not None
    with live.database.read() as tx:
        decision = actions.decisions_by_id(tx, [act.decision])[act.decision]
        steps = {one.step for one in actions.actions_on_publishers(tx, ["host"])}
    assert (decision.origin, decision.made_by) == ("manual", OPERATOR.actor)
    assert "live/1" in steps
    with live.database.write() as tx, pytest.raises(Forbidden):
        acting.lift(tx, OTHER, act.id, "误判")
    with live.database.write() as tx, pytest.raises(Forbidden):
        incidents.dismiss(tx, OTHER, raised.incident.id, "误判")
    with live.database.write() as tx:
        lifted = acting.lift(tx, OPERATOR, act.id, "看错了")
    assert lifted.state == "lifted"
    with live.database.read() as tx:
        assert not [one for one in actions.actions_on_publishers(tx, ["host"]) if one.in_force(tx.now)]
    assert kinds(live, act.id)[-1] == "live.act_lifted"


def test_what_the_house_did_becomes_a_persons_decision_when_confirmed(lone: Live) -> None:
    act = lone.raised().act
    assert act is not None
    with lone.database.write() as tx:
        confirmed = acting.confirm(tx, OPERATOR, act.id)
    assert confirmed.decision != act.decision and confirmed.state == "sent"
    with lone.database.read() as tx:
        known = actions.decisions_by_id(tx, [act.decision or "", confirmed.decision or ""])
    assert known[act.decision or ""].state == "replaced"
    assert known[confirmed.decision or ""].origin == "manual"
    with lone.database.write() as tx:
        tend(tx)  # the replaced decision must not lift what still stands
    assert lone.acts()[0].state == "sent"


def test_a_proposed_act_can_be_declined_and_a_stale_page_is_told_so(lone: Live) -> None:
    raised = lone.raised(codes=("AD-46-medical",))  # evidence is missing: a person is asked
    assert raised.act is None and raised.proposed is not None and raised.proposed.step == "doubtful"
    with lone.database.read() as tx:
        seen = lone.now(tx).version
    with lone.database.write() as tx:
        assert acting.decline(tx, OPERATOR, raised.proposed.id, "不是推广").state == "declined"
    with lone.database.write() as tx, pytest.raises(Conflict):
        acting.act(tx, OTHER, raised.incident.id, "warn", "提醒", version=seen)
    with lone.database.write() as tx, pytest.raises(Conflict):
        acting.confirm(tx, OTHER, raised.proposed.id)


def test_dismissing_takes_back_what_was_done_and_reinstating_counts_again(live: Live) -> None:
    raised = live.raised()
    with live.database.write() as tx:
        assert incidents.dismiss(tx, OPERATOR, raised.incident.id, "主播是在拒绝").state == "dismissed"
    assert live.acts()[0].state == "lifted" and live.stored(raised.incident.item).standing is None
    with live.database.write() as tx, pytest.raises(Conflict):
        acting.act(tx, OPERATOR, raised.incident.id, "warn", "提醒")
    with live.database.write() as tx:
        assert incidents.reinstate(tx, OPERATOR, raised.incident.id, "回看确有推广").state == "open"
        assert acting.act(tx, OPERATOR, raised.incident.id, "warn", "提醒").state == "sent"


def test_unacknowledged_orders_are_sent_again_and_then_told_to_operators(live: Live) -> None:
    act = live.raised().act
    assert act is not None
    for number in range(2, escalation().tries + 1):
        live.clock.move(timedelta(seconds=11))
        with live.database.read() as tx:
            assert anything_to_tend(tx)
        with live.database.write() as tx:
            tend(tx)
        assert live.acts()[0].tries == number
    live.clock.move(timedelta(seconds=11))
    with live.database.write() as tx:
        tend(tx)
    assert live.acts()[0].state == "failed" and "回执" in live.acts()[0].outcome
    with live.database.write() as tx:
        assert acting.resend(tx, OPERATOR, act.id).state == "sent"
        assert acting.acknowledge(tx, HOUSE, act.id, done=False, detail="接口不支持").outcome == "平台未执行:接口不支持"
        done = acting.acknowledge(tx, HOUSE, act.id)
        assert done.state == "acknowledged" and acting.acknowledge(tx, HOUSE, act.id) == done
    with live.database.write() as tx:
        assert tend(tx) == 0


def test_without_anybody_who_hears_an_order_has_failed_at_once(sqlite_database: object, clock: object) -> None:
    deaf = Live(sqlite_database, clock, deaf=True)
    act = deaf.raised().act
    assert act is not None and act.state == "failed" and "live.act_sent" in act.outcome


def test_nobodys_answer_in_time_goes_to_a_queue_and_the_reviewers_answer_to_the_room(live: Live) -> None:
    raised = live.raised(severity="critical", kind="card")
    assert raised.proposed is not None and raised.proposed.step == "grave" and raised.act is not None
    live.clock.move(timedelta(seconds=121))
    with live.database.write() as tx:
        tend(tx)
    assert {one.measure: one.state for one in live.acts()}["interrupt"] == "lapsed"
    with live.database.read() as tx:
        (case,) = list_cases(tx, LEAD, CaseFilter(queue="content")).items
    assert case.subject == raised.incident.item
    live.review(case.id, OTHER, "interrupt")
    with live.database.write() as tx:
        tend(tx)
    done = [one for one in live.acts() if one.measure == "interrupt" and one.state == "sent"]
    assert len(done) == 1 and done[0].asked_by == OTHER.actor


def test_what_is_reversed_at_the_desk_is_lifted_in_the_room(live: Live) -> None:
    raised = live.raised()
    with live.database.write() as tx:
        act = acting.act(tx, OPERATOR, raised.incident.id, "interrupt", "推广水光针")
        (taken,) = [one for one in actions.actions_of_decisions(tx, [act.decision or ""]) if one.measure == "interrupt"]
    with live.database.write() as tx:
        reverse(tx, LEAD, taken.id, "申诉前复核发现误判")
    with live.database.write() as tx:
        tend(tx)
        assert store.act_by_id(tx, act.id).state == "lifted"  # type: ignore[union-attr]


def test_an_operator_raises_what_the_judge_did_not_see_and_acts_on_it(lone: Live) -> None:
    with lone.database.write() as tx:
        made = incidents.raise_by_hand(tx, lone.screening, OPERATOR, lone.room.id, "画面出现注射演示")
    assert made.kind == "by_hand" and made.publisher == "host"
    with lone.database.write() as tx:
        act = acting.act(tx, OPERATOR, made.id, "interrupt", "画面出现注射演示", cites=("cn.advertising-law/16.1.1",))
    assert act.state == "sent"
    with lone.database.write() as tx, pytest.raises(Invalid):
        acting.act(tx, OPERATOR, made.id, "frown", "皱眉")
    with lone.database.write() as tx, pytest.raises(Forbidden):
        acting.act(tx, person("ana", "analyst"), made.id, "warn", "提醒")


def test_a_reviewers_pass_lifts_a_warning_and_taking_it_back_sends_it_again(lone: Live) -> None:
    raised = lone.raised()
    case = lone.case(raised.incident.item, origin="manual", queue="content")
    lone.review(case.id, OTHER, "pass", reasons=())
    with lone.database.write() as tx:
        tend(tx)
    assert [one.state for one in lone.acts()] == ["lifted"]
    with lone.database.write() as tx:
        undo_case(tx, OTHER, case.id, "看错了")
    with lone.database.write() as tx:
        tend(tx)
    assert [(one.state, one.tries) for one in lone.acts()] == [("sent", 2)]


def test_what_is_told_after_the_room_closed_is_kept_and_nothing_is_sent(lone: Live) -> None:
    with lone.database.write() as tx:
        rooms.close_room(tx, HOUSE, lone.room.id)
    raised = lone.raised()
    assert raised.fresh and (raised.act, raised.proposed, lone.acts()) == (None, None, [])


def test_masking_waits_for_a_person_as_shipped(lone: Live) -> None:
    raised = lone.raised()
    for _ in range(2):
        lone.clock.move(timedelta(seconds=30))
        with lone.database.write() as tx:
            for act in lone.acts():
                if act.state == "sent":
                    acting.acknowledge(tx, HOUSE, act.id)
        raised = lone.raised()
    assert raised.proposed is not None and (raised.proposed.measure, raised.proposed.step) == ("mask", "repeated")
    assert raised.act is not None and raised.act.measure == "warn"


@pytest.mark.usefixtures("masking")
def test_a_limit_for_each_room_and_hour_is_kept(lone: Live) -> None:
    taken = []
    for _ in range(40):
        raised = lone.raised()
        for act in filter(None, (raised.act,)):
            taken.append(act.measure)
        lone.clock.move(timedelta(seconds=25))
    assert taken.count("mask") == escalation().limits["mask"]
    assert taken.count("warn") <= escalation().limits["warn"]
