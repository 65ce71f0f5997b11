"""Endpoints: registered and removed by people and programs with ``key.manage``."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.records.clock import MICROSECONDS
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import outbox
from mingjian.records.storage.database import Tx
from mingjian.records.webhooks.model import DELIVERY_STATES, EVENTS, Delivery, Endpoint, Try

MANAGES = "key.manage"
MOST = 20  # endpoints at a time
GIVE_UP = 3 * 24 * 3600 * MICROSECONDS  # how long a delivery is tried before it is dead
_LONGEST_URL = 1000
_LONGEST_NOTE = 200
_PURPOSE = b"mingjian.webhook/1\n"


def secret_of(house: bytes, endpoint: str) -> str:
    """What signs the deliveries to an endpoint: derived from the house's secret, so that the store holds none."""
    made = hmac.digest(house, _PURPOSE + endpoint.encode(), "sha256")
    return "whsec_" + base64.urlsafe_b64encode(made).decode().rstrip("=")


def register(tx: Tx, principal: Principal, url: str, events: Sequence[str], note: str = "") -> Endpoint:
    """A new endpoint, told of what happens from now on. Invalid for an address that is none or a kind of event
    nobody is told of; Conflict when there are too many. Whether the address may be reached at all is the sender's
    to say, each time."""
    demand(principal, MANAGES)
    _demand_url(url)
    unknown = [event for event in events if event not in EVENTS]
    if unknown or not events:
        what = f"没有这些事件:{'、'.join(unknown)}。" if unknown else "至少要订一种事件。"
        raise Invalid(f"{what}可订:{'、'.join(EVENTS)}", field="events")
    if len(note) > _LONGEST_NOTE:
        raise Invalid(f"备注最多 {_LONGEST_NOTE} 字。", field="note")
    if len(outbox.endpoints(tx)) >= MOST:
        raise Conflict(f"最多登记 {MOST} 个回调地址,请先删去不用的。")
    id = tx.new_id("whk")
    body = {"url": url, "events": list(dict.fromkeys(events)), "note": note}
    append(tx, Event("webhook.registered", id, body, principal.actor))
    found = outbox.endpoint_by_id(tx, id)
    assert found is not None
    return found


def remove(tx: Tx, principal: Principal, id: str) -> Endpoint:
    """Nothing more is sent to it, also not what waits."""
    demand(principal, MANAGES)
    found = get_endpoint(tx, principal, id)
    if found.active:
        append(tx, Event("webhook.removed", id, {}, principal.actor))
        outbox.cancel_deliveries(tx, id)
    return get_endpoint(tx, principal, id)


def list_endpoints(tx: Tx, principal: Principal) -> list[Endpoint]:
    """All that are in use."""
    demand(principal, MANAGES)
    return outbox.endpoints(tx)


def get_endpoint(tx: Tx, principal: Principal, id: str) -> Endpoint:
    """One, also one that was removed; NotFound."""
    demand(principal, MANAGES)
    found = outbox.endpoint_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这个回调:{id}")
    return found


def list_deliveries(
    tx: Tx, principal: Principal, endpoint: str, *, state: str | None = None, before: int | None = None, limit: int = 50
) -> tuple[list[Delivery], dict[str, list[Try]]]:
    """An endpoint's deliveries, the newest first, and the tries of each by its id."""
    get_endpoint(tx, principal, endpoint)
    if state is not None and state not in DELIVERY_STATES:
        raise Invalid(f"状态只能是:{'、'.join(DELIVERY_STATES)}", field="state")
    found = outbox.deliveries_of(tx, endpoint, state, before, limit)
    tries: dict[str, list[Try]] = {delivery.id: [] for delivery in found}
    for one in outbox.tries_of(tx, list(tries)):
        tries[one.delivery].append(one)
    return found, tries


def replay(tx: Tx, principal: Principal, id: str) -> Delivery:
    """Send once more what was sent, is dead, or waits: under the same id, from now. Conflict when its endpoint is
    removed."""
    demand(principal, MANAGES)
    found = outbox.delivery_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这次投递:{id}")
    if not get_endpoint(tx, principal, found.endpoint).active:
        raise Conflict("这个回调已删除,不能再投递。")
    outbox.send_again(tx, id, tx.now + GIVE_UP)
    again = outbox.delivery_by_id(tx, id)
    assert again is not None
    return again


def _demand_url(url: str) -> None:
    wrong = None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("回调地址不对。", field="url") from None
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        wrong = f"回调地址要用 ASCII 字符,最长 {_LONGEST_URL}(中文域名请写成 xn-- 形式)。"
    elif parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        wrong = "回调地址要以 http:// 或 https:// 开头并写明主机。"
    elif parts.username is not None or parts.password is not None:
        wrong = "回调地址里不能写用户名和密码。"
    elif parts.fragment:
        wrong = "回调地址里不能有 # 片段。"
    if wrong:
        raise Invalid(wrong, field="url")
