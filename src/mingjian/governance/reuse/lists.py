"""Looking at likenesses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.governance.reuse.facts import FACT, without_items
from mingjian.records.errors import NotFound
from mingjian.records.items.model import Stored
from mingjian.records.reuse.model import Likeness
from mingjian.records.storage import contents, items, reuse
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of
from mingjian.records.storage.reuse import Place


@dataclass(frozen=True, slots=True)
class Seen:
    """A likeness from one item's side: the ``other`` item, and whether that came in ``earlier``."""

    likeness: Likeness
    other: Stored
    earlier: bool

    @property
    def here(self) -> str:
        """The file, or written or spoken, on this item's side."""
        return str(self.likeness.detail.get("here" if self.earlier else "there", {}).get("place", ""))

    @property
    def there(self) -> str:
        """The same of the other side."""
        return str(self.likeness.detail.get("there" if self.earlier else "here", {}).get("place", ""))


def likenesses_of(
    tx: Tx, principal: Principal, item: str, before: Place | None = None, limit: int = 50
) -> tuple[list[Seen], Place | None]:
    """What an item is like, and what is like it, the newest finds first; and where the list goes on. NotFound;
    Forbidden."""
    demand(principal, "reuse.read")
    if items.item_by_id(tx, item) is None:
        raise NotFound(f"没有这项内容:{item}")
    found, place = reuse.likenesses_of(tx, item, before, limit)
    return seen_from(tx, item, found), place


def likeness_at(tx: Tx, principal: Principal, item: str, place: Place) -> Seen:
    """One likeness of an item by its place. NotFound; Forbidden."""
    demand(principal, "reuse.read")
    found = reuse.likeness_at(tx, *place)
    if found is None or item not in (found.one, found.other):
        raise NotFound("没有这一对相似内容。")
    return seen_from(tx, item, [found])[0]


def seen_from(tx: Tx, item: str, likenesses: Sequence[Likeness]) -> list[Seen]:
    """Likenesses from one item's side."""
    others = items.items_by_id(tx, [one.other if one.one == item else one.one for one in likenesses])
    return [
        Seen(one, others[other], one.one == item)
        for one in likenesses
        if (other := one.other if one.one == item else one.one) in others
    ]


def frozen(tx: Tx, principal: Principal, item: str) -> Mapping[str, Any] | None:
    """What comparing said of an item when it was judged, as it was kept with it; None where it was like nothing, was
    not compared, or was erased."""
    demand(principal, "item.read")
    reads = [str(event.body["read"]) for event in events_of(tx, item) if event.kind == "item.judged"]
    body = contents.get(tx, reads[-1]) if reads else None
    fact = (json.loads(body).get("facts") or {}).get(FACT) if body is not None else None
    return shown_to(principal, fact) if isinstance(fact, Mapping) else None


def shown_to(principal: Principal, fact: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fact as somebody may see it: the numbers of other items only with ``reuse.read``."""
    return fact if allowed(principal, "reuse.read") else without_items(fact)
