"""The simulated year at a small scale: what it finds is what was planned, and interruptions change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from mingjian.desk.people.model import house
from mingjian.doors.demo.seed import play_year
from mingjian.doors.demo.year import INSTITUTIONS, PHYSICIANS, PRODUCTS, Plan
from mingjian.doors.desk.opening import Desk, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.figures.service import Line, reconcile
from mingjian.records.errors import Conflict
from mingjian.records.storage.events import head
from mingjian.records.storage.metadata import metadata
from mingjian.records.storage.tables import load_tables

SCALE = 0.0003


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = open_desk(DeskSettings(data=tmp_path))
    load_tables()
    metadata.create_all(made.database.engine)
    yield made
    made.close()


def counted(desk: Desk) -> dict[str, Line]:
    with desk.database.read() as tx:
        lines = reconcile(tx, house("test"), date(2025, 1, 1), date(2025, 12, 31))
    return {line.figure.name: line for line in lines}


class Pulled(Exception):
    """The plug was pulled."""


def test_a_year_finds_what_is_reported_and_the_journal_bears_it_out(desk: Desk) -> None:
    def pull(week: int, what: str) -> None:
        if week == 20 and what == "医师":
            raise Pulled

    with pytest.raises(Pulled):
        play_year(desk, SCALE, 2025, pull)
    begun: list[int] = []
    play_year(desk, SCALE, 2025, lambda week, _what: begun.append(week))
    assert min(begun) == 20
    found = counted(desk)
    assert found["products_removed"].counted == round(PRODUCTS * SCALE)
    assert found["physicians_found"].counted == round(PHYSICIANS * SCALE)
    assert found["institutions_blocked"].counted == round(INSTITUTIONS * SCALE)
    assert all(line.agrees for line in found.values())
    with desk.database.read() as tx:
        end = head(tx)
    play_year(desk, SCALE, 2025, lambda _week, _what: None)
    with desk.database.read() as tx:
        assert head(tx) == end  # done is done
    with pytest.raises(Conflict):
        play_year(desk, 2 * SCALE, 2025, lambda _week, _what: None)


def test_over_a_year_each_number_comes_up_once() -> None:
    plan = Plan(2025, 1.0)
    for total in (1, 51, 52, 53, 10_902):
        assert [number for week in range(52) for number in plan.of_week(total, week)] == list(range(total))
