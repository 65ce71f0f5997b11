"""Telling others what happened: at least once, signed, in order of the journal's numbers."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mingjian.desk.webhooks.outbox import LEASE, tidy_deliveries
from mingjian.desk.webhooks.service import GIVE_UP
from mingjian.doors.worker.webhooks import Webhooks
from mingjian.records.clock import SteppedClock
from mingjian.records.journal.append import refold
from mingjian.records.storage import outbox
from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, desk_over, item, new_key
from tests.doors.worker.receiver import Receiver


def register(call: Caller, receiver: Receiver, *events: str) -> dict[str, Any]:
    answer = call("POST", "/webhooks", {"url": receiver.url, "events": list(events or ("item.judged",))})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def log(call: Caller, hook: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call("GET", f"/webhooks/{hook['id']}/deliveries{query}").json()["items"]
    return found


def test_an_event_is_delivered_signed_and_once(both: Caller, receiver: Receiver) -> None:
    both("POST", "/items?wait=true", item(0))  # before anybody listens
    hook = register(both, receiver)
    told = both("POST", "/items?wait=true", item(1)).json()["item"]
    webhooks = Webhooks(both.desk)
    assert (webhooks.fill(), webhooks.send(), webhooks.fill(), webhooks.send()) == (1, 1, 0, 0)
    (came,) = receiver.came
    stamp, given = (part.partition("=")[2] for part in came.headers["mingjian-signature"].split(","))
    made = hmac.new(hook["secret"].encode(), stamp.encode() + b"." + came.body, hashlib.sha256).hexdigest()
    assert (given, came.path) == (made, "/hook?x=1")
    message = json.loads(came.body)
    assert message["event"] == came.headers["mingjian-event"] == "item.judged"
    assert message["item"] == {"id": told["id"], "source": "api", "external": "1", "version": 1}
    assert message["data"]["value"] == "violation"
    (delivery,) = log(both, hook)
    assert (delivery["id"], delivery["state"], delivery["sequence"]) == (
        message["id"],
        "delivered",
        message["sequence"],
    )
    assert [(one["number"], one["status"]) for one in delivery["log"]] == [(1, 200)]


def test_only_events_that_were_asked_for_and_only_while_registered(both: Caller, receiver: Receiver) -> None:
    hook = register(both, receiver, "item.erased")
    id = both("POST", "/items?wait=true", item()).json()["item"]["id"]
    both("DELETE", f"/items/{id}?reason=x")
    webhooks = Webhooks(both.desk)
    assert webhooks.fill() == 1
    both("DELETE", f"/webhooks/{hook['id']}")
    assert webhooks.send() == 0
    assert [one["state"] for one in log(both, hook)] == ["cancelled"]
    assert (receiver.came, both("GET", "/webhooks").json()["webhooks"]) == ([], [])
    assert both("POST", f"/deliveries/{log(both, hook)[0]['id']}/replay").status_code == 409


def test_a_failure_is_tried_again_later_and_later_until_it_is_dead_and_can_be_replayed(
    both: Caller, receiver: Receiver, clock: SteppedClock
) -> None:
    receiver.statuses = [500, 503, 302, 500]
    hook = register(both, receiver)
    both("POST", "/items?wait=true", item())
    webhooks = Webhooks(both.desk)
    webhooks.fill()
    waits = []
    began = clock.at
    while due := _next_times(both):
        waits.append(due[0] - clock.at)
        clock.at = due[0]
        assert webhooks.send() == 1
    (delivery,) = log(both, hook)
    assert delivery["state"] == "dead"
    assert waits[0] == 0 < waits[1] < waits[2] < waits[4]
    assert GIVE_UP / 2 < clock.at - began < GIVE_UP
    assert "重定向" in delivery["log"][2]["error"]
    assert len(receiver.came) == len(delivery["log"]) == len(waits)
    receiver.statuses = [200]
    assert both("POST", f"/deliveries/{delivery['id']}/replay").status_code == 202
    assert webhooks.send() == 1
    assert {json.loads(came.body)["id"] for came in receiver.came} == {delivery["id"]}
    assert [one["state"] for one in log(both, hook, "?state=delivered")] == ["delivered"]


def test_the_same_bytes_at_every_try(call: Caller, receiver: Receiver, clock: SteppedClock) -> None:
    receiver.statuses = [500, 200]
    register(call, receiver)
    call("POST", "/items?wait=true", item())
    webhooks = Webhooks(call.desk)
    webhooks.fill()
    webhooks.send()
    clock.move(timedelta(minutes=5))
    webhooks.send()
    assert receiver.came[0].body == receiver.came[1].body
    assert receiver.came[0].headers["mingjian-signature"] != receiver.came[1].headers["mingjian-signature"]


def test_one_who_does_not_answer_in_time_holds_up_nobody(call: Caller, receiver: Receiver) -> None:
    receiver.slow = 30
    hook = register(call, receiver)
    call("POST", "/items?wait=true", item())
    webhooks = Webhooks(call.desk, patience=0.2)
    webhooks.fill()
    assert webhooks.send() == 1
    (delivery,) = log(call, hook)
    assert (delivery["state"], delivery["status"]) == ("waiting", None)
    assert "没有回应" in delivery["error"]


KILLED = """
import os, signal, sys, threading
from pathlib import Path
from mingjian.doors.desk.opening import Desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.worker import webhooks
from mingjian.records.storage.database import Database
settings = DeskSettings(data=Path(sys.argv[2]), webhook_private_networks=True)
desk = Desk(settings, Database(sys.argv[1]), None, None, b"s" * 32)
work = webhooks.Webhooks(desk)
both_sent = threading.Barrier(2)
async def killed(self, due):
    os.kill(os.getpid(), signal.SIGKILL)
