"""Which found part is which known ring: numbers stay over recounting, what people decided stays decided.

Pure: parts are lists of accounts. Rules, in order. (1) A dismissed ring that turns up again (half of its accounts in
one part) is taken out of that part: it is not raised again, and does not come back inside another ring. (2) Who people
put into a ring (pinned) stays in it; what was found around them joins them. (3) Otherwise a part is the ring it
shares the most accounts with, each ring once. (4) A ring left over whose accounts lie in another one's part was
swallowed by it; one with several parts was split, and the parts are new rings with that origin.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Standing:
    """A ring as it is known: its ``state`` and accounts; ``pinned`` by people."""

    id: str
    state: str
    accounts: frozenset[str]
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """``keep``: ring → its accounts now; ``fresh``: accounts of new rings with the ring they came from; ``swallowed``:
    ring → the ring it is now part of; ``silent`` counts parts that are not raised, being dismissed."""

    keep: Mapping[str, tuple[str, ...]]
    fresh: Sequence[tuple[tuple[str, ...], str | None]]
    swallowed: Mapping[str, str]
    silent: int = 0
    split: Mapping[str, int] = field(default_factory=dict)


def match(parts: Sequence[Sequence[str]], known: Sequence[Standing], least: int) -> Plan:
    """Say what becomes of each part. Accounts of a part keep their order."""
    left, silent = _without_dismissed(parts, [ring for ring in known if ring.state == "dismissed"], least)
    live = [ring for ring in known if ring.state in ("open", "acted")]
    keep: dict[str, list[str]] = {}
    left = _pinned(left, [ring for ring in live if ring.pinned], keep, least)
    free = [ring for ring in live if not ring.pinned]
    shared = sorted(
        ((len(ring.accounts & set(part)), -number, ring.id, number) for number, part in enumerate(left)
         for ring in free if _enough(part, ring.accounts)), key=lambda one: (-one[0], -one[1], one[2]),
    )  # fmt: skip
    taken: dict[int, str] = {}
    for _, _, id, number in shared:
        if id not in keep and number not in taken:
            taken[number] = id
            keep[id] = list(left[number])
    by_id = {ring.id: ring for ring in live}
    swallowed: dict[str, str] = {}
    for ring in free:
        if ring.id in keep or ring.state != "open":
            continue
        into = next((other for other, accounts in sorted(keep.items())
                     if 2 * len(ring.accounts & set(accounts)) >= len(ring.accounts)), None)  # fmt: skip
        if into is not None:
            swallowed[ring.id] = into
    fresh: list[tuple[tuple[str, ...], str | None]] = []
    split: dict[str, int] = {}
    for number, part in enumerate(left):
        if number in taken:
            continue
        origin = next((id for id in sorted(keep) if 2 * len(by_id[id].accounts & set(part)) >= len(part)), None)
        fresh.append((tuple(part), origin))
        if origin is not None:
            split[origin] = split.get(origin, 0) + 1
    return Plan({id: tuple(accounts) for id, accounts in keep.items()}, tuple(fresh), swallowed, silent, split)


def _enough(part: Sequence[str], accounts: Collection[str]) -> bool:
    """Whether a part may be a ring: half of the smaller one of the two is shared, and two accounts at least."""
    shared = len(set(part) & set(accounts))
    return shared >= 2 and 2 * shared >= min(len(part), len(accounts))


def _without_dismissed(
    parts: Sequence[Sequence[str]], dismissed: Sequence[Standing], least: int
) -> tuple[list[list[str]], int]:
    kept, silent = [], 0
    for part in parts:
        members = set(part)
        out: set[str] = set()
        for ring in dismissed:
            inside = ring.accounts & members
            if len(inside) >= 2 and (2 * len(inside) >= len(ring.accounts) or 2 * len(inside) >= len(members)):
                out |= inside
        rest = [account for account in part if account not in out]
        if len(rest) >= least or (rest and not out):
            kept.append(rest)
        else:
            silent += 1
    return kept, silent


def _pinned(
    parts: list[list[str]], pinned: Sequence[Standing], keep: dict[str, list[str]], least: int
) -> list[list[str]]:
    """Rings that people made, with those of their parts whom nobody else has; and the parts without them."""
    place = {account: ring.id for ring in pinned for account in sorted(ring.accounts)}
    for ring in pinned:
        keep[ring.id] = sorted(ring.accounts)
    rest = []
    for part in parts:
        holders = [place[account] for account in part if account in place]
        if not holders:
            rest.append(part)
            continue
        loose = [account for account in part if account not in place]
        most = max(sorted(set(holders)), key=holders.count)
        # A ring that people cut off from another is not given back what they cut off: only one holder grows.
        if len(set(holders)) == 1 or holders.count(most) * 2 > len(holders):
            keep[most] += loose
        elif len(loose) >= least:
            rest.append(loose)
    return rest
