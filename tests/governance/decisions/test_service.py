"""Deciding without a review, and taking back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mingjian.core.model.law import Citation
from mingjian.governance.actions.book import packaged
from mingjian.governance.actions.standing import standing
from mingjian.governance.decisions.law import packaged_basis, thawed
from mingjian.governance.decisions.service import (
    decide,
    decide_many,
    get_decision,
    reverse,
    reverse_many,
    undo,
    undoable,
)
from mingjian.records.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from mingjian.records.storage import contents
from mingjian.records.storage.events import head
from tests.governance.world import ANN, LAW, LEAD, LEAD2, OTTO, POLICY, World, wish


def test_a_decision_keeps_its_law_policy_verdict_and_facts(world: World) -> None:
    item = world.item()
    made = world.decide("take_down", item)
    one, action = made.decision, made.actions[0]
    stored = world.stored(item)
    assert (one.measure, one.origin, one.made_by) == ("take_down", "manual", "user:usr_lead")
    assert (one.verdict, one.rulebook, one.as_of) == (stored.verdict, stored.rulebook, stored.as_of)
    assert one.policy == action.policy == packaged().version
    assert one.publisher == "clinic"
    assert one.codes  # none were named: those of the verdict's violations
    assert "efficacy_guarantee" in one.facts["families"]
    assert (one.facts["nature"], one.facts["channel"]) == ("advertisement", "public")
    with world.database.read() as tx:
        law = thawed(contents.get(tx, one.law) or b"")
        assert get_decision(tx, ANN, one.id) == made
    assert [citation.ref for citation in law] == list(one.cites)
    assert LAW in one.cites
    assert all(citation.summary and citation.effective for citation in law)


def test_law_is_that_of_the_day_the_item_was_published(small: World) -> None:
    item = small.item(published_at="2018-05-01")
    asked: list[tuple[str, date]] = []

    def resolve(name: str, as_of: date) -> Citation | None:
        asked.append((name, as_of))
        return packaged_basis().resolve(name, as_of)

    basis = type(packaged_basis())(resolve, packaged_basis().rules, packaged())
    with small.database.write() as tx:
        made = decide(tx, LEAD, wish("take_down", item, cites=("广告法16.1.1",)), basis=basis)
    assert {day for _, day in asked} == {date(2018, 5, 1)}
    assert ("广告法16.1.1", date(2018, 5, 1)) in asked
    assert made.decision.cites[0] == LAW  # a label is kept as the reference
    with pytest.raises(Invalid, match="2018-05-01 不在施行") as wrong:  # in force since 2026 only
        small.decide("take_down", item, cites=("cn.live-commerce-measures/13",))
    assert wrong.value.field == "cites"


@pytest.mark.parametrize(
    ("measure", "more", "field"),
    [
        ("frown", {}, "measure"),
        ("take_down", {"reasons": ()}, "reasons"),
        ("take_down", {"reasons": ("  ",)}, "reasons"),
        ("take_down", {"reasons": ("长" * 2001,)}, "reasons"),
        ("take_down", {"codes": ("NO-SUCH-RULE",)}, "codes"),
        ("take_down", {"cites": ("cn.no-such-law/1",)}, "cites"),
        ("take_down", {"days": 3}, "days"),
        ("limit", {"days": 0}, "days"),
        ("limit", {"days": 99999}, "days"),
        ("limit", {"right": "posting"}, "right"),
        ("suspend", {"right": "flying"}, "right"),
        ("suspend", {"right": None}, "right"),
        ("suspend", {"publisher": "another"}, "publisher"),
        ("limit", {"request": "r" * 201}, "request"),
        ("limit", {"policy": "p" * 121}, "policy"),
    ],
)
def test_what_does_not_hold_is_refused_by_name(small: World, measure: str, more: dict[str, Any], field: str) -> None:
    item = small.item()
    before = _events(small)
    with pytest.raises(Invalid) as refused:
        small.decide(measure, item, **more)
    assert refused.value.field == field
    assert _events(small) == before


def test_a_restriction_must_cite_law_and_a_pass_need_not(small: World) -> None:
    clean = small.item("今天天气很好", nature=None)
    with pytest.raises(Invalid, match="须引用") as refused:
        small.decide("limit", clean)
    assert refused.value.field == "cites"
    assert small.decide("pass", clean, reasons=()).decision.cites == ()
    assert small.stored(clean).standing == "pass"


def test_what_is_not_there_is_not_found(small: World) -> None:
    with pytest.raises(NotFound):
        small.decide("take_down", "itm_none")
    with pytest.raises(Invalid) as nothing:
        small.decide("take_down", publisher="clinic")
    assert nothing.value.field == "item"
    with pytest.raises(Invalid) as nobody:
        small.decide("ban", small.item(publisher=None))
    assert nobody.value.field == "publisher"
    with small.database.write() as tx, pytest.raises(NotFound):
        reverse(tx, LEAD, "act_none", "误判")


@pytest.mark.parametrize("by", [ANN, OTTO])
def test_only_who_may_decides_by_hand(small: World, by: Any) -> None:
    with pytest.raises(Forbidden):
        small.decide("limit", small.item(), by=by)


def test_the_house_decides_by_its_policies(small: World) -> None:
    made = small.decide("limit", small.item(), by=POLICY, policy="lure@3")
    assert (made.decision.origin, made.decision.policy, made.actions[0].policy) == ("policy", "lure@3", "lure@3")
    assert made.decision.automatic


def test_the_same_request_gives_the_same_decision(world: World) -> None:
    item = world.item()
    first = world.decide("limit", item, request="r1")
    before = _events(world)
    assert world.decide("limit", item, request="r1") == first
    assert _events(world) == before
    with pytest.raises(Conflict, match="r1"):
        world.decide("take_down", item, request="r1")
    with world.database.write() as tx:
        twice = decide_many(tx, LEAD, [wish("limit", item, request="r2"), wish("limit", item, request="r2")])
    assert twice[0] == twice[1]
    with world.database.write() as tx, pytest.raises(Conflict):
        decide_many(tx, LEAD, [wish("limit", item, request="r3"), wish("label", item, request="r3")])


def test_many_are_decided_all_or_none(small: World) -> None:
    items = [small.item(publisher=None) for _ in range(3)]
    with pytest.raises(NotFound), small.database.write() as tx:
        decide_many(tx, LEAD, [wish("limit", item) for item in [*items, "itm_none"]])
    assert {small.stored(item).standing for item in items} == {None}
    with small.database.write() as tx:
        made = decide_many(tx, LEAD, [wish("limit", item) for item in items])
    assert [one.decision.item for one in made] == items
    assert {small.stored(item).standing for item in items} == {"limit"}


def test_a_decision_takes_the_place_of_another(world: World) -> None:
    item = world.item()
    old = world.decide("limit", item, by=POLICY)
    new = world.decide("pass", item, replaces=(old.decision.id,))
    with world.database.read() as tx:
        before = get_decision(tx, LEAD, old.decision.id)
    assert before.decision.state == "replaced"
    assert (before.actions[0].state, before.actions[0].ended_for) == ("replaced", new.decision.id)
    assert world.stored(item).standing == "pass"
    with pytest.raises(Conflict):
        world.decide("label", item, replaces=(old.decision.id,))
    with pytest.raises(Conflict):
        world.decide("label", world.item(), replaces=(new.decision.id,))


def test_its_maker_undoes_a_decision_and_what_it_replaced_binds_again(world: World) -> None:
    item = world.item()
    old = world.decide("limit", item, by=POLICY)
    new = world.decide("pass", item, replaces=(old.decision.id,)).decision
    with world.database.write() as tx:
        assert undoable(tx, LEAD, new)
        assert not undoable(tx, LEAD2, new)
        assert undo(tx, LEAD, new.id, "按错了").state == "undone"
        assert undo(tx, LEAD, new.id, "按错了").state == "undone"  # sent again
        assert get_decision(tx, LEAD, old.decision.id) == old
        assert standing(tx, item) == "limit"
    assert world.stored(item).standing == "limit"


def test_undoing_is_for_its_maker_and_for_minutes(world: World) -> None:
    made = world.decide("limit", world.item())
    with world.database.write() as tx, pytest.raises(Forbidden):
        undo(tx, LEAD2, made.decision.id, "不是我")
    with world.database.write() as tx, pytest.raises(Invalid):
        undo(tx, LEAD, made.decision.id, " ")
    world.clock.move(timedelta(minutes=packaged().undo_minutes, microseconds=1))
    with world.database.write() as tx, pytest.raises(Conflict, match="撤销处置"):
        undo(tx, LEAD, made.decision.id, "太晚了")
    assert world.stored(made.decision.item or "").standing == "limit"


def test_reversing_needs_its_permission_and_a_reason(world: World) -> None:
    made = world.decide("take_down", world.item())
    action = made.actions[0].id
    for by, reason, error in ((ANN, "误判", Forbidden), (LEAD2, "", Invalid), (LEAD2, "长" * 2001, Invalid)):
        with world.database.write() as tx, pytest.raises(error):
            reverse(tx, by, action, reason)
    with world.database.write() as tx:
        done = reverse(tx, LEAD2, action, "误判")
        assert (done.state, done.ended_by, done.ended_why) == ("reversed", "user:usr_lead2", "误判")
        assert reverse(tx, LEAD2, action, "误判") == done  # sent again
        assert get_decision(tx, LEAD, made.decision.id).decision.state == "reversed"
    assert world.stored(made.decision.item or "").standing is None
    with world.database.write() as tx, pytest.raises(Conflict):
        reverse(tx, LEAD, action, "另一个理由")


def test_many_are_reversed_all_or_none(world: World) -> None:
    made = [world.decide("limit", world.item(publisher=None)) for _ in range(3)]
    ids = [one.actions[0].id for one in made]
    with pytest.raises(NotFound), world.database.write() as tx:
        reverse_many(tx, LEAD, [*ids, "act_none"], "误判")
    assert {world.stored(one.decision.item or "").standing for one in made} == {"limit"}
    with world.database.write() as tx:
        assert {action.state for action in reverse_many(tx, LEAD, [*ids, ids[0]], "批量误判")} == {"reversed"}
    assert {world.stored(one.decision.item or "").standing for one in made} == {None}
    with world.database.write() as tx, pytest.raises(Invalid):
        reverse_many(tx, LEAD, [str(number) for number in range(1001)], "太多")


def test_what_has_lapsed_is_not_reversed(small: World) -> None:
    made = small.decide("limit", small.item(), days=1)
    small.clock.move(timedelta(days=1))
    with small.database.write() as tx, pytest.raises(DeskError, match="不在执行"):
        reverse(tx, LEAD, made.actions[0].id, "误判")


def _events(world: World) -> int:
    with world.database.read() as tx:
        return head(tx).seq