def sent_and_killed(self, *outcome):
    both_sent.wait()
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "sent":
    webhooks.Webhooks._settle = sent_and_killed
else:
    webhooks.Webhooks._all = killed
assert work.fill() == 2
work.send()
"""


@pytest.mark.parametrize("when", ["filled", "sent"])
def test_killed_between_outbox_and_record_means_delivered_again_under_the_same_id(
    both: Caller, database_url: str, tmp_path: Path, receiver: Receiver, clock: SteppedClock, when: str
) -> None:
    hook = register(both, receiver)
    for number in (1, 2):
        both("POST", "/items?wait=true", item(number))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, database_url, str(tmp_path), when], capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())}, timeout=120,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(receiver.came) == (2 if when == "sent" else 0)
    webhooks = Webhooks(both.desk)
    assert (webhooks.fill(), [one["state"] for one in log(both, hook)]) == (0, ["waiting"] * 2)
    clock.at = max(_next_times(both)) + LEASE
    assert webhooks.send() == 2
    ids = [json.loads(came.body)["id"] for came in receiver.came]
    assert (len(set(ids)), [one["state"] for one in log(both, hook)]) == (2, ["delivered"] * 2)


def _next_times(call: Caller) -> list[int]:
    with call.database.read() as tx:
        hook = outbox.endpoints(tx)[0]
        return [one.next_at for one in outbox.deliveries_of(tx, hook.id, None, None, 10) if one.next_at is not None]


def test_nothing_is_lost_when_the_tables_are_folded_again(both: Caller, receiver: Receiver) -> None:
    hook = register(both, receiver)
    both("POST", "/items?wait=true", item())
    webhooks = Webhooks(both.desk)
    webhooks.fill()
    refold(both.database)
    assert webhooks.send() == 1
    assert [one["state"] for one in log(both, hook)] == ["delivered"]
    assert [one["url"] for one in both("GET", "/webhooks").json()["webhooks"]] == [receiver.url]


def test_the_secret_is_shown_once_and_not_kept(call: Caller, receiver: Receiver) -> None:
    hook = register(call, receiver)
    assert hook["secret"].startswith("whsec_")
    assert hook["secret"] not in call("GET", "/webhooks").text
    path = call.database.path
    assert path is not None
    assert all(hook["secret"].encode() not in file.read_bytes() for file in path.parent.glob("desk.db*"))


WRONG = {
    "ftp": "ftp://example.com/",
    "file": "file:///etc/passwd",
    "user": "https://a:b@example.com/",
    "fragment": "https://example.com/#x",
    "no host": "https:///x",
    "port": "https://example.com:0/",
    "bad port": "https://example.com:99999/",
    "space": "https://example.com/a b",
    "words": "https://例子.cn/",
    "long": "https://example.com/" + "x" * 1000,
    "bracket": "https://[::1/",
}


@pytest.mark.parametrize("name", WRONG)
def test_an_address_that_is_none(call: Caller, name: str) -> None:
    answer = call("POST", "/webhooks", {"url": WRONG[name], "events": ["item.judged"]})
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "url")


def test_wishes_that_are_none(call: Caller, receiver: Receiver) -> None:
    right = {"url": receiver.url, "events": ["item.judged"]}
    wrong: list[Any] = [{}, [], {"url": receiver.url}, right | {"events": ["x"]}, right | {"url": 1}, right | {"x": 1}]
    for body in wrong:
        assert call("POST", "/webhooks", body).status_code == 422
    for _ in range(20):
        register(call, receiver)
    assert call("POST", "/webhooks", {"url": receiver.url, "events": ["item.judged"]}).status_code == 409


def test_old_deliveries_are_forgotten_and_waiting_ones_are_not(
    call: Caller, receiver: Receiver, clock: SteppedClock
) -> None:
    hook = register(call, receiver)
    webhooks = Webhooks(call.desk)
    call("POST", "/items?wait=true", item(1))
    webhooks.fill()
    webhooks.send()
    call("POST", "/items?wait=true", item(2))
    webhooks.fill()
    clock.move(timedelta(days=31))
    with call.database.write() as tx:
        assert tidy_deliveries(tx) == 1
    assert [one["state"] for one in log(call, hook)] == ["waiting"]


def test_an_address_of_our_own_network_is_not_reached(
    sqlite_database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    call = Caller(desk_over(sqlite_database, tmp_path))
    hook = register(call, receiver)
    call("POST", "/items?wait=true", item())
    webhooks = Webhooks(call.desk)
    webhooks.fill()
    webhooks.send()
    assert receiver.came == []
    assert "内网" in log(call, hook)[0]["error"]
    assert call("GET", "/webhooks", secret=new_key(call.database, "item.read")).status_code == 403
