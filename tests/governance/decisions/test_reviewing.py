"""From a reviewed case to a decision, in one transaction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mingjian.desk.cases.model import CaseRequest, ReviewInput
from mingjian.desk.cases.service import get_case, open_cases, take_case
from mingjian.desk.queues.load import book, using
from mingjian.desk.queues.model import SecondReview
from mingjian.governance.decisions.service import decision_of, review_case, undo_case
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.storage import actions
from mingjian.records.storage.events import events_after
from tests.governance.world import ANN, BEA, EVE, LEAD, POLICY, World, person


def test_the_last_word_on_an_item_is_a_decision(world: World) -> None:
    item = world.item()
    case = world.case(item, facts={"policy": "lure@3"})
    settled = world.review(case.id, ANN, "take_down", note="术后永不反弹")
    decision = settled.decision
    assert decision is not None
    assert (settled.final, settled.measure, settled.case.state) == (True, "take_down", "closed")
    assert (decision.origin, decision.case, decision.made_by) == ("review", case.id, "user:usr_ann")
    assert decision.policy == "lure@3"
    assert decision.reasons == ("effect", "术后永不反弹")
    assert world.stored(item).standing == "take_down"


def test_what_is_refused_leaves_the_case_as_it_was(world: World) -> None:
    item = world.item()
    case = world.case(item)
    with pytest.raises(Forbidden):
        world.review(case.id, ANN, "ban")  # a reviewer may not
    with pytest.raises(Invalid):
        world.review(case.id, ANN, "limit", terms={"days": "many"})
    with pytest.raises(Invalid):
        world.review(case.id, LEAD, "suspend", terms={"right": 7})
    with world.database.read() as tx:
        assert get_case(tx, LEAD, case.id) == case
        assert events_after(tx, 0, kinds=["decision.made"]) == []


def test_one_who_may_suspends_from_a_case(world: World) -> None:
    item = world.item()
    settled = world.review(world.case(item).id, LEAD, "suspend", terms={"right": "live", "days": 3})
    assert settled.decision is not None
    with world.database.read() as tx:
        (action,) = actions.actions_of_decisions(tx, [settled.decision.id])
    assert (action.item, action.publisher, action.right) == (None, "clinic", "live")
    assert action.until == world.clock.now() + 3 * 86_400_000_000


def test_nothing_is_decided_before_the_last_word(world: World) -> None:
    shipped = book()
    asked = {**shipped.queues, "content": replace(shipped.queues["content"], second=SecondReview(share=1.0))}
    with using(replace(shipped, queues=asked)):
        item = world.item()
        case = world.case(item)
        first = world.review(case.id, ANN, "take_down")
        assert (first.final, first.decision, world.stored(item).standing) == (False, None, None)
        assert world.review(case.id, BEA, "label").final is False  # they differ
        last = world.review(case.id, EVE, "limit")
        assert last.decision is not None
        assert world.stored(item).standing == "limit"


def test_law_named_by_the_first_of_two_who_agree_is_kept(small: World) -> None:
    shipped = book()
    asked = {**shipped.queues, "content": replace(shipped.queues["content"], second=SecondReview(share=1.0))}
    with using(replace(shipped, queues=asked)):
        case = small.case(small.item())
        small.review(case.id, ANN, "take_down", cites=("广告法16.1.1",))
        settled = small.review(case.id, BEA, "take_down", cites=("广告法28",))
        with pytest.raises(Invalid) as wrong:
            small.review(small.case(small.item()).id, ANN, "take_down", cites=("广告法999",))
    assert wrong.value.field == "cites"
    assert settled.decision is not None
    assert {"cn.advertising-law/16.1.1", "cn.advertising-law/28"} <= set(settled.decision.cites)


def test_samples_and_golden_items_bind_nobody(world: World) -> None:
    item = world.item()
    inspector = person("ina", "quality_inspector")
    sample = world.case(item, origin="sample", queue="quality")
    settled = world.review(sample.id, inspector, "take_down")
    assert (settled.final, settled.decision) == (True, None)
    assert world.stored(item).standing is None


def test_a_request_sent_again_is_answered_the_same(world: World) -> None:
    case = world.case(world.item())
    first = world.review(case.id, ANN, "limit", request="r1")
    with world.database.write() as tx:
        again = review_case(tx, ANN, ReviewInput(case.id, case.version, "limit", ("effect",)), request="r1")
        assert again.decision == first.decision
        assert len(events_after(tx, 0, kinds=["decision.made"])) == 1
        with pytest.raises(Conflict):
            review_case(tx, BEA, ReviewInput(case.id, case.version, "limit", ("effect",)), request="r1")


def test_a_review_replaces_what_a_policy_had_done(world: World) -> None:
    item = world.item()
    limited = world.decide("limit", item, by=POLICY).decision
    human = world.decide("label", item).decision
    settled = world.review(world.case(item).id, ANN, "pass")
    assert settled.decision is not None
    assert settled.decision.replaces == (limited.id,)
    assert world.stored(item).standing == "label"  # another person's decision stands
    with world.database.read() as tx:
        assert decision_of(tx, human.id).state == "in_force"


def test_quality_finds_a_decision_wrong_and_the_case_is_decided_anew(world: World) -> None:
    item = world.item()
    first = world.review(world.case(item).id, ANN, "take_down").decision
    assert first is not None
    with world.database.write() as tx:
        sample = open_cases(tx, POLICY, [CaseRequest("item", item, {}, "sample", "quality", "", (), first.case)])[0]
        again = CaseRequest("item", item, {}, "manual", "content", "质检改判", (ANN.actor,), sample.id)
        anew = open_cases(tx, POLICY, [again])[0]
    settled = world.review(anew.id, BEA, "pass", reasons=())
    assert settled.decision is not None
    assert settled.decision.replaces == (first.id,)
    assert world.stored(item).standing == "pass"


def test_undoing_opens_the_case_again(world: World) -> None:
    item = world.item()
    case = world.case(item)
    settled = world.review(case.id, ANN, "take_down")
    assert settled.decision is not None
    with world.database.write() as tx, pytest.raises(Forbidden):
        undo_case(tx, BEA, case.id, "不是我的")
    with world.database.write() as tx:
        reopened = undo_case(tx, ANN, case.id, "按错了")
        assert (reopened.stage, reopened.lease_holder) == ("first", ANN.actor)
        assert decision_of(tx, settled.decision.id).state == "undone"
    assert world.stored(item).standing is None
    assert world.review(case.id, ANN, "label").decision is not None
    assert world.stored(item).standing == "label"


def test_an_answer_that_decided_nothing_can_be_undone_too(small: World) -> None:
    shipped = book()
    asked = {**shipped.queues, "content": replace(shipped.queues["content"], second=SecondReview(share=1.0))}
    with using(replace(shipped, queues=asked)):
        case = small.case(small.item())
        small.review(case.id, ANN, "limit")
        with small.database.write() as tx:
            assert undo_case(tx, ANN, case.id, "按错了").stage == "first"
            assert take_case(tx, ANN, case.id).lease_holder == ANN.actor


def test_a_case_about_a_publisher_is_decided_on_them(world: World) -> None:
    case = world.case("clinic", kind="actor", queue="content")
    settled = world.review(case.id, LEAD, "suspend", terms={"right": "posting"}, cites=("广告法16.1.1",))
    assert settled.decision is not None
    assert (settled.decision.item, settled.decision.publisher) == (None, "clinic")
    admitted = world.review(world.case("clinic", kind="actor", queue="content").id, ANN, "pass", reasons=())
    assert (admitted.final, admitted.measure, admitted.decision) == (True, "pass", None)
    other = world.case("clinic", kind="actor", queue="content")
    with pytest.raises(Invalid) as wrong:
        world.review(other.id, LEAD, "take_down", cites=("广告法16.1.1",))
    assert wrong.value.field == "item"
