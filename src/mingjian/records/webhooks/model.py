"""An endpoint and a delivery in the store. All times in microseconds since 1970-01-01 UTC."""

from __future__ import annotations

from dataclasses import dataclass

EVENTS = (
    "item.judged", "item.failed", "item.erased", "case.closed", "decision.made", "decision.closed", "action.taken",
    "action.reversed", "action.lapsed", "appeal.lodged", "appeal.decided", "patrol.noticed",
    "live.room_opened", "live.room_closed", "live.incident_raised", "live.incident_dismissed", "live.act_asked",
    "live.act_sent", "live.act_declined", "live.act_acknowledged", "live.act_failed", "live.act_lifted",
)  # fmt: skip
"""The kinds of event that somebody outside may be told of."""
DELIVERY_STATES = ("waiting", "delivered", "dead", "cancelled")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Somebody who is told of events of these kinds. ``since`` is the place in the journal behind which events
    count for it. Its secret is not kept: it is derived from the house's (``desk.webhooks.secret_of``)."""

    id: str
    url: str
    events: tuple[str, ...]
    note: str
    active: bool
    since: int
    created_at: int
    created_by: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one endpoint. The same endpoint and event have the same id, however often they are
    sent. ``sequence`` is the event's place in the journal; ``next_at`` when it is tried next. ``status`` is the HTTP
    status of the last answer, ``error`` why there was none."""

    id: str
    endpoint: str
    sequence: int
    event: str
    subject: str
    state: str
    tries: int
    created_at: int
    give_up_at: int
    next_at: int | None
    delivered_at: int | None = None
    status: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """One try to deliver: how long it took (milliseconds) and how it ended."""

    delivery: str
    number: int
    at: int
    took: int
    status: int | None
    error: str | None
