"""Live rooms and what belongs to them, for programs."""

from __future__ import annotations

from typing import Any

from mingjian.doors.api.answers import time_of
from mingjian.records.live.model import Act, Card, Happening, Room, RoomGap
from mingjian.records.storage.live_pulses import Pulse

_ROOM = ("id", "state", "session", "platform", "external", "title", "url", "publisher", "publisher_kind", "domain",
         "why", "version")  # fmt: skip
_INCIDENT = ("id", "room", "session", "key", "kind", "state", "severity", "item", "publisher", "to", "reason")
_ACT = ("id", "room", "session", "incident", "measure", "step", "state", "reason", "asked_by", "decision", "tries",
        "outcome")  # fmt: skip


def room_dict(one: Room) -> dict[str, Any]:
    """A room."""
    return {**{name: getattr(one, name) for name in _ROOM}, "opened_at": time_of(one.opened_at),
            "closed_at": time_of(one.closed_at)}  # fmt: skip


def gap_dict(one: RoomGap) -> dict[str, Any]:
    """A gap."""
    return {name: getattr(one, name) for name in ("channel", "start", "end", "why", "detail")}


def card_dict(one: Card) -> dict[str, Any]:
    """A product card."""
    return {"id": one.id, "product": one.product, "merchant": one.merchant, "institution": one.institution,
            "at": time_of(one.at), "down_at": time_of(one.down_at)}  # fmt: skip


def pulse_dict(one: Pulse | None) -> dict[str, Any] | None:
    """How a room is just now; None where nobody watches it."""
    if one is None:
        return None
    return {"at": time_of(one.at), "now": one.now, "lights": dict(one.lights), "rate": one.rate, "worker": one.worker}


def incident_dict(one: Happening) -> dict[str, Any]:
    """An incident."""
    lists = {name: list(getattr(one, name)) for name in ("codes", "what", "split", "merchants")}
    times = {name: time_of(getattr(one, name)) for name in ("said_at", "raised_at", "sealed_at")}
    return {**{name: getattr(one, name) for name in _INCIDENT}, "from": one.from_, **lists, **times}


def act_dict(one: Act) -> dict[str, Any]:
    """An act."""
    times = {name: time_of(getattr(one, name)) for name in ("asked_at", "sent_at", "answered_at", "due_at")}
    return {**{name: getattr(one, name) for name in _ACT}, **times}
