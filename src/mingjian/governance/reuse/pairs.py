"""Pairs of items: matches with the items behind them, and what the journal says of them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mingjian.governance.reuse.index import Index
from mingjian.governance.reuse.model import Asked, Match, Pair, Print
from mingjian.records.items.model import Stored
from mingjian.records.journal.model import Event
from mingjian.records.reuse.model import Behind, Likeness
from mingjian.records.storage.reuse import pair_of

_LOG = logging.getLogger("mingjian.reuse")
ACTOR = "duty:reuse"
MOST = 60
"""Pairs of one item that the journal names: the earliest of others, and the nearest."""
RESOLVED = 400
"""Matches of one item that are looked up: the earliest and the nearest of more."""


def found_event(stored: Stored, pairs: Sequence[Pair], actor: str = ACTOR) -> Event:
    """What the journal says of an item that is like others: ids, distances and places, no words."""
    told = [pair_of(_likeness(stored, pair)) for pair in chosen(pairs)]
    body = {"at": stored.submitted_at, "count": len({pair.behind.item for pair in pairs}), "with": told}
    return Event("reuse.found", stored.id, body, actor)


def chosen(pairs: Sequence[Pair]) -> list[Pair]:
    """At most MOST of many pairs, one of each kind (item, matter, print, file): the earliest, then the nearest of
    others, then of one's own."""
    best: dict[tuple[str, str, str, str], Pair] = {}
    for pair in sorted(pairs, key=_near_first):
        here = pair.match.detail.get("here", {})
        key = (pair.behind.item, pair.match.matter, pair.behind.place, str(here.get("place", "")))
        best.setdefault(key, pair)
    listed = list(best.values())
    if len(listed) <= MOST:
        return listed
    first = min(listed, key=lambda pair: (pair.own, pair.behind.seq))
    return [first, *(pair for pair in listed if pair is not first)][:MOST]


def _near_first(pair: Pair) -> tuple[bool, float, int, int]:
    return pair.own, -pair.match.strength, pair.behind.seq, pair.match.number


def _likeness(stored: Stored, pair: Pair) -> Likeness:
    match, behind = pair.match, pair.behind
    there: dict[str, Any] = {"place": behind.place}
    if behind.page is not None:
        there["page"] = behind.page
    return Likeness(
        stored.id, behind.item, match.matter, match.how, stored.submitted_at, match.distance, match.share,
        {**match.detail, "there": there}, pair.own,
    )  # fmt: skip


def searched(index: Index, prints: Sequence[Print]) -> tuple[list[tuple[Print, Match]], bool]:
    """What an item's prints are like; of very many the earliest and the nearest, and whether there were more."""
    found = [(one, match) for one in prints for match in _found(index, one)]
    if len(found) <= RESOLVED:
        return found, False
    by_age = sorted(found, key=lambda each: each[1].number)[: RESOLVED // 4]
    by_likeness = sorted(found, key=lambda each: (-each[1].strength, each[1].number))[: RESOLVED * 3 // 4]
    kept = {(one.place, one.page, match.number): (one, match) for one, match in by_age + by_likeness}
    return list(kept.values()), True


def _found(index: Index, one: Print) -> list[Match]:
    """The matches of one print. What cannot be compared must not stop the item's verdict, nor those of others: it is
    like nothing, and the log says why."""
    try:
        return index.search(one)
    except Exception:
        _LOG.exception("a print of %s (%s) could not be compared", one.matter, one.place)
        return []


def paired(asked: Asked, matches: Iterable[tuple[Print, Match]], known: Mapping[int, Behind]) -> tuple[Pair, ...]:
    """The matches with the items behind them; versions of the item itself are no copies, and what was deleted
    meanwhile is not told."""
    item = asked.item
    found: list[Pair] = []
    for one, match in matches:
        behind = known.get(match.number)
        if behind is None or (behind.external == item.id and asked.source in (None, behind.source)):
            continue
        if asked.until is not None and behind.submitted_at >= asked.until:
            continue
        same_name = item.publisher.id is not None and item.publisher.id == behind.publisher
        here: dict[str, Any] = {"place": one.place}
        if one.page is not None:
            here["page"] = one.page
        placed = replace(match, detail={**match.detail, "here": here})
        found.append(Pair(placed, behind, same_name and item.platform == behind.platform))
    return tuple(found)
