"""Values from the store, on both kinds of it: exact, as of a day, and the same for one and for all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from mingjian.governance.decisions.service import reverse
from mingjian.governance.scorecards import service
from mingjian.governance.scorecards.counting import count, members, population
from mingjian.governance.scorecards.engine import MISSING
from mingjian.governance.scorecards.explain import values_of
from mingjian.governance.scorecards.gather import gather
from mingjian.governance.scorecards.model import MICRO
from mingjian.governance.scorecards.recount import steps
from mingjian.records.errors import Forbidden, Invalid
from mingjian.records.journal.append import refold
from mingjian.records.scores.model import number_at, number_of
from mingjian.records.storage import scores
from mingjian.records.storage.score_cards import CARDS
from mingjian.records.storage.score_observations import observations_of
from tests.governance.scorecards.cards import CARD, FEEDER, READER, TODAY, made, put_live, told
from tests.governance.world import BAD, GOOD, LEAD, World

NOW = number_of(TODAY)


def values(world: World, actor: str = "clinic", day: int = NOW) -> dict[str, int | None]:
    with world.database.read() as tx:
        return values_of(tx, made(), actor, day)


def observe(world: World, *rows: dict[str, Any]) -> service.Told:
    with world.database.write() as tx:
        return service.observe(tx, FEEDER, rows)


def test_decisions_fade_and_are_given_back(world: World) -> None:
    item = world.item()
    taken = world.decide("take_down", item)
    assert values(world)["strikes"] == MICRO
    assert values(world, day=NOW + 10)["strikes"] == MICRO // 2
    assert values(world, day=NOW + 100)["strikes"] == 0
    world.clock.move(timedelta(days=3))
    with world.database.write() as tx:
        reverse(tx, LEAD, taken.actions[0].id, "误判")
    assert values(world, day=NOW + 3)["strikes"] == 0
    assert values(world, day=NOW + 2)["strikes"] == 870_551  # it stood on that day


def test_who_was_not_seen_enough_is_missing_not_zero(world: World) -> None:
    world.item(BAD)
    assert values(world)["share"] is None
    world.item(GOOD)
    assert values(world)["share"] == MICRO // 2


def test_a_source_without_data_is_missing_and_with_data_zero(world: World) -> None:
    world.item()
    assert values(world)["complaints"] is None
    observe(world, told("other", upheld=1))
    assert values(world)["complaints"] == 0  # complaints come in and there are none of this one
    assert values(world, day=NOW - 2)["complaints"] is None  # nothing had come in then
    observe(world, told("clinic", day="2026-03-01", upheld=2))
    assert values(world)["complaints"] == 1_954_320  # two of yesterday, 30 days half-life
    observe(world, told("clinic", day="2026-03-01", upheld=1))
    assert values(world)["complaints"] == 977_160  # said again: in its place
    assert values(world)["fake"] is None
    observe(world, told("clinic", "reviews", count=2, fake=1), told("clinic", "reviews", "2026-02-01", count=2))
    assert values(world)["fake"] == MICRO // 4


def test_observations_are_checked_row_by_row(world: World) -> None:
    found = observe(
        world, told("clinic", upheld=1), told("clinic", "dreams", upheld=1), told("", upheld=1),
        told("clinic", day="2027-01-01", upheld=1), told("clinic", sung=1), told("clinic", upheld="viel"),
        {**told("clinic", upheld=1), "kind": "ghost"}, {**told("clinic", upheld=1), "more": 1}, 7,  # type: ignore[arg-type]
        told("clinic", day="2026-02-03", upheld=float("nan")),
    )  # fmt: skip
    assert found.kept == 1
    assert [(one.row, one.field) for one in found.wrong] == [
        (1, "source"), (2, "actor"), (3, "day"), (4, "values.sung"), (5, "values.upheld"), (6, "kind"), (7, "more"),
        (8, ""), (9, "values.upheld"),
    ]  # fmt: skip
    with world.database.read() as tx:
        assert [one.values for one in observations_of(tx, ["clinic"])] == [{"upheld": MICRO}]


def test_observing_needs_permission_and_knows_its_limit(small: World) -> None:
    with small.database.write() as tx:
        with pytest.raises(Forbidden):
            service.observe(tx, READER, [told("clinic", upheld=1)])
        with pytest.raises(Invalid):
            service.observe(tx, FEEDER, [told("clinic", upheld=1)] * (service.MOST_ROWS + 1))


def test_csv_rows() -> None:
    heads = "\ufeffsource,actor,kind,day,upheld,injury\n"
    text = heads + "complaints,c1,institution,2026-03-01,2,\ncomplaints,c2,institution,x,a,1\n"
    assert list(service.rows_of_csv(text)) == [
        {"source": "complaints", "actor": "c1", "kind": "institution", "day": "2026-03-01", "values": {"upheld": 2.0}},
        {"source": "complaints", "actor": "c2", "kind": "institution", "day": "x",
         "values": {"upheld": "a", "injury": 1.0}},
    ]
    with pytest.raises(Invalid):
        list(service.rows_of_csv("actor,day\n"))


def seeded(world: World) -> None:
    for number in range(12):
        name = f"c{number:02}"
        for text in (BAD, GOOD, BAD)[: 1 + number % 3]:
            world.item(text, name)
        if number % 4 == 0:
            world.decide("take_down", world.item(BAD, name))
    complained = [told(f"c{number:02}", upheld=number % 5, received=1) for number in range(0, 14, 2)]
    observe(world, *complained)
    observe(world, *(told(f"c{number:02}", "reviews", count=4 + number, fake=number % 3) for number in range(0, 14, 3)))
    with world.database.write() as tx:
        put_live(tx)


def test_one_and_all_are_the_same_to_the_last_digit(world: World) -> None:
    seeded(world)
    card = made()
    with world.database.read() as tx:
        everybody = population(tx, card, NOW)
        assert everybody == [f"c{number:02}" for number in range(13)]
        for day in (NOW, NOW + 7):
            columns = gather(tx, card, everybody, day)
            for at, actor in enumerate(everybody):
                alone = gather(tx, card, [actor], day)
                assert {name: int(column[0]) for name, column in alone.items()} == {
                    name: int(column[at]) for name, column in columns.items()}  # fmt: skip
            assert any((column == MISSING).any() for column in columns.values())
            assert np.array_equal(count(tx, card, everybody, day).points[3:4], count(tx, card, ["c03"], day).points)


def test_the_duty_and_the_full_count_agree(world: World) -> None:
    seeded(world)
    service.catch_up(world.database)
    with world.database.read() as tx:
        before = {one[0]: one[1:] for one in scores.all_kept(tx, "clinic")}
    assert len(before) == 13
    run = service.recount(world.database, "clinic", stretch=5)
    assert run is not None
    assert (run.changed, run.checked, run.differing) == (0, 13, 0)
    with world.database.read() as tx:
        assert {one[0]: one[1:] for one in scores.all_kept(tx, "clinic")} == before
        assert scores.disagreements(tx) == []


def test_only_what_is_touched_is_counted(world: World) -> None:
    seeded(world)
    service.catch_up(world.database)
    with world.database.read() as tx:
        before = {one.actor: one for one in (scores.scores_of(tx, f"c{number:02}")[0] for number in range(12))}
    world.clock.move(timedelta(days=1))
    world.decide("take_down", world.item(BAD, "c01"))
    assert service.catch_up(world.database) > 0
    with world.database.read() as tx:
        after = {name: scores.scores_of(tx, name)[0] for name in before}
        told_of = scores.history(tx, "clinic", "c01")
    assert {name for name in before if before[name] != after[name]} == {"c01"}
    assert after["c01"].day == NOW + 1
    assert [one.points for one in told_of] == [before["c01"].points, after["c01"].points]


def test_the_night_proves_what_the_day_kept(world: World) -> None:
    """Figures meddled with are found, told, and put right by the full count."""
    seeded(world)
    assert service.nightly(world.database) == 1
    assert service.nightly(world.database) == 0  # once a day
    with world.database.write() as tx:
        tx.run(scores.SCORES.update().where(scores.SCORES.c.actor == "c04").values(points=1))
    world.clock.move(timedelta(days=1))
    assert service.nightly(world.database) == 1
    with world.database.read() as tx:
        (found,) = scores.disagreements(tx)
        assert (found.checked, found.differing) == (13, 1)
        assert found.samples[0][:2] == ("c04", 1)
        assert scores.scores_of(tx, "c04")[0].points != 1
        assert service.overview(tx, READER)[0].disagreement == found


def test_an_interrupted_count_goes_on(world: World) -> None:
    seeded(world)
    going = steps(world.database, "clinic", stretch=4)
    first = next(going)
    del going
    with world.database.read() as tx:
        kept = scores.run_of(tx, "clinic")
        assert kept == replace(first, at=tx.now)
        assert len(list(scores.all_kept(tx, "clinic"))) == 4
    assert service.nightly(world.database) == 0  # somebody is at it
    run = service.recount(world.database, "clinic", stretch=4)
    assert run is not None
    assert (run.done, run.total, run.changed) == (13, 13, 13)
    assert run.started_at == first.started_at
    assert run.finished_at is not None


def test_actors_the_card_no_longer_speaks_of_go(world: World) -> None:
    seeded(world)
    service.nightly(world.database)
    with world.database.write() as tx:
        tx.run(CARDS.delete())
        put_live(tx, CARD.replace("[institution]", "[merchant]"))
    world.clock.move(timedelta(days=1))
    service.nightly(world.database)
    with world.database.read() as tx:
        assert list(scores.all_kept(tx, "clinic")) == []


def test_refolding_gives_the_same_scores(world: World) -> None:
    seeded(world)
    service.nightly(world.database)
    world.clock.move(timedelta(days=30))
    service.nightly(world.database)

    def picture() -> list[Any]:
        with world.database.read() as tx:
            return [sorted(map(tuple, tx.rows(table.select()))) for table in (scores.SCORES, scores.PASTS)]

    before = picture()
    assert len(before[1]) > 13  # some moved
    refold(world.database)
    assert picture() == before


def test_members_are_those_of_the_cards_kinds(world: World) -> None:
    world.item(publisher=None)
    world.item(BAD, "clinic")
    observe(world, told("seen", upheld=1))
    with world.database.read() as tx:
        assert members(tx, made(), ["clinic", "seen", "nobody", ""], NOW) == ["clinic", "seen"]
        assert number_at(tx.now) == NOW
