"""Prevalence before and after: drawn by lot, labelled blindly, estimated with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from mingjian.desk.cases.model import Case
from mingjian.desk.people.model import Principal
from mingjian.governance.campaigns import labels, sampling
from mingjian.governance.campaigns.prevalence import Prevalence, prevalence
from mingjian.governance.campaigns.sampling import draw, lot
from mingjian.records.campaigns.model import Sample, SampleRow
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.journal.append import refold
from mingjian.records.storage import campaign_samples as stored
from mingjian.records.storage.case_queries import cases_about
from tests.governance.campaigns.undertaken import opened
from tests.governance.world import ANN, BAD, GOOD, LEAD, World, person

INSPECTOR, ANALYST = person("zhi", "quality_inspector"), person("fen", "analyst")


def sample(world: World, campaign: str, side: str, number: int = 10, **more: object) -> Sample:
    with world.database.write() as tx:
        return sampling.draw_from_desk(tx, LEAD, campaign, side, number, **more)  # type: ignore[arg-type]


def ask(world: World, *ids: str) -> list[Case]:
    """The cases, in the order they were opened."""
    with world.database.write() as tx:
        labels.ask(tx, LEAD, ids)
        rows = {row.item: row.case for id in ids for row in stored.sample_items(tx, id)}
        found = [case for item in rows for case in cases_about(tx, item) if case.id == rows[item]]
    return sorted(found, key=lambda case: case.version)


def answer(world: World, cases: Sequence[Case], bad: set[str], by: Principal = INSPECTOR) -> None:
    for case in cases:
        world.review(case.id, by, "take_down" if case.subject in bad else "pass")


def measured(world: World, campaign: str, upto: int | None = None) -> Prevalence:
    with world.database.read() as tx:
        return prevalence(tx, ANALYST, campaign, upto=upto)


def test_a_draw_is_simple_random_within_strata_and_can_be_drawn_again() -> None:
    rows = [SampleRow(f"itm_{n}", "a" if n % 4 else "b", n % 10 == 0) for n in range(4000)]
    chosen, strata = draw(lambda: iter(rows), 400, "seed")
    assert Counter(row.stratum for row in chosen) == {"a": 300, "b": 100}
    assert [(one.name, one.size, one.drawn, one.flagged, one.judged) for one in strata] == [
        ("a", 3000, 300, 200, 3000), ("b", 1000, 100, 200, 1000)]  # fmt: skip
    again, _ = draw(lambda: reversed(rows), 400, "seed")
    assert again == chosen  # whatever order the frame comes in
    assert draw(lambda: iter(rows), 400, "other")[0] != chosen
    cut = max(lot("seed", row.item) for row in chosen if row.stratum == "b")
    assert all(row in chosen for row in rows if row.stratum == "b" and lot("seed", row.item) <= cut)


def test_only_what_people_can_see_and_is_in_scope_is_drawn(world: World) -> None:
    made = opened(world, kinds=["note"])
    seen = [world.item(GOOD, kind="note", publisher=f"p{n}") for n in range(10)]
    world.item(GOOD, kind="product")
    world.decide("take_down", world.item(BAD, kind="note"))
    limited = world.item(BAD, kind="note")
    world.decide("limit", limited)
    older = world.item(GOOD, kind="note", id="twice")
    newer = world.item(GOOD + "!", kind="note", id="twice")
    drawn = sample(world, made.campaign.id, "before", 200)
    with world.database.read() as tx:
        items = {row.item for row in stored.sample_items(tx, drawn.id)}
    assert items == {*seen, limited, newer}
    assert older not in items
    assert (drawn.size, drawn.number, drawn.list == sampling.list_digest([])) == (12, 12, False)


def test_labels_are_blind_and_measure_the_fall(world: World) -> None:
    made = opened(world)
    id = made.campaign.id
    bad = [world.item(BAD, publisher=f"b{n}") for n in range(8)]
    good = [world.item(GOOD, publisher=f"g{n}") for n in range(12)]
    before = sample(world, id, "before", 20)
    for item in bad[:7]:
        world.decide("take_down", item)
    after = sample(world, id, "after", 20)
    cases = ask(world, before.id, after.id)
    assert len(cases) == 20  # what is in both is asked about once
    assert {(case.queue, case.origin, case.reason) for case in cases} == {("quality", "sample", "质检抽样")}
    assert not any(id in repr(case) or before.id in repr(case) or "before" in repr(case) for case in cases)
    assert [case.subject for case in cases] != [*bad, *good]  # shuffled
    answer(world, cases, set(bad))
    found = measured(world, id)
    assert found.complete
    assert found.sides["before"].by_people.interval.value == pytest.approx(0.4)
    assert found.sides["after"].by_people.interval.value == pytest.approx(1 / 13)
    assert found.fall is not None
    assert found.fall.value == pytest.approx(0.4 - 1 / 13)
    assert found.sensitivity is not None
    assert found.specificity is not None
    assert (found.sensitivity.share, found.specificity.share) == (1.0, 1.0)  # the engine knows these
    corrected = found.sides["before"].corrected
    assert corrected is not None
    assert corrected.value == pytest.approx(0.4)
    refold(world.database)
    assert measured(world, id) == found


def test_an_answer_taken_back_is_no_label_and_the_past_stays_as_it_was(world: World) -> None:
    from mingjian.governance.decisions.service import undo_case

    made = opened(world)
    bad = world.item(BAD)
    for n in range(11):
        world.item(GOOD, publisher=f"g{n}")
    cases = ask(world, sample(world, made.campaign.id, "before", 12).id)
    answer(world, cases, {bad})
    then = measured(world, made.campaign.id)
    with world.database.write() as tx:
        undo_case(tx, INSPECTOR, cases[-1].id, "再看一遍")
    now = measured(world, made.campaign.id)
    assert (then.sides["before"].labelled, now.sides["before"].labelled) == (12, 11)
    assert (then.fall, then.fell, now.sides["before"].complete) == (None, None, False)
    assert measured(world, made.campaign.id, then.counted_to) == then


def test_samples_are_drawn_once_a_side_and_dropped_only_before_anybody_is_asked(small: World) -> None:
    made = opened(small)
    for n in range(12):
        small.item(GOOD, publisher=f"g{n}")
    first = sample(small, made.campaign.id, "before")
    with pytest.raises(Conflict):
        sample(small, made.campaign.id, "before")
    with small.database.write() as tx:
        assert sampling.drop(tx, LEAD, first.id, "分层不对").state == "dropped"
    second = sample(small, made.campaign.id, "before", by=("kind", "platform"))
    assert second.by == ("kind", "platform")
    ask(small, second.id)
    with small.database.write() as tx, pytest.raises(Conflict):
        sampling.drop(tx, LEAD, second.id, "晚了")
    with small.database.write() as tx, pytest.raises(Conflict):
        labels.ask(tx, LEAD, [second.id])


def test_what_cannot_be_drawn_is_said(small: World) -> None:
    id = opened(small).campaign.id
    for words, field in (({"side": "during"}, "side"), ({"number": 5}, "number"), ({"by": ("moon",)}, "by"),
                         ({}, "scope")):  # fmt: skip
        given = {"side": "before", "number": 10} | words
        with small.database.write() as tx, pytest.raises(Invalid) as told:
            sampling.draw_from_desk(tx, LEAD, id, **given)  # type: ignore[arg-type]
        assert told.value.field == field
    with small.database.write() as tx:
        with pytest.raises(Forbidden):
            sampling.draw_from_desk(tx, ANN, id, "before", 10)
        with pytest.raises(Invalid, match="处置"):
            labels.ask(tx, LEAD, [], "content")
