"""A sample that is always the same for the same actors."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def picked(actors: Sequence[str], limit: int | None) -> list[str]:
    """All of them, or ``limit``: those with the smallest digests, in order."""
    if limit is None or len(actors) <= limit:
        return list(actors)
    ranked = sorted(actors, key=lambda actor: hashlib.blake2b(actor.encode(), digest_size=8).digest())
    return sorted(ranked[:limit])
