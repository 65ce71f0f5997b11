"""Orders to a platform about live rooms: what they say, and how the platform says at once that they are done."""

from __future__ import annotations

import json

import pytest

from mingjian.desk.people.model import house
from mingjian.doors.worker.webhooks import Webhooks, says_done
from mingjian.governance.live import acting, incidents, rooms
from mingjian.governance.live.incidents import Raised
from mingjian.governance.live.rooms import HOUSE
from mingjian.records.live.model import Act
from tests.doors.api.desks import Caller
from tests.doors.worker.receiver import Receiver
from tests.governance.live.staged import OPERATOR, about
from tests.governance.live.staged import incident_in as incident


def raised(call: Caller, receiver: Receiver) -> Raised:
    """An incident on a desk whose platform listens."""
    events = ["live.act_sent", "live.act_lifted"]
    assert call("POST", "/webhooks", {"url": receiver.url, "events": events}).status_code == 201
    with call.desk.database.write() as tx:
        room = rooms.open_room(tx, house("live"), about())
    made, moment = incident(room, call.desk.database.clock.now())
    return incidents.raise_now(call.desk.screening, room, made, [moment])


def act_of(call: Caller, id: str) -> Act:
    with call.desk.database.read() as tx:
        return acting.get_act(tx, HOUSE, id)[0]


def test_an_order_says_what_to_do_where_and_what_to_tell_the_host(both: Caller, receiver: Receiver) -> None:
    act = raised(both, receiver).act
    assert act is not None
    webhooks = Webhooks(both.desk)
    assert (webhooks.fill(), webhooks.send()) == (1, 1)
    message = json.loads(receiver.came[0].body)
    assert (message["event"], message["subject"], message["data"]["measure"]) == ("live.act_sent", act.id, "warn")
    assert message["room"] == {"id": "room1", "platform": "douyin", "external": "9001", "url": None}
    assert "水光针" in message["text"] and message["data"]["said_at"] <= message["data"]["due_at"]
    assert act_of(both, act.id).state == "sent"  # an empty 200 is no acknowledgement
    with both.desk.database.write() as tx:
        acting.lift(tx, OPERATOR, act.id, "误判")
    assert (webhooks.fill(), webhooks.send()) == (1, 1)
    assert json.loads(receiver.came[1].body)["event"] == "live.act_lifted"


def test_a_platform_may_acknowledge_in_its_answer(both: Caller, receiver: Receiver) -> None:
    receiver.answer = b'{"acknowledged": true}'
    act = raised(both, receiver).act
    assert act is not None
    webhooks = Webhooks(both.desk)
    webhooks.fill()
    webhooks.send()
    now = act_of(both, act.id)
    assert (now.state, now.answered_by) == ("acknowledged", HOUSE.actor)


@pytest.mark.parametrize("answer", [b"", b"ok", b"{", b"[true]", b'{"acknowledged": "yes"}', b'{"acknowledged": 1}'])
def test_anything_else_acknowledges_nothing(answer: bytes) -> None:
    assert not says_done(answer)
    assert says_done(b'{"acknowledged": true, "at": 1}')
