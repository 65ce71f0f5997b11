"""The outbox: filled behind the journal, effect and cursor in one transaction; settled after each try."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mingjian.desk.webhooks.service import GIVE_UP
from mingjian.records.clock import MICROSECONDS
from mingjian.records.journal.model import Recorded
from mingjian.records.storage import contents, items, live_rooms, outbox
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, events_after, move_cursor
from mingjian.records.webhooks.model import Delivery, Endpoint

DUTY = "webhooks"
LEASE = 60 * MICROSECONDS  # longer than any try may take
_KEPT = 30 * 24 * 3600 * MICROSECONDS
_CLOSED = "case.closed"
_SOURCES = {_CLOSED: ("case.reviewed", "case.withdrawn")}
_STEPS = (5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600)  # seconds after the first, second, … try


def anything_new(tx: Tx) -> bool:
    """Whether ``fill`` would find something: asked in a reading transaction."""
    return bool(_news(tx, outbox.endpoints(tx), 1))


def anything_due(tx: Tx) -> bool:
    """Whether ``claim`` would find something: asked in a reading transaction."""
    return outbox.any_due(tx)


def _news(tx: Tx, listening: Sequence[Endpoint], limit: int) -> list[Recorded]:
    if not listening:
        return []
    after = max(cursor_of(tx, DUTY), min(endpoint.since for endpoint in listening))
    asked = {kind for endpoint in listening for kind in endpoint.events}
    wanted = sorted({source for kind in asked for source in _SOURCES.get(kind, (kind,))})
    return events_after(tx, after, limit=limit, kinds=wanted)


def fill(tx: Tx, limit: int = 500) -> int:
    """Take up to ``limit`` events behind the cursor into the outbox, a delivery for each endpoint that asked for the
    kind; how many events that were."""
    listening = outbox.endpoints(tx)
    events = _news(tx, listening, limit)
    if not events:
        return 0
    rows = [
        (endpoint.id, event.seq, told_as(event), event.subject)
        for event in events
        for endpoint in listening
        if told_as(event) in endpoint.events and event.seq > endpoint.since
    ]
    outbox.put_deliveries(tx, rows, tx.now + GIVE_UP)
    move_cursor(tx, DUTY, events[-1].seq)
    return len(events)


def told_as(event: Recorded) -> str:
    """What an event is called outside: a case's last answer, and its withdrawal, are its closing."""
    if event.kind == "case.reviewed":
        return _CLOSED if event.body["after"] == "closed" else event.kind
    return _CLOSED if event.kind == "case.withdrawn" else event.kind


def claim(tx: Tx, limit: int) -> list[tuple[Delivery, Endpoint, Mapping[str, Any]]]:
    """Deliveries whose time has come, each with where it goes and what it says; ours for the length of the lease."""
    due = outbox.claim_due(tx, limit, LEASE)
    found: list[tuple[Delivery, Endpoint, Mapping[str, Any]]] = []
    known: dict[str, Endpoint | None] = {}
    for delivery in due:
        if delivery.endpoint not in known:
            known[delivery.endpoint] = outbox.endpoint_by_id(tx, delivery.endpoint)
        endpoint = known[delivery.endpoint]
        (event,) = events_after(tx, delivery.sequence - 1, limit=1)
        if endpoint is not None and endpoint.active:
            found.append((delivery, endpoint, message(tx, delivery, event)))
    return found


def message(tx: Tx, delivery: Delivery, event: Recorded) -> dict[str, Any]:
    """What is sent: the same bytes at every try. Ids, digests and reasons; words are to be asked for by the API."""
    data: dict[str, Any] = event.body
    if delivery.event == _CLOSED:  # what a reviewer noted for colleagues stays in the house
        data = {name: data[name] for name in ("queue", "outcome", "reasons", "codes") if name in data}
    item = items.item_by_id(tx, event.subject if event.kind.startswith("item.") else str(data.get("item") or ""))
    about = {"id": item.id, "source": item.source, "external": item.external, "version": item.version} if item else None
    more = _of_room(tx, event) if event.kind.startswith("live.") else {}
    return {
        "id": delivery.id,
        "event": delivery.event,
        "sequence": event.seq,
        "at": datetime.fromtimestamp(event.at / MICROSECONDS, UTC).isoformat(timespec="milliseconds"),
        "subject": event.subject,
        "item": about,
        "data": data,
        **more,
    }


def _of_room(tx: Tx, event: Recorded) -> dict[str, Any]:
    """Which room it is by the platform's own number; with an order also what the host is told, for which nobody has
    the time to ask."""
    room = live_rooms.room_by_id(tx, str(event.body.get("room") or event.subject))
    found: dict[str, Any] = {}
    if room is not None:
        found["room"] = {"id": room.id, "platform": room.platform, "external": room.external, "url": room.url}
    if event.kind == "live.act_sent":
        found["text"] = (contents.get(tx, event.body["text"]) or b"").decode()
    return found


def settle(tx: Tx, delivery: Delivery, took: int, status: int | None, error: str | None) -> str:
    """Record a try; the state the delivery is in now. A status of 2xx is success, anything else is tried again
    until it is given up."""
    if status is not None and 200 <= status < 300:
        outbox.record_try(tx, delivery, took, status, None, state="delivered", next_at=None)
        return "delivered"
    next_at = tx.now + wait_after(delivery.id, delivery.tries + 1)
    dead = next_at > delivery.give_up_at
    state = "dead" if dead else "waiting"
    told = (error or f"HTTP {status}")[:200]
    outbox.record_try(tx, delivery, took, status, told, state=state, next_at=None if dead else next_at)
    return state


def wait_after(delivery: str, tries: int) -> int:
    """Microseconds until the next try: longer each time, and a fifth more or less, told by the id, so that many that
    failed together do not come back together."""
    step = _STEPS[min(tries, len(_STEPS)) - 1] * MICROSECONDS
    share = int.from_bytes(hashlib.sha256(f"{delivery}\n{tries}".encode()).digest()[:4]) / 0xFFFFFFFF
    return round(step * (0.8 + 0.4 * share))


def tidy_deliveries(tx: Tx) -> int:
    """Forget what was settled a month ago."""
    return outbox.forget_deliveries(tx, tx.now - _KEPT)
