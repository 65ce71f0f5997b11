"""Fresh ids by the thousand, in rising order, so that an index takes them at its end."""

from __future__ import annotations

import secrets

from mingjian.records.clock import new_id
from mingjian.records.storage.database import Tx

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_BITS = 50
_AT_ONCE = 1024


class Ids:
    """Ids of the form that ``Tx.new_id`` gives. Those of a transaction rise."""

    def __init__(self, tx: Tx) -> None:
        self._stamp = new_id("x", tx.now)[2:12]
        self._waiting: list[str] = []

    def __call__(self, prefix: str) -> str:
        """The next."""
        if not self._waiting:
            self._waiting = self._more()
        return f"{prefix}_{self._stamp}{self._waiting.pop()}"

    def _more(self) -> list[str]:
        tails = sorted((secrets.randbits(_BITS) for _ in range(_AT_ONCE)), reverse=True)
        return [
            _PAIRS[tail >> 40] + _PAIRS[tail >> 30 & 1023] + _PAIRS[tail >> 20 & 1023] + _PAIRS[tail >> 10 & 1023]
            + _PAIRS[tail & 1023]
            for tail in tails
        ]  # fmt: skip
