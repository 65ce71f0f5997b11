"""Figures counted twice: by the tables and by the journal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from mingjian.desk.people.model import house
from mingjian.desk.registry.service import Record, record
from mingjian.governance.decisions.service import reverse, undo
from mingjian.governance.figures.model import FIGURES, parse_figures
from mingjian.governance.figures.service import Line, figures, reconcile
from mingjian.records.clock import day
from mingjian.records.errors import Forbidden, Invalid
from mingjian.records.storage.actions import ACTIONS
from tests.governance.world import LAW, LEAD, World, person

ANALYST = person("fen", "analyst")


def counted(world: World, first: date | None = None, last: date | None = None) -> dict[str, Line]:
    with world.database.read() as tx:
        today = day(world.clock.now())
        return {line.figure.name: line
                for line in reconcile(tx, ANALYST, first or today, last or today)}  # fmt: skip


def entity(world: World, kind: str, key: str) -> str:
    with world.database.write() as tx:
        return record(tx, house("test"), [Record({"kind": kind, "key": key, "name": "青禾"})], "test")[0].entity


def test_what_was_done_is_counted_once_a_subject_and_twice_the_same(world: World) -> None:
    product, note = world.item(kind="product"), world.item(kind="note")
    world.decide("take_down", product)
    world.decide("take_down", product)
    world.decide("take_down", note)
    world.decide("limit", world.item(kind="product"))
    found = counted(world)
    assert (found["products_removed"].counted, found["notes_removed"].counted) == (1, 1)
    assert found["items_judged"].counted == 3
    assert all(line.agrees and line.recounted == line.counted for line in found.values())


def test_what_was_taken_back_counts_as_done_but_stands_no_more(world: World) -> None:
    kept, back, undone = (world.item(kind="product") for _ in range(3))
    world.decide("take_down", kept)
    (action, *_) = world.decide("take_down", back).actions
    made = world.decide("take_down", undone)
    with world.database.write() as tx:
        reverse(tx, LEAD, action.id, "复核后恢复")
        undo(tx, LEAD, made.decision.id, "按错")
    line = counted(world)["products_removed"]
    assert (line.counted, line.standing, line.restanding, line.agrees) == (3, 1, 1, True)


def test_institutions_and_physicians_are_told_apart(world: World) -> None:
    clinic, doctor = entity(world, "institution", "PDY000001"), entity(world, "physician", "110000000000001")
    world.decide("suspend", publisher=clinic, right="listing", cites=(LAW,))
    world.decide("suspend", publisher=doctor, right="certification", cites=(LAW,))
    world.decide("suspend", publisher="clinic", right="listing", cites=(LAW,))  # nobody the registry knows
    found = counted(world)
    assert (found["institutions_blocked"].counted, found["physicians_found"].counted) == (1, 1)
    assert all(line.agrees for line in found.values())


def test_days_bound_what_is_counted(world: World) -> None:
    world.decide("take_down", world.item(kind="product"))
    today = day(world.clock.now())
    world.clock.move(timedelta(days=1))
    world.decide("take_down", world.item(kind="product"))
    both = counted(world, today, today + timedelta(days=1))["products_removed"]
    only = counted(world, today, today)["products_removed"]
    assert (both.counted, only.counted, both.agrees, only.agrees) == (2, 1, True, True)


def test_a_table_that_was_tampered_with_is_told_by_name(world: World) -> None:
    item = world.item(kind="product")
    world.decide("take_down", item)
    other = world.item(kind="product")
    (action, *_) = world.decide("take_down", other).actions
    with world.database.write() as tx:
        tx.run(sa.delete(ACTIONS).where(ACTIONS.c.id == action.id))
        tx.run(sa.update(ACTIONS).where(ACTIONS.c.item == item).values(state="reversed"))
    line = counted(world)["products_removed"]
    assert (line.agrees, line.differences, set(line.differing)) == (False, 2, {item, other})


def test_who_may_not_see_statistics_sees_none(world: World) -> None:
    today = day(world.clock.now())
    with world.database.read() as tx:
        with pytest.raises(Forbidden):
            figures(tx, person("zhu", "author"), today, today)
        with pytest.raises(Invalid):
            figures(tx, ANALYST, today, today - timedelta(days=1))
        with pytest.raises(Invalid, match="institutions_blocked"):
            figures(tx, ANALYST, today, today, only=["nothing"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"of": "guess"}, "of"),
        ({"subjects": ["ghost"]}, "ghost"),
        ({"of": "judged", "rights": ["listing"]}, "rights"),
        ({"more": 1}, "more"),
    ],
)
def test_what_is_wrong_in_the_file_is_told(change: dict[str, object], told: str) -> None:
    sound = {"title": "数", "title_en": "n", "unit": "件", "unit_en": "n", "row": "N4", "of": "action"}
    with pytest.raises(ValueError, match=told):
        parse_figures({"figures": {"one": {**sound, **change}}})


def test_every_shipped_figure_names_a_row_and_has_both_names() -> None:
    for figure in FIGURES.current():
        assert figure.row[0] in "XND" and figure.label("en") != figure.label("zh")
