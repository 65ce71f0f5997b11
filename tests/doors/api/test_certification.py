"""Certification and penalties over HTTP."""

from __future__ import annotations

from mingjian.desk.people.model import Principal
from mingjian.governance.certification.batches import run_batches
from mingjian.governance.decisions.service import decide
from tests.doors.api.desks import Caller
from tests.governance.certification.bodies import (
    PROGRAMME,
    STRICT,
    approved,
    certified,
    clinic,
    hospital,
    in_force,
    registered,
)
from tests.governance.world import wish

ASKS = f"?programme={PROGRAMME}"


def test_a_policy_its_impact_the_batch_and_its_announcement(both: Caller) -> None:
    ids = certified(both.database, [hospital(1), clinic(2), clinic(3)])
    told = both("GET", f"/certification/policies{ASKS}").json()
    assert told["in_force"] == "licensed_institutions@1"
    assert STRICT in [one["id"] for one in told["policies"]]
    impact = both("GET", f"/certification/impact?policy={STRICT}").json()
    assert (impact["holders"], impact["hit"], impact["qualified"]) == (3, 2, 2)
    assert "由公立机构举办" in "".join(impact["hit_list"][0]["against"])
    in_force(both.database)
    with both.database.write() as tx:
        batch = approved(tx)
    assert both("GET", f"/certification/batches/{batch.id}/announcement").status_code == 422
    while run_batches(both.database, 1):
        pass
    shown = both("GET", f"/certification/batches/{batch.id}").json()
    assert (shown["state"], shown["progress"]) == ("done", {"done": 2})
    announced = both("GET", f"/certification/batches/{batch.id}/announcement").json()
    assert {one["key"]: one["number"] for one in announced["figures"]}["done"] == 2
    badges = [both("GET", f"/certification/badges/{id}{ASKS}").json() for id in ids]
    assert [one["shown"] for one in badges] == [True, False, False]
    assert badges[1]["withheld_by"].startswith("dec_")
    page = both("GET", f"/certification/badges{ASKS}&limit=2").json()
    assert len(page["items"]) == 2
    assert len(both("GET", f"/certification/badges{ASKS}&limit=2&cursor={page['next']}").json()["items"]) == 1


def test_a_program_applies_once_however_often_it_asks(call: Caller) -> None:
    (id,) = registered(call.database, [clinic(1)])
    wanted = {"entity": id, "programme": PROGRAMME}
    first = call("POST", "/certification/applications", wanted, key="k1")
    assert first.status_code == 201
    assert call("POST", "/certification/applications", wanted, key="k1").json() == first.json()
    made = first.json()
    assert (made["outcome"], made["state"]) == ("eligible", "open")
    assert call("GET", f"/certification/applications/{made['id']}").json() == made
    chain = call("GET", f"/certification/eligibility/{id}{ASKS}").json()
    assert chain["outcome"] == "eligible"
    assert all(one["ok"] for one in chain["chain"])
    for wrong in ({}, {"entity": id}, {"entity": 3, "programme": PROGRAMME}, {**wanted, "more": 1}):
        assert call("POST", "/certification/applications", wrong).status_code == 422
    assert call("POST", "/certification/applications", {"entity": "ent_x", "programme": PROGRAMME}).status_code == 404
    assert call("POST", "/certification/applications", {"entity": id, "programme": "none"}).status_code == 404


def test_who_waits_and_public_counts(call: Caller) -> None:
    lead = Principal("usr_lead", "user", "lead", ("desk_lead",))
    with call.database.write() as tx:
        decide(tx, lead, wish("suspend", right="group_buying", days=30))
    assert call("GET", "/reinstatements").json() == {"items": [], "next": None}
    counts = call("GET", "/penalties/counts?since=2026-03-01&until=2026-03-31").json()
    (line,) = counts["periods"][0]["lines"]
    assert line == {"measure": "suspend", "right": "group_buying", "subjects": None, "days_30": None, "days_180": None}
    assert "<5" in counts["definition"]
    assert call("GET", "/penalties/counts?since=2026-03-31&until=2026-03-01").status_code == 422
    assert call("GET", "/penalties/counts?since=x&until=2026-03-01").status_code == 422
