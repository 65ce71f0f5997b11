"""Campaigns over the API: reading only, page by page, figures as they stand and as they were."""

from __future__ import annotations

from datetime import date

from mingjian.desk.people.model import house
from mingjian.governance.campaigns import announcing, service
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.decisions.service import decide
from mingjian.records.storage.events import head
from tests.doors.api.desks import Caller
from tests.governance.world import LEAD, LEAD2, wish


def _campaign(call: Caller, count: int = 3) -> tuple[str, list[str]]:
    """A campaign with so many accounts banned in its first batch."""
    with call.database.write() as tx:
        made = service.open_campaign(tx, LEAD, "专项", date(2026, 3, 1), "清理")
        ids = [decide(tx, LEAD, wish("ban", publisher=f"acc-{n}")).decision.id for n in range(count)]
        service.link(tx, LEAD, made.id, [("decision", id) for id in ids], "本批")
    return made.id, ids


def test_a_campaign_down_to_its_items(both: Caller) -> None:
    id, ids = _campaign(both)
    (listed,) = both("GET", "/campaigns").json()["items"]
    assert (listed["id"], listed["state"]) == (id, "open")
    assert both("GET", f"/campaigns/{id}").json()["batches"][0]["links"] == {"decision": 3}
    first = both("GET", f"/campaigns/{id}/links?limit=2").json()
    rest = both("GET", f"/campaigns/{id}/links?limit=2&cursor={first['next']}").json()
    assert sorted(one["ref"] for one in (*first["items"], *rest["items"])) == sorted(ids)
    told = {one["name"]: one for one in both("GET", f"/campaigns/{id}/figures?batch=1").json()["figures"]}
    assert (told["accounts_banned"]["number"], told["decisions"]["number"]) == (3, 3)
    assert told["accounts_banned"]["definition"]
    page = both("GET", f"/campaigns/{id}/figures/accounts_banned?limit=2").json()
    onward = both("GET", f"/campaigns/{id}/figures/accounts_banned?limit=2&cursor={page['next']}").json()
    assert [one["id"] for one in (*page["items"], *onward["items"])] == ["acc-0", "acc-1", "acc-2"]
    assert both("GET", f"/campaigns/{id}/figures/none").status_code == 404
    assert both("GET", f"/campaigns/{id}/figures?batch=7").status_code == 404
    assert both("GET", f"/campaigns/{id}/merchants").json() == {"items": [], "next": None}
    assert both("GET", f"/campaigns/{id}/prevalence").json()["estimate"]["fall"] is None


def test_figures_as_they_were_at_a_place_of_the_journal(call: Caller) -> None:
    id, _ = _campaign(call)
    with call.database.read() as tx:
        then = head(tx).seq
    with call.database.write() as tx:
        more = decide(
            tx, house("policy"), DecisionInput("ban", publisher="late", reasons=("x",), cites=wish("ban").cites)
        )
        service.link(tx, LEAD, id, [("decision", more.decision.id)], "补")
    was = call("GET", f"/campaigns/{id}/figures?upto={then}").json()
    now = call("GET", f"/campaigns/{id}/figures?upto={2**40}").json()
    counted = [{one["name"]: one["number"] for one in told["figures"]}["decisions"] for told in (was, now)]
    assert (counted, was["counted_to"]) == ([3, 4], then)


def test_announcements_are_read_with_their_sealed_content(call: Caller) -> None:
    id, _ = _campaign(call)
    with call.database.write() as tx:
        service.close_batch(tx, LEAD, id)
        made = announcing.draft(tx, LEAD, *announcing.prepare(tx, LEAD, id, 1))
        announcing.publish(tx, LEAD2, made.id, made.seal)
    (listed,) = call("GET", "/governance-announcements").json()["items"]
    assert (listed["state"], listed["seal"]) == ("published", made.seal)
    opened = call("GET", f"/governance-announcements/{made.id}").json()
    assert opened["content"]["counted_to"] == made.counted_to
    assert call("GET", "/governance-announcements/none").status_code == 404
