"""How risky the scorecards hold an entity: the worst band on any card of institutions, merchants or accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mingjian.records.registry.model import Entity
from mingjian.records.storage.database import Tx
from mingjian.records.storage.scores import scores_of_many


def risk_bands(tx: Tx, entities: Sequence[Entity]) -> Mapping[str, str]:
    """The band of each entity that has a score, by its id; of several the one that is worst by points."""
    names = {name: one.id for one in entities for name in (one.id, one.key)}
    worst: dict[str, tuple[int, str]] = {}
    for kept in scores_of_many(tx, names):
        if kept.band is not None:
            id = names[kept.actor]
            worst[id] = max(worst.get(id, (kept.points, kept.band)), (kept.points, kept.band))
    return {id: band for id, (_, band) in worst.items()}
