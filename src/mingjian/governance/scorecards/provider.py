"""What scores say to screening: the publisher's risk (0 to 1) and risk band, as facts of the item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mingjian.core.model import Item
from mingjian.governance.scorecards.active import live_cards
from mingjian.governance.scorecards.model import Scorecard
from mingjian.records.scores.model import Kept, number_at
from mingjian.records.storage import score_registry, scores
from mingjian.records.storage.database import Tx


def risk_facts(tx: Tx, items: Sequence[Item]) -> Sequence[Mapping[str, Any]]:
    """For each item ``risk``, ``risk_band`` and ``risk_card`` (name@version) of its publisher; empty where nobody
    scored them. Of several cards that speak of a publisher the one with the highest risk counts."""
    if not any(item.publisher.id for item in items) or not scores.any_score(tx):
        return [{} for _ in items]
    cards = {name: live.card for name, live in live_cards(tx).items() if live.card.good == "low" and live.card.bands}
    if not cards:
        return [{} for _ in items]
    kinds = sorted({kind for card in cards.values() for kind in card.kinds})
    keys = {key for item in items for key in _keys(item)}
    owners = score_registry.owners_by_account(tx, kinds, keys, number_at(tx.now))
    whom = [{owners.get(key, key) for key in _keys(item)} for item in items]
    best: dict[str, tuple[float, Kept]] = {}
    for kept in scores.scores_of_many(tx, {name for names in whom for name in names}):
        card = cards.get(kept.card)
        if card is None or kept.version != card.version or kept.band is None:
            continue
        risk = risk_of(card, kept.points)
        if kept.actor not in best or risk > best[kept.actor][0]:
            best[kept.actor] = risk, kept
    made: list[Mapping[str, Any]] = []
    for names in whom:
        found = max((best[name] for name in names if name in best), key=lambda one: one[0], default=None)
        made.append({} if found is None else {
            "risk": found[0], "risk_band": found[1].band, "risk_card": f"{found[1].card}@{found[1].version}",
        })  # fmt: skip
    return made


def _keys(item: Item) -> set[str]:
    """What a publisher may be known by: its number, and as an account of the platform."""
    id = item.publisher.id
    return set() if not id else {id, f"{item.platform}:{id}"} if item.platform else {id}


def risk_of(card: Scorecard, points: int) -> float:
    """Points as a share of the card's range, to four places."""
    return round((points - card.low) / (card.high - card.low), 4)
