"""Several at once: two who send the same request, two who reverse the same action, the duty beside a person."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from mingjian.governance.actions.standing import lapse_due
from mingjian.governance.decisions.service import decide, reverse
from mingjian.records.errors import Conflict
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_after
from tests.governance.world import LEAD, LEAD2, World, wish


def together(world: World, works: Sequence[Callable[[Tx], Any]]) -> list[Any]:
    """Run each in a transaction of its own, at the same time; what each gave, or the error it met."""
    given: list[Any] = [None] * len(works)
    ready = threading.Barrier(len(works))

    def run(place: int, work: Callable[[Tx], Any]) -> None:
        ready.wait()
        try:
            with world.database.write() as tx:
                given[place] = work(tx)
        except Conflict as refused:
            given[place] = refused

    threads = [threading.Thread(target=run, args=(place, work)) for place, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def kinds(world: World) -> list[str]:
    with world.database.read() as tx:
        return [event.kind for event in events_after(tx, 0) if not event.kind.startswith("item.")]


def test_one_request_sent_many_times_at_once_is_one_decision(world: World) -> None:
    item = world.item()
    made = together(world, [lambda tx: decide(tx, LEAD, wish("limit", item, request="r1"))] * 6)
    assert len({one.decision.id for one in made}) == 1
    assert kinds(world) == ["decision.made", "action.taken"]


def test_two_who_reverse_one_action(world: World) -> None:
    action = world.decide("limit", world.item()).actions[0].id
    given = together(
        world, [lambda tx: reverse(tx, LEAD, action, "误判"), lambda tx: reverse(tx, LEAD2, action, "重复")]
    )
    assert sorted(type(one).__name__ for one in given) == ["Action", "Conflict"]
    assert kinds(world).count("action.reversed") == 1


def test_the_duty_runs_in_two_places_and_records_each_term_once(world: World) -> None:
    for _ in range(5):
        world.decide("limit", world.item(publisher=None), days=1)
    world.clock.move(timedelta(days=1))
    assert sum(together(world, [lapse_due, lapse_due, lapse_due])) == 5
    assert kinds(world).count("action.lapsed") == 5
