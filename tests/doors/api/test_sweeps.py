"""Sweeps for programs and for people with a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mingjian.desk.people.model import Principal
from mingjian.doors.api import asking
from mingjian.doors.sweeps import archives_of, driver_of
from mingjian.governance.policies.shipped import install_shipped
from mingjian.governance.sweeps.engines import Engine
from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, desk_over
from tests.governance.sweeps.archive import row, write
from tests.governance.world import LEAD, LEAD2, calm_queues, person

WISH = {"policy": "content", "archive": "春季", "name": "春季回查", "reason": "专项治理", "stages": ["50%", "100%"]}
As = Callable[[Principal], None]


@pytest.fixture
def call(database: Database, tmp_path: Path) -> Iterator[Caller]:
    made = Caller(desk_over(database, tmp_path))
    rows = (
        row(one, **({"body": "注射肉毒素瘦脸针,立减1000元,电话 13800138000"} if one == 3 else {})) for one in range(20)
    )
    write(archives_of(made.desk.settings.data) / "春季", rows)
    with database.write() as tx:
        install_shipped(tx)
    with calm_queues():
        yield made


@pytest.fixture
def by(call: Caller) -> As:
    def become(principal: Principal) -> None:
        call.app.dependency_overrides[asking._known] = lambda: principal

    return become


def work(call: Caller, id: str) -> None:
    driver_of(call.desk, Engine("inline")).finish(id)


def test_from_the_plan_to_the_undoing(call: Caller, by: As) -> None:
    by(LEAD)
    made = call("POST", "/sweeps", WISH)
    assert made.status_code == 201
    id = made.json()["id"]
    assert (made.json()["state"], made.json()["rows"]) == ("trying", 20)
    work(call, id)
    told = call("GET", f"/sweeps/{id}").json()
    assert (told["sweep"]["state"], told["done"], told["total"], told["left"]) == ("tried", 20, 20, None)
    assert sum(told["counts"]["word"].values()) == 20
    assert call("POST", f"/sweeps/{id}/stage").status_code == 403  # who planned it does not begin it
    samples = call("GET", f"/sweeps/{id}/samples?limit=200").json()["items"]
    phone = next(one for one in samples if one["external"] == "n3")
    assert "瘦脸针" in phone["text"] and "13800138000" not in phone["text"]
    number = phone["number"]
    assert call("POST", f"/sweeps/{id}/samples/{number}", {"answer": "right", "note": "是"}).status_code == 200
    assert call("POST", f"/sweeps/{id}/samples/{number}", {"answer": "maybe"}).status_code == 422
    assert call("POST", f"/sweeps/{id}/samples/none", {"answer": "right"}).status_code == 404
    judged = {one["outcome"]: one for one in call("GET", f"/sweeps/{id}").json()["judgements"]}
    assert judged[phone["outcome"]]["right"] == 1
    by(LEAD2)
    assert call("POST", f"/sweeps/{id}/stage").json()["state"] == "running"
    assert call("POST", f"/sweeps/{id}/pause", {"reason": "等一下"}).json()["state"] == "paused"
    assert call("POST", f"/sweeps/{id}/pause", {"reason": ""}).status_code == 422
    assert call("POST", f"/sweeps/{id}/resume").json()["state"] == "running"
    work(call, id)
    call("POST", f"/sweeps/{id}/stage")
    work(call, id)
    assert call("GET", f"/sweeps/{id}").json()["sweep"]["state"] == "done"
    first = call("GET", f"/sweeps/{id}/taken?limit=5").json()
    rest = call("GET", f"/sweeps/{id}/taken?limit=200&cursor={first['next']}").json()
    assert len({one["item"] for one in first["items"] + rest["items"]}) == told["sweep"]["acting"]
    assert call("POST", f"/sweeps/{id}/undo", {"reason": "策略有误"}).json()["state"] == "undoing"
    work(call, id)
    assert call("GET", f"/sweeps/{id}").json()["sweep"]["state"] == "undone"


def test_what_is_wrong_is_told(call: Caller, by: As) -> None:
    by(LEAD)
    for more, field in (
        ({"archive": "../secrets"}, None), ({"archive": "没有"}, None), ({"stages": ["5%"]}, "stages"),
        ({"stages": "5%"}, "stages"), ({"review": "many"}, "review"), ({"name": " "}, "name"), ({"x": 1}, "x"),
        ({"measures": {"grave": "fly"}}, "measures"),
    ):  # fmt: skip
        answer = call("POST", "/sweeps", WISH | more)
        assert answer.status_code in (404, 422), more
        if field is not None:
            assert answer.json()["error"]["field"] == field
    assert call("GET", "/sweeps?state=nonsense").status_code == 422
    assert call("GET", "/sweeps/swp_none").status_code == 404
    id = call("POST", "/sweeps", WISH).json()["id"]
    assert call("POST", f"/sweeps/{id}/stage").status_code == 409
    assert call("POST", f"/sweeps/{id}/stop", {"reason": "不做了"}).json()["state"] == "stopped"


def test_keys_read_and_do_nothing(call: Caller, by: As) -> None:
    by(LEAD)
    ids = [call("POST", "/sweeps", WISH).json()["id"] for _ in range(3)]
    call.app.dependency_overrides.clear()
    first = call("GET", "/sweeps?limit=2").json()
    rest = call("GET", f"/sweeps?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in first["items"] + rest["items"]] == ids[::-1] and rest["next"] is None
    assert call("POST", "/sweeps", WISH).status_code == 403
    assert call("POST", f"/sweeps/{ids[0]}/stop", {"reason": "x"}).status_code == 403
    by(person("out", "author"))
    assert call("GET", f"/sweeps/{ids[0]}").status_code == 403
