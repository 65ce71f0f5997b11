"""Trying a draft: everybody (or a sample) scored on it and on the card that is live."""

from __future__ import annotations

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.scorecards.active import card_of, live_cards
from mingjian.governance.scorecards.states import version_of
from mingjian.governance.scorecards.whatif import WhatIf, compare
from mingjian.records.errors import Conflict
from mingjian.records.scores.model import number_at
from mingjian.records.storage.database import Tx


def try_card(tx: Tx, principal: Principal, id: str, *, limit: int | None = None) -> WhatIf:
    """Compare a version with the live one of the same name as of today; nothing is kept (``attach_whatif`` does). The
    policy does nothing meanwhile: scores that would be are nobody's scores."""
    demand(principal, "score.author")
    kept = version_of(tx, id)
    card = card_of(tx, kept)
    if card is None:
        raise Conflict(f"{id} 的原文已不在或读不了。")
    live = live_cards(tx).get(kept.name)
    against = live.card if live is not None and live.card.id != card.id else None
    return compare(tx, card, against, number_at(tx.now), digest=kept.digest, limit=limit)
