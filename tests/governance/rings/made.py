"""A small world of posts for tests: rings that reuse pictures beside honest people who sometimes show the same."""

from __future__ import annotations

import random
from collections.abc import Sequence

from mingjian.governance.rings.gathering import Gathering

DAY = 86_400_000_000
START = 20_000 * DAY


def honest(gathered: Gathering, chance: random.Random, people: int = 300, posts: int = 3) -> None:
    """People who tell of themselves; some copy one note of another's."""
    for number in range(people):
        for place in range(posts):
            at = START + chance.randrange(120 * DAY)
            clinic = f"clinic{chance.randrange(20)}" if chance.random() < 0.5 else None
            gathered.post(f"h{number}-{place}", f"h{number}", at, clinic, "person")
    for _ in range(people // 3):
        one, other = chance.sample(range(people), 2)
        gathered.likeness(f"h{one}-{chance.randrange(posts)}", f"h{other}-{chance.randrange(posts)}", "text", 0.9)


def ring(
    gathered: Gathering, chance: random.Random, name: str, accounts: int = 8, cases: int = 30, each: int = 3,
    clinic: str | None = None, start: int = 0,
) -> Sequence[str]:  # fmt: skip
    """An agency that has every case told by ``each`` of its accounts, two cases a day."""
    members = [f"{name}{number}" for number in range(accounts)]
    for member in members:
        gathered.account(member, "person")
    for case in range(cases):
        told = chance.sample(members, each)
        ids = []
        for place, member in enumerate(told):
            at = START + (start + case // 2) * DAY + place * 60_000_000
            ids.append(f"{name}-{case}-{member}")
            gathered.post(ids[-1], member, at, clinic or f"{name}-clinic", "person")
        for later in ids[1:]:
            gathered.likeness(later, ids[0], "picture", 1.0)
    return members
