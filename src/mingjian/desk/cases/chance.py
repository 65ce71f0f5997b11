"""Chance that anybody can check: drawn from the digest of an id, the same every time."""

from __future__ import annotations

import hashlib

_ALL = 1 << 64


def drawn(share: float, purpose: str, id: str) -> bool:
    """Whether ``id`` is among the ``share`` (0 to 1) of all ids drawn for a purpose."""
    return fraction(purpose, id) < share


def fraction(purpose: str, id: str) -> float:
    """A number from 0 up to 1, evenly spread over ids and different for every purpose."""
    return int.from_bytes(hashlib.sha256(f"{purpose}:{id}".encode()).digest()[:8], "big") / _ALL
