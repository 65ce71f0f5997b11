"""How long one must wait after failed sign-ins. Pure: times in, a time out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SECOND = 1_000_000
WINDOW = 24 * 3600 * SECOND
"""How far back failures count."""


@dataclass(frozen=True, slots=True)
class Patience:
    """``free`` failures cost nothing; after them the wait begins with ``first`` and doubles up to ``longest``."""

    free: int
    first: int
    longest: int

    def wait(self, failed_at: Sequence[int], now: int) -> int:
        """Microseconds to go until the next try, 0 when it may be now. ``failed_at``: the latest first."""
        beyond = len(failed_at) - self.free
        if beyond < 0 or not failed_at:
            return 0
        delay = min(self.first << min(beyond, 32), self.longest)
        left = failed_at[0] + delay - now
        # More than the delay itself: the clock was set back; nobody is locked out for that.
        return left if 0 < left <= delay else 0


ACCOUNT = Patience(free=5, first=30 * SECOND, longest=15 * 60 * SECOND)
# A clinic sits behind one address: many people, and a right password does not wipe the slate.
ADDRESS = Patience(free=30, first=30 * SECOND, longest=60 * 60 * SECOND)
