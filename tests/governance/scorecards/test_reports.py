"""Stability, migration and calibration on a desk whose figures are known; and what makes a score up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.model import MICRO
from mingjian.governance.scorecards.reports import stability_index, wilson
from mingjian.records.errors import Forbidden, Invalid, NotFound
from mingjian.records.scores.model import number_of
from tests.governance.scorecards.cards import FEEDER, READER, STRANGER, TODAY, put_live, told
from tests.governance.world import BAD, GOOD, World

NOW = number_of(TODAY)


@pytest.fixture
def months(world: World) -> World:
    """Ten clinics scored today; three are complained of and then decided against in the next month."""
    with world.database.write() as tx:
        put_live(tx)
        service.observe(tx, FEEDER, [told(f"c{at}", day="2026-03-02", upheld=0) for at in range(10)])
    for at in range(10):
        world.item(BAD if at < 3 else GOOD, f"c{at}")
        world.item(GOOD, f"c{at}")
    service.nightly(world.database)
    world.clock.move(timedelta(days=10))
    for at in range(3):
        world.decide("take_down", world.item(BAD, f"c{at}"))
    with world.database.write() as tx:
        service.observe(tx, FEEDER, [told(f"c{at}", day="2026-03-12", upheld=5) for at in range(3)])
    world.clock.move(timedelta(days=20))
    service.nightly(world.database)
    return world


def test_the_shift_between_two_days(months: World) -> None:
    with months.database.read() as tx:
        found = service.stability(tx, READER, "clinic", NOW, NOW + 30)
        with pytest.raises(Invalid):
            service.stability(tx, READER, "clinic", NOW + 30, NOW)
        with pytest.raises(NotFound):
            service.stability(tx, READER, "none", NOW, NOW + 30)
        with pytest.raises(Forbidden):
            service.stability(tx, STRANGER, "clinic", NOW, NOW + 30)
    assert (found.of, found.seen) == (10, 10)
    by_name = {one.name: one for one in found.features}
    assert by_name["complaints"].index > 0.25
    assert by_name["complaints"].word == "far"
    assert by_name["fake"].index == 0  # nobody ever reported any
    assert [one.index for one in found.features] == sorted((one.index for one in found.features), reverse=True)
    for shift in (found.score, *found.features):
        assert sum(part[1] for part in shift.parts) == pytest.approx(1)
        assert sum(part[2] for part in shift.parts) == pytest.approx(1)
    assert sum(many for _, _, many in found.migration) == 10
    assert {(one, other) for one, other, _ in found.migration} >= {("low", "low")}


def test_bands_against_what_came_later(months: World) -> None:
    with months.database.read() as tx:
        found = service.calibration(tx, READER, "clinic", NOW, 30)
        with pytest.raises(Invalid):
            service.calibration(tx, READER, "clinic", NOW + 10, 30)
    assert sum(one.actors for one in found.rates) == 10
    assert sum(one.hits for one in found.rates) == 3
    assert all(one.low <= one.share <= one.high for one in found.rates if one.actors)


def test_a_sample_is_always_the_same(months: World) -> None:
    with months.database.read() as tx:
        one, other = (service.stability(tx, READER, "clinic", NOW, NOW + 30, sample=4) for _ in range(2))
    assert one == other
    assert (one.of, one.seen) == (10, 4)


def test_an_explanation_adds_up_and_is_of_its_day(months: World) -> None:
    with months.database.read() as tx:
        found = service.explain(tx, READER, "clinic", "c1")
        before = service.explain(tx, READER, "clinic", "c1", NOW)
        with pytest.raises(NotFound):
            service.explain(tx, READER, "clinic", "nobody")
        with pytest.raises(Forbidden):
            service.explain(tx, STRANGER, "clinic", "c1")
    for one in (found, before):
        assert sum(part.points for part in one.score.contributions) == one.score.points
        assert one.agrees
    assert found.kept is not None
    assert found.kept.points == found.score.points
    assert before.score.points < found.score.points
    assert found.history[0].points == before.score.points
    for lever in found.levers:
        assert lever.band != found.score.band


def test_late_figures_are_told(months: World) -> None:
    """What is reported afterwards for an earlier day does not agree with what was kept: the page says so."""
    with months.database.write() as tx:
        service.observe(tx, FEEDER, [told("c5", day="2026-03-20", upheld=6)])
        assert not service.explain(tx, READER, "clinic", "c5").agrees
    service.catch_up(months.database)
    with months.database.read() as tx:
        assert service.explain(tx, READER, "clinic", "c5").agrees


def test_one_is_counted_on_request(months: World) -> None:
    with months.database.write() as tx:
        assert service.compute_one(tx, READER, "clinic", "c9").points == 4 * MICRO
        with pytest.raises(NotFound):
            service.compute_one(tx, READER, "clinic", "nobody")


def test_lists_of_a_band(months: World) -> None:
    with months.database.read() as tx:
        page, onward = service.band_page(tx, READER, "clinic", "low", None, 3)
        assert onward == (page[-1].points, page[-1].actor)
        rest, _ = service.band_page(tx, READER, "clinic", "low", onward, 100)
        counts = service.overview(tx, READER)[0].bands
        with pytest.raises(NotFound):
            service.band_page(tx, READER, "clinic", "none", None, 3)
    assert len(page) + len(rest) == counts["low"]
    assert [one.points for one in (*page, *rest)] == sorted((one.points for one in (*page, *rest)), reverse=True)


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_holds_the_share(hits: int, more: int) -> None:
    low, high = wilson(hits, hits + more)
    assert 0 <= low <= hits / (hits + more) <= high <= 1


def test_known_figures() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(10, 100)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)  # the published example
    assert stability_index([50, 50], [50, 50]) == 0
    assert stability_index([50, 50], [80, 20]) == pytest.approx(0.4159, abs=1e-4)
