"""A score that explains itself: what each feature gave, what would change it, and how it was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.scorecards.active import live_cards
from mingjian.governance.scorecards.counting import members, update
from mingjian.governance.scorecards.engine import MISSING, score_exact
from mingjian.governance.scorecards.gather import gather
from mingjian.governance.scorecards.levers import Lever, levers
from mingjian.governance.scorecards.model import Score, Scorecard
from mingjian.records.errors import NotFound
from mingjian.records.scores.model import Kept, Past, number_at
from mingjian.records.storage import scores
from mingjian.records.storage.database import Tx


@dataclass(frozen=True, slots=True)
class Explained:
    """A score as of a day with the way to it. ``kept`` is the one on record; ``agrees``: counting it again as of the
    day it was last counted for gives the same."""

    card: Scorecard
    actor: str
    day: int
    score: Score
    values: Mapping[str, int | None]
    levers: tuple[Lever, ...]
    kept: Kept | None
    agrees: bool
    history: tuple[Past, ...]


def values_of(tx: Tx, card: Scorecard, actor: str, day: int) -> dict[str, int | None]:
    """One actor's values (millionths) as of a day."""
    columns = gather(tx, card, [actor], day)
    return {name: None if (value := int(column[0])) == MISSING else value for name, column in columns.items()}


def explain(tx: Tx, principal: Principal, name: str, actor: str, day: int | None = None) -> Explained:
    """An actor's score on a live card as of a day: the one it was last counted for, or today where none is kept.
    NotFound when there is no such card, or nothing is known of the actor."""
    demand(principal, "score.read")
    live = live_cards(tx).get(name)
    if live is None:
        raise NotFound(f"没有生效的评分卡“{name}”")
    card = live.card
    kept = scores.kept_scores(tx, name, [actor]).get(actor)
    if kept is None and not members(tx, card, [actor], number_at(tx.now)):
        raise NotFound(f"“{name}”没有 {actor} 的评分:没有见过这个主体,或它不是这张卡评的类别")
    last = last_counted(tx, card, kept)
    as_of = day if day is not None else last if last is not None else number_at(tx.now)
    values = values_of(tx, card, actor, as_of)
    made = score_exact(card, values)
    same_day = kept is not None and as_of in (kept.day, last) and kept.version == card.version
    return Explained(
        card, actor, as_of, made, values, levers(card, values, made), kept,
        not same_day or (kept is not None and kept.points == made.points),
        tuple(scores.history(tx, name, actor)),
    )  # fmt: skip


def last_counted(tx: Tx, card: Scorecard, kept: Kept | None) -> int | None:
    """The last day a kept score was counted for: one that a full count found unchanged keeps the day it had."""
    if kept is None:
        return None
    run = scores.run_of(tx, card.name)
    done = run is not None and run.finished_at is not None and run.version == kept.version
    return max(kept.day, run.day) if run is not None and done else kept.day


def scores_for(tx: Tx, principal: Principal, actor: str) -> list[Kept]:
    """An actor's kept scores on every card; empty when there are none."""
    demand(principal, "score.read")
    return scores.scores_of(tx, actor)


def compute_one(tx: Tx, principal: Principal, name: str, actor: str) -> Kept:
    """Count one actor's score as of today and keep it."""
    demand(principal, "score.read")
    live = live_cards(tx).get(name)
    if live is None:
        raise NotFound(f"没有生效的评分卡“{name}”")
    today = number_at(tx.now)
    found = members(tx, live.card, [actor], today)
    if not found:
        raise NotFound(f"“{name}”没有 {actor} 的评分:没有见过这个主体,或它不是这张卡评的类别")
    update(tx, live.card, found, today)
    return scores.kept_scores(tx, name, found)[found[0]]
