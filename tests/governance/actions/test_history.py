"""A publisher's record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mingjian.governance.actions.book import packaged
from mingjian.governance.actions.history import LadderState, ladder_states, publisher_history
from mingjian.governance.appeals.service import lodge
from mingjian.governance.appeals.token import Concerned
from mingjian.records.errors import Forbidden
from tests.governance.world import ANN, World, person


def posting(states: tuple[LadderState, ...]) -> LadderState:
    return next(state for state in states if state.ladder.name == "posting")


def test_everything_about_a_publisher_on_one_page(world: World) -> None:
    made = []
    for _ in range(3):
        made.append(world.decide("take_down", world.item(nature="education")))
        world.clock.move(timedelta(days=1))
    world.decide("take_down", world.item(publisher="another"))
    with world.database.write() as tx:
        appeal = lodge(tx, Concerned(made[0].decision.id), made[0].decision.id, "请复核")
        record = publisher_history(tx, ANN, "clinic")
    assert [one.id for one in record.decisions] == [one.decision.id for one in reversed(made)]
    assert dict(record.actions.items()) == {one.decision.id: one.actions for one in made}
    assert record.appeals == {made[0].decision.id: appeal}
    assert set(record.withheld) == {"posting"}
    assert record.in_force == (made[2].actions[1],)
    assert [strike.decision for strike in posting(record.ladders).strikes] == [one.decision.id for one in made]
    assert record.next is None


def test_it_goes_on_page_by_page(small: World) -> None:
    made = [small.decide("label", small.item()) for _ in range(5)]
    seen: list[str] = []
    before: int | None = None
    with small.database.read() as tx:
        for _ in range(3):
            page = publisher_history(tx, ANN, "clinic", before=before, limit=2)
            seen += [one.id for one in page.decisions]
            before = page.next
    assert seen == [one.decision.id for one in reversed(made)]
    assert before is None


def test_a_score_explains_itself(small: World) -> None:
    book = packaged()
    with small.database.read() as tx:
        state = posting(ladder_states(tx, "clinic"))
    assert state.explain(book) == "发布违规:180 天内 0 次。再有 3 次将暂停权限(发布内容,3 天)。"
    for _ in range(11):
        small.decide("take_down", small.item(nature="education"))
    with small.database.read() as tx:
        state = posting(ladder_states(tx, "clinic"))
    assert (state.step or state.ladder.steps[0]).strikes == 8
    assert state.explain(book) == "发布违规:180 天内 11 次。最早一次自 2026-08-29 起不再计入。再有 1 次将封禁。"
    assert state.explain(book, "en") == (
        "Posting: 11 within 180 days. The oldest no longer counts from 2026-08-29. At 12: ban."
    )


def test_a_publisher_unknown_has_an_empty_record_and_not_everybody_may_ask(small: World) -> None:
    with small.database.read() as tx:
        record = publisher_history(tx, ANN, "nobody")
        assert (record.decisions, dict(record.withheld), record.in_force) == ((), {}, ())
        with pytest.raises(Forbidden):
            publisher_history(tx, person("a", "author"), "clinic")
