"""What bands do, how it is taken back, and when acting stops."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mingjian.core.model import Item, Publisher
from mingjian.desk.cases.model import Case
from mingjian.governance.actions.standing import rights_withheld
from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.provider import risk_facts
from mingjian.records.errors import Conflict, Forbidden
from mingjian.records.storage import actions, scores
from mingjian.records.storage.case_queries import cases_about
from mingjian.records.storage.items import item_by_id
from mingjian.records.storage.score_sweeps import unmarked_items
from tests.governance.scorecards.cards import DEPLOYER, FEEDER, READER, put_live, told
from tests.governance.world import BAD, GOOD, LEAD, World


def fed(world: World, *names: str, upheld: int = 6) -> None:
    """Complaints enough for the highest band, with items that are half in violation."""
    with world.database.write() as tx:
        service.observe(tx, FEEDER, [told(name, day="2026-03-02", upheld=upheld) for name in names])


def work(world: World) -> None:
    service.catch_up(world.database)
    for _ in range(20):
        with world.database.write() as tx:
            if not service.follow_bands(tx):
                return
    raise AssertionError("the duty never rests")


@pytest.fixture
def desk(world: World) -> World:
    with world.database.write() as tx:
        put_live(tx)
    for name in ("bad", "good"):
        for text in (BAD, BAD) if name == "bad" else (GOOD, GOOD):
            world.item(text, name)
    fed(world, "good", upheld=0)
    work(world)
    return world


def band(world: World, actor: str) -> str | None:
    with world.database.read() as tx:
        (kept,) = scores.scores_of(tx, actor)
    return kept.band


def cases(world: World, actor: str) -> list[Case]:
    with world.database.read() as tx:
        return list(cases_about(tx, actor))


def withheld(world: World, actor: str) -> set[str]:
    with world.database.read() as tx:
        return set(rights_withheld(tx, actor))


def standings(world: World, actor: str) -> list[str | None]:
    with world.database.read() as tx:
        return [one.standing for _, id, _ in unmarked_items(tx, [actor], None, 100) if (one := item_by_id(tx, id))]


def test_a_high_band_takes_offline_at_once_and_asks_a_person(desk: World) -> None:
    assert withheld(desk, "bad") == set()
    fed(desk, "bad")
    work(desk)
    assert band(desk, "bad") == "high"
    assert withheld(desk, "bad") == {"listing", "commerce"}
    (case,) = [one for one in cases(desk, "bad") if one.facts.get("band") == "high"]
    assert case.facts["scorecard"] == "clinic@1"
    assert case.origin == "policy"
    assert "投诉" in case.reason
    with desk.database.read() as tx:
        taken = actions.actions_on_publishers(tx, ["bad"])
        (one, _) = actions.decisions_by_id(tx, [action.decision for action in taken]).values()
    assert one.automatic
    assert one.policy == "clinic@1"
    assert one.appeal_until is not None  # the person is told and may appeal
    assert {action.until - action.taken_at for action in taken if action.until} == {30 * 86_400_000_000}
    assert withheld(desk, "good") == set()
    work(desk)
    assert len([one for one in cases(desk, "bad") if one.facts.get("band") == "high"]) == 1  # once


def test_it_comes_back_when_the_review_passes(desk: World) -> None:
    fed(desk, "bad")
    work(desk)
    (case,) = [one for one in cases(desk, "bad") if one.facts.get("band") == "high"]
    desk.review(case.id, LEAD, "pass", reasons=())
    work(desk)
    assert withheld(desk, "bad") == set()
    with desk.database.read() as tx:
        ended = actions.actions_of_decisions(tx, case.facts["decisions"])
    assert {one.state for one in ended} == {"reversed"}
    assert all(case.id in (one.ended_why or "") for one in ended)
    work(desk)
    assert withheld(desk, "bad") == set()  # still in the band, but somebody looked


def test_a_reviewers_own_decision_takes_its_place(desk: World) -> None:
    fed(desk, "bad")
    work(desk)
    (case,) = [one for one in cases(desk, "bad") if one.facts.get("band") == "high"]
    desk.review(case.id, LEAD, "suspend", reasons=("licence_expired",), terms={"right": "listing", "days": 60},
                cites=("cn.e-commerce-law/29",))  # fmt: skip
    work(desk)
    with desk.database.read() as tx:
        (left,) = [one for one in actions.actions_on_publishers(tx, ["bad"]) if one.in_force(tx.now)]
    assert left.right == "listing"
    assert left.taken_by == LEAD.actor


def test_labels_come_and_go_with_the_band(desk: World) -> None:
    assert standings(desk, "bad") == [None, None]
    fed(desk, "bad")
    work(desk)
    assert standings(desk, "bad") == ["label", "label"]
    desk.item(GOOD, "bad")
    work(desk)
    assert standings(desk, "bad") == ["label"] * 3  # what comes later is labelled too
    fed(desk, "bad", upheld=0)
    work(desk)
    assert band(desk, "bad") != "high"
    assert standings(desk, "bad") == [None] * 3
    assert withheld(desk, "bad") == {"listing", "commerce"}  # that waits for the review


def test_a_sudden_leap_stops_acting_until_a_person_looked(desk: World) -> None:
    names = [f"n{number:02}" for number in range(12)]
    for name in names:
        desk.item(BAD, name)
        desk.item(GOOD, name)
    fed(desk, *names, upheld=0)
    work(desk)
    desk.clock.move(timedelta(days=2))
    with desk.database.write() as tx:
        service.observe(tx, FEEDER, [told(name, day="2026-03-04", upheld=6) for name in names])
    work(desk)
    assert {band(desk, name) for name in names} == {"high"}
    assert all(withheld(desk, name) == set() for name in names)
    with desk.database.write() as tx:
        (halt,) = service.list_halts(tx, READER)
        assert (halt.card, halt.band) == ("clinic", "high")
        assert halt.details["entered"] == 12
        with pytest.raises(Forbidden):
            service.resume(tx, READER, "clinic", "high", "看过了")
        service.resume(tx, DEPLOYER, "clinic", "high", "数据无误")
        with pytest.raises(Conflict):
            service.resume(tx, DEPLOYER, "clinic", "high", "再来")
    work(desk)
    assert all(withheld(desk, name) == {"listing", "commerce"} for name in names)
    with desk.database.read() as tx:
        assert service.list_halts(tx, READER) == []


def test_screening_is_told_the_risk(desk: World) -> None:
    fed(desk, "bad")
    work(desk)

    def item(publisher: str | None) -> Item:
        return Item("x", (), publisher=Publisher("institution", publisher))

    with desk.database.read() as tx:
        found = risk_facts(tx, [item("bad"), item("nobody"), item(None), item("good")])
        assert risk_facts(tx, []) == []
    assert found[0]["risk_band"] == "high"
    assert found[0]["risk_card"] == "clinic@1"
    assert 0.4 <= found[0]["risk"] <= 1
    assert found[1] == found[2] == {}
    assert found[3]["risk_band"] == "low"
