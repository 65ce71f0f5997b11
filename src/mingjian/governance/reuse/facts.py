"""What comparing says of an item, as a fact: bounded, plain, and kept with the item as it was judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mingjian.governance.reuse.beside import UNNUMBERED
from mingjian.governance.reuse.model import Compared, Pair
from mingjian.records.clock import day
from mingjian.records.reuse.model import Behind

FACT = "reuse"
TOLD = 10
"""Matches that the fact names; its counts are of all that were found."""


def fact_of(compared: Compared, stated: Mapping[str, Any]) -> dict[str, Any]:
    """The facts to add to an item: ``reuse`` where something is alike, or where files could not be compared
    (``unread`` of them: then nothing is known of these). What the sender stated under that name does not count: this is
    for the desk to know."""
    unread = {"unread": len(compared.unread)} if compared.unread else {}
    if compared.pairs:
        return {FACT: told(compared) | unread}
    if unread:
        return {FACT: unread}
    return {FACT: {"count": 0}} if FACT in stated else {}


def told(compared: Compared) -> dict[str, Any]:
    """``count`` earlier items of others, of ``publishers`` others; ``own`` earlier items of the same publisher;
    ``first_seen`` and ``earliest``: the first day such a thing of others was published (or else came in), and the item;
    ``matters``: other items by what is shared; ``nearest``: those that are most alike, strongest first. An item of the
    same round has no number yet: None."""
    others = [pair for pair in compared.pairs if not pair.own]
    first = earliest(others)
    by_matter: dict[str, set[str]] = {}
    for pair in others:
        by_matter.setdefault(pair.match.matter, set()).add(pair.behind.item)
    found: dict[str, Any] = {
        "count": len({pair.behind.item for pair in others}),
        "publishers": len({(pair.behind.platform, pair.behind.publisher) for pair in others if pair.behind.publisher}),
        "own": len({pair.behind.item for pair in compared.pairs if pair.own}),
        "first_seen": None if first is None else shown_on(first.behind),
        "earliest": None if first is None else _number(first.behind),
        "matters": {matter: len(items) for matter, items in sorted(by_matter.items())},
        "nearest": [_near(pair) for pair in _strongest(compared.pairs)],
    }
    return found | {"more": True} if compared.more else found


def without_items(fact: Mapping[str, Any]) -> dict[str, Any]:
    """The fact for somebody who may not see other items: counts, days and distances, no numbers of items."""
    if "nearest" not in fact:
        return dict(fact)
    nearest = [{name: value for name, value in one.items() if name != "item"} for one in fact["nearest"]]
    return {**fact, "nearest": nearest, "earliest": None}


def earliest(pairs: Iterable[Pair]) -> Pair | None:
    """The pair whose other side was shown first."""
    return min(pairs, key=lambda pair: (shown_on(pair.behind), pair.behind.seq), default=None)


def shown_on(behind: Behind) -> str:
    """The day an item was published, or else came in: YYYY-MM-DD."""
    return (behind.published_on or "")[:10] or day(behind.submitted_at).isoformat()


def _strongest(pairs: Sequence[Pair]) -> list[Pair]:
    """One for each item and matter, others before one's own."""
    best: dict[tuple[str, str], Pair] = {}
    for pair in sorted(pairs, key=lambda pair: (pair.own, -pair.match.strength, pair.behind.seq, pair.match.number)):
        best.setdefault((pair.behind.item, pair.match.matter), pair)
    return list(best.values())[:TOLD]


def _number(behind: Behind) -> str | None:
    return None if behind.item.startswith(UNNUMBERED) else behind.item


def _near(pair: Pair) -> dict[str, Any]:
    match, behind = pair.match, pair.behind
    return {
        "item": _number(behind), "matter": match.matter, "how": match.how, "distance": match.distance,
        "share": match.share, "own": pair.own, "on": shown_on(behind),
    }  # fmt: skip
