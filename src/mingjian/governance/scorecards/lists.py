"""Scores in lists: every card at a glance, and who stands in a band."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.scorecards.active import Live, live_cards
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.scores.model import Disagreement, Halt, Kept, Observation, Run
from mingjian.records.storage import score_cards, score_observations, score_sweeps, scores
from mingjian.records.storage.database import Tx

_MOST = 200


@dataclass(frozen=True, slots=True)
class Overview:
    """A live card: how many stand in each band (None: undetermined), its last full count, where acting is stopped, what
    the last count did not agree with, and how many actions of it are in force by measure."""

    live: Live
    bands: Mapping[str | None, int]
    run: Run | None
    halts: tuple[Halt, ...]
    disagreement: Disagreement | None
    acted: Mapping[str, int]


def overview(tx: Tx, principal: Principal) -> list[Overview]:
    """Every live card, by name."""
    demand(principal, "score.read")
    cards = live_cards(tx)
    acted = score_sweeps.acted_counts(tx, list(cards))
    stopped = [one for one in score_cards.halts(tx) if one.state == "halted"]
    return [
        Overview(
            live,
            scores.band_counts(tx, name),
            scores.run_of(tx, name),
            tuple(one for one in stopped if one.card == name),
            _disagreed(tx, name),
            {measure: many for (card, measure), many in acted.items() if card == name},
        )
        for name, live in sorted(cards.items())
    ]


def _disagreed(tx: Tx, name: str) -> Disagreement | None:
    """The last disagreement, as long as no full count has agreed since."""
    run = scores.run_of(tx, name)
    return next(iter(scores.disagreements(tx, name, 1)), None) if run is not None and run.differing else None


def in_band(
    tx: Tx, principal: Principal, name: str, band: str | None, before: tuple[int, str] | None = None, limit: int = 50
) -> list[Kept]:
    """Those in a band of a live card (None: undetermined), the highest score first."""
    demand(principal, "score.read")
    if not 1 <= limit <= _MOST:
        raise Invalid(f"每页 1 到 {_MOST} 条。", field="limit")
    live = live_cards(tx).get(name)
    if live is None:
        raise NotFound(f"没有生效的评分卡“{name}”")
    if band is not None and live.card.band(band) is None:
        raise NotFound(f"“{name}”没有等级“{band}”。可用:{'、'.join(one.name for one in live.card.bands)}")
    return scores.actors_in_band(tx, name, band, before, limit)


def band_page(
    tx: Tx, principal: Principal, name: str, band: str | None, before: tuple[int, str] | None, limit: int
) -> tuple[list[Kept], tuple[int, str] | None]:
    """The same with where the next page begins; None at the end."""
    found = in_band(tx, principal, name, band, before, min(limit + 1, _MOST))
    more = len(found) > limit
    shown = found[:limit]
    return shown, (shown[-1].points, shown[-1].actor) if more and shown else None


def observations_for(tx: Tx, principal: Principal, actor: str, limit: int = 60) -> list[Observation]:
    """What was reported of an actor, the latest first."""
    demand(principal, "score.read")
    return score_observations.observations_of(tx, [actor])[::-1][:limit]
