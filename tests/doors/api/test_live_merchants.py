"""Merchants behind live rooms, for programs: joined, paged, and only for those who may look."""

from __future__ import annotations

from mingjian.core.live.model import Moment
from mingjian.governance.live import incidents, rooms
from mingjian.governance.live.rooms import HOUSE
from tests.doors.api.desks import Caller
from tests.governance.live.staged import about, incident_in


def test_merchants_are_listed_with_what_concerns_them_page_by_page(call: Caller) -> None:
    desk = call.desk
    with desk.database.write() as tx:
        room = rooms.open_room(tx, HOUSE, about())
    made, moment = incident_in(room, desk.database.clock.now(), kind="card")
    for number, merchant in enumerate(("shop-a", "shop-b"), 2):
        card = Moment(room.id, number, "product", 0.0, 1.0, "水光针", moment.at, moment.at, "house", "api",
                      {"product": f"p{number}", "merchant": merchant})  # fmt: skip
        made, moment = incident_in(room, desk.database.clock.now(), number, kind="card")
        incidents.raise_now(desk.screening, room, made, [moment, card])
    first = call("GET", "/live/merchants?limit=1").json()
    (one,) = first["items"]
    assert (one["id"], one["name"], one["incidents"], one["rooms"], one["what"]) == ("shop-a", None, 1, 1, ["水光针"])
    second = call("GET", f"/live/merchants?limit=1&cursor={first['next']}").json()
    assert [each["id"] for each in second["items"]] == ["shop-b"] and second["next"] is None
    (found,) = call("GET", "/live/incidents?merchant=shop-b").json()["items"]
    assert found["merchants"] == ["shop-b"]
