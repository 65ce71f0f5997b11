"""The same request sent twice has one effect and one answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from mingjian.records.clock import SteppedClock
from mingjian.records.storage.events import events_after
from mingjian.records.storage.idempotency import forget_answers
from tests.doors.api.desks import BAD, GOOD, Caller, item, new_key

WISH = {"url": "https://example.com/hook", "events": ["item.judged"]}
ASKED: dict[str, tuple[str, Any, Any]] = {
    "waited": ("/items?wait=true", item(), item(text=GOOD)),
    "queued": ("/items", item(), item(text=GOOD)),
    "batch": ("/items/batch", {"items": [item(), {}]}, {"items": [item(text=GOOD)]}),
    "webhook": ("/webhooks", WISH, WISH | {"note": "x"}),
}


def _count(call: Caller, kind: str) -> int:
    with call.database.read() as tx:
        return len(events_after(tx, 0, kinds=[kind]))


@pytest.mark.parametrize("name", ASKED)
def test_same_key_and_body_is_one_answer_and_another_body_is_refused(both: Caller, name: str) -> None:
    path, body, other = ASKED[name]
    first, again = (both("POST", path, body, key="k-1") for _ in range(2))
    assert first.status_code in (200, 201, 202)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    refused = both("POST", path, other, key="k-1")
    assert (refused.status_code, refused.json()["error"]["field"]) == (409, "Idempotency-Key")
    assert both("POST", path, other, key="k-1", secret=new_key(both.database)).status_code == first.status_code


def test_a_key_is_forgotten_after_a_day(both: Caller, clock: SteppedClock) -> None:
    both("POST", "/items?wait=true", item(), key="k")
    clock.move(timedelta(hours=23))
    assert both("POST", "/items?wait=true", item(text=GOOD), key="k").status_code == 409
    clock.move(timedelta(hours=1))
    assert both("POST", "/items?wait=true", item(text=GOOD), key="k").status_code == 200
    clock.move(timedelta(hours=25))
    with both.database.write() as tx:
        assert forget_answers(tx) == 1


def test_a_refused_request_does_not_use_its_key_up(both: Caller) -> None:
    assert both("POST", "/items?wait=true", {"id": 1}, key="k").status_code == 422
    assert both("POST", "/items?wait=true", item(), key="k").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 201, "键"])
def test_a_key_that_is_none(call: Caller, key: str) -> None:
    assert call("POST", "/items", item(), headers={"Idempotency-Key": key.encode()}).status_code == 422  # type: ignore[dict-item]


def _race(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    answers: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(index: int) -> None:
        gate.wait()
        answers[index] = calls[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("path", ["/items?wait=true", "/items"])
def test_many_at_once_with_one_key_have_one_effect(both: Caller, path: str) -> None:
    with both.client:  # one event loop for all threads, as in a server
        answers = _race([lambda: both("POST", path, item(), key="k")] * 8)
    assert {answer.status_code for answer in answers} == {200 if "wait" in path else 202}
    assert len({answer.content for answer in answers}) == 1
    assert _count(both, "item.submitted") == 1


def test_of_two_bodies_at_once_with_one_key_one_has_its_effect(both: Caller) -> None:
    bodies = [item(text=BAD), item(text=GOOD)] * 4
    with both.client:
        answers = _race([partial(both, "POST", "/items?wait=true", body, key="k") for body in bodies])
    assert sorted({answer.status_code for answer in answers}) == [200, 409]
    assert len({answer.content for answer in answers if answer.status_code == 200}) == 1
    assert _count(both, "item.submitted") == 1


def test_webhooks_registered_at_once_with_one_key_are_one(both: Caller) -> None:
    with both.client:
        answers = _race([lambda: both("POST", "/webhooks", WISH, key="k")] * 6)
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len({answer.json()["secret"] for answer in answers}) == 1
    assert _count(both, "webhook.registered") == 1


def test_many_different_items_at_once_are_all_kept(both: Caller) -> None:
    with both.client:
        answers = _race([partial(both, "POST", "/items?wait=true", item(n)) for n in range(24)])
    assert [answer.status_code for answer in answers] == [200] * 24
    assert [answer.json()["item"]["external"] for answer in answers] == [str(n) for n in range(24)]
    assert _count(both, "item.judged") == 24
