"""What is in force now: on an item, on a publisher, and when terms run out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mingjian.governance.actions.book import Book
from mingjian.governance.decisions.law import book_in_force, platforms_in_force
from mingjian.governance.ladders.subjects import heads_of
from mingjian.records.actions.model import Action
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, items
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

LAPSE = "duty:lapse"


def in_force_on_item(tx: Tx, item: str) -> list[Action]:
    """The actions that bind an item at this moment, in the order they were taken."""
    return [action for action in actions.actions_on_items(tx, [item]) if action.in_force(tx.now)]


def in_force_on_publisher(tx: Tx, publisher: str) -> list[Action]:
    """The actions that bind a publisher (not their items) at this moment."""
    return [action for action in actions.actions_on_publishers(tx, [publisher]) if action.in_force(tx.now)]


def standing(tx: Tx, item: str, book: Book | None = None) -> str | None:
    """The strongest measure in force on an item at this moment, None when there is none."""
    return (book or book_in_force()).strongest(action.measure for action in in_force_on_item(tx, item))


def rights_withheld(tx: Tx, publisher: str, book: Book | None = None) -> Mapping[str, Action]:
    """The rights a publisher may not use at this moment, each with the action that withholds it longest: a ban
    withholds them all. An account inherits what is withheld from the entity it belongs to, as far as the book says."""
    known = book or book_in_force()
    found: dict[str, Action] = {}
    platforms = platforms_in_force()
    inherited = [(action, known.inherited) for head in heads_of(tx, publisher, platforms)
                 for action in in_force_on_publisher(tx, head)]  # fmt: skip
    for action, rights in [*((one, known.rights) for one in in_force_on_publisher(tx, publisher)), *inherited]:
        for right in [action.right] if action.right else known.rights:
            if right in rights and (right not in found or _end(action) > _end(found[right])):
                found[right] = action
    return found


def _end(action: Action) -> float:
    return float("inf") if action.until is None or action.waits else action.until


def restand(tx: Tx, ids: Iterable[str | None], actor: str, book: Book) -> None:
    """Record where these items stand, as far as that has changed."""
    stored = items.items_by_id(tx, [id for id in ids if id is not None])
    measures: dict[str, list[str]] = {id: [] for id in stored}
    for action in actions.actions_on_items(tx, stored):
        if action.item is not None and action.in_force(tx.now):
            measures[action.item].append(action.measure)
    now = {id: book.strongest(found) for id, found in measures.items()}
    append_all(
        tx,
        [
            Event("item.stands", id, {"standing": now[id]}, actor)
            for id, item in stored.items()
            if item.standing != now[id]
        ],
    )


def lapse_due(tx: Tx, limit: int = 500, book: Book | None = None) -> int:
    """The duty that records which terms have passed; how many it recorded. Queries do not wait for it: they look at
    the time themselves. Run it often; it may run anywhere, any number of times."""
    if not actions.actions_due(tx, 1):
        return 0
    hold_head(tx)  # nobody ends them meanwhile
    due = actions.actions_due(tx, limit)
    append_all(tx, [Event("action.lapsed", action.id, {"until": action.until}, LAPSE) for action in due])
    restand(tx, [action.item for action in due], LAPSE, book or book_in_force())
    return len(due)
