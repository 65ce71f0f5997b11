"""Decisions, statements and appeals over the API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mingjian.governance.appeals.token import make_token
from mingjian.records.clock import SteppedClock
from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, desk_over, new_key
from tests.governance.world import World, calm_queues


@pytest.fixture
def world(database: Database, clock: SteppedClock) -> Iterator[World]:
    with calm_queues():
        yield World(database, clock)


@pytest.fixture
def both(world: World, tmp_path: Path) -> Caller:
    return Caller(desk_over(world.database, tmp_path))


def _taken_down(world: World) -> tuple[str, str]:
    item = world.item()
    return item, world.decide("take_down", item).decision.id


def _token(call: Caller, decision: str) -> dict[str, str]:
    return {"Mingjian-Appeal-Token": make_token(call.desk.secret, decision)}


def test_a_decision_with_its_actions_and_its_statement(world: World, both: Caller) -> None:
    item, decision = _taken_down(world)
    told = both("GET", f"/decisions/{decision}").json()
    assert (told["item"], told["measure"], told["state"]) == (item, "take_down", "in_force")
    assert [action["measure"] for action in told["actions"]] == ["take_down"]
    assert both("GET", f"/items/{item}/decisions").json()["decisions"] == [told]
    assert both("GET", f"/items/{item}").json()["item"]["standing"] == "take_down"
    statement = both("GET", f"/decisions/{decision}/statement?lang=en").json()
    assert statement["sections"][0]["key"] == "decision"
    assert statement["text"]
    assert both("GET", f"/decisions/{decision}/statement?lang=fr").status_code == 422
    assert both("GET", "/decisions/dec_none").status_code == 404


def test_an_item_with_a_measure_in_force_is_not_erased(world: World, both: Caller) -> None:
    item, _ = _taken_down(world)
    assert both("DELETE", f"/items/{item}?reason=x").status_code == 409


def test_the_person_concerned_reads_and_appeals_by_their_token_and_nothing_else(world: World, both: Caller) -> None:
    _, decision = _taken_down(world)
    _, other = _taken_down(world)
    token = _token(both, decision)
    assert both.bare("GET", f"/decisions/{decision}/statement", headers=token).status_code == 200
    assert both.bare("GET", f"/decisions/{other}/statement", headers=token).status_code == 404
    wish: dict[str, Any] = {"decision": decision, "grounds": "引用的是法条原文"}
    made = both.bare("POST", "/appeals", json=wish, headers=token)
    assert (made.status_code, made.json()["state"], made.json()["grounds"]) == (201, "lodged", wish["grounds"])
    assert both.bare("POST", "/appeals", json=wish, headers=token).json() == made.json()
    assert both.bare("POST", "/appeals", json=wish | {"decision": other}, headers=token).status_code == 403
    assert both.bare("GET", f"/appeals/{made.json()['id']}", headers=token).status_code == 200
    assert both.bare("GET", f"/appeals/{made.json()['id']}", headers=_token(both, other)).status_code == 404
    for forged in ("x", decision, f"{decision}.AAAA", token["Mingjian-Appeal-Token"] + "x"):
        headers = {"Mingjian-Appeal-Token": forged}
        assert both.bare("POST", "/appeals", json=wish, headers=headers).status_code == 403


def test_a_key_appeals_for_somebody_once(world: World, both: Caller) -> None:
    _, decision = _taken_down(world)
    wish = {"decision": decision, "grounds": "a"}
    secret = new_key(both.database, "appeal.lodge")
    made = both("POST", "/appeals", wish, secret=secret, key="k")
    assert both("POST", "/appeals", wish, secret=secret, key="k").json() == made.json()
    assert both("POST", "/appeals", wish | {"grounds": "b"}, secret=secret).status_code == 409
    wrong: list[Any] = [{}, [], wish | {"x": 1}, {"decision": 1, "grounds": "a"}, wish | {"grounds": ""}]
    for body in wrong:
        assert both("POST", "/appeals", body, secret=secret).status_code == 422


def test_cases_are_read_page_by_page(world: World, both: Caller) -> None:
    opened = [world.case(world.item()).id for _ in range(3)]
    first = both("GET", "/cases?limit=2").json()
    rest = both("GET", f"/cases?limit=2&cursor={first['next']}").json()
    assert sorted(case["id"] for case in first["items"] + rest["items"]) == sorted(opened)
    assert rest["next"] is None
    answer = both("GET", f"/cases/{opened[0]}")
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    assert both("GET", "/cases?queue=none").status_code == 404
    assert both("GET", "/cases?state=none").status_code == 422
    assert both("GET", "/cases/cas_none").status_code == 404
