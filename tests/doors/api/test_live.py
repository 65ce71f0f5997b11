"""Live rooms for programs: opened, fed in bulk, read, acknowledged and closed."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.core.live.model import Incident, Moment, Signal
from mingjian.governance.live import incidents, rooms
from mingjian.governance.live.incidents import Raised
from mingjian.records.storage import live_inbox
from tests.doors.api.desks import Caller, new_key

ABOUT = {"id": "r1", "platform": "douyin", "title": "护肤好物", "publisher": {"id": "u1", "kind": "creator"}}


def opened(call: Caller, **more: Any) -> dict[str, Any]:
    answer = call("POST", "/live/rooms", {**ABOUT, **more})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def waits(call: Caller) -> list[live_inbox.Pushed]:
    with call.database.read() as tx:
        return live_inbox.waiting(tx, ["r1"], 1000)


def raised(call: Caller) -> Raised:
    """An incident as a process that watches the room raises it."""
    moment = Moment(
        "r1", 1, "speech", 1.0, 2.0, "想做水光针的扣1,今天三百八", 1772413200000000, 1772413200000000, "host"
    )
    item = {"id": "r1:k", "kind": "live", "channel": "live", "platform": "douyin", "publisher": ABOUT["publisher"],
            "parts": [{"role": "speech", "text": moment.text}],
            "facts": {"live_joined": [{"part": 0, "start": 2, "end": 5, "quote": "水光针", "why": "a"}]}}  # fmt: skip
    one = Incident("r1", "k", "named", (1,), (Signal(1, "name", 2, 5, "水光针", "水光针"),), 1.0, 2.0, moment.at, item,
                   ("LEC-33-live-joined",), "high", ("水光针",), ("speech",))  # fmt: skip
    with call.database.read() as tx:
        room = rooms.the(tx, "r1")
    return incidents.raise_now(call.desk.screening, room, one, [moment])


def test_a_room_is_opened_changed_closed_and_opened_again(both: Caller) -> None:
    room = opened(both)
    assert (room["id"], room["state"], room["session"]) == ("r1", "open", 1)
    assert both("PUT", "/live/rooms/r1", {"title": "新标题", "platform": "douyin"}).json()["title"] == "新标题"
    (title,) = waits(both)  # what it is called now is judged too
    assert title.body["channel"] == "title" and title.body["text"] == "新标题"
    listed = both("GET", "/live/rooms").json()["items"]
    assert [one["id"] for one in listed] == ["r1"]
    closed = both("POST", "/live/rooms/r1/close", {"reason": "下播"}).json()
    assert closed["state"] == "closed" and both("GET", "/live/rooms").json()["items"] == []
    assert both("POST", "/live/rooms/r1/moments", {"moments": [{"channel": "speech", "text": "a"}]}).status_code == 409
    assert opened(both)["session"] == 2


def test_moments_are_taken_once_and_wrong_ones_are_told(both: Caller) -> None:
    opened(both)
    given = {"source": "asr", "moments": [
        {"id": "a", "channel": "speech", "text": "晚上好", "at": 1.5}, {"channel": "radio", "text": "x"},
        {"id": 2, "channel": "comment", "text": "扣1", "account": "u9"}, "x",
        {"channel": "comment", "text": "没有编号"},
    ]}  # fmt: skip
    answer = both("POST", "/live/rooms/r1/moments", given)
    assert answer.status_code == 202
    told = answer.json()
    assert (told["accepted"], told["fresh"]) == (3, 3)
    assert [(one["index"], one["field"]) for one in told["rejected"]] == [(1, "channel"), (3, None)]
    assert [(one.ref, one.source, one.body["text"]) for one in waits(both)][:2] == [
        ("a", "api:asr", "晚上好"), ("2", "api:asr", "扣1")]  # fmt: skip
    again = both("POST", "/live/rooms/r1/moments", given).json()
    assert again["fresh"] == 1  # only the one that cannot be known by a name
    with both.database.write() as tx:  # safe in the room's log: still known
        live_inbox.taken(tx, [one.seq for one in live_inbox.waiting(tx, ["r1"], 1000)])
    assert both("POST", "/live/rooms/r1/moments", given).json()["fresh"] == 1
    assert both("GET", "/live/rooms/r1").json()["waiting"] == 1
    once = [both("POST", "/live/rooms/r1/moments", given, key="k").json()["fresh"] for _ in range(2)]
    assert once == [1, 1] and both("GET", "/live/rooms/r1").json()["waiting"] == 2


def test_cards_are_up_and_judged_and_taken_down(both: Caller) -> None:
    opened(both)
    card = {"product": "p1", "title": "水光针套餐", "price": "380", "merchant": "m1"}
    made = both("POST", "/live/rooms/r1/cards", {"cards": [card]}).json()["cards"]
    assert made[0]["merchant"] == "m1"
    (pushed,) = waits(both)
    assert pushed.body["channel"] == "product" and pushed.body["text"] == "水光针套餐 380"
    both("POST", "/live/rooms/r1/cards", {"cards": [card]})
    assert len(waits(both)) == 1
    assert both("POST", "/live/rooms/r1/cards/down", {"cards": [made[0]["id"]]}).status_code == 200
    (shown,) = both("GET", "/live/rooms/r1").json()["cards"]
    assert shown["down_at"] is not None


def test_incidents_and_acts_are_read_and_acknowledged(both: Caller) -> None:
    opened(both)
    one = raised(both)
    (listed,) = both("GET", "/live/incidents?room=r1").json()["items"]
    assert listed["id"] == one.incident.id and listed["what"] == ["水光针"]
    full = both("GET", f"/live/incidents/{one.incident.id}").json()
    assert full["evidence"]["moments"][0]["text"] == "想做水光针的扣1,今天三百八" and full["sealed"] is None
    assert one.act is not None
    shown = both("GET", f"/live/acts/{one.act.id}").json()
    assert shown["act"]["measure"] == "warn" and "水光针" in shown["text"]
    feed = new_key(both.database, "live.feed")
    wish = {"done": True, "time": "2026-03-02T09:00:01+08:00"}
    for _ in range(2):  # said again it changes nothing
        answer = both("POST", f"/live/acts/{one.act.id}/acknowledgement", wish, secret=feed)
        assert (answer.status_code, answer.json()["state"]) == (200, "acknowledged"), answer.text
    assert [act["id"] for act in both("GET", "/live/acts?room=r1&state=acknowledged").json()["items"]] == [one.act.id]
    assert both("POST", f"/live/acts/{one.act.id}/acknowledgement", {"done": 1}, secret=feed).status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/live/rooms", {"x": 1}, "x"), ("/live/rooms", {"title": 5}, "title"), ("/live/rooms", {"id": "../etc"}, "id"),
        ("/live/rooms", {"publisher": {"id": "u", "kind": "alien"}}, "publisher.kind"),
        ("/live/rooms", {"title": "a\x00"}, "title"), ("/live/rooms/r1/moments", {}, "moments"),
        ("/live/rooms/r1/moments", {"moments": [], "source": "x"}, "moments"),
        ("/live/rooms/r1/moments", {"moments": [{}], "source": "A B"}, "source"),
        ("/live/rooms/r1/cards", {"cards": [{"product": 1}]}, "cards[0].product"),
        ("/live/rooms/r1/cards/down", {"cards": [1]}, "cards"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_its_field(call: Caller, path: str, body: Any, field: str) -> None:
    opened(call)
    answer = call("POST", path, body)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field), answer.text
    assert call("GET", "/live/rooms/none").status_code == 404
