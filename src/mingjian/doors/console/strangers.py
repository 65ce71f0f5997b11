"""Pages that anybody may open without signing in: each address may ask only so often."""

from __future__ import annotations

from functools import cache

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.requests import Request

from mingjian.records.errors import TooMany

LOOKS, FILES, WRITES = "120/minute", "30/minute", "10/minute"


def slow(request: Request, what: str, rate: str = LOOKS) -> None:
    """TooMany when one address asks for ``what`` too often. Each app counts for itself."""
    state = request.app.state
    if not hasattr(state, "strangers"):
        state.strangers = SlidingWindowCounterRateLimiter(MemoryStorage())
    limiter: SlidingWindowCounterRateLimiter = state.strangers
    address = request.client.host if request.client is not None else "-"
    if not limiter.hit(_rate(rate), what, address):
        raise TooMany("操作过于频繁,请过一分钟再试。", retry_after=60)


@cache
def _rate(told: str) -> RateLimitItem:
    return parse(told)
