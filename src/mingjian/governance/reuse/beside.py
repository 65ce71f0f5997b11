"""Items of one round beside each other: each is compared with those before it ere any has its verdict.

Their prints are not in the store yet; nor have those that are judged as they come in a number there. What is found is
for the fact alone: the journal tells of it when they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mingjian.governance.reuse.index import Index
from mingjian.governance.reuse.model import Asked, Compared, Pair, Print
from mingjian.governance.reuse.pairs import paired, searched
from mingjian.records.reuse.model import Behind

UNNUMBERED = "round:"
"""How the item of a pair begins that has no number in the store yet."""
_LAST = 1 << 60  # in the order of arrival: behind everything in the store


class Round:
    """Prints of the items before in a round. Most items are like none of these: until one may be, no index is made."""

    def __init__(self) -> None:
        self._index = Index()
        self._behind: dict[int, Behind] = {}
        self._next = -1
        self._waiting: list[tuple[int, Print]] = []
        self._anchors: set[int] = set()
        """Of the texts that wait: what shares none of them is like none."""

    def pairs(self, asked: Asked, prints: Sequence[Print]) -> tuple[Pair, ...]:
        """What an item is like among these."""
        if self._waiting and not all(self._strange(one) for one in prints):
            for number, one in self._waiting:
                self._index.add(number, one.matter, one.value)
            self._waiting.clear()
        if not len(self._index):
            return ()
        matches, _ = searched(self._index, prints)
        return paired(asked, matches, self._behind)

    def put(self, prints: Iterable[Print], behind: Callable[[int, Print], Behind]) -> None:
        """Let the items after it be compared with this one; ``behind`` says what it is, by the number of a print."""
        for one in prints:
            self._waiting.append((self._next, one))
            if one.matter == "text":
                self._anchors.update(one.value.anchors.tolist())
            self._behind[self._next] = behind(self._next, one)
            self._next -= 1

    def _strange(self, one: Print) -> bool:
        """Whether a print is surely like none of those that wait."""
        return one.matter == "text" and self._anchors.isdisjoint(one.value.anchors.tolist())


def beside(asked: Sequence[Asked], found: Sequence[Compared], now: int) -> list[tuple[Pair, ...]]:
    """For each item what it is like among those before it in the round, without what the store knew of these. What is
    judged again (``until``) was kept before, and is left out."""
    if len(asked) < 2:
        return [() for _ in asked]
    before, near = Round(), list[tuple[Pair, ...]]()
    for place, (one, compared) in enumerate(zip(asked, found, strict=True)):
        if one.until is not None or not compared.prints:
            near.append(())
            continue
        told = {(pair.behind.source, pair.behind.external) for pair in compared.pairs}
        pairs = before.pairs(one, compared.prints)
        near.append(tuple(pair for pair in pairs if (pair.behind.source, pair.behind.external) not in told))
        before.put(compared.prints, _behind(one, place, now))
    return near


def _behind(one: Asked, place: int, now: int) -> Callable[[int, Print], Behind]:
    item = one.item
    name = f"{UNNUMBERED}{place}"
    on = item.published_at.isoformat() if item.published_at is not None else None

    def told(number: int, taken: Print) -> Behind:
        return Behind(number, one.stored or name, taken.matter, taken.place, taken.page, _LAST + place,
                      one.source or "", item.id or name, item.platform, item.publisher.id, on, now)  # fmt: skip

    return told
