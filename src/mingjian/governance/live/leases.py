"""Which process reads which room: each takes some, keeps them while it lives, and leaves them to others then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mingjian.records.clock import MICROSECONDS
from mingjian.records.errors import Invalid
from mingjian.records.live.model import Room
from mingjian.records.storage import live_leases as store
from mingjian.records.storage import live_rooms
from mingjian.records.storage.database import Tx

SECONDS = 10.0
"""How long a room is held without being renewed."""


def claim_rooms(tx: Tx, worker: str, most: int, seconds: float = SECONDS) -> list[Room]:
    """Up to ``most`` open rooms that nobody holds, ours for so long; the longest without a reader first."""
    if not worker or len(worker) > 128:
        raise Invalid("工作进程名应为 1 至 128 字。", field="worker")
    if most <= 0:
        return []
    taken = store.claim(tx, worker, most, _until(tx, seconds))
    found = live_rooms.rooms_by_id(tx, taken)
    return [found[id] for id in taken]


def hold(tx: Tx, worker: str, room: str, seconds: float = SECONDS) -> bool:
    """One room by name, ours for so long unless another process holds it; whether it is ours."""
    return store.hold(tx, worker, room, _until(tx, seconds))


def renew(tx: Tx, worker: str, rooms: Iterable[str], seconds: float = SECONDS) -> list[str]:
    """Hold rooms for longer; those that are still ours. A room left out has another reader now, or is closed: stop
    reading it."""
    return store.renew(tx, worker, list(rooms), _until(tx, seconds))


def release(tx: Tx, worker: str, rooms: Iterable[str]) -> None:
    """Others may take these rooms at once; closed ones are forgotten."""
    store.release(tx, worker, list(rooms))
    store.forget_leases(tx)


def holders(tx: Tx, rooms: Iterable[str]) -> Mapping[str, str]:
    """Who reads these rooms now."""
    return {room: worker for room, (worker, _) in store.holders(tx, rooms).items()}


def rooms_waiting(tx: Tx) -> int:
    """How many open rooms nobody reads."""
    return store.rooms_waiting(tx)


def _until(tx: Tx, seconds: float) -> int:
    return tx.now + round(seconds * MICROSECONDS)
