"""How often each caller may ask, counted in this process: a sliding window made of two fixed ones.

Not the counters of the ``limits`` library, whose rates this reads: its memory starts a thread every few requests to
forget old ones, which cost more than answering.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from limits import RateLimitItem, parse_many

from mingjian.records.errors import Invalid

_MOST = 50_000  # callers remembered before the old ones are looked for


@dataclass(frozen=True, slots=True)
class Told:
    """Whether a request may go on; the narrowest limit, what is left of it, and seconds until there is more."""

    allowed: bool
    limit: int
    remaining: int
    reset: float

    def headers(self) -> dict[str, str]:
        """As the caller is told."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(max(1, round(self.reset))),
        }


class Limiter:
    """Counts requests. ``rate`` is like ``600/second`` or ``100/minute;5000/hour``; ``now`` gives seconds. Use from
    one thread."""

    def __init__(self, rate: str, now: Callable[[], float] = time.monotonic) -> None:
        try:
            self._limits: list[RateLimitItem] = parse_many(rate)
        except ValueError as error:
            raise Invalid(f"限速设置“{rate}”不对,应如 600/second。", field="rate_limit") from error
        self._now = now
        # Of each limit: caller → number of the window, count in it, count in the one before.
        self._counts: list[dict[str, tuple[int, int, int]]] = [{} for _ in self._limits]

    def hit(self, caller: str) -> Told:
        """Count a request of somebody; one that is not allowed is not counted."""
        at = self._now()
        seen = [self._seen(number, caller, at) for number in range(len(self._limits))]
        for limit, (_, count, weighted, left) in zip(self._limits, seen, strict=True):
            if count + weighted >= limit.amount:
                return Told(False, limit.amount, 0, left)
        for counts, (window, count, _, _) in zip(self._counts, seen, strict=True):
            before = counts.get(caller, (window, 0, 0))
            counts[caller] = (window, count + 1, self._before(before, window))
        told = [Told(True, limit.amount, max(0, int(limit.amount - count - weighted - 1)), left)
                for limit, (_, count, weighted, left) in zip(self._limits, seen, strict=True)]  # fmt: skip
        return min(told, key=lambda one: one.remaining)

    def _seen(self, number: int, caller: str, at: float) -> tuple[int, int, float, float]:
        """The window, the count in it, the share of the one before that still counts, seconds until the next."""
        length = self._limits[number].get_expiry()
        counts = self._counts[number]
        window = int(at // length)
        if len(counts) > _MOST:
            self._counts[number] = counts = {k: v for k, v in counts.items() if v[0] >= window - 1}
        kept = counts.get(caller, (window, 0, 0))
        count = kept[1] if kept[0] == window else 0
        left = (window + 1) * length - at
        return window, count, self._before(kept, window) * left / length, left

    @staticmethod
    def _before(kept: tuple[int, int, int], window: int) -> int:
        if kept[0] == window:
            return kept[2]
        return kept[1] if kept[0] == window - 1 else 0
