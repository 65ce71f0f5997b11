"""Time and chance, handed in so that tests and seeding can hold them still."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

MICROSECONDS = 1_000_000
CHINA = timezone(timedelta(hours=8), "UTC+08:00")  # the day of an event is the day in China
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32


class Clock(Protocol):
    """Gives the time in microseconds since 1970-01-01 UTC."""

    def now(self) -> int: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1000


class SteppedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = micros(at)

    def now(self) -> int:
        return self.at

    def move(self, step: timedelta) -> None:
        """Go on (or back) by ``step``."""
        self.at += round(step.total_seconds() * MICROSECONDS)


def micros(at: datetime) -> int:
    """Microseconds since the epoch; a time without zone is taken as UTC."""
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return round(at.timestamp() * MICROSECONDS)


def moment(at: int) -> datetime:
    """The time in China."""
    return datetime.fromtimestamp(at / MICROSECONDS, CHINA)


def day(at: int) -> date:
    """The day in China."""
    return moment(at).date()


def new_id(prefix: str, at: int) -> str:
    """A fresh identifier that sorts by time: ``itm_`` + 10 characters of time + 10 of chance (50 bits)."""
    stamp, tail = at // 1000, secrets.randbits(50)
    head = "".join(_ALPHABET[(stamp >> shift) & 31] for shift in range(45, -5, -5))
    return f"{prefix}_{head}" + "".join(_ALPHABET[(tail >> shift) & 31] for shift in range(45, -5, -5))
