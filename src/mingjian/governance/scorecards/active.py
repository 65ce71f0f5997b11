"""The cards that count now: those that are live, read once and kept until the journal says that one changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.governance.scorecards.model import Scorecard
from mingjian.governance.scorecards.parse import read_scorecard
from mingjian.records.scores.model import CardVersion
from mingjian.records.storage import contents, score_cards
from mingjian.records.storage.database import Tx

_cards: dict[str, Scorecard] = {}  # digest → card: a memo of pure reading


@dataclass(frozen=True, slots=True)
class Live:
    """A card in force with its version in the store."""

    kept: CardVersion
    card: Scorecard


def card_of(tx: Tx, kept: CardVersion) -> Scorecard | None:
    """The card of a version; None when its text is gone or can no longer be read. A card that was right when it was
    written goes on with what is left of it (a source the deployer took away gives no values)."""
    found = _cards.get(kept.digest)
    if found is None:
        body = contents.get(tx, kept.digest)
        found = read_scorecard(body.decode(), kept.id)[0] if body is not None else None
        if found is None:
            return None
        if len(_cards) > 200:
            _cards.clear()
        _cards[kept.digest] = found
    return found


def live_cards(tx: Tx) -> Mapping[str, Live]:
    """By name."""
    found = {kept.name: (kept, card_of(tx, kept)) for kept in score_cards.card_versions(tx, states=("live",))}
    return {name: Live(kept, card) for name, (kept, card) in found.items() if card is not None}
