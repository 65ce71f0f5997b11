"""Counting scores and keeping those that changed: some actors after something happened to them, or all of them.

Nothing is ever added to a kept score: each is counted from the start, so that one actor's update and the full count
cannot but agree. That they do is looked at every night all the same (recount.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from mingjian.desk.people.model import house
from mingjian.governance.ladders.subjects import ENTITY
from mingjian.governance.scorecards.engine import Scored, score_columns
from mingjian.governance.scorecards.gather import gather
from mingjian.governance.scorecards.model import Scorecard
from mingjian.records.canonical import canonical
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.scores.model import Kept
from mingjian.records.storage import contents, score_facts, score_observations, score_registry, scores
from mingjian.records.storage.database import Tx

SCORES = house("scores")
AT_ONCE = 5000
"""Actors in one event."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What counting led to: how many were counted, and how many differ from what was kept."""

    counted: int
    changed: int


def count(tx: Tx, card: Scorecard, actors: Sequence[str], day: int) -> Scored:
    """The scores of actors as of a day; nothing is kept."""
    return score_columns(card, gather(tx, card, actors, day), rows=len(actors))


def band_names(card: Scorecard) -> list[str | None]:
    """The bands by place; the last one, for -1, is none."""
    return [*(band.name for band in card.bands), None]


def keep(
    tx: Tx, card: Scorecard, actors: Sequence[str], made: Scored, day: int, before: dict[str, Kept], *,
    all_of_them: bool = False, but: Collection[str] = (),
) -> int:  # fmt: skip
    """Record scores as of a day; how many. Only those that changed, unless ``all_of_them`` (then the day is written
    for each: the actor was looked at on it); none of those in ``but``."""
    names, rows = band_names(card), []
    points, bands, missing = made.points.tolist(), made.bands.tolist(), made.missing_share.tolist()
    for at, actor in enumerate(actors):
        old, band = before.get(actor), names[bands[at]]
        if actor in but:
            continue
        same = old is not None and (old.points, old.band, old.version) == (points[at], band, card.version)
        if old is not None and same and (not all_of_them or old.day == day):
            continue
        rows.append([actor, points[at], band, missing[at]])
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE]
        (digest,) = contents.put(tx, [canonical(some)])
        body = {"version": card.version, "day": day, "rows": digest, "count": len(some), "step": card.record_step}
        append(tx, Event("score.computed", card.name, body, SCORES.actor))
    return len(rows)


def update(tx: Tx, card: Scorecard, actors: Sequence[str], day: int) -> Counted:
    """Count some actors anew and keep what changed: after something happened to them."""
    actors = sorted(set(actors))
    if not actors:
        return Counted(0, 0)
    made = count(tx, card, actors, day)
    before = scores.kept_scores(tx, card.name, actors)
    return Counted(len(actors), keep(tx, card, actors, made, day, before, all_of_them=True))


def population(tx: Tx, card: Scorecard, day: int) -> list[str]:
    """Everybody a card speaks of, in order: who published as one of its kinds, who is registered as one, and of whom
    anything was reported. An account that belongs to a registered actor counts for that one."""
    found = score_facts.publishers_of(tx, card.kinds)
    found |= score_registry.registered_keys(tx, card.kinds) | score_observations.observed_actors(tx, card.kinds)
    for account, _ in score_registry.owned_accounts(tx, card.kinds, None, day):
        found -= {account, account.partition(":")[2]}
    return sorted(found)


def members(tx: Tx, card: Scorecard, candidates: Collection[str], day: int) -> list[str]:
    """Those of the candidates (publishers, actors) whom a card speaks of; an account gives its owner."""
    wanted = {one for one in candidates if one}
    if not wanted:
        return []
    entities = {one for one in wanted if one.startswith(ENTITY)}
    if entities:
        wanted = (wanted - entities) | set(score_registry.keys_of(tx, entities).values())
    seen = score_facts.seen_publishers(tx, wanted)
    named = {one: {one, *(f"{platform}:{one}" for _, platform in seen.get(one, ()) if platform)} for one in wanted}
    owners = score_registry.owners_by_account(tx, card.kinds, {key for keys in named.values() for key in keys}, day)
    found = {next((owners[key] for key in sorted(keys) if key in owners), one) for one, keys in named.items()}
    kinds = set(card.kinds)
    mine = {one for one in found if any(kind in kinds for kind, _ in seen.get(one, ()))}
    mine |= score_registry.registered_among(tx, card.kinds, found - mine)
    mine |= score_observations.observed_among(tx, card.kinds, found - mine)
    return sorted(mine)
