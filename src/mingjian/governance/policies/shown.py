"""What policies did and what shadows would have done, for pages: counted at the moment of asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.policies.states import version_of
from mingjian.records.policies.model import Hit
from mingjian.records.storage import policy_hits
from mingjian.records.storage.database import Tx


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A version in shadow, or one that was: ``items`` judged since it last changed its stage, ``changes`` counts
    (what followed, what would have followed) of those where something would, ``samples`` are the newest of them."""

    items: int
    changes: Mapping[tuple[str, str], int]
    samples: tuple[Hit, ...]


def shadow_report(tx: Tx, principal: Principal, id: str, limit: int = 50) -> Shadowed:
    """What a version in shadow would have done. NotFound."""
    demand(principal, "policy.read")
    kept = version_of(tx, id)
    changes: dict[tuple[str, str], int] = {}
    for (_, outcome, former), count in policy_hits.count_hits(tx, id, "shadow").items():
        change = (former or "", outcome)
        changes[change] = changes.get(change, 0) + count
    items = policy_hits.count_judged(tx, kept.staged_seq) if kept.staged_seq is not None else 0
    return Shadowed(items, changes, tuple(policy_hits.hits_of_policy(tx, id, "shadow", limit)))


def hits_of_item(tx: Tx, principal: Principal, item: str) -> list[Hit]:
    """Which clauses an item met when it was judged, and which it would have met in shadow."""
    demand(principal, "policy.read")
    return policy_hits.hits_of_item(tx, item)
