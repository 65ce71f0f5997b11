"""Rankings for programs: self-nomination, what became of it, published editions."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import pytest

from mingjian.governance.ranking import entering
from tests.doors.api.desks import Caller, new_key
from tests.governance.ranking.field import Field, doctor, key

WORKS = [{"title": "修复一例", "text": "说明", "media": []}]


@pytest.fixture
def field(both: Caller) -> Field:
    made = Field(both.database)
    made.doctors(*[doctor(number) for number in range(1, 4)])
    return made


def _edition(field: Field, **change: Any) -> str:
    return field.edition(**({"opens": date(2026, 1, 1), "closes": date(2099, 1, 1)} | change)).id


def test_physicians_are_nominated_row_by_row(both: Caller, field: Field) -> None:
    edition = _edition(field)
    body = {"entrants": [{"key": key(1), "works": WORKS,
                          "values": {"publications": {"value": 3, "evidence": "检索证明"}}},
                         {"key": "nobody"},
                         {"key": key(2), "values": {"plan": {"value": 5, "evidence": "x"}}}]}  # fmt: skip
    answer = both("POST", f"/rankings/{edition}/entrants", body)
    assert answer.status_code == 200
    first, second, third = answer.json()["results"]
    assert first["number"] == 1 and first["problem"] is None
    assert "登记里没有" in second["problem"] and "不是可以自报" in third["problem"]
    with field.database.write() as tx:
        entering.examine_entrants(tx, field.ann, edition)
    told = both("GET", f"/rankings/{edition}/entrants/{first['entrant']}").json()
    assert told["state"] == "eligible" and [step["ok"] for step in told["chain"]] == [True] * 8


def test_the_same_request_is_taken_once(both: Caller, field: Field) -> None:
    edition = _edition(field)
    body = {"entrants": [{"key": key(1)}]}
    first = both("POST", f"/rankings/{edition}/entrants", body, key="a")
    again = both("POST", f"/rankings/{edition}/entrants", body, key="a")
    assert first.json() == again.json() and again.headers["Idempotent-Replayed"] == "true"


def test_another_programs_entrants_are_its_own(both: Caller, field: Field) -> None:
    edition = _edition(field)
    made = both("POST", f"/rankings/{edition}/entrants", {"entrants": [{"key": key(1)}]}).json()
    entrant = made["results"][0]["entrant"]
    other = new_key(both.database, "ranking.enter")
    assert both("GET", f"/rankings/{edition}/entrants/{entrant}", secret=other).status_code == 404
    assert both("GET", f"/rankings/edt_other/entrants/{entrant}").status_code == 404
    none = new_key(both.database, "item.check")
    assert both("POST", f"/rankings/{edition}/entrants", {"entrants": []}, secret=none).status_code == 403


@pytest.mark.parametrize("body", [
    {}, [], {"entrants": []}, {"entrants": ["x"]}, {"entrants": [{}]}, {"entrants": [{"key": 5}]},
    {"entrants": [{"key": "a", "works": "x"}]}, {"entrants": [{"key": "a", "works": [{"colour": 1}]}]},
    {"entrants": [{"key": "a", "values": []}]}, {"entrants": [{"key": "a", "values": {"publications": 3}}]},
    {"entrants": [{"key": "a", "x": 1}]}, {"entrants": [{"key": "a"}] * 1001},
])  # fmt: skip
def test_wrong_bodies_are_refused(both: Caller, field: Field, body: Any) -> None:
    assert both("POST", f"/rankings/{_edition(field)}/entrants", body).status_code == 422


def test_nominations_come_within_the_days_only(both: Caller, field: Field) -> None:
    edition = _edition(field, opens=date(2026, 4, 1))
    answer = both("POST", f"/rankings/{edition}/entrants", {"entrants": [{"key": key(1)}]})
    assert answer.status_code == 409 and "自荐时间" in answer.text


def test_published_editions_are_read_as_they_were_frozen(both: Caller, field: Field) -> None:
    edition = _edition(field, most=2)
    assert both("GET", f"/rankings/{edition}").status_code == 404
    field.enter(edition, [key(number) for number in range(1, 4)])
    field.rate(edition)
    field.compute(edition)
    published = field.publish(edition)
    (one,) = both("GET", "/rankings").json()["editions"]
    assert (one["id"], one["state"], one["seal"]) == (edition, "published", published.seal)
    frozen = both("GET", f"/rankings/{edition}")
    assert hashlib.sha256(frozen.content).hexdigest() == published.seal and len(frozen.json()["list"]) <= 2
